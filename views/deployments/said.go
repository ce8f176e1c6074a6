package deployments

import (
	"slices"
	"time"

	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/age"
	"fader/views/figure"
	"fader/views/theme"
)

// said is what there is to say about one row's figures.
type said struct {
	of      *kube.Rollout
	facts   []string
	against gauge.Against
	both    bool // there are two sides to compare
}

// figures are at most h lines: how the new revision stands against the one beside
// it, and what is known of all together.
func (v *View) figures(r *kube.Rollout, w, h int) []string {
	if v.memo.said.of != r {
		v.memo.said = v.say(r)
	}
	lines, said := []string(nil), v.memo.said
	if said.both {
		lines = v.verdict(said.against, w, h)
	}
	if len(lines) < h {
		lines = append(lines, v.Facts(said.facts))
	}
	return lines
}

func (v *View) say(r *kube.Rollout) said {
	g := v.Gauge()
	if !g.Known() {
		return said{of: r, facts: []string{v.Untold(r.Ref().String())}}
	}
	against, both := g.Against(r, nil)
	all := g.Deployment(r)
	facts := v.Tell(all)
	if first := g.DeploymentFigure(r, gauge.FirstToken); first.Now.Known {
		facts = append(facts, "first token p99 "+figure.Value(v.Theme(), first.Figure, first.Now))
	}
	if since, ok := risingFor(all.P99); ok {
		facts = append(facts, "p99 rising for "+age.Short(since))
	}
	if len(facts) == 0 {
		facts = []string{v.Untold(r.Ref().String())}
	}
	if both && against.Verdict.Outcome == metrics.Unknown {
		facts, both = append(facts, against.A+" against "+against.B+": nothing to compare yet"), false
	}
	return said{of: r, facts: facts, against: against, both: both}
}

// verdict in at most h lines: on the latency, and on the errors where there are
// more or fewer. Where there is no room for the sentence, it is a short one.
func (v *View) verdict(a gauge.Against, w, h int) []string {
	name := a.A + " against " + a.B
	lines := v.Paragraph(name, v.Spelled(a.Verdict.Sentence), v.outcome(a.Verdict.Outcome), w)
	if len(lines) > max(h-1, 1) {
		lines = v.Paragraph(name, v.short(a.Verdict), v.outcome(a.Verdict.Outcome), w)
	}
	if e := a.Verdict.Errors.Outcome; e == metrics.Worse || e == metrics.Better {
		errors := v.Paragraph("", v.Spelled(a.Verdict.ErrorSentence), v.outcome(e), w)
		if len(lines)+len(errors) <= h {
			lines = append(lines, errors...)
		}
	}
	return lines
}

// short is the verdict in a few words.
func (v *View) short(verdict metrics.Verdict) string {
	text, d, dot := verdict.Outcome.String(), verdict.P99, " "+v.Theme().Glyphs.Dot+" "
	if d.A.Known && d.B.Known {
		text = "p99 " + figure.Value(v.Theme(), gauge.P99, d.A) + " against " + figure.Value(v.Theme(), gauge.P99, d.B) + dot + text
	}
	if e := verdict.Errors.Outcome; e == metrics.Worse || e == metrics.Better {
		text += dot + e.OfErrors()
	}
	return text
}

func (v *View) outcome(o metrics.Outcome) theme.Style {
	t := v.Theme()
	switch {
	case v.Outdated():
		return t.Faint
	case o == metrics.Worse:
		return t.Waiting
	case o == metrics.Better:
		return t.Good
	}
	return t.Dim
}

// risingFor is for how long a series that rises has been above what it was before
// by more than a quarter; false where it does not rise.
func risingFor(s metrics.Series) (time.Duration, bool) {
	if s.Trend() != metrics.Rising {
		return 0, false
	}
	limit, steps := 1.25*middle(s.Values), 0
	for i := s.Len() - 1; i >= 0; i-- {
		if value := s.At(i); value.Known && value.V <= limit {
			break
		}
		steps++
	}
	return time.Duration(steps) * s.Step, steps > 0 && steps < s.Len()
}

// middle of the values that are known.
func middle(values []float64) float64 {
	known := slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return v != v })
	if len(known) == 0 {
		return 0
	}
	slices.Sort(known)
	return known[len(known)/2]
}
