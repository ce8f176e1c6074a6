package deployments

import (
	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
)

// judged is how the new revision of a row stands against the one beside it, or a
// canary against its stable.
type judged struct {
	against gauge.Against
	both    bool // there are two sides to compare
}

// SetStable says how the Deployment is found that another is the canary of; nil
// from it for one that is no canary. Without it only revisions are compared.
func (v *View) SetStable(of func(*kube.Rollout) *kube.Rollout) {
	v.stable, v.places.stable = of, of
	v.places.measure(v.Gauge())
	v.Renew()
}

// judge a row, once for a picture.
func (v *View) judge(r *kube.Rollout) judged {
	return v.judged.Of(v.Edition(), r, func() (j judged) {
		var stable *kube.Rollout
		if v.stable != nil {
			stable = v.stable(r)
		}
		j.against, j.both = v.Gauge().Against(r, stable)
		return j
	})
}

// worsens says that the new side is worse in a figure than the other.
func (j judged) worsens(f gauge.Figure) bool {
	switch {
	case !j.both || f == gauge.Requests:
		return false
	case f == gauge.Errors:
		return j.against.Verdict.Errors.Outcome == metrics.Worse
	}
	return j.against.Verdict.Outcome == metrics.Worse
}
