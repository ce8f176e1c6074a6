//go:build unix && !linux

package cluster

import "syscall"

// childAttributes puts a child into a process group of its own, so that the terminal's
// ctrl-c reaches only the supervisor. Only Linux can also tie its life to ours.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
