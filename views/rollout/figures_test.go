package rollout_test

import (
	"testing"
	"time"

	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/moment"
	"fader/views/rollout"
)

// measured is a page with the figures of the full fixture and a move of ten minutes ago.
func measured(name string) *rollout.View {
	s := fixture.Full()
	v := page(name, s)
	v.SetGauge(fixture.Measured(s))
	v.SetMoments([]moment.Moment{{At: fixture.Now().Add(-14 * time.Minute), Label: "set image"}})
	return v
}

func TestFramesWithFigures(t *testing.T) {
	golden.Frames(t, *update, map[string]*rollout.View{
		"measured": measured("ml/fraud-model"), "measured-llm": measured("ml/llm-70b"), "measured-outlier": measured("ml/ranker"),
	})
}
