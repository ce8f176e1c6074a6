package traffic

import (
	"fmt"
	"hash/fnv"
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	// maxRate bounds what one Service gets, in requests a second: a simulation has its price.
	maxRate = 5000
	// A load is never quite even: it goes up and down by swell in the course of tide seconds.
	swell, tide = 0.08, 23 * 60
)

// Load is how many requests a Service gets.
type Load struct {
	Rate float64 // a second
	// Over is how long it takes from what was before to Rate.
	Over time.Duration
}

// ParseLoad reads "60" or "480 over 2m".
func ParseLoad(text string) (Load, error) {
	rate, over, ramped := strings.Cut(text, " over ")
	var (
		load Load
		err  error
	)
	if load.Rate, err = strconv.ParseFloat(strings.TrimSpace(rate), 64); err != nil || !(load.Rate >= 0) || load.Rate > maxRate {
		return Load{}, fmt.Errorf("read the load %q: %q is no number of requests a second from 0 to %d", text, rate, maxRate)
	}
	if ramped {
		if load.Over, err = time.ParseDuration(strings.TrimSpace(over)); err != nil || load.Over < 0 {
			return Load{}, fmt.Errorf("read the load %q: %q is no duration", text, over)
		}
	}
	return load, nil
}

// flow is the load of one Service in the course of time. Times are seconds.
type flow struct {
	from, to   float64 // requests a second
	since, end float64 // when it left from, when it is at to
	phase      float64
}

func newFlow(service string, load Load) *flow {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(service)) // a hash never fails
	return &flow{to: load.Rate, end: math.Inf(-1), phase: float64(hash.Sum32()) / math.MaxUint32 * 2 * math.Pi}
}

// turn makes the flow go to load from where it is at now.
func (f *flow) turn(load Load, now float64) {
	if load.Rate == f.to {
		return
	}
	f.from, f.to, f.since, f.end = f.level(now), load.Rate, now, now+load.Over.Seconds()
}

// level is the load at now without its swell.
func (f *flow) level(now float64) float64 {
	switch {
	case now >= f.end:
		return f.to
	case now <= f.since:
		return f.from
	}
	return f.from + (f.to-f.from)*(now-f.since)/(f.end-f.since)
}

// rate is the load at now.
func (f *flow) rate(now float64) float64 {
	return f.level(now) * (1 + swell*math.Sin(2*math.Pi*now/tide+f.phase))
}
