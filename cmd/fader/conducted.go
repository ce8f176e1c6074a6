package main

import (
	"fader/kube/fade"
	"fader/kube/rollout"
	"fader/tui"
)

// conducted are the courses that the desk on the screen starts.
type conducted struct{ *fade.Runner }

func (c conducted) Start(course fade.Course, confirmation rollout.Confirmation) (tui.Run, error) {
	run, err := c.Runner.Start(course, confirmation)
	if err != nil {
		return nil, err
	}
	return run, nil
}
