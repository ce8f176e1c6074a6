package tui

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/fade"
	"fader/kube/rollout"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
)

// rung is what was written to the terminal past the frames.
func rung(messages []tea.Msg) string {
	text := ""
	for _, msg := range messages {
		if raw, ok := msg.(tea.RawMsg); ok {
			text += raw.Msg.(string)
		}
	}
	return text
}

func notices(states ...rollout.State) []notice {
	var all []notice
	for _, state := range states {
		all = append(all, notice{Event: state, Context: "prod", Namespace: "shop", Name: "cart", Text: "rolled out in 42s"})
	}
	return all
}

func TestTheBellAndTheDesktop(t *testing.T) {
	for _, c := range []struct {
		set  Notify
		of   []notice
		want string
	}{
		{Notify{}, notices(rollout.Complete), ""},
		{Notify{Bell: true}, notices(rollout.Complete, rollout.Stalled), "\a"},
		{Notify{OSC9: true}, notices(rollout.Held), "\x1b]9;fader prod · shop/cart: rolled out in 42s\a"},
		{Notify{Bell: true, OSC9: true}, notices(rollout.Gone, rollout.Stalled), "\a\x1b]9;fader prod · shop/cart: rolled out in 42s\a"},
		{Notify{Bell: true, OSC9: true}, notices(rollout.Gone, rollout.Superseded, rollout.Unknown, rollout.Pending), ""},
	} {
		d := drive(t, func(o *Options) { o.Notify = c.set })
		require.Equal(t, c.want, rung(messages(d.m.notify(c.of))))
	}
}

func TestTheDesktopIsToldOneHarmlessLine(t *testing.T) {
	d := drive(t, func(o *Options) { o.Notify.OSC9 = true })
	hostile := notice{
		Event: rollout.Stalled, Context: "a\x1b]0;x\a", Namespace: "4;1;50", Name: "\u009c\u202e\r\n",
		Text: "\x1b\\" + strings.Repeat("語", 500),
	}
	text := rung(messages(d.m.notify([]notice{hostile})))
	inner := strings.TrimSuffix(strings.TrimPrefix(text, "\x1b]9;"), "\a")
	require.True(t, strings.HasPrefix(inner, "fader a"))
	for _, r := range inner {
		require.False(t, r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u202e', "%q", inner)
	}
	require.LessOrEqual(t, ansi.StringWidth(inner), noticeCells)
}

// script is a command that writes what it is given, and runs a line of shell.
func script(t *testing.T, line string) (command []string, dir string) {
	dir = t.TempDir()
	path := filepath.Join(dir, "hook")
	text := "#!/bin/sh\ncat > \"$1/$$.json\"\nenv > \"$1/env\"\n" + line + "\n"
	require.NoError(t, os.WriteFile(path, []byte(text), 0o700))
	return []string{path, dir, "a b;c $HOME"}, dir
}

func TestTheCommandIsGivenTheEvent(t *testing.T) {
	t.Setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
	t.Setenv("LC_TIME", "C")
	command, dir := script(t, `echo "got: $2"; echo trouble >&2; exit 3`)
	var log bytes.Buffer
	d := drive(t, func(o *Options) {
		o.Notify.Command, o.Log = command, slog.New(slog.NewTextHandler(&log, nil))
	})
	d.show(reached("shop/cart"))
	d.send(executedMsg{d.moved("shop/cart", rollout.Restart)})

	written, err := filepath.Glob(filepath.Join(dir, "*.json"))
	require.NoError(t, err)
	require.Len(t, written, 1)
	text, err := os.ReadFile(written[0])
	require.NoError(t, err)
	var event map[string]any
	require.NoError(t, json.Unmarshal(text, &event))
	require.Equal(t, map[string]any{
		"event": "complete", "time": d.now.Format(time.RFC3339), "context": "prod", "server": "https://127.0.0.1:6443",
		"kind": "Deployment", "namespace": "shop", "name": "cart", "move": "restart", "title": "Do restart shop/cart",
		"text": "rolled out in 0.0s: 3 of 3 pods of revision 3 ready", "tookSeconds": 0.0, "who": "ada",
	}, event)
	environment, err := os.ReadFile(filepath.Join(dir, "env"))
	require.NoError(t, err)
	require.NotContains(t, string(environment), "hunter2")
	require.Contains(t, string(environment), "PATH=")
	require.Contains(t, string(environment), "LC_TIME=C")
	require.Contains(t, log.String(), `level=WARN`)
	require.Contains(t, log.String(), `got: a b;c $HOME trouble`, "no shell has looked at the arguments")
	require.Contains(t, log.String(), `exit status 3`)
	require.Zero(t, d.m.hooks.running)
}

func TestAFewCommandsAtATime(t *testing.T) {
	d := drive(t, func(o *Options) { o.Notify.Command = []string{"true"} })
	var many []notice
	for range hooksWaiting + 7 {
		many = append(many, notices(rollout.Complete)...)
	}
	cmd := d.m.notify(many)
	require.Equal(t, hooksAtOnce, d.m.hooks.running)
	require.Len(t, d.m.hooks.waiting, hooksWaiting-hooksAtOnce, "and what is more than that is dropped")
	d.run(cmd)
	require.Zero(t, d.m.hooks.running)
	require.Empty(t, d.m.hooks.waiting)
}

func TestACommandThatCannotBeRun(t *testing.T) {
	var log bytes.Buffer
	runHook(hookTime, []string{"/nowhere/at-all"}, nil, slog.New(slog.NewTextHandler(&log, nil)))
	require.Contains(t, log.String(), "no such file")
}

func TestACommandThatDoesNotEnd(t *testing.T) {
	command, dir := script(t, `sleep 600 & echo $! > "$1/child"; wait`)
	var log bytes.Buffer
	begun := time.Now()
	runHook(2*time.Second, command, nil, slog.New(slog.NewTextHandler(&log, nil)))
	require.Less(t, time.Since(begun), 30*time.Second)
	require.Contains(t, log.String(), "ended after 2s")
	child, err := os.ReadFile(filepath.Join(dir, "child"))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		stat, err := os.ReadFile("/proc/" + strings.TrimSpace(string(child)) + "/stat")
		return err != nil || strings.Contains(string(stat), ") Z ")
	}, 10*time.Second, 20*time.Millisecond, "and what it has started is gone too")
}

func TestOutputIsBounded(t *testing.T) {
	h := &head{left: 10}
	for range 5 {
		n, err := h.Write([]byte("12345678"))
		require.Equal(t, 8, n)
		require.NoError(t, err)
	}
	require.Equal(t, "1234567812", h.text.String())
}

func TestACourseThatNeedsSomebodyOrHasEnded(t *testing.T) {
	shift, hold := fade.Course{Kind: fade.Shift, Cluster: rollout.Identity{Context: "prod"}}, fade.Course{Kind: fade.Hold}
	shift.Service = kube.Ref{Kind: kube.KindService, Namespace: "shop", Name: "checkout"}
	for _, c := range []struct {
		p    fade.Progress
		was  fade.State
		want rollout.State
	}{
		{fade.Progress{Course: shift, State: fade.Raising}, fade.Starting, ""},
		{fade.Progress{Course: shift, State: fade.Holding, Until: time.Unix(9, 0)}, fade.Lowering, ""},
		{fade.Progress{Course: shift, State: fade.Holding}, fade.Lowering, rollout.Held},
		{fade.Progress{Course: shift, State: fade.Holding}, fade.Holding, ""},
		{fade.Progress{Course: shift, State: fade.Done}, fade.Lowering, rollout.Complete},
		{fade.Progress{Course: hold, State: fade.Done}, fade.Rolling, rollout.Held},
		{fade.Progress{Course: hold.TakeBack(), State: fade.Done}, fade.TakingBack, rollout.Complete},
		{fade.Progress{Course: shift, State: fade.Failed, Err: "403"}, fade.Raising, rollout.Stalled},
		{fade.Progress{Course: shift, State: fade.Stopped, Err: "somebody scaled it"}, fade.Waiting, rollout.Stalled},
		{fade.Progress{Course: shift, State: fade.Stopped}, fade.Waiting, ""},
	} {
		d := drive(t, func(o *Options) { o.Notify.Bell, o.Notify.Command = true, []string{"true"} })
		d.m.hooks.running = hooksAtOnce // what is queued stays where it can be seen
		rings := rung(messages(d.m.notifyCourse(c.p, c.was)))
		if c.want == "" {
			require.Empty(t, rings, c)
			continue
		}
		require.Equal(t, "\a", rings)
		require.Contains(t, string(d.m.hooks.waiting[0]), `{"event":"`+string(c.want)+`"`)
		require.Contains(t, string(d.m.hooks.waiting[0]), `"move":"`+string(c.p.Course.Kind)+`"`)
	}
}

func TestTheEndOfACourseIsHeard(t *testing.T) {
	d := at(t, checkout(9, 1), "checkout-stable")
	d.m.opts.Notify = Notify{OSC9: true}
	d.press("m", "3", "enter", "y", "esc")
	d.fleet.runs[0].now.State, d.fleet.runs[0].now.Text = fade.Done, "the canary has 3 of 10"
	require.Contains(t, rung(messages(d.update(courseMsg{1}))), "shop/checkout: the canary has 3 of 10")
}
