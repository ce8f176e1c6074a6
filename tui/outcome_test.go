package tui

import (
	"errors"
	"strings"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/rollout"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/require"
)

// moved is the receipt of a move on a Deployment of cluster(), just applied.
func (d *driver) moved(name string, verb rollout.Verb) rollout.Receipt {
	namespace, short, _ := strings.Cut(name, "/")
	target := kube.Ref{Kind: kube.KindDeployment, Namespace: namespace, Name: short, UID: "uid-" + short}
	return rollout.Receipt{
		Plan: rollout.Plan{
			Intent: rollout.Intent{Verb: verb, Target: target, Replicas: 3}, Title: "Do " + string(verb) + " " + name,
			Cluster: rollout.Identity{Context: "prod", Server: "https://127.0.0.1:6443"},
		},
		Result: rollout.Applied, Message: "applied", Who: "ada", Started: d.now, Finished: d.now, ResourceVersion: "100",
	}
}

// reached is a cluster whose Deployments are as the move left them and complete.
func reached(names ...string) *kube.Snapshot {
	s := cluster(names...)
	for _, r := range s.Rollouts {
		r.Deployment.ResourceVersion = "101"
	}
	return s
}

// before is the same before anything of the move is seen.
func before(names ...string) *kube.Snapshot {
	s := cluster(names...)
	for _, r := range s.Rollouts {
		r.Deployment.ResourceVersion = "99"
	}
	return s
}

func (d *driver) later(by time.Duration) []tea.Msg {
	d.now = d.now.Add(by)
	return messages(d.m.observe())
}

// messages are what commands come back with, one after the other.
func messages(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	batch, ok := msg.(tea.BatchMsg)
	if !ok {
		return []tea.Msg{msg}
	}
	var all []tea.Msg
	for _, c := range batch {
		all = append(all, messages(c)...)
	}
	return all
}

func TestAMoveIsWatchedUntilItHasSettled(t *testing.T) {
	var written []rollout.Outcome
	d := drive(t, func(o *Options) {
		o.Settle = func(_ rollout.Receipt, out rollout.Outcome) error {
			written = append(written, out)
			return nil
		}
	})
	d.show(before("shop/cart"))
	d.send(executedMsg{d.moved("shop/cart", rollout.Restart)})
	d.sees("applied")
	d.now = d.now.Add(42 * time.Second)
	d.show(before("shop/cart"))
	d.sees("applied") // nothing newer than before the move
	require.Empty(t, written)
	d.show(reached("shop/cart"))
	d.sees("shop/cart: rolled out in 42s: 3 of 3 pods of revision 3 ready")
	require.Len(t, written, 1)
	require.Equal(t, rollout.Complete, written[0].State)
	d.show(reached("shop/cart"))
	require.Len(t, written, 1, "said once")
	require.Empty(t, d.m.underWay)
}

func TestTheOutcomeKeepsTheWayBackOnTheScreen(t *testing.T) {
	d := drive(t)
	d.show(reached("shop/cart"))
	r := d.moved("shop/cart", rollout.Scale)
	r.Plan.Inverse = &rollout.Intent{Verb: rollout.Scale}
	d.desk.last = &r
	d.send(executedMsg{r})
	d.sees("shop/cart: scaled in 0.0s: 3 of 3 pods ready · U takes it back")
}

func TestSeveralAtOnceAreSaidTogether(t *testing.T) {
	d := drive(t)
	d.show(before("shop/cart", "shop/web"))
	d.send(executedMsg{d.moved("shop/cart", rollout.Restart)})
	d.send(executedMsg{d.moved("shop/web", rollout.Restart)})
	d.show(reached("shop/web"))
	d.sees("shop/cart: deleted after 0.0s, before this settled · shop/web: rolled out")
	require.Equal(t, warn, d.m.toast.mood)
}

func TestTroubleIsSaidOnceAndThenTheEnd(t *testing.T) {
	d := drive(t, func(o *Options) {
		o.Notify.Bell, o.Settle = true, func(rollout.Receipt, rollout.Outcome) error { return nil }
	})
	broken := reached("shop/cart")
	r := broken.Rollouts[0]
	r.Deployment.Replicas.Updated = 1
	r.Causes = []kube.Cause{{Severity: kube.Broken, Text: "1 new pod cannot pull its image", About: r.Ref()}}
	d.show(broken)
	d.send(executedMsg{d.moved("shop/cart", rollout.Restart)})
	require.Empty(t, d.later(9*time.Second))
	require.Equal(t, "\a", rung(d.later(time.Second)))
	d.sees("shop/cart: stalled after 10s: 1 new pod cannot pull its image")
	require.Equal(t, bad, d.m.toast.mood)
	require.Empty(t, d.later(time.Minute), "once")
	d.show(reached("shop/cart"))
	d.sees("rolled out after all in 1m10s")
	require.Empty(t, d.m.underWay)
}

func TestTimeAloneIsEnough(t *testing.T) {
	d := drive(t)
	s := reached("shop/cart")
	s.Rollouts[0].Deployment.Generation = 2
	d.show(s)
	d.send(executedMsg{d.moved("shop/cart", rollout.Restart)})
	s.Rollouts[0].Deployment.Observed = 2 // what no watch does: the same snapshot, looked at again
	d.update(tickMsg{d.now})
	d.sees("rolled out")
}

func TestAnotherContextIsAnotherMatter(t *testing.T) {
	d := drive(t)
	d.show(before("shop/cart"))
	d.send(executedMsg{d.moved("shop/cart", rollout.Restart)})
	d.send(executedMsg{d.moved("shop/cart", rollout.Scale)})
	d.run(d.m.switchContext("stage"))
	d.sees("this is stage now; 2 moves on the cluster before are not watched any more")
	d.show(reached("shop/cart"))
	d.misses("rolled out")
}

func TestAnOutcomeThatIsNotInTheJournal(t *testing.T) {
	d := drive(t, func(o *Options) {
		o.Settle = func(rollout.Receipt, rollout.Outcome) error { return errors.New("write journal: disk full") }
	})
	d.show(reached("shop/cart"))
	d.send(executedMsg{d.moved("shop/cart", rollout.Restart)})
	d.sees("what came of the move is not in the journal: write journal: disk full")
}

func TestWhatWasNotAppliedIsNotWatched(t *testing.T) {
	d := drive(t)
	d.show(reached("shop/cart"))
	refused := d.moved("shop/cart", rollout.Restart)
	refused.Result = rollout.Refused
	d.send(executedMsg{refused})
	require.Empty(t, d.m.underWay)
}
