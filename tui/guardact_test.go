package tui

import (
	"testing"
	"time"

	"fader/kube"
	"fader/kube/guard"
	"fader/kube/rollout"
	"fader/metrics/fake"

	"github.com/stretchr/testify/require"
)

func TestABreachProposesThePause(t *testing.T) {
	w := guarded(t)
	w.press("w", "enter")
	w.load = bad_()
	w.look(2)
	w.sees("errors 6% of 1% · watching, 2 of 3 refreshes over a limit")
	require.Nil(t, w.m.dialog)
	w.look(1)
	w.sees("Do pause shop/cart", "proposed by the guard: errors 6.0% are over the limit of 1.0%", "BREACHED at")
	require.Empty(t, w.desk.executed, "it only proposes")
	w.press("y")
	require.Len(t, w.desk.executed, 1)
	require.Empty(t, w.gate.word[1], "a person decided")
	w.look(3)
	require.Nil(t, w.m.dialog, "once in a breach")
}

// A dialog that is open, and a filter that is being typed, are not taken away: the
// proposal comes when they are closed.
func TestAProposalWaitsForWhatIsOpen(t *testing.T) {
	for name, keys := range map[string][2][]string{
		"a dialog": {{"?"}, {"esc"}}, "a form": {{"s"}, {"esc"}}, "a filter": {{"/"}, {"esc"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := guarded(t)
			w.press("w", "enter")
			w.load = bad_()
			w.look(2)
			w.press(keys[0]...)
			before, filtering, planned := w.m.dialog, w.m.filtering, len(w.desk.planned)
			w.look(2)
			require.Len(t, w.desk.planned, planned, "and nothing is asked of the server meanwhile")
			require.Equal(t, before, w.m.dialog)
			require.Equal(t, filtering, w.m.filtering)
			require.Equal(t, guard.Breached, w.m.guards[0].guard.State)
			w.press(keys[1]...)
			w.look(1)
			w.sees("proposed by the guard")
		})
	}
}

func TestKeysTypedAheadConfirmNoProposal(t *testing.T) {
	w := guarded(t)
	w.press("w", "enter")
	w.load = bad_()
	w.look(2)
	w.now = w.now.Add(fake.Scrape)
	w.update(w.proposed()) // and the moment after which it can be confirmed has not come
	require.IsType(t, &planDialog{}, w.m.dialog)
	w.update(key_("y"))
	require.Empty(t, w.desk.executed)
	require.IsType(t, &planDialog{}, w.m.dialog)
}

// proposed is the answer to the plan that the guard asks for on the next figures.
func (w *watched) proposed() guardProposedMsg {
	w.t.Helper()
	p := &fake.Prometheus{Pods: []fake.Pod{{Namespace: "shop", Name: "cart-pod", At: fake.Steady(w.load)}}}
	for _, msg := range messages(w.update(pictureMsg{w.m.figures.generation, p.Picture(w.now, 2*time.Minute), nil})) {
		if proposed, ok := msg.(guardProposedMsg); ok {
			return proposed
		}
	}
	require.FailNow(w.t, "no proposal")
	return guardProposedMsg{}
}

func TestAProposalThatComesWhenADialogWasOpenedWaitsToo(t *testing.T) {
	w := guarded(t)
	w.press("w", "enter")
	w.load = bad_()
	w.look(2)
	w.now = w.now.Add(fake.Scrape)
	late := w.proposed()
	w.press("?")
	w.send(late)
	require.IsType(t, &helpDialog{}, w.m.dialog)
	w.press("esc")
	w.look(1)
	w.sees("proposed by the guard")
}

func TestABreachEndsAnUnseenProposal(t *testing.T) {
	w := guarded(t)
	w.press("w", "enter")
	w.load = bad_()
	w.look(2)
	w.press("?")
	w.look(1)
	w.load = fake.Load{Rate: 20, Median: 0.02}
	w.look(1)
	w.press("esc")
	w.look(1)
	require.Nil(t, w.m.dialog, "it is over")
}

func TestAGuardThatPausesByItself(t *testing.T) {
	w := guarded(t)
	w.arm("pause")
	w.sees("Guard: on a breach, Do pause shop/cart", "nothing is changed now", "Arm")
	w.press("y")
	require.Nil(t, w.m.dialog)
	require.Empty(t, w.desk.executed, "arming changes nothing")
	w.load = bad_()
	w.look(2)
	w.press("?") // whatever is open
	w.look(1)
	require.Len(t, w.desk.executed, 1)
	require.Equal(t, []string{"", "guard: errors 6.0% are over the limit of 1.0%"}, w.gate.word)
	w.press("esc")
	w.sees("guard shop/cart: receipt: applied, because errors 6.0% are over the limit of 1.0%", "U takes it back")
	w.show(rolling(func(r *kube.Rollout) { r.Deployment.Paused = true }))
	w.look(1)
	w.show(rolling())
	w.look(5)
	require.Len(t, w.desk.executed, 1, "whoever resumes it is not fought")
	w.sees("resumed since the guard paused it")
}

func TestAGuardThatUndoesByItselfEnds(t *testing.T) {
	w := guarded(t)
	w.arm("undo")
	w.press("w")
	w.sees("Guard: on a breach, Do undo shop/cart") // with another change-cause it would be an undo made at once
	w.sees("the guard words the change-cause: it names the limit that broke")
	w.press("y")
	require.Empty(t, w.desk.executed)
	w.load = bad_()
	w.look(3)
	require.Equal(t, rollout.Intent{
		Verb: rollout.Undo, Target: w.desk.executed[0].Target(), Revision: 2, ReplicaSet: "cart-old",
		Cause: "guard: errors 6.0% are over the limit of 1.0%",
	}, w.desk.executed[0].Intent)
	require.Empty(t, w.m.guards)
}

func TestWhatAGuardMayNotDoItProposes(t *testing.T) {
	w := guarded(t)
	w.arm("pause")
	w.press("y")
	w.desk.result = rollout.Conflict
	w.load = bad_()
	w.look(3)
	w.sees("it did not pause: receipt: conflict")
	w.look(1)
	w.sees("proposed by the guard")
}

func TestAProtectedContextWantsTheWordWhenItIsArmed(t *testing.T) {
	w := guarded(t)
	w.gate.protected = true
	w.arm("pause")
	w.press("y", "enter")
	require.Empty(t, w.m.guards)
	for range 2 {
		w.press("backspace")
	}
	w.press("c", "a", "r", "t", "enter")
	require.Len(t, w.m.guards, 1)
	w.load = bad_()
	w.look(3)
	require.Equal(t, "cart", w.gate.word[0])
}
