package metrics

import "math"

// What is assumed about how much more requests vary from minute to minute than
// independent ones would, until the data say: a factor of the variance, and how
// many minutes' worth of evidence that assumption is.
const (
	assumedExcess  = 2.0
	assumedDegrees = 8.0
	// A quantile is not steadier than this from minute to minute, as a part of it,
	// however many requests a minute has: nodes differ, garbage is collected. A
	// busy service would otherwise be judged by its first two minutes.
	assumedUnrest = 0.15
)

// strata are the windows in which two groups served requests at the same time.
//
// They are as long as the window of rate() and do not overlap, so that what is
// counted in one is not counted in another. Every window weighs the same on both
// sides, however the traffic was shared: otherwise a slow minute in which one side
// happened to have most of its requests would make that side look slow.
type strata struct {
	at     []int     // steps of the series
	na, nb []float64 // requests
	weight []float64 // sums to 1
	seen   float64   // part of each window that the scrapes inside it cover
}

// stack the windows of two groups, the newest first. n is how many requests a
// group had in a window, NaN where that is not known.
func stack(a, b *Group, steps int, n func(g *Group, step int) float64) strata {
	s := strata{seen: 1}
	if a.rate > 0 && a.scrape > 0 {
		s.seen = max(0.25, 1-float64(a.scrape)/float64(a.rate))
	}
	size := a.Requests.Len()
	each := max(1, int(a.rate/max(1, a.Requests.Step)))
	last := size - 1
	for last >= 0 && (isGap(n(a, last)) || isGap(n(b, last))) {
		last--
	}
	total := 0.0
	for t := last; t >= 0 && t > size-1-steps; t -= each {
		na, nb := n(a, t), n(b, t)
		if !(na > 0 && nb > 0) {
			continue
		}
		w := na * nb / (na + nb)
		total += w
		s.at, s.na, s.nb, s.weight = append(s.at, t), append(s.na, na), append(s.nb, nb), append(s.weight, w)
	}
	for i := range s.weight {
		s.weight[i] /= total
	}
	return s
}

func isGap(v float64) bool { return v != v }

// requests on both sides.
func (s strata) requests() (a, b float64) {
	for i := range s.at {
		a, b = a+s.na[i], b+s.nb[i]
	}
	return a, b
}

// effective sizes of the two samples: of as many independent requests would be
// known as much. excess is the factor of the variance.
func (s strata) effective(excess float64) (a, b float64) {
	for i, w := range s.weight {
		a, b = a+w*w/s.na[i], b+w*w/s.nb[i]
	}
	return s.seen / (excess * a), s.seen / (excess * b)
}

// unrest is what a quantile over the windows may be off by, as a part of it, for
// one standard deviation.
func (s strata) unrest() float64 {
	sum := 0.0
	for _, w := range s.weight {
		sum += w * w
	}
	return assumedUnrest * math.Sqrt(sum)
}

// mean of a share over the windows.
func (s strata) mean(share func(i int) float64) float64 {
	sum := 0.0
	for i, w := range s.weight {
		sum += w * share(i)
	}
	return sum
}

// excess is how much more the difference of two shares varies from window to
// window than that of independent requests would, with the degrees of freedom of
// knowing it. What befalls both sides in the same minute does not count. Windows
// are also taken together by two and by four: what varies more slowly than from
// window to window shows only there.
func (s strata) excess(a, b func(i int) float64, floor float64) (factor, degrees float64) {
	degrees = assumedDegrees + float64(len(s.at)) - 1
	worst := s.dispersion(a, b, 1, floor)
	for _, together := range []int{2, 4} {
		if len(s.at)/together >= 4 {
			worst = max(worst, s.dispersion(a, b, together, floor))
		}
	}
	factor = (assumedDegrees*assumedExcess + (degrees-assumedDegrees)*worst) / degrees
	return max(1, factor), degrees
}

// dispersion of the windows' differences, so many windows taken together; 1 where
// they vary as independent requests do. floor is the least variance of one request.
func (s strata) dispersion(a, b func(i int) float64, together int, floor float64) float64 {
	meanA, meanB := s.mean(a), s.mean(b)
	sum, blocks := 0.0, 0
	for from := 0; from+together <= len(s.at); from += together {
		diff, variance, weight := 0.0, 0.0, 0.0
		for i := from; i < from+together; i++ {
			w, n, m := s.weight[i], s.na[i]*s.seen, s.nb[i]*s.seen
			pooled := (a(i)*n + b(i)*m) / (n + m)
			least := max(pooled*(1-pooled), floor)
			diff += w * (a(i) - b(i) - meanA + meanB)
			variance += w * w * (max(least, meanA*(1-meanA))/n + max(least, meanB*(1-meanB))/m)
			weight += w
		}
		if variance > 0 {
			sum += diff * diff / variance
			blocks++
		}
	}
	if blocks < 2 {
		return 1
	}
	return sum / float64(blocks-1)
}

// mixed is a group's distribution over the windows.
func (s strata) mixed(g *Group) distribution {
	d := distribution{bounds: g.times.bounds, shares: make([]float64, len(g.times.bounds))}
	for i, t := range s.at {
		before := 0.0
		total := g.times.total(t)
		for u, c := range g.times.counts[t] {
			if c == c {
				before = max(before, c)
			}
			d.shares[u] += s.weight[i] * min(1, before/total)
		}
	}
	return d
}

// shareBelow is the part of a group's requests in window i that took at most v.
func (s strata) shareBelow(g *Group, v float64) func(i int) float64 {
	shares := make([]float64, len(s.at))
	var k scratch
	for i, t := range s.at {
		bounds, counts := k.known(g.times, t)
		makeMonotone(counts)
		shares[i] = below(v, bounds, counts)
		if math.IsNaN(shares[i]) {
			shares[i] = 1
		}
	}
	return func(i int) float64 { return shares[i] }
}
