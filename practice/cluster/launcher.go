package cluster

import (
	"os/exec"
	"runtime"
)

// launcher starts every child from one operating system thread that lives as long as
// the supervisor. Linux sends the parent death signal when the *thread* that started a
// child ends, and the Go runtime may end any other thread.
type launcher struct {
	requests chan launch
}

type launch struct {
	cmd    *exec.Cmd
	result chan error
}

func newLauncher() *launcher {
	l := &launcher{requests: make(chan launch)}
	go func() {
		runtime.LockOSThread() // never unlocked: the thread is the point
		for request := range l.requests {
			request.result <- request.cmd.Start()
		}
	}()
	return l
}

func (l *launcher) start(cmd *exec.Cmd) error {
	result := make(chan error, 1)
	l.requests <- launch{cmd: cmd, result: result}
	return <-result
}
