package rollout

import (
	"encoding/json"
	"fmt"
	"time"
)

// CourseState is what a line of the journal says of a course.
type CourseState string

const (
	CourseBegun CourseState = "begun" // stands before the first write
	CourseStep  CourseState = "step"  // stands before the writes of a step
	CourseLeft  CourseState = "left"  // nobody conducts it any more, and it is half-way
	CourseEnded CourseState = "ended"
)

// CourseLine is one line of the journal on a course: a move of several writes,
// whose receipts carry its ID.
type CourseLine struct {
	ID    string      `json:"id"`
	State CourseState `json:"state"`
	// Text is one sentence: where it is.
	Text string    `json:"text,omitempty"`
	At   time.Time `json:"at"`
	// Process that conducts it.
	Process Process `json:"process"`
	// Course whole, as kube/fade writes it, so that any single line is enough to
	// go on with it.
	Course json.RawMessage `json:"course"`
}

// Process names one process for as long as it lives.
type Process struct {
	Host string `json:"host"`
	PID  int    `json:"pid"`
	// Started tells it from a later one with the same PID, in whatever unit the
	// system counts; "" where the system does not say.
	Started string `json:"started,omitempty"`
}

// RecordCourse appends the line and returns when it is on disk.
func (j *Journal) RecordCourse(l CourseLine) error {
	line, err := json.Marshal(map[string]CourseLine{"fade": l})
	if err != nil {
		return fmt.Errorf("encode course: %w", err)
	}
	return j.append(line)
}
