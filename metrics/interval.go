package metrics

import "math"

// Confidence. What is shown has 95 %; a difference is called one only at 99.9 %,
// because whoever watches a rollout looks at it again every few seconds, and each
// look is another chance to be wrong.
const (
	shownZ  = 1.959964
	calledZ = 3.290527
)

// student is the quantile of Student's distribution that belongs to a quantile z
// of the normal one (Abramowitz and Stegun, 26.7.5).
func student(z, degrees float64) float64 {
	z2 := z * z
	return z * (1 + (z2+1)/(4*degrees) +
		((5*z2+16)*z2+3)/(96*degrees*degrees) +
		(((3*z2+19)*z2+17)*z2-15)/(384*degrees*degrees*degrees))
}

// bounds of an interval; infinite where the data say nothing.
type bounds struct{ low, high float64 }

// wider is the interval of v when v may also be off by so much for another reason.
func (b bounds) wider(v, by float64) bounds {
	return bounds{low: v - math.Hypot(v-b.low, by), high: v + math.Hypot(b.high-v, by)}
}

// minus is the interval of the difference of two numbers, each with an interval of
// its own (the method of variance estimates recovery: the distances that matter
// are added as squares).
func minus(a float64, inA bounds, b float64, inB bounds) bounds {
	d := a - b
	return bounds{
		low:  d - math.Hypot(a-inA.low, inB.high-b),
		high: d + math.Hypot(inA.high-a, b-inB.low),
	}
}

// ranks is the interval of ranks (shares of n observations) among which the
// quantile q of what they were drawn from lies: how many of n are above it is
// binomial, whose quantiles are taken with their skewness (Cornish and Fisher).
// A rank of 1 or more is beyond all observations, of 0 or less before them.
func ranks(q, n, z float64) bounds {
	mean, skew := n*(1-q), (z*z-1)*(2*q-1)/6
	spread := z * math.Sqrt(n*q*(1-q))
	return bounds{low: 1 - (mean+skew+spread)/n, high: 1 - (mean+skew-spread)/n}
}

// wilson is the score interval of a share.
func wilson(share, n, z float64) bounds {
	centre := share + z*z/(2*n)
	spread := z * math.Sqrt(share*(1-share)/n+z*z/(4*n*n))
	scale := 1 + z*z/n
	return bounds{low: max(0, (centre-spread)/scale), high: min(1, (centre+spread)/scale)}
}

// distribution is a histogram whose counts are shares, cumulative and monotone.
type distribution struct{ bounds, shares []float64 }

// quantileIn is the quantile q and the interval it lies in, drawn from n
// observations. coarse widens the interval to whole buckets: where two
// distributions have different buckets, what they do inside of them is not
// comparable.
func (d distribution) quantileIn(q, n, z float64, coarse bool) (float64, bool, bounds) {
	v, atLeast := invert(q, d.bounds, d.shares)
	r := ranks(q, n, z)
	in := bounds{low: 0, high: math.Inf(1)}
	if r.low > 0 {
		low, beyond := invert(r.low, d.bounds, d.shares)
		in.low = low
		if coarse && !beyond {
			in.low = d.edge(low, false)
		}
	}
	if r.high < 1 {
		if high, beyond := invert(r.high, d.bounds, d.shares); !beyond {
			in.high = high
			if coarse {
				in.high = d.edge(high, true)
			}
		}
	}
	return v, atLeast, bounds{min(in.low, v), max(in.high, v)}
}

// edge of the bucket that a value is in.
func (d distribution) edge(v float64, upper bool) float64 {
	low := 0.0
	for _, bound := range d.bounds {
		if bound >= v {
			if upper {
				return bound
			}
			return low
		}
		low = bound
	}
	return low
}
