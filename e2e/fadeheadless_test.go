package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// coursed is what a course prints with -o json.
type coursed struct {
	Plan     *struct{ Title string }
	Receipts []receipt
	Outcome  *struct{ State, Text string }
	Course   struct {
		Floor      int32
		Lowest     *int32
		Unfinished bool
		Course     struct{ Return bool }
	}
}

// course is a command that conducts one, under way.
type course struct {
	t    *testing.T
	cmd  *exec.Cmd
	out  bytes.Buffer
	errs transcript
}

// course starts a command with -o json; it is ended with the test.
func (s *site) course(env []string, args ...string) *course {
	s.t.Helper()
	fader, _ := binaries(s.t)
	c := &course{t: s.t, cmd: exec.Command(fader, append(args, "-o", "json")...)}
	c.cmd.Env = append(os.Environ(), env...)
	c.cmd.Stdout, c.cmd.Stderr = &c.out, &c.errs
	require.NoError(s.t, c.cmd.Start())
	s.t.Cleanup(func() {
		if c.cmd.ProcessState == nil {
			_ = c.cmd.Process.Kill()
			_ = c.cmd.Wait()
		}
	})
	return c
}

func (c *course) terminate() {
	c.t.Helper()
	require.NoError(c.t, c.cmd.Process.Signal(syscall.SIGTERM))
}

// ended waits for the end, and returns the one document that was printed.
func (c *course) ended(status int) coursed {
	c.t.Helper()
	done := make(chan struct{})
	go func() {
		_ = c.cmd.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(patience):
		_ = c.cmd.Process.Kill()
		require.FailNow(c.t, "the course does not end", c.errs.text())
	}
	require.Equal(c.t, status, c.cmd.ProcessState.ExitCode(), c.errs.text())
	var d coursed
	if c.out.Len() > 0 {
		require.NoError(c.t, json.Unmarshal(c.out.Bytes(), &d), c.out.String())
	}
	return d
}

// did are the messages of the writes, in order.
func (d coursed) did() (messages []string) {
	for _, r := range d.Receipts {
		messages = append(messages, r.Result+": "+r.Message)
	}
	return messages
}

// recorded is what the journal has of one namespace.
type recorded struct {
	Moves   []struct{ Receipt receipt }
	Courses []struct{ State, Text, Title string }
}

func (s *site) recorded(namespace string) (r recorded) {
	s.t.Helper()
	got := s.fader("journal", "-n", namespace, "-o", "json")
	require.Zero(s.t, got.status, got.err)
	require.NoError(s.t, json.Unmarshal([]byte(got.out), &r))
	return r
}

// conductedHeadless conducts courses without a terminal, each on its own pair.
func conductedHeadless(t *testing.T, s *site) {
	for _, c := range []struct {
		name string
		test func(*testing.T, *site)
	}{
		{"a shift is interrupted half-way, and taken back", interruptedAndTakenBack},
		{"a shift is interrupted over a write, and finished", interruptedOverAWrite},
		{"a hold is interrupted", interruptedHold},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t, s.in(t))
		})
	}
}

// keeper is a stand with the journal that the built fader writes.
func (s *site) keeper(namespace string) *stand {
	s.t.Helper()
	return s.stand(s.kubeconfig(), namespace, "web", filepath.Join(s.dir, "state", "fader", "journal.jsonl"), nil)
}

// interruptedAndTakenBack ends fader with SIGTERM between the two writes of the
// second step. It says what it leaves, writes nothing more, and the next one
// offers it; taken back, the replicas are as before the first step.
func interruptedAndTakenBack(t *testing.T, s *site) {
	namespace := s.twins("interrupted", 3, 1, map[string]string{"practice.fader/ready-after": "2s"})
	x := s.keeper(namespace)
	g := x.gauge()
	pair := x.pair()
	shift := []string{"shift", "service/web", "-n", namespace}

	c := s.course(s.env(), append(shift, "--to", "3", "--steps", "50%,75%", "--yes")...)
	s.until("the first write of the second step", func() bool { return x.replicas(pair) == [2]int32{2, 3} })
	c.terminate()
	left := c.ended(1)
	const halfway = "stopped at stable 2, canary 3, half-way (the total is 4): finish it or take it back"
	require.Contains(t, c.errs.text(), "fader: interrupted: "+halfway+": fader --context practice -n interrupted shift service/web with --finish goes on, with --take-back goes back\n")
	require.Equal(t, "stopped", left.Outcome.State)
	require.Equal(t, halfway, left.Outcome.Text)
	require.True(t, left.Course.Unfinished)
	require.Equal(t, []string{
		"applied: scaled interrupted/web-canary 1 → 2", "applied: scaled interrupted/web-stable 3 → 2",
		"applied: scaled interrupted/web-canary 2 → 3",
	}, left.did())

	// What would have come next waited for this pod.
	s.until("the canary is available", func() bool { return x.pair().Canary.Deployment.Replicas.Available == 3 })
	require.Equal(t, [2]int32{2, 3}, x.replicas(pair))
	require.Equal(t, 3, s.writes(namespace))
	journal := s.recorded(namespace)
	require.Len(t, journal.Moves, 3)
	require.Len(t, journal.Courses, 1)
	require.Equal(t, "left", journal.Courses[0].State)
	require.Equal(t, halfway, journal.Courses[0].Text)

	desk := s.desk(140, 36, "-n", namespace)
	desk.see(`Left half-way`)
	desk.see(`Shift interrupted/web: canary 1 → 3 of 4`)
	desk.see(`stopped at stable 2, canary 3, half-way`)
	desk.press("ctrl+c")
	require.Zero(t, desk.ended())

	dry := s.course(s.env(), append(shift, "--take-back", "--dry-run=server")...).ended(0)
	require.Equal(t, "Take back: Shift interrupted/web: canary 1 → 3 of 4", dry.Plan.Title)
	require.Empty(t, dry.Receipts)
	require.Equal(t, [2]int32{2, 3}, x.replicas(pair))

	back := s.course(s.env(), append(shift, "--take-back", "--yes")...).ended(0)
	require.Equal(t, "done", back.Outcome.State)
	require.Equal(t, "taken back: stable 3, canary 1", back.Outcome.Text)
	require.False(t, back.Course.Unfinished)
	require.True(t, back.Course.Course.Return)
	require.Equal(t, []string{
		"applied: scaled interrupted/web-stable 2 → 3", "applied: scaled interrupted/web-canary 3 → 1",
	}, back.did(), "raised before it is lowered")
	require.Equal(t, [2]int32{3, 1}, x.replicas(pair))
	require.Equal(t, 5, s.writes(namespace))
	require.EqualValues(t, 4, back.Course.Floor)
	require.EqualValues(t, 4, *back.Course.Lowest)
	require.GreaterOrEqual(t, g.seen(), 4, "ready endpoints")

	journal = s.recorded(namespace)
	require.Len(t, journal.Moves, 5)
	require.Len(t, journal.Courses, 1, "the same course")
	require.Equal(t, "ended", journal.Courses[0].State)
	require.Equal(t, "taken back: stable 3, canary 1", journal.Courses[0].Text)
	again := s.course(s.env(), append(shift, "--take-back", "--yes")...)
	again.ended(1)
	require.Contains(t, again.errs.text(), "no shift of interrupted/web was left half-way on this machine")
	require.Equal(t, 5, s.writes(namespace))
}

// interruptedOverAWrite ends fader with SIGTERM while the API server's answer is on
// its way, so long that the next write could follow at once. It is awaited, so that
// what is left is known, and none follows.
func interruptedOverAWrite(t *testing.T, s *site) {
	namespace := s.twins("midwrite", 3, 1, map[string]string{"practice.fader/ready-after": "2s"})
	x := s.keeper(namespace)
	pair := x.pair()
	p := s.proxy(t, true)
	env := append(s.env(), "KUBECONFIG="+p.kubeconfig)
	hold, release := heldBack()
	defer release()
	p.on(hold)

	c := s.course(env, "shift", "-n", namespace, "service/web", "--to", "2", "--yes")
	s.until("the write is done", func() bool { return x.replicas(pair) == [2]int32{3, 2} })
	c.terminate()
	s.until("the canary is available", func() bool { return x.pair().Canary.Deployment.Replicas.Available == 2 })
	p.on(nil)
	release()
	left := c.ended(1)
	require.Contains(t, c.errs.text(), "fader: interrupted: stopped at stable 3, canary 2, half-way")
	require.Equal(t, []string{"applied: scaled midwrite/web-canary 1 → 2"}, left.did())
	require.True(t, left.Course.Unfinished)
	require.Equal(t, 1, p.sent())
	require.Equal(t, 1, s.writes(namespace))
	require.Equal(t, [2]int32{3, 2}, x.replicas(pair))

	finished := s.course(env, "shift", "-n", namespace, "service/web", "--finish", "--yes").ended(0)
	require.Equal(t, "done: stable 2, canary 2", finished.Outcome.Text)
	require.Equal(t, []string{"applied: scaled midwrite/web-stable 3 → 2"}, finished.did())
	require.Equal(t, [2]int32{2, 2}, x.replicas(pair))
}

// interruptedHold ends fader with SIGTERM before it has paused the rollout. Nobody
// will: that is said, and there is nothing to finish.
func interruptedHold(t *testing.T, s *site) {
	namespace := s.twins("unheld", 3, 1, map[string]string{"practice.fader/ready-after": "2s"})
	x := s.keeper(namespace)
	x.pair()
	s.kubectl("-n", namespace, "rollout", "pause", "deployment/web-stable")
	s.kubectl("-n", namespace, "set", "image", "deployment/web-stable", "web=registry.example/web:v3")

	c := s.course(s.env(), "hold", "-n", namespace, "deploy/web-stable", "--at", "2", "--yes")
	s.until("it rolls", func() bool { return s.field(namespace, "web-stable", ".status.updatedReplicas") == "1" })
	c.terminate()
	left := c.ended(1)
	require.Equal(t, "stopped", left.Outcome.State)
	require.Equal(t, "stopped: the rollout is not held any more", left.Outcome.Text)
	require.False(t, left.Course.Unfinished)
	require.Equal(t, []string{"applied: resumed unheld/web-stable"}, left.did())
	require.Contains(t, c.errs.text(), "fader: interrupted: stopped: the rollout is not held any more\n")
	require.NotContains(t, c.errs.text(), "--finish")

	s.until("it rolls on", func() bool { return s.field(namespace, "web-stable", ".status.updatedReplicas") == "3" })
	require.Empty(t, s.field(namespace, "web-stable", ".spec.paused"))
	require.Equal(t, 1, s.writes(namespace))
	journal := s.recorded(namespace)
	require.Len(t, journal.Courses, 1)
	require.Equal(t, "ended", journal.Courses[0].State)
	all, err := x.runner.Unfinished()
	require.NoError(t, err)
	for _, one := range all {
		require.NotEqual(t, namespace, one.Course.Subject().Namespace)
	}
}
