package chart_test

import (
	"fmt"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/views/chart"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/moment"
)

var update = golden.Flag()

// page of the Deployment "namespace/name" of the full fixture, with its figures.
func page(name string) *chart.View {
	s := fixture.Full()
	v := chart.New()
	v.SetRef(ref(name))
	v.SetKeys(keymap.Default())
	golden.Open(v, s)
	v.SetGauge(fixture.Measured(s))
	v.SetMoments([]moment.Moment{{At: fixture.Now().Add(-14 * time.Minute), Label: "set image"}})
	return v
}

func ref(name string) kube.Ref {
	for _, r := range fixture.Full().Rollouts {
		if r.Ref().String() == name {
			return r.Ref()
		}
	}
	panic(fmt.Sprintf("no %s in the fixture", name))
}
