package tui

import (
	"strings"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/fade"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
)

// shifting is a desk with a shift under way, whose dialog is hidden.
func shifting(t *testing.T) *driver {
	d := at(t, checkout(9, 1), "checkout-stable")
	d.press("m", "3", "enter", "y", "esc")
	require.Len(t, d.fleet.runs, 1)
	require.Nil(t, d.m.dialog)
	d.news(0, func(p *fade.Progress) {
		p.State, p.Text, p.Since = fade.Waiting, "waiting for 2 of 3 canary pods to become available", d.now
		p.Stable, p.Canary = fade.Level{Desired: 9, Ready: 9}, fade.Level{Desired: 3, Ready: 1}
		p.Floor, p.Lowest = 10, new(int32(10))
		p.Receipts = append(p.Receipts, rollout.Receipt{
			Plan: rollout.Plan{Title: "Scale shop/checkout-canary to 3"}, Result: rollout.Applied, Started: d.now, Finished: d.now,
		})
	})
	return d
}

func TestACourseIsSeenOnEveryPage(t *testing.T) {
	d := shifting(t)
	for _, page := range []string{"1", "2", "3", "4", "5", "6"} {
		d.press(page)
		d.sees("shift shop/checkout at 3 of 10", "waiting for 2 of 3 canary pods")
		require.Len(t, d.m.screen(), 36)
	}
	d.press("4")
	lines := strings.Split(d.screen(), "\n")
	require.Contains(t, lines[34], "m opens it", "above the footer")
	require.Contains(t, lines[35], "open")

	d.press("1", "m")
	d.sees("never below 10 endpoints", "fewest seen 10", "Scale shop/checkout-canary to 3", "canary 1  →", "checkout-stable")
	d.press("esc")
	require.Nil(t, d.m.dialog)
}

func TestACourseIsOpenedFromAnythingWithoutAPair(t *testing.T) {
	d := shifting(t)
	d.m.top().page.(lister).(interface{ SetCursor(kube.Ref) bool }).SetCursor(checkout(9, 1).Rollouts[0].Ref()) // cart
	d.press("m")
	d.sees("Shift shop/checkout: canary 1 → 5 of 10", "never below")
}

func TestOrdersOfACourse(t *testing.T) {
	d := shifting(t)
	run := d.fleet.runs[0]
	d.press("m", "c")
	require.Equal(t, []string{"continue"}, run.orders)
	d.press("U")
	d.sees("U again takes it back: canary to 1, stable to 9 of 10")
	d.press("x")
	d.misses("U again")
	d.press("U", "c", "U")
	require.Equal(t, []string{"continue", "continue"}, run.orders, "another key takes the question back")
	d.press("U")
	require.Equal(t, []string{"continue", "continue", "take back"}, run.orders)
	d.press("s")
	require.Equal(t, "stop", run.orders[3])
	d.news(0, func(p *fade.Progress) { p.State, p.Text = fade.Stopped, "stopped at stable 9, canary 3" })
	d.sees("stopped at stable 9, canary 3")
	d.press("s")
	require.Len(t, run.orders, 4, "it is over")
}

func TestACourseThatFailsIsToldSo(t *testing.T) {
	d := shifting(t)
	d.news(0, func(p *fade.Progress) {
		p.State, p.Text, p.Err, p.Unfinished = fade.Failed, "quota exceeded: finish it or take it back", "quota exceeded: finish it or take it back", true
	})
	d.sees("quota exceeded")
	require.Equal(t, 1, strings.Count(d.screen(), "quota exceeded"), "said once")
	require.Equal(t, bad, d.m.toast.mood)
}

func TestQuittingAsksTwiceWhileACourseIsUnderWay(t *testing.T) {
	d := shifting(t)
	d.press("q")
	require.False(t, d.quit)
	d.sees("shift shop/checkout is under way at 3 of 10: q again leaves it there")
	d.update(tickMsg{d.now.Add(time.Minute)})
	d.press("q")
	require.False(t, d.quit, "that was too long ago")
	d.press("q")
	require.True(t, d.quit)
	d.m.Stop()
	require.Equal(t, []string{"close"}, d.fleet.runs[0].orders)

	over := shifting(t)
	over.news(0, func(p *fade.Progress) { p.State = fade.Done })
	over.press("q")
	require.True(t, over.quit)
}

func TestTheCommandAsksTwiceToo(t *testing.T) {
	d := shifting(t)
	d.press(":", "q", "enter")
	require.False(t, d.quit)
	d.press(":", "q", "enter")
	require.True(t, d.quit)
}

func TestSeveralCourses(t *testing.T) {
	d := shifting(t)
	d.m.top().page.(interface{ SetCursor(kube.Ref) bool }).SetCursor(checkout(9, 1).Rollouts[0].Ref())
	d.press("T", "enter", "y", "esc")
	require.Len(t, d.fleet.runs, 2)
	d.sees("hold shop/cart", "+1 more")
	d.press("m")
	d.sees("2 of 2 tab")
	d.press("tab")
	d.sees("1 of 2 tab", "Shift shop/checkout")
}

// News of what ended long ago, or of another's number, changes nothing.
func TestLateNews(t *testing.T) {
	d := shifting(t)
	d.news(0, func(p *fade.Progress) { p.State = fade.Done })
	before := d.screen()
	d.send(courseMsg{1})
	d.send(courseMsg{7})
	require.Equal(t, before, d.screen())
}

func TestACourseGoesOnWhenNobodyWaitsForItsStart(t *testing.T) {
	d := at(t, checkout(9, 1), "checkout-stable")
	d.press("m", "3", "enter")
	cmd := d.update(key_("y"))
	d.press("esc") // stops waiting
	d.run(cmd)
	require.Len(t, d.m.courses.running, 1)
	require.Nil(t, d.m.dialog)
	d.sees("shift shop/checkout", "m opens it")
}

// A course belongs to the cluster it was started on: it goes on, is seen, and is
// not taken back on another.
func TestACourseOutlivesItsContext(t *testing.T) {
	d := shifting(t)
	first := d.fleet
	d.fleet = &fleet{left: leftovers(1)}
	d.press(":")
	for _, r := range "context stage" {
		d.press(string(r))
	}
	d.press("enter")
	d.sees("Left half-way") // of the other cluster
	d.press("esc")
	d.sees("shift shop/checkout at 3 of 10")
	first.runs[0].now.State, first.runs[0].now.Text = fade.Done, "done: stable 5, canary 5"
	d.send(courseMsg{1})
	d.sees("done: stable 5, canary 5")
	d.misses("U takes it back")
	d.press("U")
	d.sees(nothingToTakeBack)
	require.Empty(t, d.fleet.planned)
}
