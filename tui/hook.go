package tui

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"fader/kube"

	tea "charm.land/bubbletea/v2"
)

const (
	// hookTime is how long the operator's command may take.
	hookTime = 10 * time.Second
	// hooksAtOnce is how many of them run at a time; others wait, and of those
	// only so many: whoever moves hundreds at once is looking.
	hooksAtOnce  = 3
	hooksWaiting = 50
	// hookOutput bounds what of a command's output goes into the log, in bytes.
	hookOutput = 8 << 10
)

// hookDoneMsg: the operator's command has ended.
type hookDoneMsg struct{}

// hooks are the operator's commands: how many run, and the events that wait.
type hooks struct {
	running int
	waiting [][]byte
}

// queueHook puts an event where the operator's command will be given it.
func (m *Model) queueHook(n notice) {
	if len(m.opts.Notify.Command) == 0 {
		return
	}
	event, err := json.Marshal(n)
	if err != nil || len(m.hooks.waiting) >= hooksWaiting {
		m.logger().Warn("no command for what came of a move", "title", n.Title, "waiting", len(m.hooks.waiting), "err", err)
		return
	}
	m.hooks.waiting = append(m.hooks.waiting, append(event, '\n'))
}

// hookCmd runs the command for events that wait, a few at a time.
func (m *Model) hookCmd() tea.Cmd {
	var cmds []tea.Cmd
	for m.hooks.running < hooksAtOnce && len(m.hooks.waiting) > 0 {
		event := m.hooks.waiting[0]
		m.hooks.waiting = m.hooks.waiting[1:]
		m.hooks.running++
		argv, log := m.opts.Notify.Command, m.logger()
		cmds = append(cmds, func() tea.Msg {
			runHook(hookTime, argv, event, log)
			return hookDoneMsg{}
		})
	}
	return tea.Batch(cmds...)
}

func (m *Model) hookDone() tea.Cmd {
	m.hooks.running--
	return m.hookCmd()
}

func (m *Model) logger() *slog.Logger {
	if m.opts.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return m.opts.Log
}

// runHook runs the operator's command, without a shell, with the event on its
// standard input. What it prints goes into the log: the screen is taken.
func runHook(limit time.Duration, argv []string, event []byte, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	command := exec.CommandContext(ctx, argv[0], argv[1:]...)
	output := &head{left: hookOutput}
	command.Stdin, command.Stdout, command.Stderr = bytes.NewReader(event), output, output
	command.Env = hookEnvironment(os.Environ())
	ownGroup(command)
	command.WaitDelay = time.Second // whatever got away does not keep the pipes open
	err := command.Run()
	if ctx.Err() != nil {
		err = errors.Join(errors.New("ended after "+limit.String()), err)
	}
	level := slog.LevelInfo
	if err != nil {
		level = slog.LevelWarn
	}
	log.Log(context.Background(), level, "the notification command has run", "command", argv[0], "output", kube.Clean(output.text.String()), "err", err)
}

// hookEnvironment is what a program needs to find its files, its words and the
// desktop. Nothing else is passed on: environments are full of tokens.
func hookEnvironment(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		switch name {
		case "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TERM", "TMPDIR",
			"DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "TMUX", "TMUX_PANE":
			return false
		}
		return !strings.HasPrefix(name, "LC_") && !strings.HasPrefix(name, "XDG_")
	})
}

// head keeps the beginning of what is written to it and takes the rest as well.
type head struct {
	text strings.Builder
	left int
}

func (h *head) Write(p []byte) (int, error) {
	n := min(len(p), h.left)
	h.left -= n
	h.text.Write(p[:n])
	return len(p), nil
}
