package strip

import (
	"fmt"

	"fader/kube"
	"fader/views/imagetag"
	"fader/views/theme"
)

// Side is one of the two Deployments.
type Side struct {
	Role, Name, Image string
	Hue               theme.Style
	// Now and After are its replicas, before and after what is previewed.
	Now, After int32
	Ready      int32
	// Endpoints of it that are ready behind the Service; nil where not known.
	Endpoints *int32
}

// Desk is both sides and what they share.
type Desk struct {
	Stable, Canary Side
	// Live puts the knob where the canary is and marks where it goes; otherwise it
	// is the other way round, because the knob is what is being moved.
	Live bool
	// Blind: nothing was seen yet, so Now, Ready and Endpoints mean nothing.
	Blind bool
	// Others are the Service's ready endpoints that are of neither.
	Others int32
}

// Total of replicas, which a shift keeps.
func (d Desk) Total() int32 { return d.Stable.After + d.Canary.After }

// Image of a Deployment with its revision: "web:v2 · revision 4".
func Image(t theme.Theme, d *kube.Deployment) string {
	revision := fmt.Sprintf("revision %d", d.Revision)
	if image := imagetag.List(d.Images()); image != "" {
		return image + " " + t.Glyphs.Dot + " " + revision
	}
	return revision
}

// Hues of the two sides: those of their revisions, and different ones where the
// two have the same number.
func Hues(t theme.Theme, stable, canary int64) (theme.Style, theme.Style) {
	a, b := t.Hue(stable), t.Hue(canary)
	if a == b {
		b = t.Hue(canary + 1)
	}
	return a, b
}

const unknown = "unknown"

// share is a side's share of the ready endpoints, now and after.
func (d Desk) share(s Side) (now, after string) {
	now = unknown
	if d.Stable.Endpoints != nil && d.Canary.Endpoints != nil {
		now = Percent(*s.Endpoints, *d.Stable.Endpoints+*d.Canary.Endpoints+d.Others)
	}
	return now, Percent(s.After, d.Total()+d.Others)
}

// Percent says how many of all, rounded, but never 0 for what is there nor 100
// while something is missing.
func Percent(n, of int32) string {
	if of <= 0 {
		return "none"
	}
	switch share := (200*int64(n) + int64(of)) / (2 * int64(of)); {
	case share == 0 && n > 0:
		return "<1 %"
	case share == 100 && n < of:
		return ">99 %"
	default:
		return fmt.Sprintf("%d %%", share)
	}
}
