package logs

import (
	"slices"
	"time"
)

// Source is one container. Make one of each and let its lines share it.
type Source struct {
	Pod, Container string
	Revision       int64 // 0 where unknown
}

// Line is one sanitised line, or a remark among them.
type Line struct {
	From *Source // nil for a remark about all of them
	// Time that the line was written; zero where unknown: then it stands where it came.
	Time   time.Time
	Text   string
	Remark bool
}

const (
	// lineCost is what a line takes beside its text, in bytes.
	lineCost = 64
	maxLines = 50_000
	maxBytes = 16 << 20
)

func (l *Line) size() int { return len(l.Text) + lineCost }

// store keeps the newest lines in the order of their times. A line has a number
// that stays its own until an earlier one comes late.
type store struct {
	lines []Line
	head  int // index of the oldest
	first int // its number
	bytes int
}

func (s *store) len() int { return len(s.lines) - s.head }

// end is the number behind the newest line.
func (s *store) end() int { return s.first + s.len() }

func (s *store) at(number int) *Line { return &s.lines[s.head+number-s.first] }

// late takes off the newest lines that belong behind a moment.
func (s *store) late(than time.Time) []Line {
	from := len(s.lines)
	for from > s.head && s.lines[from-1].Time.After(than) {
		from--
	}
	if from == len(s.lines) {
		return nil
	}
	tail := slices.Clone(s.lines[from:])
	clear(s.lines[from:])
	s.lines = s.lines[:from]
	for i := range tail {
		s.bytes -= tail[i].size()
	}
	return tail
}

func (s *store) push(l Line) {
	s.lines = append(s.lines, l)
	s.bytes += l.size()
}

// trim lets the oldest lines go until the rest is within bounds, and says how many.
func (s *store) trim() int {
	n := 0
	for s.len() > maxLines || s.bytes > maxBytes {
		s.bytes -= s.lines[s.head].size()
		s.lines[s.head] = Line{}
		s.head++
		n++
	}
	s.first += n
	if s.head > 0 && s.head >= len(s.lines)/2 {
		kept := copy(s.lines, s.lines[s.head:])
		clear(s.lines[kept:])
		s.lines, s.head = s.lines[:kept], 0
	}
	return n
}
