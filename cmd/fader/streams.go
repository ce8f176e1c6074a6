package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// streams are where a command reads and writes.
type streams struct {
	in       *os.File
	out, err io.Writer
	// interactive: both ends are a terminal.
	interactive bool
}

func terminal() streams {
	both := term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd()))
	return streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, interactive: both}
}
