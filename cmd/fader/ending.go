package main

import (
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/term"
)

// endTime is how long the program may take to end once the process is told to.
const endTime = time.Second

// mustEnd sees to it that the process ends when it is told to. A terminal that has
// stopped reading, behind a connection that hangs, keeps every write to it waiting,
// and with it the program that was to restore the terminal and return. It also ends
// the program in good order when the terminal hangs up. stop it once the program
// has ended.
func mustEnd(program *tea.Program, terminal *os.File, log *slog.Logger) (stop func()) {
	state, err := term.GetState(int(terminal.Fd()))
	told, ended := make(chan os.Signal, 1), make(chan struct{})
	// Not os.Interrupt: ctrl-c in a pager that the program has opened is the pager's.
	signal.Notify(told, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		select {
		case <-ended:
			return
		case why := <-told:
			log.Info("told to end", "signal", why)
			if why == syscall.SIGHUP {
				go program.Quit() // SIGTERM it hears by itself
			}
		}
		select {
		case <-ended:
			return
		case <-time.After(endTime):
		}
		log.Error("the terminal takes no output: ended without restoring its screen")
		if err == nil {
			_ = term.Restore(int(terminal.Fd()), state)
		}
		os.Exit(exitFailed)
	}()
	return func() {
		signal.Stop(told)
		close(ended)
	}
}
