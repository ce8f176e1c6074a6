package e2e

import (
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
)

// patience is how long a state may take to come about before a test fails.
const patience = 100 * time.Second

// terminal is a pseudo-terminal with a program on it and an emulator that knows
// what its screen shows: the program sends differences of cells, so only the
// emulated screen says what a person would see.
type terminal struct {
	t    *testing.T
	tty  *os.File
	cmd  *exec.Cmd
	exit chan error
	// heard is every byte that the program wrote: the emulator drops what it cannot
	// show, and a real terminal may do as it is told.
	heard transcript
	// deaf is held while the terminal reads nothing that the program writes.
	deaf sync.Mutex

	mu      sync.Mutex
	screen  *vt.Emulator
	changed chan struct{} // closed and replaced whenever the screen may have changed
}

// open starts a program on a terminal of that size. It is ended with the test.
func open(t *testing.T, columns, rows int, env []string, program string, args ...string) *terminal {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "NO_COLOR="), env...)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: uint16(rows), Cols: uint16(columns)})
	require.NoError(t, err)
	term := &terminal{
		t: t, tty: tty, cmd: cmd, exit: make(chan error, 1),
		screen: vt.NewEmulator(columns, rows), changed: make(chan struct{}),
	}
	go term.answer()
	go term.read()
	go func() { term.exit <- cmd.Wait() }()
	t.Cleanup(term.end)
	return term
}

// answer gives the program the terminal's replies to its questions.
func (x *terminal) answer() {
	buffer := make([]byte, 4096)
	for {
		n, err := x.screen.Read(buffer)
		if err != nil {
			return
		}
		if _, err := x.tty.Write(buffer[:n]); err != nil {
			return
		}
	}
}

func (x *terminal) read() {
	buffer := make([]byte, 1<<16)
	for {
		x.deaf.Lock()
		n, err := x.tty.Read(buffer)
		x.deaf.Unlock()
		_, _ = x.heard.Write(buffer[:n])
		x.mu.Lock()
		_, _ = x.screen.Write(buffer[:n])
		close(x.changed)
		x.changed = make(chan struct{})
		x.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (x *terminal) end() {
	if x.t.Failed() {
		x.t.Logf("the screen at the end:\n%s", x.text())
	}
	select {
	case <-x.exit:
	default:
		_ = x.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-x.exit:
		case <-time.After(5 * time.Second):
			_ = x.cmd.Process.Kill()
		}
	}
	_ = x.tty.Close()
	_ = x.screen.InputPipe().(io.Closer).Close()
}

// look returns the screen's text and a channel that is closed when it changes.
func (x *terminal) look() (string, <-chan struct{}) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return ansi.Strip(x.screen.String()), x.changed
}

func (x *terminal) text() string {
	text, _ := x.look()
	return text
}

// until waits for the screen to be as wanted and returns it.
func (x *terminal) until(what string, wanted func(string) bool) string {
	x.t.Helper()
	limit := time.After(patience)
	for {
		text, changed := x.look()
		if wanted(text) {
			return text
		}
		select {
		case <-changed:
		case <-limit:
			require.FailNow(x.t, "not on the screen: "+what)
		}
	}
}

// see waits until the screen matches a pattern.
func (x *terminal) see(pattern string) string {
	x.t.Helper()
	re := regexp.MustCompile(pattern)
	return x.until(pattern, re.MatchString)
}

// miss waits until the screen does not match a pattern any more. A frame may
// arrive in parts, so what is missing has to be missing a moment later too.
func (x *terminal) miss(pattern string) string {
	x.t.Helper()
	re := regexp.MustCompile(pattern)
	for {
		x.until("anything but "+pattern, func(s string) bool { return !re.MatchString(s) })
		time.Sleep(50 * time.Millisecond)
		if text := x.text(); !re.MatchString(text) {
			return text
		}
	}
}

// line waits for a line that contains all these words and returns it.
func (x *terminal) line(words ...string) string {
	x.t.Helper()
	var found string
	x.until("a line with "+strings.Join(words, ", "), func(text string) bool {
		for _, line := range strings.Split(text, "\n") {
			if containsAll(line, words) {
				found = line
				return true
			}
		}
		return false
	})
	return found
}

func containsAll(line string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(line, word) {
			return false
		}
	}
	return true
}

// press sends keys: names as below, or text as it is typed.
func (x *terminal) press(keys ...string) {
	x.t.Helper()
	names := map[string]string{
		"enter": "\r", "esc": "\x1b", "tab": "\t", "space": " ", "backspace": "\x7f",
		"up": "\x1b[A", "down": "\x1b[B", "ctrl+c": "\x03", "ctrl+b": "\x02", "ctrl+d": "\x04", "ctrl+f": "\x06", "ctrl+k": "\x0b", "ctrl+u": "\x15",
	}
	for _, key := range keys {
		if bytes, ok := names[key]; ok {
			key = bytes
		}
		_, err := x.tty.WriteString(key)
		require.NoError(x.t, err)
	}
}

// ended waits for the program to end and returns its exit status.
func (x *terminal) ended() int {
	x.t.Helper()
	select {
	case err := <-x.exit:
		x.exit <- err
		return x.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		require.FailNow(x.t, "the program did not end")
		return -1
	}
}
