package e2e

import (
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
	"golang.org/x/term"
)

// deafTerminal stops reading what fader writes, as one behind a connection that
// hangs. When it reads again it shows what is so by then; when it never does, fader
// ends when it is told to, its memory has not grown meanwhile, and the terminal
// takes lines again.
func deafTerminal(t *testing.T, s *site) {
	desk := s.screen("", s.kubeconfig())
	before := desk.memory(resident)
	deafen := func() {
		desk.deaf.Lock()
		for range 80 { // opens and closes the help: more than a terminal holds unread
			desk.press("?")
			time.Sleep(50 * time.Millisecond)
		}
	}

	deafen()
	desk.press("6")
	time.Sleep(3 * time.Second)
	desk.deaf.Unlock()
	desk.see(`6 Journal +\d+ moves?`)
	desk.press("1")
	desk.see(`6 Journal +\d+ Deployments?`)

	deafen()
	defer desk.deaf.Unlock()
	time.Sleep(3 * time.Second)
	grown := desk.memory(resident) - before
	require.Less(t, grown, 64, "MiB more than before")
	begun := time.Now()
	require.NoError(t, desk.cmd.Process.Signal(syscall.SIGTERM))
	desk.ended()
	t.Logf("ended %v after SIGTERM, %d MiB more than before", time.Since(begun).Round(time.Millisecond), grown)
	cooked(t, desk)
}

// hungUp ends fader in good order when its terminal hangs up.
func hungUp(t *testing.T, s *site) {
	desk := s.screen("", s.kubeconfig())
	require.NoError(t, desk.cmd.Process.Signal(syscall.SIGHUP))
	require.Zero(t, desk.ended())
	require.Contains(t, desk.heard.text(), "\x1b[?1049l", "the screen from before is back")
	cooked(t, desk)
}

// cooked holds the terminal's modes against those of a new one.
func cooked(t *testing.T, x *terminal) {
	t.Helper()
	fresh, other, err := pty.Open()
	require.NoError(t, err)
	defer fresh.Close()
	defer other.Close()
	want, err := term.GetState(int(fresh.Fd()))
	require.NoError(t, err)
	is, err := term.GetState(int(x.tty.Fd()))
	require.NoError(t, err)
	require.Equal(t, want, is, "the modes of the terminal")
}
