package traffic

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

func epoch() time.Time { return time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC) }

// web is a World of one Service and n pods with the given annotations.
func web(n int, rps float64, annotations ...string) World {
	values := map[string]string{}
	for i := 0; i < len(annotations); i += 2 {
		values[Prefix+annotations[i]] = annotations[i+1]
	}
	behaviour, err := ReadBehaviour(values)
	if err != nil {
		panic(err)
	}
	w := World{Services: []Service{{Namespace: "shop", Name: "web", Load: Load{Rate: rps}}}}
	for i := range n {
		id := fmt.Sprintf("uid-%d", i)
		w.Pods = append(w.Pods, Pod{
			ID: id, Namespace: "shop", Name: fmt.Sprintf("web-%d", i), Workload: "web", Version: "v1", Container: "web",
			Behaviour: behaviour, Serves: true, Running: true, Loaded: epoch(),
		})
		w.Services[0].Ready = append(w.Services[0].Ready, id)
	}
	return w
}

// pass lets time pass in steps of a second and returns when it is then.
func pass(f *Fleet, w World, from time.Time, d time.Duration) time.Time {
	for ; d > 0; d -= time.Second {
		from = from.Add(time.Second)
		f.Advance(w, from)
	}
	return from
}

// sum adds up the values of a series name over all samples with the labels.
func sum(samples []Sample, name string, labels ...Label) float64 {
	total := 0.0
	for _, s := range samples {
		if s.Metric.Name+s.Suffix == name && has(s, labels...) {
			total += s.Value
		}
	}
	return total
}

func has(s Sample, labels ...Label) bool {
	for _, wanted := range labels {
		found := false
		for _, label := range s.Labels {
			found = found || label == wanted
		}
		if !found {
			return false
		}
	}
	return true
}

// quantile works a quantile out of the buckets as PromQL does.
func quantile(q float64, samples []Sample, name string, labels ...Label) float64 {
	var bounds, counts []float64
	for _, s := range samples {
		if s.Metric.Name != name || s.Suffix != bucketOf || !has(s, labels...) {
			continue
		}
		bound := math.Inf(1)
		for _, label := range s.Labels {
			if label.Name == "le" && label.Value != "+Inf" {
				if _, err := fmt.Sscanf(label.Value, "%g", &bound); err != nil {
					panic(err)
				}
			}
		}
		at := -1
		for i := range bounds {
			if bounds[i] == bound {
				at = i
			}
		}
		if at < 0 {
			at, bounds, counts = len(bounds), append(bounds, bound), append(counts, 0)
		}
		counts[at] += s.Value
	}
	rank := q * counts[len(counts)-1]
	for i := range bounds {
		if counts[i] < rank {
			continue
		}
		if math.IsInf(bounds[i], 1) {
			return bounds[i-1]
		}
		low, below := 0.0, 0.0
		if i > 0 {
			low, below = bounds[i-1], counts[i-1]
		}
		return low + (bounds[i]-low)*(rank-below)/(counts[i]-below)
	}
	return math.NaN()
}

const durations = "http_request_duration_seconds"

func TestRatesAndQuantiles(t *testing.T) {
	for _, test := range []struct {
		latency string
		p99     float64
	}{{"80ms p99", 0.080}, {"212ms p99", 0.212}, {"48ms p99", 0.048}, {"2.9s p99", 2.9}} {
		f, w := New(1, epoch()), web(4, 100, "latency", test.latency, "errors", "6%", "workers", "200")
		pass(f, w, epoch(), tide*time.Second) // a whole one, so that the swell is even
		samples := f.Gather()
		all := sum(samples, "http_requests_total")
		if !near(all, 100*tide, 0.01) {
			t.Errorf("%s: %v requests, want about %v", test.latency, all, 100*tide)
		}
		if failed := sum(samples, "http_requests_total", Label{"code", "500"}); !near(failed/all, 0.06, 0.05) {
			t.Errorf("%s: %v of %v failed, want 6 %%", test.latency, failed, all)
		}
		if p99 := quantile(0.99, samples, durations); !near(p99, test.p99, 0.15) {
			t.Errorf("%s: p99 by the buckets is %v", test.latency, p99)
		}
		if count := sum(samples, durations+countOf); count != all {
			t.Errorf("%s: the histograms have %v requests, the counters %v", test.latency, count, all)
		}
	}
}

func TestLosingCapacityRaisesLatency(t *testing.T) {
	before := 0.0
	// One pod's two workers serve about 70 requests a second: 3 pods are enough, 2 just so.
	for _, pods := range []int{6, 3, 2} {
		f := New(1, epoch())
		pass(f, web(pods, 120, "latency", "80ms p99", "workers", "2"), epoch(), 10*time.Minute)
		p99 := quantile(0.99, f.Gather(), durations)
		if p99 < before*1.05 {
			t.Errorf("with %d pods p99 is %v s, with more it was %v", pods, p99, before)
		}
		before = p99
	}
	// One alone cannot: its line is full, and it refuses.
	f := New(1, epoch())
	pass(f, web(1, 120, "latency", "80ms p99", "workers", "2", "queue", "70"), epoch(), 10*time.Minute)
	samples := f.Gather()
	if p50 := quantile(0.5, samples, durations, Label{"code", "200"}); p50 < 0.75 || p50 > 1.2 {
		t.Errorf("with a full line of 70 the median is %v, want about 1 s", p50)
	}
	if refused := sum(samples, "http_requests_total", Label{"code", "503"}) / sum(samples, "http_requests_total"); refused < 0.3 || refused > 0.5 {
		t.Errorf("%v is refused, want about 0.4", refused)
	}
}

func TestTheSameSeedGivesTheSameTraffic(t *testing.T) {
	play := func(seed uint64) string {
		f, w := New(seed, epoch()), web(3, 50, "errors", "1%")
		w.Services[0].History = time.Hour
		now := pass(f, w, epoch(), 10*time.Second)
		w.Services[0].Load.Rate = 200
		pass(f, w, now, time.Minute)
		f.Release([]string{"uid-0", "uid-1", "uid-2"})
		var text bytes.Buffer
		if err := Expose(&text, f.Gather()); err != nil {
			t.Fatal(err)
		}
		return text.String()
	}
	if first, second := play(7), play(7); first != second {
		t.Error("two runs differ")
	}
	if play(7) == play(8) {
		t.Error("two seeds give the same")
	}
	if text := play(7); !strings.Contains(text, `http_request_duration_seconds_bucket{namespace="shop",pod="web-0",code="200",le="1.0"} `) {
		t.Errorf("no bucket of web-0 in\n%s", text)
	}
}

func TestPodsComeAndGo(t *testing.T) {
	f, w := New(1, epoch()), web(3, 90)
	now := pass(f, w, epoch(), 10*time.Second)
	count := func(pod string) float64 { return sum(f.Gather(), "http_requests_total", Label{"pod", pod}) }
	before := []float64{count("web-0"), count("web-1"), count("web-2")}

	// web-2 is no endpoint any more: it tells, but nothing new. The others get its share.
	w.Services[0].Ready = w.Services[0].Ready[:2]
	now = pass(f, w, now, 2*time.Second) // what it had begun ends
	idle := count("web-2")
	now = pass(f, w, now, 100*time.Second)
	if got := count("web-2"); got != idle || got < before[2] {
		t.Errorf("without traffic web-2 goes from %v to %v", idle, got)
	}
	if got := count("web-0") - before[0]; !near(got, 45*102, 0.12) {
		t.Errorf("web-0 got %v more, want about %v", got, 45*102)
	}
	// Its container is started again: it tells from zero, under another ID.
	w.Pods[2].Running = false
	now = pass(f, w, now, time.Second)
	if got := sum(f.Gather(), "http_requests_total", Label{"pod", "web-2"}); got != 0 || strings.Contains(fmt.Sprint(f.Gather()), "web-2") {
		t.Error("it tells without running")
	}
	w.Pods[2].Running, w.Pods[2].ID = true, "uid-2/1"
	now = pass(f, w, now, 5*time.Second)
	if got := fmt.Sprint(f.Gather()); !strings.Contains(got, "web-2") || count("web-2") != 0 {
		t.Error("started again, it does not tell zeros")
	}
	w.Pods = w.Pods[:1]
	pass(f, w, now, time.Second)
	if got := fmt.Sprint(f.Gather()); strings.Contains(got, "web-1") || strings.Contains(got, "web-2") || !strings.Contains(got, "web-0") {
		t.Error("those that are gone are told, or those that are not are not")
	}
}

func TestWhatComesBeforeItIsLoadedIsLost(t *testing.T) {
	f, w := New(1, epoch()), web(1, 50, "warmup", "10x 2m", "latency", "80ms p99")
	w.Pods[0].Loaded = epoch().Add(30 * time.Second)
	now := pass(f, w, epoch(), 30*time.Second)
	samples := f.Gather()
	if lost, all := sum(samples, "http_requests_total", Label{"code", "502"}), sum(samples, "http_requests_total"); lost != all || lost < 1000 {
		t.Errorf("%v of %v are lost, want all", lost, all)
	}
	now = pass(f, w, now, 20*time.Second)
	cold := quantile(0.99, f.Gather(), durations, Label{"code", "200"})
	warm := New(1, epoch())
	w.Pods[0].Loaded = epoch().Add(-time.Hour)
	pass(warm, w, epoch(), 10*time.Minute)
	usual := quantile(0.99, warm.Gather(), durations, Label{"code", "200"})
	if cold < 5*usual {
		t.Errorf("p99 is %v at first and %v later, want much more at first", cold, usual)
	}
	pass(f, w, now, time.Second)
	if lost := sum(f.Gather(), "http_requests_total", Label{"code", "502"}); lost < 1000 {
		t.Errorf("what was lost is forgotten: %v", lost)
	}
}

// A pod that is annotated while it runs serves by that from then on.
func TestAnAnnotationChangesARunningPod(t *testing.T) {
	w := web(2, 50, "latency", "80ms p99")
	f := New(1, epoch())
	now := pass(f, w, epoch(), time.Minute)
	before := sum(f.Gather(), "http_request_duration_seconds_sum", Label{"pod", "web-0"})
	w.Pods[0].Behaviour = web(1, 50, "latency", "900ms p99", "errors", "50%").Pods[0].Behaviour
	pass(f, w, now, time.Minute)
	samples := f.Gather()
	if after := sum(samples, "http_request_duration_seconds_sum", Label{"pod", "web-0"}) - before; after < 5*before {
		t.Errorf("its requests took %v s in a minute, %v s in the one before", after, before)
	}
	failed := func(pod string) float64 {
		return sum(samples, "http_requests_total", Label{"pod", pod}, Label{"code", "500"})
	}
	if failed("web-0") < 100 || failed("web-1") > 0 {
		t.Errorf("%v of its requests failed, %v of the other's", failed("web-0"), failed("web-1"))
	}
}
