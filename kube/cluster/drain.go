package cluster

import (
	"bufio"
	"io"
	"log/slog"
)

// What of a plugin's chatter is kept.
const (
	chatterLines = 200  // lines for as long as the process lives
	chatterWidth = 4096 // bytes of one line
)

// drain reads to the end what is written to stderr, so that no writer ever
// blocks, and keeps a bounded part of it in the log.
func drain(from io.Reader, to *slog.Logger) {
	lines := bufio.NewReaderSize(from, chatterWidth)
	for kept := 0; ; {
		line, cut, err := lines.ReadLine()
		if len(line) > 0 && kept < chatterLines {
			logText(to, string(line))
			kept++
			if kept == chatterLines {
				to.Warn("no more of what is written to stderr is kept")
			}
		}
		for cut && err == nil { // the rest of an overlong line
			_, cut, err = lines.ReadLine()
		}
		if err != nil {
			return
		}
	}
}
