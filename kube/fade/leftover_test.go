package fade

import (
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"

	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
)

func line(id string, state rollout.CourseState, p rollout.Process, c Course) rollout.CourseLine {
	c.ID = id
	whole, _ := json.Marshal(c)
	return rollout.CourseLine{ID: id, State: state, Process: p, Course: whole, Text: string(state)}
}

func TestWhoseCourseItIs(t *testing.T) {
	dead, alive, late := rollout.Process{Host: "h", PID: 1}, rollout.Process{Host: "h", PID: 2}, rollout.Process{Host: "h", PID: 3}
	lives := func(p rollout.Process) bool { return p == alive || p == late }
	step := Course{Step: 2}
	for _, c := range []struct {
		name         string
		lines        []rollout.CourseLine
		owned, ended bool
		owner        rollout.Process
		step         int
	}{
		{"under way", []rollout.CourseLine{line("a", rollout.CourseBegun, alive, Course{}), line("a", rollout.CourseStep, alive, step)}, true, false, alive, 2},
		{"killed", []rollout.CourseLine{line("a", rollout.CourseBegun, dead, Course{}), line("a", rollout.CourseStep, dead, step)}, false, false, dead, 2},
		{"ended", []rollout.CourseLine{line("a", rollout.CourseBegun, dead, Course{}), line("a", rollout.CourseEnded, dead, step)}, false, true, dead, 2},
		{"left by one that lives", []rollout.CourseLine{line("a", rollout.CourseBegun, alive, step), line("a", rollout.CourseLeft, alive, step)}, false, false, alive, 2},
		{"taken up after a kill", []rollout.CourseLine{line("a", rollout.CourseBegun, dead, Course{}), line("a", rollout.CourseStep, alive, step)}, true, false, alive, 2},
		{"taken up by two at once", []rollout.CourseLine{
			line("a", rollout.CourseBegun, dead, Course{}), line("a", rollout.CourseStep, alive, step), line("a", rollout.CourseStep, late, Course{Step: 7}),
		}, true, false, alive, 2},
		{"taken up after it was left", []rollout.CourseLine{line("a", rollout.CourseLeft, alive, Course{}), line("a", rollout.CourseStep, late, step)}, true, false, late, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := files(c.lines, lives)
			require.Len(t, all, 1)
			require.Equal(t, c.owned, all[0].owned)
			require.Equal(t, c.ended, all[0].ended)
			require.Equal(t, c.owner, all[0].owner)
			require.Equal(t, c.step, all[0].course.Step)
		})
	}
}

func TestUnfinishedAreTheOldestFirst(t *testing.T) {
	elsewhere := rollout.Process{Host: "another-host", PID: 1}
	all := Unfinished(rollout.Entries{Courses: []rollout.CourseLine{
		line("a", rollout.CourseBegun, elsewhere, Course{Kind: Shift, Steps: []int32{1, 2}}),
		line("b", rollout.CourseBegun, rollout.Process{Host: self().Host, PID: 1 << 30}, Course{Kind: Hold}),
		line("c", rollout.CourseBegun, self(), Course{}),
		line("d", rollout.CourseLeft, self(), Course{}),
		line("a", rollout.CourseStep, elsewhere, Course{Kind: Shift, Steps: []int32{1, 2}, Step: 1, Return: true}),
		line("e", rollout.CourseEnded, elsewhere, Course{}),
		{ID: "f", State: rollout.CourseBegun, Course: json.RawMessage(`{"id":"another"}`)},
		{ID: "g", State: rollout.CourseBegun, Course: json.RawMessage(`[]`)},
	}})
	require.Len(t, all, 3)
	require.Equal(t, Course{ID: "a", Kind: Shift, Steps: []int32{1, 2}, Step: 1, Return: true}, all[0].Course)
	require.True(t, all[0].Elsewhere)
	require.Equal(t, "another-host", all[0].Host)
	require.Equal(t, "step", all[0].Text)
	require.Equal(t, "b", all[1].Course.ID)
	require.False(t, all[1].Elsewhere)
	require.Equal(t, "d", all[2].Course.ID)
}

func TestACourseSurvivesTheJournal(t *testing.T) {
	c := NewPromote(newWorld(5, 5).pair(), 1)
	c.ID, c.Cluster, c.Began, c.Who, c.Every = "a", rollout.Identity{Context: "prod", Server: "https://x"}, time.Unix(1, 5).UTC(), "ada", Forever
	c.Floor, c.Dip, c.Step, c.Return, c.Paused = 9, 2, 1, true, true
	text, err := json.Marshal(c)
	require.NoError(t, err)
	var read Course
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, c, read)
}

func TestWhichProcessesLive(t *testing.T) {
	me := self()
	require.Equal(t, os.Getpid(), me.PID)
	require.True(t, lives(me))
	other := me
	other.Host = "another-host"
	require.False(t, lives(other), "nobody can tell")
	require.False(t, lives(rollout.Process{Host: me.Host}))
	if me.Started != "" {
		other = me
		other.Started += "0"
		require.False(t, lives(other), "another process has its number now")
	}

	cmd := exec.Command("sleep", "600")
	require.NoError(t, cmd.Start())
	child := rollout.Process{Host: me.Host, PID: cmd.Process.Pid}
	require.True(t, lives(child))
	require.NoError(t, cmd.Process.Kill())
	require.Eventually(t, func() bool { return !lives(child) }, 10*time.Second, time.Millisecond, "ended, though nobody has waited for it")
	_ = cmd.Wait()
	require.False(t, lives(child))
}

func TestTwoFadersOneCourse(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		b.answers["web-stable"] = []rollout.Result{rollout.Refused}
		b.ended(b.start(b.shift(5, 0)))
		left := b.unfinished()[0].Course

		other := b.another()
		other.self = rollout.Process{Host: "h", PID: 4711}
		both := func(p rollout.Process) bool { return p == b.runner.self || p == other.self }
		b.runner.lives, other.lives = both, both
		b.do(func(w *world) { w.delay = func(*member) int { return 30 } })
		run, err := other.Start(left, rollout.Confirmation{})
		require.NoError(t, err)
		require.Empty(t, b.unfinished(), "somebody conducts it")
		_, err = b.runner.Start(left, rollout.Confirmation{})
		require.ErrorContains(t, err, "another fader (pid 4711) conducts it already")
		_, err = b.runner.Start(b.shift(6, 0), rollout.Confirmation{})
		require.ErrorContains(t, err, "another fader (pid 4711) conducts another course there: Shift shop/web: canary 1 → 5 of 10")
		require.ErrorContains(t, b.runner.Leave(left), "conducts it already")
		run.Close()
		b.ended(run)
		require.Len(t, b.unfinished(), 1)
	})
}

func TestACourseOnAnotherClusterIsNoneOfThisOnes(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		c := b.shift(5, 0)
		there := c
		there.ID, there.Cluster = "there", rollout.Identity{Context: "test"}
		require.NoError(t, b.runner.record(there, rollout.CourseLeft, ""))
		require.Empty(t, b.unfinished())
		require.Equal(t, Done, b.ended(b.start(c)).State)
	})
}

// A tunnel gives a cluster a new address: what was left half-way is found and can be
// finished. Another cluster at the same address has nothing to do with it.
func TestACourseIsFoundUnderANewAddress(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		c := b.shift(5, 0)
		c.ID, c.Cluster = "left", rollout.Identity{Context: "prod", Server: "https://127.0.0.1:18012", UID: "u"}
		require.NoError(t, b.runner.record(c, rollout.CourseLeft, ""))
		b.runner.Cluster.Server, b.runner.ClusterUID = "https://127.0.0.1:18012", func() string { return "another" }
		require.Empty(t, b.unfinished())
		b.runner.Cluster.Server, b.runner.ClusterUID = "https://127.0.0.1:18013", func() string { return "" }
		require.Empty(t, b.unfinished(), "without the UID only the address is left")
		b.runner.ClusterUID = func() string { return "u" }
		left := b.unfinished()
		require.Len(t, left, 1)
		require.Equal(t, Done, b.ended(b.start(left[0].Course)).State)
	})
}

// Both read that nobody conducts it, both write: the one whose line is first has it.
func TestTwoFadersAtTheSameMoment(t *testing.T) {
	inBench(t, 9, 1, func(b *bench) {
		other := b.another()
		other.self = rollout.Process{Host: "h", PID: 4711}
		both := func(p rollout.Process) bool { return p == b.runner.self || p == other.self }
		b.runner.lives, other.lives = both, both
		c := b.shift(5, 0)
		mine, theirs := c, c
		mine.ID, mine.Cluster, theirs.ID, theirs.Cluster = "mine", b.runner.Cluster, "theirs", b.runner.Cluster
		require.NoError(t, other.record(theirs, rollout.CourseBegun, ""))
		require.NoError(t, b.runner.record(mine, rollout.CourseBegun, ""))
		require.NoError(t, other.first(theirs))
		require.ErrorContains(t, b.runner.first(mine), "another fader (pid 4711) was a moment faster")

		require.NoError(t, b.runner.record(theirs, rollout.CourseStep, ""))
		require.NoError(t, other.first(theirs))
		require.ErrorContains(t, b.runner.first(theirs), "was a moment faster and conducts it")
	})
}
