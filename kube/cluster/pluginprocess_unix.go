//go:build unix && !linux

package cluster

import (
	"os/exec"
	"syscall"
)

// ownProcess gives a plugin that asks nothing a session of its own: it cannot write
// to the terminal behind fader's back, and is ended with all it has started.
func ownProcess(c *exec.Cmd, interactive bool) {
	if interactive {
		c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
		return
	}
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	c.Cancel = func() error { return endGroup(c) }
}
