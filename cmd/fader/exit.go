package main

import (
	"errors"
	"fmt"
)

// Exit statuses, the same for every command.
const (
	exitComplete = 0
	exitFailed   = 1
	exitUsage    = 2
	exitPaused   = 3
	exitTimedOut = 4
)

// exitError ends a command with a status; a nil err says nothing more.
type exitError struct {
	status int
	err    error
}

func (e exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.status)
	}
	return e.err.Error()
}

func (e exitError) Unwrap() error { return e.err }

// usage is an error of the command line itself.
func usage(format string, args ...any) error {
	return exitError{exitUsage, fmt.Errorf(format, args...)}
}

// report says what is to be said on stderr and returns the exit status.
func report(s streams, err error) int {
	if err == nil {
		return exitComplete
	}
	var exit exitError
	if !errors.As(err, &exit) {
		exit = exitError{exitFailed, err}
	}
	if exit.err != nil {
		fmt.Fprintln(s.err, "fader: "+exit.err.Error())
	}
	return exit.status
}
