package kube

import "fmt"

// Verdict is what `kubectl rollout status` makes of a rollout.
type Verdict string

const (
	VerdictSuccess Verdict = "success"
	VerdictWaiting Verdict = "waiting"
	VerdictFailed  Verdict = "failed"
)

// step is one of kubectl's tests; the first that applies decides.
type step struct {
	applies func(d *Deployment) bool
	verdict Verdict
	say     func(d *Deployment) string
}

// steps in kubectl's order, which is their meaning: a deadline that was exceeded
// under an older spec says nothing about the present one, and a rollout that is
// past its deadline has failed whatever its numbers are.
func steps() [6]step {
	return [...]step{
		{
			func(d *Deployment) bool { return !d.IsObserved() }, VerdictWaiting,
			func(*Deployment) string { return "Waiting for deployment spec update to be observed..." },
		},
		{
			func(d *Deployment) bool { return d.progressing() == reasonTimedOut }, VerdictFailed,
			func(d *Deployment) string {
				return fmt.Sprintf("deployment %q exceeded its progress deadline", d.Ref.Name)
			},
		},
		{
			func(d *Deployment) bool { return d.Replicas.Updated < d.Replicas.Desired }, VerdictWaiting,
			func(d *Deployment) string {
				return fmt.Sprintf("Waiting for deployment %q rollout to finish: %d out of %d new replicas have been updated...", d.Ref.Name, d.Replicas.Updated, d.Replicas.Desired)
			},
		},
		{
			func(d *Deployment) bool { return d.Replicas.Current > d.Replicas.Updated }, VerdictWaiting,
			func(d *Deployment) string {
				return fmt.Sprintf("Waiting for deployment %q rollout to finish: %d old replicas are pending termination...", d.Ref.Name, d.Replicas.Current-d.Replicas.Updated)
			},
		},
		{
			func(d *Deployment) bool { return d.Replicas.Available < d.Replicas.Updated }, VerdictWaiting,
			func(d *Deployment) string {
				return fmt.Sprintf("Waiting for deployment %q rollout to finish: %d of %d updated replicas are available...", d.Ref.Name, d.Replicas.Available, d.Replicas.Updated)
			},
		},
		{
			func(*Deployment) bool { return true }, VerdictSuccess,
			func(d *Deployment) string { return fmt.Sprintf("deployment %q successfully rolled out", d.Ref.Name) },
		},
	}
}

// step that decides.
func (d *Deployment) step() step {
	all := steps()
	for _, s := range all {
		if s.applies(d) {
			return s
		}
	}
	return all[len(all)-1]
}

// Verdict is exactly that of `kubectl rollout status`: the exit code of `fader
// status` rests on it. A Degraded rollout may be success or waiting: kubectl
// does not remember that it was complete.
func (d *Deployment) Verdict() Verdict { return d.step().verdict }

// Verdict of the rollout's Deployment.
func (r *Rollout) Verdict() Verdict { return r.Deployment.Verdict() }

func (d *Deployment) statusSentence() string { return d.step().say(d) }
