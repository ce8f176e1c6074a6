package tui

import (
	"errors"
	"fmt"
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

func leftovers(n int) []fade.Leftover {
	s := checkout(9, 1)
	of := fade.Pair{Service: s.Backends[len(s.Backends)-1].Service.Ref, Stable: s.Rollouts[2], Canary: s.Rollouts[1]}
	var all []fade.Leftover
	for i := range n {
		c := fade.NewShift(of, []int32{int32(4 + i)}, 0)
		c.ID = fmt.Sprint("left-", i)
		all = append(all, fade.Leftover{Course: c, Text: "waiting for the canary", At: s.Rollouts[0].Deployment.Created})
	}
	return all
}

func TestWhatWasLeftHalfWayIsOffered(t *testing.T) {
	open := func(n int) *driver {
		d := drive(t)
		d.fleet.left = leftovers(n)
		d.show(checkout(9, 4))
		d.run(d.m.unfinishedCmd(true))
		d.sees("Left half-way", "Shift shop/checkout: canary 1 → 4 of 10", "waiting for the canary", "finish it", "take it back", "leave it", "later")
		return d
	}
	finish := open(1)
	finish.press("f")
	finish.sees("[ Cancel ]")
	finish.press("y")
	require.Equal(t, "left-0", finish.fleet.started[0].ID)
	require.False(t, finish.fleet.started[0].Return)

	back := open(1)
	back.press("U", "y")
	require.True(t, back.fleet.started[0].Return)

	leave := open(2)
	leave.press("j", "l")
	require.Empty(t, leave.fleet.leftAlone, "once is not enough")
	leave.sees("again: leave it")
	leave.press("k", "l", "k", "j", "l", "l")
	require.Equal(t, []int32{5}, leave.fleet.leftAlone[0].Steps)
	leave.sees("Left half-way", "canary 1 → 4") // the other one
	leave.press("esc")
	require.Nil(t, leave.m.dialog)
	require.Len(t, leave.m.courses.left, 1)
	leave.sees("offered again at the next start")
	require.Empty(t, leave.fleet.started)
}

// The question comes unbidden: what is typed meanwhile was meant for the page.
func TestKeysTypedBeforeTheQuestionWasSeenAnswerNothing(t *testing.T) {
	d := drive(t)
	d.m.grace = grace
	d.fleet.left = leftovers(1)
	d.show(checkout(9, 4))
	msg := d.m.unfinishedCmd(true)()
	arm := d.update(msg)
	require.NotNil(t, arm)
	d.press("l", "l", "f", "U", "x")
	require.Empty(t, d.fleet.leftAlone)
	require.Empty(t, d.fleet.planned)
	d.now = d.now.Add(500 * time.Millisecond)
	d.update(armMsg{d.m.question})
	require.False(t, d.m.dialog.(*leftDialog).view.Armed(), "keys kept coming")
	d.now = d.now.Add(time.Second)
	d.update(armMsg{d.m.question})
	d.press("f")
	require.Len(t, d.fleet.planned, 1)
}

func TestWhatWasLeftIsNotOfferedInVain(t *testing.T) {
	d := drive(t, func(o *Options) { o.ReadOnly = true })
	d.fleet.left = leftovers(1)
	d.run(d.m.unfinishedCmd(true))
	require.Nil(t, d.m.dialog, "nothing can be done read-only")

	d = drive(t)
	d.fleet.readErr = errors.New("permission denied")
	d.run(d.m.unfinishedCmd(true))
	d.sees("permission denied")

	d = drive(t)
	d.send(unfinishedMsg{&fleet{}, leftovers(1), true, nil})
	require.Nil(t, d.m.dialog, "of a cluster that was left")
}

func TestWhatWasLeftIsFoundAgainByItsKey(t *testing.T) {
	d := shifting(t)
	d.fleet.left = leftovers(1)
	d.news(0, func(p *fade.Progress) {
		p.State, p.Text, p.Err, p.Unfinished = fade.Failed, "forbidden", "forbidden", true
	})
	require.Nil(t, d.m.dialog, "it is told, not asked")
	d.sees("forbidden", "U takes it back")
	d.press("m")
	d.sees("Left half-way")
	d.press("f", "y")
	require.Equal(t, "left-0", d.fleet.started[1].ID)
	require.Empty(t, d.m.courses.left)
	d.fleet.left = nil
	d.news(1, func(p *fade.Progress) { p.State, p.Text = fade.Done, "done" })
	d.press("esc", "m")
	d.sees("nothing moves yet")
}
