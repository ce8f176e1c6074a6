package traffic

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// usualSpread is how far the 99th percentile of service times is from the median when only
// one of them is said.
const usualSpread = 3.2

// Latency is a log-normal distribution of service times: what a request takes once it is
// its turn.
type Latency struct {
	mu, sigma float64 // of the logarithm of seconds
}

// ParseLatency reads one or two quantiles: "80ms p99", "25ms p50 80ms p99".
func ParseLatency(text string) (Latency, error) {
	fields := strings.Fields(text)
	if len(fields) != 2 && len(fields) != 4 {
		return Latency{}, fmt.Errorf("read the latency %q: it is not like 80ms p99", text)
	}
	var at, z []float64 // logarithms, and how many sigma they are from the median
	for i := 0; i < len(fields); i += 2 {
		d, err := time.ParseDuration(fields[i])
		if err != nil || d <= 0 {
			return Latency{}, fmt.Errorf("read the latency %q: %s is no duration above zero", text, fields[i])
		}
		percent, err := strconv.ParseFloat(strings.TrimPrefix(fields[i+1], "p"), 64)
		if err != nil || !strings.HasPrefix(fields[i+1], "p") || percent <= 0 || percent >= 100 {
			return Latency{}, fmt.Errorf("read the latency %q: %s is no percentile", text, fields[i+1])
		}
		at, z = append(at, math.Log(d.Seconds())), append(z, deviations(percent/100))
	}
	sigma := math.Log(usualSpread) / deviations(0.99)
	if len(at) == 2 {
		if sigma = (at[1] - at[0]) / (z[1] - z[0]); !(sigma > 0) || math.IsInf(sigma, 0) {
			return Latency{}, fmt.Errorf("read the latency %q: the higher percentile must be the longer time", text)
		}
	}
	return Latency{mu: at[0] - z[0]*sigma, sigma: sigma}, nil
}

// deviations returns how many standard deviations the quantile q of a normal distribution
// is from its mean.
func deviations(q float64) float64 { return math.Sqrt2 * math.Erfinv(2*q-1) }

// Quantile returns the service time in seconds that a share q of requests stays below.
func (l Latency) Quantile(q float64) float64 { return math.Exp(l.mu + l.sigma*deviations(q)) }

// Mean returns the mean service time in seconds.
func (l Latency) Mean() float64 { return math.Exp(l.mu + l.sigma*l.sigma/2) }

func (l Latency) draw(random *rand.Rand) float64 {
	return math.Exp(l.mu + l.sigma*random.NormFloat64())
}
