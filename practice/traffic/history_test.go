package traffic

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestHistoryGoesOnSeamlessly(t *testing.T) {
	f, w := New(1, epoch()), web(3, 60, "errors", "1%", "latency", "80ms p99")
	w.Services[0].History = 65 * time.Minute
	var histories []History
	now := epoch()
	for len(histories) == 0 && now.Before(epoch().Add(time.Minute)) {
		now = now.Add(time.Second)
		histories = f.Advance(w, now)
	}
	if len(histories) != 1 || histories[0].Service != "shop/web" || len(histories[0].Pods) != 3 {
		t.Fatalf("histories %+v", histories)
	}
	last, total := map[string]float64{}, 0.0
	for _, series := range histories[0].Series {
		name := series.Metric.Name + series.Suffix
		first, end := series.Points[0], series.Points[len(series.Points)-1]
		age, seam := now.Sub(time.UnixMilli(first.Millis)), now.Sub(time.UnixMilli(end.Millis))
		if age < 64*time.Minute || age > 65*time.Minute || seam != historyStep {
			t.Errorf("%s goes from %v to %v before now", name, age, seam)
		}
		if !slices.IsSortedFunc(series.Points, func(a, b Point) int {
			if b.Millis > a.Millis && b.Value >= a.Value {
				return -1
			}
			return 1
		}) {
			t.Errorf("%s %v goes back", name, series.Labels)
		}
		last[name+fmt.Sprint(series.Labels)] = end.Value
		if name == "http_requests_total" {
			total += end.Value
		}
	}
	if !near(total, 60*65*60, 0.03) {
		t.Errorf("%v requests, want about %v", total, 60*65*60)
	}
	if told := f.Gather(); len(told) != 0 {
		t.Errorf("%d series are told before their history has arrived", len(told))
	}
	now = pass(f, w, now, 5*time.Second)
	f.Release(histories[0].Pods)
	samples := f.Gather()
	if len(samples) != len(last) {
		t.Errorf("%d series go on of %d", len(samples), len(last))
	}
	for _, s := range samples {
		before, ok := last[s.Metric.Name+s.Suffix+fmt.Sprint(s.Labels)]
		if !ok || s.Value < before || (s.Metric.Name == "http_requests_total" && s.Value > before+400) {
			t.Errorf("%s%s %v goes on from %v (%v) with %v", s.Metric.Name, s.Suffix, s.Labels, before, ok, s.Value)
		}
	}
	// It is made once: a pod that comes later starts from zero.
	w.Pods = append(w.Pods, w.Pods[0])
	w.Pods[3].ID, w.Pods[3].Name = "uid-3", "web-3"
	w.Services[0].Ready = append(w.Services[0].Ready, "uid-3")
	for range 30 {
		now = now.Add(time.Second)
		if again := f.Advance(w, now); len(again) > 0 {
			t.Fatalf("another history: %+v", again)
		}
	}
	if got := sum(f.Gather(), "http_requests_total", Label{"pod", "web-3"}); !near(got, 15*30, 0.3) {
		t.Errorf("the new pod served %v requests, want about %v", got, 15*30)
	}
}

func TestHistoryWaitsForPodsButNotForEver(t *testing.T) {
	for _, test := range []struct {
		name     string
		starting []string
		changes  int // seconds for which another pod is ready every second
		want     int // seconds until there is a history
	}{
		{"all are there", nil, 0, 3},
		{"one never gets ready", []string{"uid-9"}, 0, 16},
		{"they come one by one", nil, 5, 8},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, w := New(1, epoch()), web(6, 10)
			ready := w.Services[0].Ready
			w.Services[0].History, w.Services[0].Starting = 10*time.Minute, test.starting
			for second := 1; second <= 30; second++ {
				if test.changes > 0 {
					w.Services[0].Ready = ready[:min(second, test.changes+1)]
				}
				if histories := f.Advance(w, epoch().Add(time.Duration(second)*time.Second)); len(histories) > 0 {
					if second != test.want {
						t.Errorf("after %d s, want %d", second, test.want)
					}
					return
				}
			}
			t.Error("never")
		})
	}
}
