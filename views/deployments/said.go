package deployments

import (
	"slices"
	"time"

	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/age"
	"fader/views/figure"
	"fader/views/verdict"
)

// figures are at most h lines: how the new revision stands against the one beside
// it, and what is known of all together.
func (v *View) figures(r *kube.Rollout, w, h int) []string {
	facts := v.facts.Of(v.Edition(), r, func() []string { return v.say(r) })
	lines, j := []string{v.Facts(facts)}, v.judge(r)
	if !j.both {
		return lines
	}
	var verdicts []string
	for _, line := range verdict.Lines(v.Theme(), j.against, v.Outdated(), w-2) {
		verdicts = append(verdicts, " "+line)
	}
	if j.against.Verdict.Outcome == metrics.Unknown {
		lines = append(lines, verdicts...)
	} else {
		lines = append(verdicts, lines...)
	}
	return lines[:min(len(lines), h)]
}

// say what is known of a row's figures, as facts.
func (v *View) say(r *kube.Rollout) []string {
	g := v.Gauge()
	if !g.Known() {
		return []string{v.Untold(r.Ref().String(), g.Missing(r))}
	}
	all := g.Deployment(r)
	facts := v.Tell(all)
	if first := g.DeploymentFigure(r, gauge.FirstToken); first.Now.Known {
		facts = append(facts, "first token p99 "+figure.Value(v.Theme(), first.Figure, first.Now))
	}
	if since, ok := risingFor(all.P99); ok {
		facts = append(facts, "p99 rising for "+age.Short(since))
	}
	if len(facts) == 0 {
		facts = []string{v.Untold(r.Ref().String(), g.Missing(r))}
	}
	for _, doubt := range g.Doubts(r) {
		facts = append(facts, v.Theme().Glyphs.Up+" "+v.Spelled(doubt.String()))
	}
	return facts
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
	return time.Duration(steps) * s.Step, steps > 0
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
