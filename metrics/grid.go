package metrics

import "time"

const (
	// mostPoints of a window; half as many at least.
	mostPoints = 90
	// scrapesPerRate is how many scrapes the window of rate() holds at least:
	// one may fail, and two are needed.
	scrapesPerRate = 4
)

// grid is where points in time are: at whole multiples of the step, whoever asks
// and whenever, so that a refresh meets the points that are there already.
type grid struct {
	step time.Duration
	rate time.Duration // window of rate(): a multiple of step, so that windows can be laid end to end
	size int           // points of the whole window
}

// gridFor a window of time and the interval at which is scraped.
func gridFor(window, scrape time.Duration) grid {
	step := wholeStep(window / mostPoints)
	rate := max(scrapesPerRate*scrape, step)
	rate = (rate + step - 1) / step * step
	return grid{step: step, rate: rate, size: int(window / step)}
}

// wholeStep is the first step from d on that people count in.
func wholeStep(d time.Duration) time.Duration {
	for _, s := range []time.Duration{1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800} {
		if s *= time.Second; s >= d {
			return s
		}
	}
	return (d + time.Hour - 1) / time.Hour * time.Hour
}

// tick is the number of the newest point that is not after a moment.
func (g grid) tick(at time.Time) int64 {
	return at.UnixNano() / int64(g.step)
}

// time of a tick.
func (g grid) time(tick int64) time.Time { return time.Unix(0, tick*int64(g.step)) }

// span of ticks, both included.
func (g grid) span(from, to int64) span {
	return span{start: g.time(from), end: g.time(to), step: g.step}
}
