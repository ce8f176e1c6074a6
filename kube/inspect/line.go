package inspect

import (
	"bytes"
	"strings"
	"time"

	"fader/kube"
)

// Source is one container whose log is followed, or, without a container, all
// containers of a pod: which these are is then read from the API server.
type Source struct {
	Pod       kube.Ref
	Container string
	Revision  int64 // of the pod's owner, for the viewer; 0 where unknown
}

// key is what makes two sources the same: a revision may be renumbered.
func (s Source) key() Source {
	s.Revision = 0
	return s
}

// Line is one line of a log, or a remark of fader's own among them.
type Line struct {
	From *Source // nil for a remark about all of them
	// Time is the container runtime's, in UTC; a remark has that of the newest
	// line before it, so that it stays where it belongs. Zero where nothing is known.
	Time   time.Time
	Text   string // sanitised, at most maxLine bytes
	Remark bool
}

const (
	// maxLine bounds a line, in bytes: four thousand of the widest characters are
	// twelve thousand bytes, and nobody reads that far.
	maxLine = 8 << 10
	// lineCost is what a line takes beside its text, in bytes.
	lineCost = 64
)

func (l *Line) size() int { return len(l.Text) + lineCost }

// parse appends what one raw line says. A carriage return within it (a progress
// bar that draws over itself) starts another line of the same moment.
func parse(lines []Line, from *Source, raw []byte, otherwise time.Time) []Line {
	when, text := stamp(raw, otherwise)
	text = bytes.TrimRight(text, "\r\n")
	clean := kube.CleanText(string(text), maxLine)
	if strings.IndexByte(clean, '\n') < 0 {
		return append(lines, Line{From: from, Time: when, Text: clean})
	}
	for part := range strings.SplitSeq(clean, "\n") {
		if part != "" {
			lines = append(lines, Line{From: from, Time: when, Text: part})
		}
	}
	return lines
}

// stamp takes the time off a line. One without (the kubelet's own complaints
// have none) counts as of the moment before.
func stamp(raw []byte, otherwise time.Time) (time.Time, []byte) {
	first, rest, found := bytes.Cut(raw, []byte(" "))
	if !found {
		first, rest = bytes.TrimRight(raw, "\r\n"), nil
	}
	var when time.Time
	if len(first) < len("2006-01-02T15:04:05Z") || when.UnmarshalText(first) != nil {
		return otherwise, raw
	}
	return when.UTC(), rest
}
