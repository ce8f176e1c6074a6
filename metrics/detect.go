package metrics

import (
	"slices"
	"time"

	"github.com/prometheus/common/model"
)

const (
	// detectOver is the window in which samples are counted.
	detectOver = 2 * time.Minute
	// detectSoon is when something was found for the first time: whoever has only
	// just begun to export may not have been scraped yet. From then on it is asked
	// at twice the age, and at last every detectAgain. While nothing is found, every
	// refresh asks: there is nothing else to ask then, and somebody has to notice an
	// outage.
	detectSoon  = 15 * time.Second
	detectAgain = 2 * time.Minute
	// usualScrape is what Prometheus' examples have.
	usualScrape = 15 * time.Second
)

// presence is who exports what.
type presence struct {
	presets    []int // with series in the scope, ascending
	namespaces [][]string
	gpus       bool
	scrape     time.Duration // 0: not known
}

// presenceIn an answer to asker.presence.
func presenceIn(q query, answer model.Vector, presets []Preset) presence {
	found := presence{namespaces: make([][]string, len(presets))}
	most := 0.0 // the fewest samples that a namespace has, of those that have two
	for _, s := range answer {
		p, ok := q.parts[string(s.Metric[mark])]
		count := float64(s.Value)
		if !ok || !(count > 0) {
			continue
		}
		switch {
		case p.signal == interval:
			if count >= 2 && (most == 0 || count < most) {
				most = count
			}
		case p.preset == len(presets):
			found.gpus = true
		default:
			if !slices.Contains(found.presets, p.preset) {
				found.presets = append(found.presets, p.preset)
			}
			if ns := string(s.Metric[model.LabelName(presets[p.preset].Labels.Namespace)]); isName(ns) {
				found.namespaces[p.preset] = append(found.namespaces[p.preset], ns)
			}
		}
	}
	slices.Sort(found.presets)
	if most > 0 {
		found.scrape = usualInterval(detectOver.Seconds() / most)
	}
	return found
}

// usualInterval is the interval that people configure which is meant by one that
// was measured: a scrape more or less is in the window, and one may have failed.
func usualInterval(seconds float64) time.Duration {
	for _, s := range []float64{1, 2, 5, 10, 15, 20, 30, 60} {
		if seconds <= s*1.15 {
			return time.Duration(s) * time.Second
		}
	}
	return 2 * time.Minute
}

// after is what is known once a later presence was found. Who was there before is
// still asked for, since series end and come back; and a scrape interval that has
// become shorter has to be seen twice, since a new grid loses the history.
func (f presence) after(before presence, lastSeen time.Duration) presence {
	for _, p := range before.presets {
		if !slices.Contains(f.presets, p) {
			f.presets = append(f.presets, p)
		}
	}
	slices.Sort(f.presets)
	f.gpus = f.gpus || before.gpus
	if f.scrape == 0 || f.scrape < before.scrape && f.scrape != lastSeen {
		f.scrape = before.scrape
	}
	return f
}
