package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
)

// stateDir is where the log and the journal live; only this user can read it.
func stateDir() string { return filepath.Join(xdg.StateHome, "fader") }

func journalPath() string { return filepath.Join(stateDir(), "journal.jsonl") }

func logPath() string { return filepath.Join(stateDir(), "fader.log") }

// logLimit is the size in bytes from which the log of the last runs is put aside.
const logLimit = 5 << 20

// openLog opens the log file for appending. fader works without one: where it
// cannot be opened, what would be logged is dropped and err says why.
func openLog() (*slog.Logger, func(), error) {
	path := logPath()
	if err := os.MkdirAll(stateDir(), 0o700); err != nil {
		return slog.New(slog.DiscardHandler), func() {}, fmt.Errorf("make %s for the log: %w", stateDir(), err)
	}
	if info, err := os.Stat(path); err == nil && info.Size() > logLimit {
		_ = os.Rename(path, path+".old") // a log that stays too long is no reason to stop
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return slog.New(slog.DiscardHandler), func() {}, fmt.Errorf("open the log: %w", err)
	}
	return slog.New(slog.NewTextHandler(file, nil)), func() { file.Close() }, nil
}
