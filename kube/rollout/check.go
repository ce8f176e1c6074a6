package rollout

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"fader/kube"

	appsv1 "k8s.io/api/apps/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Names of the checks.
const (
	checkWritable  = "writes allowed"
	checkPermitted = "permitted"
	checkDryRun    = "server dry run"
)

// checkUnchanged names the moment and version that the patch is guarded with.
func checkUnchanged(p *Plan) Check {
	return Check{
		Name:   fmt.Sprintf("unchanged since %s (rv %s)", p.MadeAt.Format(time.TimeOnly), kube.Clean(p.ResourceVersion)),
		Passed: true,
	}
}

// permitted asks the server whether the patch is allowed. The server stays the
// authority: where it cannot be asked, the write itself will tell.
func (d *Desk) permitted(ctx context.Context, p *Plan) Check {
	of, err := servedAs(p.Target().Kind)
	if err != nil {
		return Check{Name: checkPermitted, Detail: err.Error()}
	}
	what := &authorizationv1.ResourceAttributes{
		Verb: "patch", Group: of.group, Resource: of.plural, Subresource: p.Subresource,
		Namespace: p.Target().Namespace, Name: p.Target().Name,
	}
	review := &authorizationv1.SelfSubjectAccessReview{
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: what},
	}
	got, err := d.client.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, review, metav1.CreateOptions{})
	if err != nil {
		return Check{Name: checkPermitted, Passed: true, Detail: kube.Clean("not known: " + explain(err))}
	}
	if got.Status.Allowed {
		return Check{Name: checkPermitted, Passed: true}
	}
	resource := of.plural
	if p.Subresource != "" {
		resource += "/" + p.Subresource
	}
	reason := got.Status.Reason
	if reason == "" {
		reason = "no rule allows it"
	}
	return Check{Name: checkPermitted, Detail: kube.Clean(fmt.Sprintf(
		"you may not patch %s in %s: %s", resource, p.Target().Namespace, reason))}
}

// rehearse sends the patch as a dry run: defaulting, validation, quota and
// admission all have their say, and nothing is stored. moved is true where the
// object has changed since the plan was made.
func (d *Desk) rehearse(ctx context.Context, p *Plan) (check Check, moved bool) {
	got, err := d.patcher.patch(ctx, *p, true)
	switch {
	case err == nil:
		p.Warnings = append(p.Warnings, surprises(p, got)...)
		if got.object != nil {
			p.want = got.object
		}
		return Check{Name: checkDryRun, Passed: true}, false
	case errors.Is(err, errNoDryRun), cannotRehearse(err):
		return Check{Name: checkDryRun, Passed: true, Detail: kube.Clean("skipped: " + explain(err))}, false
	default:
		return Check{Name: checkDryRun, Detail: kube.Clean(explain(err))}, mayHaveMoved(err)
	}
}

// cannotRehearse recognises an admission webhook that has side effects and does
// not take part in dry runs: that is no denial of the write.
func cannotRehearse(err error) bool {
	return apierrors.IsBadRequest(err) && strings.Contains(explain(err), "does not support dry run")
}

// mayHaveMoved recognises the two answers to a guard that does not hold: 409 for
// the body of a merge patch, 422 for a test of a JSON patch. Admission and
// validation answer with the same codes, so that reading again has to tell: where
// the object is still the one that was patched, it was not the guard.
func mayHaveMoved(err error) bool { return apierrors.IsConflict(err) || apierrors.IsInvalid(err) }

// surprises are what the server would change beyond the plan: defaults and
// mutating admission webhooks.
func surprises(p *Plan, got answer) []string {
	if got.object == nil {
		if wanted := desired(p.want.(*appsv1.Deployment)); got.replicas != wanted {
			return []string{fmt.Sprintf("admission would change replicas to %d", got.replicas)}
		}
		return nil
	}
	changes, err := changesBetween(p.want, got.object)
	if err != nil {
		return []string{kube.Clean(fmt.Sprintf("what admission would change is not known: %v", err))}
	}
	var warnings []string
	for _, c := range changes {
		warnings = append(warnings, fmt.Sprintf("admission would also change %s: %s → %s", c.Path, shown(c.Before), shown(c.After)))
	}
	if more := len(warnings) - 3; more > 0 {
		warnings = append(warnings[:3], fmt.Sprintf("and admission would change %s more", count(int64(more), "field")))
	}
	return warnings
}

func shown(value string) string {
	if value == "" {
		return "(none)"
	}
	return value
}
