package deployments

import (
	"fader/kube"
	"fader/metrics"
	"fader/views/age"
	"fader/views/box"
	"fader/views/remedy"
)

// about are the lines on the row under the cursor: its causes, and below them its
// figures, which get one line, or half of them where sides can be compared, and
// what the causes leave.
func (v *View) about(r *kube.Rollout, w, h int) []string {
	if v.Gauge() == nil || h < 2 {
		return v.causes(r, w, h)
	}
	lines, least := v.causes(r, w, h), h/2
	if j := v.judge(r); !j.both || j.against.Verdict.Outcome == metrics.Unknown {
		least = 1 // there is nothing to say that is worth a cause
	}
	figures := v.figures(r, w, max(least, h-len(lines)))
	return append(box.Shorten(lines, h-len(figures), v.Theme().Glyphs.Ellipsis), figures...)
}

// leastName are the cells that a name below the table gets at least.
const leastName = 32

// causes are about h lines on the row under the cursor: all of its causes with
// their hints, or that there is none.
func (v *View) causes(r *kube.Rollout, w, h int) []string {
	style := v.look(r)
	if r.Phase == kube.Stalled || r.Phase == kube.Degraded {
		style = v.Ink(v.Theme().Text)
	}
	// A long name leaves room for the reason.
	name, lead := box.Middle(r.Ref().String(), max(w/2, leastName), v.Theme().Glyphs.Ellipsis), v.lead(r)
	if len(r.Causes) == 0 {
		return v.Paragraph(name, v.joined(lead, r.Status), style, w)
	}
	var lines []string
	for i, c := range r.Causes {
		if i == 0 {
			if lead != "" && v.places.of(r).now.Rank == kube.RankOutage {
				c.Meanwhile = "" // the lead says it
			}
			lines = v.Paragraph(name, v.joined(lead, v.told(c)), style, w)
		} else {
			lines = append(lines, v.Paragraph("", c.Text, style, w)...)
		}
		if c.Hint != "" && len(lines) < h {
			lines = append(lines, v.Hint(remedy.Hint(v.Keys(), c)))
		}
		if len(lines) >= h {
			break
		}
	}
	return lines
}

// joined are two sentences on one line; either may be "".
func (v *View) joined(first, second string) string {
	if first == "" || second == "" {
		return first + second
	}
	return first + " " + v.Theme().Glyphs.Dot + " " + second
}

// told is a cause with its age, and what still serves meanwhile.
func (v *View) told(c kube.Cause) string {
	since := ""
	if !c.Since.IsZero() {
		since = age.Since(v.Clock(), c.Since)
	}
	return c.Sentence(since, v.Theme().Glyphs.Dot)
}
