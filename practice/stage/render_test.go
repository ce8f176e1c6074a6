package stage

import (
	"fmt"
	"math"
	"testing"

	"github.com/itchyny/gojq"
)

func TestValidSpeed(t *testing.T) {
	for _, speed := range []float64{0.1, 1, 2.5, MaxSpeed} {
		if err := ValidSpeed(speed); err != nil {
			t.Errorf("ValidSpeed(%v) = %v, want nil", speed, err)
		}
	}
	for _, speed := range []float64{0, -1, MaxSpeed + 1, math.Inf(1), math.NaN()} {
		if ValidSpeed(speed) == nil {
			t.Errorf("ValidSpeed(%v) = nil, want an error", speed)
		}
		if _, err := Render(speed, 10250); err == nil {
			t.Errorf("Render(%v) succeeded, want an error", speed)
		}
	}
}

func TestScaleOfAnnotations(t *testing.T) {
	for _, test := range []struct {
		annotation string
		speed      float64
		want       any
	}{
		{"20s", 1, "20000ms"},
		{"20s", 4, "5000ms"},
		{"300ms", 2, "150ms"},
		{"2m", 1, "120000ms"},
		{"1.5s", 1, "1500ms"},
		{"7", 1, "7000ms"},
		{"20s", 0.5, "40000ms"},
		{"soon", 1, nil}, // the stage's own delay counts
		{"", 1, nil},
	} {
		query, err := gojq.Parse(fmt.Sprintf(scale, `.metadata.annotations["x"]`, test.speed))
		if err != nil {
			t.Fatal(err)
		}
		input := map[string]any{"metadata": map[string]any{"annotations": map[string]any{"x": test.annotation}}}
		if got, _ := query.Run(input).Next(); got != test.want {
			t.Errorf("%q at speed %v: got %v, want %v", test.annotation, test.speed, got, test.want)
		}
	}
}

func TestScaleDelay(t *testing.T) {
	stage := func(kind string) map[string]any {
		return map[string]any{"spec": map[string]any{
			"resourceRef": map[string]any{"kind": kind},
			"delay":       map[string]any{"durationMilliseconds": float64(1000), "jitterDurationMilliseconds": float64(3000)},
		}}
	}
	delay := func(document map[string]any) map[string]any {
		return document["spec"].(map[string]any)["delay"].(map[string]any)
	}
	pod, node := stage("Pod"), stage("Node")
	scaleDelay(pod, 2)
	scaleDelay(node, 2)
	if got := delay(pod); got["durationMilliseconds"] != int64(500) || got["jitterDurationMilliseconds"] != int64(1500) {
		t.Errorf("pod's delay = %v, want halves", got)
	}
	if got := delay(node); got["durationMilliseconds"] != float64(1000) {
		t.Errorf("node's delay = %v, want it unchanged: node leases keep real time", got)
	}
}
