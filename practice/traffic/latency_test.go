package traffic

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestParseLatency(t *testing.T) {
	for _, test := range []struct {
		text     string
		p50, p99 float64
	}{
		{"80ms p99", 0.025, 0.080},
		{"25ms p50 80ms p99", 0.025, 0.080},
		{"1s p99 500ms p50", 0.5, 1},
		{"100ms p50", 0.1, 0.32},
		{"10ms p50 20ms p99", 0.01, 0.02},
	} {
		l, err := ParseLatency(test.text)
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		if p50, p99 := l.Quantile(0.5), l.Quantile(0.99); !near(p50, test.p50, 0.001) || !near(p99, test.p99, 0.001) {
			t.Errorf("%s: median %v and p99 %v, want %v and %v", test.text, p50, p99, test.p50, test.p99)
		}
	}
	for _, text := range []string{
		"", "80ms", "p99 80ms", "80 p99", "-1ms p99", "0s p99", "80ms p100", "80ms p0", "80ms q99", "80ms p50 80ms p99", "90ms p50 80ms p99", "80ms p99 80ms p99",
	} {
		if l, err := ParseLatency(text); err == nil || !strings.Contains(err.Error(), "read the latency") {
			t.Errorf("ParseLatency(%q) = %+v, %v", text, l, err)
		}
	}
}

// TestDraws checks that what is drawn is what was asked for.
func TestDraws(t *testing.T) {
	l, err := ParseLatency("80ms p99")
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	drawn, sum := make([]float64, 100_000), 0.0
	for i := range drawn {
		drawn[i] = l.draw(random)
		sum += drawn[i]
	}
	slices.Sort(drawn)
	if p99 := drawn[len(drawn)*99/100]; !near(p99, 0.080, 0.02) {
		t.Errorf("p99 of the draws is %v", p99)
	}
	if mean := sum / float64(len(drawn)); !near(mean, l.Mean(), 0.01) {
		t.Errorf("mean of the draws is %v, want %v", mean, l.Mean())
	}
}

// near tells whether got is within a share of want.
func near(got, want, share float64) bool { return math.Abs(got-want) <= share*math.Abs(want) }
