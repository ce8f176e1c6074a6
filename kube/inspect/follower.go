package inspect

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// readSize is a connection's buffer: twice the longest line that is kept.
	readSize = 2 * maxLine
	// atOnce is how many lines a follower collects before it hands them on, if
	// they are there already.
	atOnce = 256
)

// follower is one container's log, over as many connections as it takes.
type follower struct {
	*Stream
	source Source
	mark   mark
	said   string // the last remark, not to be repeated
	lines  []Line
}

// mark is how far a log has been read: the newest moment, and how many lines
// there were of it. The server can only be asked for lines since a whole second.
type mark struct {
	at    time.Time
	count int
}

// run reads until the log has come to an end for good or ctx ends.
func (f *follower) run(ctx context.Context) {
	for try := 0; ctx.Err() == nil; try++ {
		got, err := f.read(ctx)
		if got {
			try = 0
		}
		if ctx.Err() != nil || !f.judge(ctx, err) {
			return
		}
		pause := time.NewTimer(f.options.pause(try))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
		}
	}
}

// read makes one connection and reads it to its end, which is nil. got says that
// there were lines not seen before.
func (f *follower) read(ctx context.Context) (got bool, err error) {
	ref := f.source.Pod
	body, err := f.options.Client.CoreV1().Pods(ref.Namespace).GetLogs(ref.Name, f.request()).MaxRetries(0).Stream(ctx)
	if err != nil {
		return false, err
	}
	defer body.Close()
	f.lost.clear()
	before := f.mark
	err = f.consume(body)
	return f.mark != before, err
}

// consume takes over what comes, and hands it on whenever it would have to wait.
func (f *follower) consume(body io.Reader) error {
	reader := bufio.NewReaderSize(body, readSize)
	replay := replay{until: f.mark.at, skip: f.mark.count}
	for {
		raw, err := readLine(reader)
		if len(raw) > 0 {
			f.accept(raw, &replay)
		}
		if len(f.lines) >= atOnce || err != nil || !lineWaits(reader) {
			f.ring.put(f.lines)
			clear(f.lines)
			f.lines = f.lines[:0]
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (f *follower) request() *corev1.PodLogOptions {
	o := &corev1.PodLogOptions{
		Container: f.source.Container, Follow: !f.options.Previous, Previous: f.options.Previous, Timestamps: true,
	}
	if !f.mark.at.IsZero() {
		o.SinceTime = &metav1.Time{Time: f.mark.at}
		return o
	}
	if f.options.TailLines >= 0 {
		o.TailLines = &f.options.TailLines
	}
	if seconds := int64(f.options.Since / time.Second); seconds > 0 {
		o.SinceSeconds = &seconds
	}
	return o
}

// accept takes a line over, unless it was read on an earlier connection.
func (f *follower) accept(raw []byte, r *replay) {
	when, _ := stamp(raw, f.mark.at)
	if r.old(when) {
		return
	}
	if when.After(f.mark.at) {
		f.mark = mark{at: when}
	}
	if when.Equal(f.mark.at) {
		f.mark.count++
	}
	f.said = ""
	f.lines = parse(f.lines, &f.source, raw, f.mark.at)
}

// replay is what a new connection repeats of the one before.
type replay struct {
	until time.Time
	skip  int // lines of the moment until that were read
}

func (r *replay) old(when time.Time) bool {
	switch {
	case r.until.IsZero():
		return false
	case when.Before(r.until):
		return true
	case when.Equal(r.until) && r.skip > 0:
		r.skip--
		return true
	}
	r.until = time.Time{}
	return false
}

// readLine is the next line, as long as the buffer at most: the rest of a longer
// one is thrown away. It is valid until the next read.
func readLine(r *bufio.Reader) ([]byte, error) {
	line, err := r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return line, err
	}
	line = bytes.Clone(line)
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.ReadSlice('\n')
	}
	return line, err
}

// lineWaits says that the next line can be read without waiting.
func lineWaits(r *bufio.Reader) bool {
	waiting, _ := r.Peek(r.Buffered())
	return bytes.IndexByte(waiting, '\n') >= 0
}
