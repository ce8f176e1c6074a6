package scenario

import (
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

func TestAllScenariosAreThere(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range all {
		names = append(names, s.Name)
	}
	want := []string{
		"anti-affinity", "bad-image", "blue-green", "canary", "cold-model", "crash-loop", "error-regression", "gpu-full", "headless",
		"hpa-limited", "latency-regression", "mig", "model-rollout", "oom", "paused", "premature-ready", "probe-failing", "quota",
		"slow-init", "spread", "steady", "stuck-terminating", "traffic-spike",
	}
	if !slices.Equal(names, want) {
		t.Errorf("scenarios %v, want %v", names, want)
	}
}

// TestManifestsAreValid decodes every manifest strictly, and checks that the steps only
// name what the manifests make.
func TestManifestsAreValid(t *testing.T) {
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	owners := map[string]string{} // kind/namespace/name → scenario
	for _, s := range all {
		t.Run(s.Name, func(t *testing.T) {
			containers := map[string]string{} // namespace/name of a Deployment → its container
			for _, step := range s.Steps {
				if step.Apply == "" {
					continue
				}
				for _, d := range decode(t, s.Name, step.Apply, owners) {
					containers[d.Namespace+"/"+d.Name] = d.Spec.Template.Spec.Containers[0].Name
				}
			}
			for _, step := range append(slices.Clone(s.Steps), loopOf(s)...) {
				for _, revision := range revisions(step) {
					if containers[revision.Deployment] != revision.Container || revision.Container == "" {
						t.Errorf("%s has no container %q", revision.Deployment, revision.Container)
					}
					if !strings.HasPrefix(revision.Image, "registry.example/") || revision.Cause == "" {
						t.Errorf("revision %+v needs an example image and a cause", revision)
					}
				}
				for _, name := range named(step) {
					if containers[name] == "" {
						t.Errorf("a step is about %s, which no manifest makes", name)
					}
				}
			}
		})
	}
}

// decode reads a manifest file strictly and returns its Deployments.
func decode(t *testing.T, scenario, file string, owners map[string]string) []*appsv1.Deployment {
	t.Helper()
	objects, err := manifests(scenario, file)
	if err != nil {
		t.Fatal(err)
	}
	strict := json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme.Scheme, scheme.Scheme, json.SerializerOptions{Strict: true})
	var deployments []*appsv1.Deployment
	for _, object := range objects {
		id := object.GetKind() + "/" + object.GetNamespace() + "/" + object.GetName()
		if owner, taken := owners[id]; taken {
			t.Errorf("%s is made twice, by %s too", id, owner)
		}
		owners[id] = scenario
		if _, err := resourceOf(object); err != nil || (object.GetNamespace() == "") != (object.GetKind() == "Node") {
			t.Errorf("%s: cannot be applied (%v)", id, err)
		}
		data, err := object.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		typed, _, err := strict.Decode(data, nil, nil)
		if err != nil {
			t.Errorf("%s: %v", id, err)
			continue
		}
		if d, ok := typed.(*appsv1.Deployment); ok {
			deployments = append(deployments, d)
		}
	}
	return deployments
}

func loopOf(s Scenario) []Step { return s.Steps[len(s.Steps)-1].Loop }

func revisions(step Step) []Revision {
	if step.Set != nil {
		return append(slices.Clone(step.History), *step.Set)
	}
	return step.History
}

func named(step Step) []string {
	var names []string
	if step.Wait != nil {
		names = append(names, step.Wait.Deployment)
	}
	if step.Scale != nil {
		names = append(names, step.Scale.Deployment)
	}
	return slices.DeleteFunc(append(names, step.Pause, step.Resume), func(name string) bool { return name == "" })
}

func TestSteadyIsTwentyDeploymentsOverFiveNamespaces(t *testing.T) {
	s, err := load("steady")
	if err != nil {
		t.Fatal(err)
	}
	deployments, namespaces := 0, map[string]bool{}
	for _, step := range s.Steps {
		for _, d := range decode(t, s.Name, step.Apply, map[string]string{}) {
			deployments++
			namespaces[d.Namespace] = true
		}
	}
	if deployments != 20 || len(namespaces) != 5 {
		t.Errorf("%d Deployments over %d namespaces, want 20 over 5", deployments, len(namespaces))
	}
}

func TestSelect(t *testing.T) {
	for _, test := range []struct {
		list string
		want []string
	}{
		{"none", nil},
		{"", nil},
		{"bad-image", []string{"bad-image"}},
		{"steady, bad-image,steady", []string{"steady", "bad-image"}},
	} {
		if got, err := Select(test.list); err != nil || !slices.Equal(got, test.want) {
			t.Errorf("Select(%q) = %v, %v, want %v", test.list, got, err, test.want)
		}
	}
	if all, err := Select("all"); err != nil || len(all) != 23 {
		t.Errorf("Select(all) = %v, %v", all, err)
	}
	for _, list := range []string{"nope", "bad-image,", "all,steady", "../data"} {
		if got, err := Select(list); err == nil {
			t.Errorf("Select(%q) = %v, want an error", list, got)
		}
	}
}

func TestScenariosAreCheckedStrictly(t *testing.T) {
	const head = "name: x\nlook: see\nsteps:\n- apply: a.yaml\n"
	for name, text := range map[string]string{
		"unknown field":    head + "- aply: b.yaml\n",
		"two things":       head + "- {pause: a/b, resume: a/b}\n",
		"nothing":          head + "- {}\n",
		"unknown state":    head + "- wait: {deployment: a/b, until: happy}\n",
		"bad duration":     head + "- sleep: soon\n",
		"loop not last":    head + "- loop: [{sleep: 1s}]\n- sleep: 1s\n",
		"loop in loop":     head + "- loop: [{loop: [{sleep: 1s}]}]\n",
		"history alone":    head + "- {sleep: 1s, history: [{deployment: a/b}]}\n",
		"no look":          "name: x\nsteps:\n- apply: a.yaml\n",
		"long look":        "name: x\nlook: \"a\\nb\"\nsteps:\n- apply: a.yaml\n",
		"no apply":         "name: x\nlook: see\nsteps:\n- sleep: 1s\n",
		"other name":       strings.Replace(head, "name: x", "name: y", 1),
		"no steps at all":  "name: x\nlook: see\n",
		"steps is a mouse": "name: x\nlook: see\nsteps: mouse\n",
	} {
		var s Scenario
		err := yaml.UnmarshalStrict([]byte(text), &s)
		if err == nil {
			err = s.validate("x")
		}
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	var s Scenario
	if err := yaml.UnmarshalStrict([]byte(head+"- sleep: 1m30s\n"), &s); err != nil || s.validate("x") != nil {
		t.Fatalf("a good scenario is refused: %v, %v", err, s.validate("x"))
	}
	if got := time.Duration(s.Steps[1].Sleep); got != 90*time.Second {
		t.Errorf("sleep = %v, want 1m30s", got)
	}
}
