package tui

import (
	"errors"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/fade"

	"github.com/stretchr/testify/require"
)

// at opens the desk on a cluster with the cursor on a Deployment.
func at(t *testing.T, s *kube.Snapshot, name string, change ...func(*Options)) *driver {
	d := drive(t, change...)
	d.show(s)
	for _, r := range s.Rollouts {
		if r.Ref().Name == name {
			d.m.top().page.(interface{ SetCursor(kube.Ref) bool }).SetCursor(r.Ref())
		}
	}
	d.misses("no match")
	return d
}

func TestShiftFromKeyToCourse(t *testing.T) {
	d := at(t, checkout(9, 1), "checkout-stable")
	d.press("m")
	d.sees("Shift shop/checkout", "checkout-stable", "checkout-canary", "nothing moves yet")
	d.press("enter")
	d.sees("nothing moves yet: left and right move replicas")
	require.Empty(t, d.fleet.planned)

	d.press("3") // half
	d.sees("9 → 5 replicas", "10 % → 50 % of endpoints", "canary 1 → 2 → 5 of 10")
	d.press("right", "l", "left", "w")
	d.sees("canary 1 → 2 → 5 → 6 of 10", "2m between steps")
	d.press("enter")
	d.sees("Shift shop/checkout: canary 1 → 6 of 10", "[ Cancel ]")
	require.Len(t, d.fleet.planned, 1)
	asked := d.fleet.planned[0]
	require.Equal(t, []int32{2, 5, 6}, asked.Steps)
	require.Equal(t, 2*time.Minute, asked.Every)
	require.Equal(t, "checkout-canary", asked.Canary.Name)
	require.Equal(t, "uid-checkout-stable", asked.Stable.UID, "captured with its UID")

	require.Empty(t, d.fleet.started, "the preview is the confirmation")
	d.press("y")
	require.Len(t, d.fleet.started, 1)
	d.sees("Shift shop/checkout: canary 1 → 6 of 10", "begins")
	require.Equal(t, keymap.CourseView, d.m.scopes()[0])
}

func TestShiftInAProtectedContextIsTyped(t *testing.T) {
	d := at(t, checkout(9, 1), "checkout-stable")
	d.fleet.protected = true
	d.press("m", "4", "enter")
	d.press("y", "enter")
	require.Empty(t, d.fleet.started)
	d.press("esc", "m", "4", "enter")
	for _, letter := range "checkout" {
		d.press(string(letter))
	}
	d.press("enter")
	require.Len(t, d.fleet.started, 1)
	require.Equal(t, "checkout", d.fleet.confirmed[0].Typed)
}

func TestShiftOnAService(t *testing.T) {
	d := drive(t)
	d.show(checkout(9, 1))
	d.press("4")
	list := d.m.top().page.(lister)
	for range 10 {
		if ref, _ := list.Cursor(); ref.Name == "checkout" {
			break
		}
		d.press("j")
	}
	d.press("m")
	d.sees("Shift shop/checkout")
	d.press("esc")
	d.press("enter", "m") // on the Service's own page, whose rows are endpoints
	d.sees("Shift shop/checkout")
}

func TestShiftRefusesWithAReason(t *testing.T) {
	blind, early := checkout(9, 1), checkout(9, 1)
	blind.Backends, early.Backends = nil, nil
	early.Health.Resources["services"] = kube.ResourceHealth{State: kube.Syncing}
	for name, c := range map[string]struct {
		s      *kube.Snapshot
		on     string
		change func(*Options)
		want   string
	}{
		"no partner":   {checkout(9, 1), "cart", func(*Options) {}, "shop/cart has no partner: no Service selects it and another Deployment"},
		"no Services":  {blind, "checkout-canary", func(*Options) {}, "Services may not be read"},
		"too early":    {early, "checkout-canary", func(*Options) {}, "Services are still being read"},
		"read-only":    {checkout(9, 1), "checkout-canary", func(o *Options) { o.ReadOnly = true }, "read-only"},
		"empty":        {cluster(), "", func(*Options) {}, "neither a Deployment nor a Service"},
		"disconnected": {func() *kube.Snapshot { s := checkout(9, 1); s.Health.State = kube.Disconnected; return s }(), "checkout-canary", func(*Options) {}, "refused, disconnected"},
	} {
		t.Run(name, func(t *testing.T) {
			d := at(t, c.s, c.on, c.change)
			d.press("m")
			d.sees(c.want)
			require.Nil(t, d.m.dialog)
		})
	}
}

func TestAPlanThatCannotBeSaysWhy(t *testing.T) {
	d := at(t, checkout(9, 1), "checkout-stable")
	d.fleet.planErr = errors.New("somebody scales it: wait")
	d.press("m", "4", "enter")
	d.sees("somebody scales it: wait")
	require.Nil(t, d.m.dialog)

	d.fleet.planErr, d.fleet.startErr = nil, errors.New("another fader conducts it")
	d.press("m", "4", "enter", "y")
	d.sees("another fader conducts it")
	require.Nil(t, d.m.dialog)
	require.Empty(t, d.m.courses.running)
}

func TestPromoteAndAbort(t *testing.T) {
	d := at(t, checkout(5, 5), "checkout-canary")
	d.press("m", "p")
	d.sees("[ Go ]")
	d.press("esc", "m", "a")
	d.sees("[ Go ]")
	kinds := []fade.Kind{d.fleet.planned[0].Kind, d.fleet.planned[1].Kind}
	require.Equal(t, []fade.Kind{fade.Promote, fade.Abort}, kinds)
	require.Equal(t, []int32{1}, d.fleet.planned[0].Steps, "nobody knows where its home is")
	require.Equal(t, []int32{0}, d.fleet.planned[1].Steps)
}

func TestPromoteGoesHomeWhereTheShiftBegan(t *testing.T) {
	d := at(t, checkout(8, 2), "checkout-stable")
	d.press("m", "4", "enter", "y")
	d.news(0, func(p *fade.Progress) { p.State, p.Text = fade.Done, "done" })
	d.press("esc")
	d.show(checkout(0, 10))
	d.press("m", "p")
	require.Equal(t, []int32{2}, d.fleet.planned[len(d.fleet.planned)-1].Steps)
}

func TestAPromotionIsTheEndOfWhatWasShifted(t *testing.T) {
	d := at(t, checkout(8, 2), "checkout-stable")
	over := func(index int) {
		d.news(index, func(p *fade.Progress) { p.State, p.Text = fade.Done, "done" })
		d.press("esc")
	}
	d.press("m", "4", "enter", "y") // from 2
	over(0)
	d.press("m", "p", "y")
	over(1)
	d.show(checkout(7, 3))
	d.press("m", "4", "enter", "y") // from 3
	over(2)
	d.press("m", "p")
	require.Equal(t, []int32{3}, d.fleet.planned[len(d.fleet.planned)-1].Steps)
}

func TestTheDialogFollowsTheCluster(t *testing.T) {
	d := at(t, checkout(9, 1), "checkout-stable")
	d.press("m")
	d.sees("9 of 9 ready")
	d.show(checkout(8, 2))
	d.sees("8 of 8 ready")
}
