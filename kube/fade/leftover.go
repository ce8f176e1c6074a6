package fade

import (
	"encoding/json"
	"time"

	"fader/kube/rollout"
)

// Leftover is a course that began and did not end: its process was killed or
// closed, or a write was refused half-way. Runner.Start of its Course finishes it,
// of Course.TakeBack() takes it back, and Runner.Leave lets it be.
type Leftover struct {
	Course Course
	// Text is where it stopped, as far as the journal knows.
	Text string
	At   time.Time // of the last line about it
	Host string    // where it ran
	// Elsewhere says that it ran on another host: whether it still does nobody
	// here can tell.
	Elsewhere bool
}

// Unfinished are the leftovers of a journal, the oldest first. Those that a
// living process conducts are not among them.
func Unfinished(entries rollout.Entries) []Leftover {
	var all []Leftover
	for _, f := range files(entries.Courses, lives) {
		if !f.ended && !f.owned {
			all = append(all, f.leftover())
		}
	}
	return all
}

// file is what the journal knows of one course.
type file struct {
	course Course
	last   rollout.CourseLine
	// owned by a living process: owner.
	owned bool
	owner rollout.Process
	ended bool
}

func (f *file) leftover() Leftover {
	return Leftover{
		Course: f.course, Text: f.last.Text, At: f.last.At,
		Host: f.last.Process.Host, Elsewhere: f.last.Process.Host != self().Host,
	}
}

// files of the courses, in the order in which they were begun. A course belongs
// to the first living process that took it up after the last one let go of it:
// lines of a second one, which was a moment too late, change nothing.
func files(lines []rollout.CourseLine, alive func(rollout.Process) bool) []*file {
	var all []*file
	byID := make(map[string]*file)
	known := make(map[rollout.Process]bool)
	living := func(p rollout.Process) bool {
		if _, asked := known[p]; !asked {
			known[p] = alive(p)
		}
		return known[p]
	}
	for _, line := range lines {
		var c Course
		if json.Unmarshal(line.Course, &c) != nil || c.ID != line.ID {
			continue
		}
		f := byID[line.ID]
		if f == nil {
			f = &file{}
			byID[line.ID] = f
			all = append(all, f)
		}
		if f.owned && f.owner != line.Process {
			continue
		}
		f.course, f.last = c, line
		f.ended = line.State == rollout.CourseEnded
		f.owned = !f.ended && line.State != rollout.CourseLeft && living(line.Process)
		f.owner = line.Process
	}
	return all
}
