package watch

import (
	"context"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"fader/kube"
)

// rights notices that Deployments may not be read any more. A server goes on feeding
// an open watch after the right to open it is gone, for up to ten minutes.
type rights struct {
	asked   time.Time // last, also by the lists that a generation begins with
	asking  bool
	answers chan error
}

// askRights lists one Deployment where that was not asked for a while.
func (l *loop) askRights(ctx context.Context) {
	r, now := &l.rights, l.Clock()
	if r.asking || l.pulse.state != kube.Live || now.Sub(r.asked) < l.RightsEvery {
		return
	}
	r.asked, r.asking = now, true
	options := metav1.ListOptions{Limit: 1, LabelSelector: l.Scope.Selector}
	go l.watch.guard(func() {
		ctx, cancel := context.WithTimeout(ctx, l.ReadTimeout)
		defer cancel()
		_, err := l.Client.AppsV1().Deployments(l.Scope.Namespace).List(ctx, options)
		r.answers <- err
	})
}

// takeRights makes the watch of Deployments ask for itself where it was refused:
// what the watch is told then counts.
func (l *loop) takeRights(err error) {
	l.rights.asking = false
	if !isRefused(err) {
		return
	}
	for _, f := range l.feeds {
		if f.resource.name == deployments {
			ring(f.suspect)
		}
	}
}

// isRefused is a 403 that an API server said, not a proxy before it.
func isRefused(err error) bool {
	return apierrors.IsForbidden(err) && !apierrors.IsUnexpectedServerError(err)
}
