package traffic

import (
	"testing"
	"time"
)

func TestParseLoad(t *testing.T) {
	for text, want := range map[string]Load{
		"60":          {Rate: 60},
		"0":           {},
		"2.5":         {Rate: 2.5},
		"480 over 2m": {Rate: 480, Over: 2 * time.Minute},
	} {
		if got, err := ParseLoad(text); err != nil || got != want {
			t.Errorf("ParseLoad(%q) = %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-1", "NaN", "Inf", "5001", "60 over", "60 over soon", "60 over -2m", "many"} {
		if got, err := ParseLoad(text); err == nil {
			t.Errorf("ParseLoad(%q) = %+v, want an error", text, got)
		}
	}
}

func TestFlowTurnsAndSwells(t *testing.T) {
	f := newFlow("shop/x", Load{Rate: 60})
	if at := f.level(-3600); at != 60 {
		t.Errorf("an hour before: %v, want 60", at)
	}
	f.turn(Load{Rate: 480, Over: 2 * time.Minute}, 100)
	for now, want := range map[float64]float64{100: 60, 160: 270, 220: 480, 9999: 480} {
		if got := f.level(now); got != want {
			t.Errorf("after %v s: %v, want %v", now-100, got, want)
		}
	}
	f.turn(Load{Rate: 480, Over: time.Hour}, 150) // it goes there already
	if got := f.level(160); got != 270 {
		t.Errorf("told twice: %v, want 270", got)
	}
	f.turn(Load{Rate: 100}, 160)
	if got := f.level(160); got != 100 {
		t.Errorf("at once: %v, want 100", got)
	}
	low, high := 1e9, 0.0
	for now := 200.0; now < 200+tide; now++ {
		low, high = min(low, f.rate(now)), max(high, f.rate(now))
	}
	if !near(low, 92, 0.001) || !near(high, 108, 0.001) {
		t.Errorf("it goes from %v to %v, want 92 to 108", low, high)
	}
	if newFlow("shop/y", Load{Rate: 60}).rate(0) == newFlow("shop/z", Load{Rate: 60}).rate(0) {
		t.Error("all Services go up and down together")
	}
}
