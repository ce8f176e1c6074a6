//go:build linux

package cluster

import (
	"os/exec"
	"syscall"
)

// ownProcess gives a plugin that asks nothing a session of its own: it cannot write
// to the terminal behind fader's back, and is ended with all it has started. The
// kernel ends the plugin where fader is killed and cannot.
func ownProcess(c *exec.Cmd, interactive bool) {
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if interactive {
		c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
		return
	}
	c.SysProcAttr.Setsid = true
	c.Cancel = func() error { return endGroup(c) }
}
