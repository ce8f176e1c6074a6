//go:build unix

package cluster

import (
	"os/exec"
	"syscall"
	"time"
)

// endGroup asks a plugin and all it has started to end, and a moment later ends
// what is left.
func endGroup(c *exec.Cmd) error {
	group := -c.Process.Pid
	time.AfterFunc(pluginEnd/2, func() { _ = syscall.Kill(group, syscall.SIGKILL) })
	return syscall.Kill(group, syscall.SIGTERM)
}
