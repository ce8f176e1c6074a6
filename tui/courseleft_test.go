package tui

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"fader/kube/fade"

	"github.com/stretchr/testify/require"
)

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
	d.fleet.left = leftovers(1)
	d.show(checkout(9, 4))
	d.press("?")
	d.run(d.m.unfinishedCmd(true))
	require.IsType(t, &helpDialog{}, d.m.dialog, "what is open is not taken away")
	d.sees("left half-way; m on it opens it")

	d = drive(t)
	d.fleet.left = leftovers(1)
	d.fleet.left[0].Host, d.fleet.left[0].Elsewhere = "laptop", true
	d.show(checkout(9, 4))
	d.press("?")
	d.run(d.m.unfinishedCmd(true))
	d.sees("left half-way on laptop; m on it opens it")
	d.press("esc")
	d.run(d.m.unfinishedCmd(true))
	d.sees("it ran on laptop: make sure that it does not run there still")
	d.press("esc")
	d.sees("left half-way on laptop, offered again")

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
