package scenario

import (
	"encoding/json"
	"testing"
	"time"
)

func TestPatchOfARevision(t *testing.T) {
	three := "3s"
	for _, test := range []struct {
		name     string
		revision Revision
		speed    float64
		want     string
	}{
		{
			"image only",
			Revision{Container: "web", Image: "web:v2"},
			1,
			`{"spec":{"template":{"spec":{"containers":[{"image":"web:v2","name":"web"}]}}}}`,
		},
		{
			"cause and annotations",
			Revision{Container: "web", Image: "web:v2", Cause: "web v2", Annotations: map[string]*string{"a": &three, "b": nil}},
			1,
			`{"metadata":{"annotations":{"kubernetes.io/change-cause":"web v2"}},` +
				`"spec":{"template":{"metadata":{"annotations":{"a":"3s","b":null}},"spec":{"containers":[{"image":"web:v2","name":"web"}]}}}}`,
		},
		{
			"without its probe, and slowly",
			Revision{Container: "web", Image: "web:v2", Unprobed: true, MinReady: Duration(2 * time.Minute)},
			50,
			`{"spec":{"minReadySeconds":3,"template":{"spec":{"containers":[{"image":"web:v2","name":"web","readinessProbe":null}]}}}}`,
		},
	} {
		got, err := json.Marshal(test.revision.patch(test.speed))
		if err != nil || string(got) != test.want {
			t.Errorf("%s: %s (%v), want %s", test.name, got, err, test.want)
		}
	}
}
