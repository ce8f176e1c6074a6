//go:build unix

package tui

import (
	"os/exec"
	"syscall"
)

// ownGroup lets a command that is ended take with it whatever it has started.
func ownGroup(c *exec.Cmd) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
}
