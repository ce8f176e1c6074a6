package chart

import (
	"time"

	"fader/kube/gauge"
)

// usual is the window of a poller that has not said otherwise.
const usual = 30 * time.Minute

// windows that can be zoomed to.
func windows() []time.Duration {
	return []time.Duration{
		5 * time.Minute, 15 * time.Minute, usual, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour,
	}
}

// Window that is asked for; 0 is the poller's.
func (v *View) Window() time.Duration {
	if v.window == v.usual() {
		return 0
	}
	return v.window
}

// SetDetail gives the figures of a window that was asked for.
func (v *View) SetDetail(g *gauge.Gauge) { v.detail, v.fault, v.dirty = g, "", true }

// SetFault says why the window that was asked for could not be read.
func (v *View) SetFault(sentence string, at time.Time) {
	if v.fault == "" {
		v.since = at
	}
	v.fault, v.dirty = sentence, true
}

// usual is the poller's window.
func (v *View) usual() time.Duration {
	if v.live != nil && v.live.Picture != nil && v.live.Picture.Window > 0 {
		return v.live.Picture.Window
	}
	return usual
}

// span is the window asked for, in full.
func (v *View) span() time.Duration {
	if v.window == 0 {
		return v.usual()
	}
	return v.window
}

// shown are the figures that are drawn: those of the window asked for, or the last
// ones there were.
func (v *View) shown() *gauge.Gauge {
	if v.Window() == 0 || v.detail == nil {
		return v.live
	}
	return v.detail
}

// reading says that the window asked for is not there yet.
func (v *View) reading() bool {
	g := v.shown()
	return v.Window() != 0 && v.fault == "" && (v.detail == nil || g.Picture.Window != v.span())
}

// zoom to the next window that is longer, or shorter.
func (v *View) zoom(by int) bool {
	all, now := windows(), v.span()
	if by < 0 {
		for i := len(all) - 1; i >= 0; i-- {
			if all[i] < now {
				v.goTo(all[i])
				break
			}
		}
		return true
	}
	for _, w := range all {
		if w > now {
			v.goTo(w)
			break
		}
	}
	return true
}

func (v *View) goTo(window time.Duration) {
	v.window, v.fault, v.dirty = window, "", true
}
