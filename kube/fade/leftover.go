package fade

import (
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
	// Elsewhere says that it ran on another host, so that nobody here can tell
	// whether it still does.
	Elsewhere bool
}

// Unfinished are the leftovers of a journal, the oldest first. Those that a
// living process conducts are not among them.
func Unfinished(entries rollout.Entries) []Leftover { return nil }
