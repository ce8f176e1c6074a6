package traffic

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestReadBehaviour(t *testing.T) {
	got, err := ReadBehaviour(map[string]string{
		"practice.fader/latency": "80ms p99", "practice.fader/errors": "2.5%", "practice.fader/workers": "4", "practice.fader/queue": "0",
		"practice.fader/warmup": "6x 90s", "practice.fader/metrics": "vllm", "practice.fader/model": "llama",
		"practice.fader/ready-after": "somebody else's",
	})
	if err != nil {
		t.Fatal(err)
	}
	latency, _ := ParseLatency("80ms p99")
	want := Behaviour{
		Latency: latency, Errors: 0.025, Workers: 4, Warmup: Warmup{Factor: 6, Over: 90 * time.Second}, Dialect: "vllm", Model: "llama",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got, err = ReadBehaviour(nil); err != nil || !reflect.DeepEqual(got, usual()) {
		t.Errorf("without annotations: %+v, %v", got, err)
	}
}

func TestWhatCannotBeReadStaysAsUsual(t *testing.T) {
	for name, values := range map[string][]string{
		"latency": {"fast", ""},
		"errors":  {"2 %", "-1%", "101%", "NaN", "many"},
		"workers": {"0", "257", "two", "1.5"},
		"queue":   {"-1", "100001"},
		"warmup":  {"6x", "6 90s", "0.5x 90s", "6x soon", "6x -1s", "NaNx 3s"},
		"metrics": {"statsd", ""},
	} {
		for _, value := range values {
			got, err := ReadBehaviour(map[string]string{Prefix + name: value, Prefix + "model": "m"})
			want := usual()
			want.Model = "m"
			if err == nil || !strings.Contains(err.Error(), Prefix+name) || !reflect.DeepEqual(got, want) {
				t.Errorf("%s %q: %+v, %v", name, value, got, err)
			}
		}
	}
}

func TestWarmupEnds(t *testing.T) {
	w := Warmup{Factor: 6, Over: 100 * time.Second}
	for seconds, want := range map[float64]float64{-5: 6, 0: 6, 50: 3.5, 100: 1, 1e6: 1} {
		if got := w.at(seconds); got != want {
			t.Errorf("after %v s: %v, want %v", seconds, got, want)
		}
	}
	if got := (Warmup{}).at(0); got != 1 {
		t.Errorf("without one: %v, want 1", got)
	}
}
