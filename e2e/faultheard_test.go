package e2e

import (
	"io"
	"os"
	"os/exec"
	"syscall"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
)

// overheard is screen with every byte that fader writes: the emulator drops what it
// cannot show, and a real terminal may do as it is told.
func (s *site) overheard(name string) (*terminal, *transcript) {
	s.t.Helper()
	fader, _ := binaries(s.t)
	const columns, rows = 180, 40
	cmd := exec.Command(fader, "-n", faults, "deploy/"+name)
	cmd.Env = append(append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "NO_COLOR="), s.env()...)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: rows, Cols: columns})
	require.NoError(s.t, err)
	ends, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	require.NoError(s.t, err)
	here, there := os.NewFile(uintptr(ends[0]), "terminal"), os.NewFile(uintptr(ends[1]), "program")
	heard := &transcript{}
	go func() { _, _ = io.Copy(tty, there) }()
	go func() {
		_, _ = io.Copy(io.MultiWriter(heard, there), tty)
		_ = there.Close()
	}()
	x := &terminal{
		t: s.t, tty: here, cmd: cmd, exit: make(chan error, 1),
		screen: vt.NewEmulator(columns, rows), changed: make(chan struct{}),
	}
	go x.answer()
	go x.read()
	go func() { x.exit <- cmd.Wait() }()
	s.t.Cleanup(func() {
		x.end()
		_ = tty.Close()
	})
	x.see(`● live`)
	x.see(faults + "/" + name)
	return x, heard
}
