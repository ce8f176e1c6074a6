package cluster

import "syscall"

// childAttributes puts a child into a process group of its own, so that the terminal's
// ctrl-c reaches only the supervisor, which stops things in order; and has the kernel
// kill it when the supervisor dies without having had the chance to.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
