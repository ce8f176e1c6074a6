package scenario

import (
	"maps"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"fader/practice/traffic"
)

// TestTrafficCanBeRead reads what every Service and pod template says about traffic, and
// what the steps make of it.
func TestTrafficCanBeRead(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		t.Run(s.Name, func(t *testing.T) {
			loads, templates := map[string]bool{}, map[string]map[string]string{}
			for _, step := range s.Steps {
				if step.Apply != "" {
					readTraffic(t, s.Name, step.Apply, loads, templates)
				}
			}
			for _, step := range s.Steps {
				if step.Traffic != nil && !loads[step.Traffic.Service] {
					t.Errorf("a step sends requests to %s, which has no traffic", step.Traffic.Service)
				}
				if step.Set == nil {
					continue
				}
				changed := maps.Clone(templates[step.Set.Deployment])
				for name, value := range step.Set.Annotations {
					if value != nil {
						changed[name] = *value
					}
				}
				if _, err := traffic.ReadBehaviour(changed); err != nil {
					t.Errorf("%s becomes unreadable: %v", step.Set.Deployment, err)
				}
			}
			if s.Name == "steady" && len(loads) != 20 {
				t.Errorf("%d Services have traffic, want 20", len(loads))
			}
		})
	}
}

// readTraffic reads the Services (namespace/name) of a file and the annotations of the
// templates of its Deployments.
func readTraffic(t *testing.T, scenario, file string, loads map[string]bool, templates map[string]map[string]string) {
	t.Helper()
	objects, err := manifests(scenario, file)
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range objects {
		id := object.GetNamespace() + "/" + object.GetName()
		switch object.GetKind() {
		case "Service":
			var service corev1.Service
			if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &service); err != nil {
				t.Fatal(err)
			}
			text, ok := service.Annotations[traffic.AnnotationLoad]
			if !ok {
				continue
			}
			loads[id] = true
			if load, err := traffic.ParseLoad(text); err != nil || load.Rate == 0 {
				t.Errorf("Service %s: %+v, %v", id, load, err)
			}
			if d, err := time.ParseDuration(service.Annotations[traffic.AnnotationHistory]); err != nil || d < time.Hour {
				t.Errorf("Service %s has a history of %v, %v", id, d, err)
			}
		case "Deployment":
			var deployment appsv1.Deployment
			if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &deployment); err != nil {
				t.Fatal(err)
			}
			templates[id] = deployment.Spec.Template.Annotations
			if _, err := traffic.ReadBehaviour(templates[id]); err != nil || !traffic.Declares(templates[id]) {
				t.Errorf("Deployment %s does not say how it serves (%v)", id, err)
			}
		}
	}
}

func TestTrafficStepIsReadAsItIsMeant(t *testing.T) {
	for _, step := range []Traffic{{Rate: 480, Over: Duration(2 * time.Minute)}, {Rate: 2.5}} {
		load, err := traffic.ParseLoad(step.annotation())
		if want := (traffic.Load{Rate: step.Rate, Over: time.Duration(step.Over)}); err != nil || load != want {
			t.Errorf("%q is read as %+v, %v, want %+v", step.annotation(), load, err, want)
		}
	}
}
