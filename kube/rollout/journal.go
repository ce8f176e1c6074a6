package rollout

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Journal is a file of receipts, one JSON object a line, that only its owner can
// read. Several processes may write to one journal.
type Journal struct {
	path string
	mu   sync.Mutex
}

// NewJournal keeps receipts in the file of that path. The file and its directory
// are made by the first Record.
func NewJournal(path string) *Journal { return &Journal{path: path} }

// Path of the file.
func (j *Journal) Path() string { return j.path }

// Record appends the receipt and returns when it is on disk. The file is opened
// anew each time: one that was moved away or lost its rights is noticed here, and
// not after the fact.
func (j *Journal) Record(r Receipt) error {
	line, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode receipt: %w", err)
	}
	return j.append(line)
}

// append writes one line and returns when it is on disk.
func (j *Journal) append(line []byte) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	f, err := j.open()
	if err != nil {
		return fmt.Errorf("open journal: %w", err)
	}
	if err := write(f, append(line, '\n')); err != nil {
		return fmt.Errorf("write journal: %w", errors.Join(err, f.Close()))
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("close journal: %w", err)
	}
	return nil
}

func (j *Journal) open() (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(j.path), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(j.path, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is not a regular file", j.path)
	}
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		err = f.Chmod(0o600)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// write starts a new line after one that was torn by a crash or a full disk, so
// that only the torn one is lost.
func write(f *os.File, line []byte) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if size := info.Size(); size > 0 {
		last := make([]byte, 1)
		if _, err := f.ReadAt(last, size-1); err != nil {
			return err
		}
		if last[0] != '\n' {
			line = append([]byte{'\n'}, line...)
		}
	}
	if _, err := f.Write(line); err != nil {
		return err
	}
	return f.Sync()
}

// Entries are what a journal holds.
type Entries struct {
	Receipts []Receipt // oldest first
	// Courses are the lines on courses, oldest first, several of each.
	Courses []CourseLine
	Damaged int // lines that cannot be read: torn by a crash, or edited
}

// Read returns every move of the journal, each once: as it ended, or as Unclear
// where only its intention is there. A journal that does not exist is empty.
func (j *Journal) Read() (Entries, error) {
	content, err := os.ReadFile(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return Entries{}, nil
	}
	if err != nil {
		return Entries{}, fmt.Errorf("read journal: %w", err)
	}
	var entries Entries
	open := map[sending]int{}
	for line := range bytes.Lines(content) {
		var entry entry
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if err := json.Unmarshal(line, &entry); err != nil || !entry.whole() {
			entries.Damaged++
			continue
		}
		if entry.Settled != nil {
			entries.settle(entry.Settled)
			continue
		}
		if entry.Fade != nil {
			entries.Courses = append(entries.Courses, *entry.Fade)
			continue
		}
		r := entry.Receipt.cleaned()
		key := sending{r.Started.UnixNano(), r.Plan.Intent}
		at, begun := open[key]
		switch {
		case r.Result == Sent:
			open[key] = len(entries.Receipts)
			r.Result, r.Message = Unclear, "fader was stopped before the answer came: look at "+r.Plan.Target().String()
			entries.Receipts = append(entries.Receipts, r)
		case begun:
			entries.Receipts[at] = r
			delete(open, key)
		default:
			entries.Receipts = append(entries.Receipts, r)
		}
	}
	return entries, nil
}

// entry is a line: a receipt, what came of one, or where a course is.
type entry struct {
	Receipt
	Settled *settlement `json:"settled"`
	Fade    *CourseLine `json:"fade"`
}

// whole says that the line is one of the kinds there are.
func (e *entry) whole() bool {
	return e.Result != "" || e.Settled != nil || e.Fade != nil && e.Fade.ID != "" && e.Fade.State != ""
}

// sending tells one move of the journal from another.
type sending struct {
	started int64
	intent  Intent
}
