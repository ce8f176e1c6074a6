package deployments

import (
	"fmt"

	"fader/kube"
	"fader/views/age"
	"fader/views/box"
	"fader/views/phase"
	"fader/views/theme"
)

// drawCause says why a row stands where it stands: what does not serve, else what
// metrics say, else the worst of its causes. What is in the way of room goes last.
func (v *View) drawCause(pen *box.Pen, r *kube.Rollout) {
	p, worst, lead := v.places.of(r), r.Worst(), v.lead(r)
	switch {
	case lead == "" && worst != nil:
		pen.Write(v.Ink(phase.Severe(v.Theme(), worst.Severity)), reason(worst, pen.Left()))
	case lead == "":
	case p.now.Rank == kube.RankOutage:
		v.drawLead(pen, v.Ink(v.Theme().Broken), lead, worst)
	case p.now.Rank == kube.RankReduced:
		v.drawLead(pen, v.Ink(v.Theme().Waiting), lead, worst)
	default:
		v.drawLead(pen, v.FigureInk(v.impaired(p.now)), lead, v.serious(worst))
	}
}

// lead is what matters more than the causes of a row: what does not serve, or what
// metrics say; "" where the causes say it.
func (v *View) lead(r *kube.Rollout) string {
	p, worst := v.places.of(r), r.Worst()
	switch {
	case p.now.Rank == kube.RankOutage:
		return v.outage(r, p.now)
	case p.now.Rank == kube.RankReduced && (worst == nil || worst.Severity < kube.Attention):
		return fmt.Sprintf("%d of %d serve", p.now.Serving, p.now.Wanted)
	case p.now.Rank >= kube.RankImpaired || worst == nil:
		return p.impaired.Text
	}
	return ""
}

// drawLead draws what matters most, and behind it, where there is room, the worst cause.
func (v *View) drawLead(pen *box.Pen, style theme.Style, lead string, worst *kube.Cause) {
	pen.Write(style, v.Spelled(lead))
	const between = 3
	room := pen.Left() - between
	if worst == nil || worst.Kind == kube.CauseNoEndpoint && room < wordsFrom {
		return
	}
	text := reason(worst, room)
	if box.Width(text) > room && room < wordsFrom {
		return
	}
	pen.Write(v.Theme().Faint, " "+v.Theme().Glyphs.Dot+" ")
	pen.Write(v.Ink(phase.Severe(v.Theme(), worst.Severity)), text)
}

// outage says what does not serve, and since when where that is known.
func (v *View) outage(r *kube.Rollout, s kube.Standing) string {
	text := "no pod ready"
	if s.Service != "" {
		text = "no endpoint"
	}
	if !s.Since.IsZero() {
		text += " for " + age.Since(v.Clock(), s.Since)
	}
	return text
}

// impaired is the style of what metrics say: loud where it is what a row stands by.
func (v *View) impaired(s kube.Standing) theme.Style {
	if s.Rank == kube.RankImpaired {
		return v.Theme().Waiting
	}
	return v.Theme().Dim
}

// serious is a cause that asks for a hand; nil for another.
func (v *View) serious(c *kube.Cause) *kube.Cause {
	if c == nil || c.Severity < kube.Attention {
		return nil
	}
	return c
}

// reason is a cause in words where there is room for them, else by its kind, which
// is shorter; a cause that only takes time says more by the beginning of its words.
func reason(c *kube.Cause, room int) string {
	if room >= wordsFrom || box.Width(c.Text) <= room || c.Severity == kube.Info || c.Kind == kube.CausePaused {
		return c.Text
	}
	return string(c.Kind)
}
