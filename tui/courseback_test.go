package tui

import (
	"testing"
	"time"

	"fader/kube"
	"fader/kube/fade"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
)

func TestTheEndOfACourseIsToldWithAWayBack(t *testing.T) {
	d := shifting(t)
	d.news(0, func(p *fade.Progress) { p.State, p.Text = fade.Done, "done: stable 5, canary 5" })
	d.sees("shift shop/checkout: done: stable 5, canary 5", "U takes it back")
	d.misses("opens it")

	d.show(checkout(5, 5))
	d.press("U")
	back := d.fleet.planned[len(d.fleet.planned)-1]
	require.Equal(t, []int32{5, 1}, []int32{back.From, back.Steps[0]}, "what has ended cannot be gone on with: another one goes back")
	d.sees("Shift shop/checkout: canary 5 → 1 of 10", "takes back: Shift shop/checkout: canary 1 → 5", "[ Cancel ]")
	d.press("y")
	require.Len(t, d.fleet.runs, 2)
	d.news(1, func(p *fade.Progress) {
		p.State, p.Text, p.Receipts = fade.Done, "done: stable 9, canary 1", make([]rollout.Receipt, 2)
	})
	d.press("esc")
	d.misses("U takes it back")
	d.press("U")
	d.sees(nothingToTakeBack)
}

func TestTheWayBackIsOfWhateverCameLast(t *testing.T) {
	d := shifting(t)
	d.news(0, func(p *fade.Progress) { p.State, p.Text = fade.Done, "done" })
	d.now = d.now.Add(time.Minute)
	inverse := rollout.Intent{Verb: rollout.Resume}
	d.desk.last = &rollout.Receipt{Plan: rollout.Plan{Title: "Pause shop/cart", Inverse: &inverse}, Started: d.now}
	planned := len(d.fleet.planned)
	d.press("U")
	d.sees("takes back: Pause shop/cart")
	require.Len(t, d.fleet.planned, planned)
}

func TestWhatIsLeftHalfWayTurnsRound(t *testing.T) {
	d := shifting(t)
	d.news(0, func(p *fade.Progress) { p.State, p.Text, p.Unfinished = fade.Stopped, "stopped", true })
	d.press("U")
	back := d.fleet.planned[len(d.fleet.planned)-1]
	require.True(t, back.Return)
	require.Equal(t, d.fleet.started[0].ID, back.ID)
}

func TestAHoldThatIsLeftHalfWayTurnsRoundToo(t *testing.T) {
	d := at(t, checkout(9, 1), "checkout-stable")
	d.m.snapshot.Rollouts[2].Deployment.Paused = true
	d.press("T", "enter", "y")
	d.news(0, func(p *fade.Progress) {
		p.State, p.Text, p.Err, p.Unfinished = fade.Failed, "forbidden", "forbidden", true
	})
	d.press("esc", "U")
	require.True(t, d.fleet.planned[len(d.fleet.planned)-1].Return, "although nothing was written as far as is known")
}

func TestAPromotionIsTakenBackWithItsImages(t *testing.T) {
	s := checkout(9, 1)
	for i, image := range map[int]string{1: "checkout:v2", 2: "checkout:v1"} {
		s.Rollouts[i].Deployment.Containers = []kube.Container{{Name: "app", Image: image}}
	}
	d := at(t, s, "checkout-stable")
	d.press("m", "p", "y")
	d.news(0, func(p *fade.Progress) { p.State, p.Text, p.Receipts = fade.Done, "done", make([]rollout.Receipt, 1) })
	d.press("U")
	back := d.fleet.planned[len(d.fleet.planned)-1]
	require.Equal(t, []string{"app=checkout:v1", "app=checkout:v2"}, []string{back.Images, back.Before})
	require.Equal(t, fade.Promote, back.Kind)
	require.Equal(t, []int32{1}, back.Steps)
}

func TestAHoldIsTakenBackByResuming(t *testing.T) {
	d := at(t, checkout(9, 1), "checkout-stable")
	d.press("T", "enter", "y")
	d.news(0, func(p *fade.Progress) { p.State, p.Text, p.Receipts = fade.Done, "held", make([]rollout.Receipt, 1) })
	d.sees("U takes it back")
	d.press("U")
	require.Equal(t, rollout.Resume, d.desk.planned[0].Verb)
	require.Equal(t, "checkout-stable", d.desk.planned[0].Target.Name)
}
