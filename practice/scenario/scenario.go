package scenario

import (
	"embed"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/yaml"
)

//go:embed data
var files embed.FS

// Scenario is one situation.
type Scenario struct {
	Name string `json:"name"`
	// Look is one line: what to look for.
	Look  string `json:"look"`
	Steps []Step `json:"steps"`
}

// Step is one thing that happens. Exactly one of its fields is set, except that
// History goes with Apply.
type Step struct {
	// Apply names a manifest file of the scenario's folder.
	Apply string `json:"apply,omitempty"`
	// Manager is the field manager of Apply: who the objects seem to belong to. Default kubectl.
	Manager string `json:"manager,omitempty"`
	// History gives Deployments of the file earlier revisions, oldest first. They are made
	// while the Deployment has no replicas, so they cost no pods.
	History []Revision `json:"history,omitempty"`
	// Set changes a pod template, which starts a rollout.
	Set *Revision `json:"set,omitempty"`
	// Scale changes the number of replicas.
	Scale *Scale `json:"scale,omitempty"`
	// Pause and Resume name a Deployment (namespace/name).
	Pause  string `json:"pause,omitempty"`
	Resume string `json:"resume,omitempty"`
	// Traffic changes how many requests a Service gets.
	Traffic *Traffic `json:"traffic,omitempty"`
	// Wait waits for a state.
	Wait *Wait `json:"wait,omitempty"`
	// Sleep is divided by the cluster's speed.
	Sleep Duration `json:"sleep,omitempty"`
	// Loop repeats its steps for ever; it can only be the last step.
	Loop []Step `json:"loop,omitempty"`
}

// Revision is a change of the pod template of Deployment (namespace/name).
type Revision struct {
	Deployment string `json:"deployment"`
	Container  string `json:"container"`
	Image      string `json:"image"`
	// Cause becomes the annotation kubernetes.io/change-cause.
	Cause string `json:"cause,omitempty"`
	// Annotations are set in the pod template; null removes one.
	Annotations map[string]*string `json:"annotations,omitempty"`
	// Unprobed takes the container's readiness probe away.
	Unprobed bool `json:"unprobed,omitempty"`
	// MinReady becomes spec.minReadySeconds. It is divided by the cluster's speed.
	MinReady Duration `json:"minReady,omitempty"`
}

// Scale says how many replicas Deployment shall have.
type Scale struct {
	Deployment string `json:"deployment"`
	Replicas   int32  `json:"replicas"`
}

// Traffic says how many requests Service (namespace/name) shall get.
type Traffic struct {
	Service string  `json:"service"`
	Rate    float64 `json:"rps"` // requests a second
	// Over is how long it takes until they are so many. It is divided by the cluster's speed.
	Over Duration `json:"over,omitempty"`
}

// Wait waits until Deployment is in a state.
type Wait struct {
	Deployment string `json:"deployment"`
	// Until is complete, stalled, updated (with at least Pods updated pods), or refused
	// (the API server refuses to create its pods).
	Until string `json:"until"`
	Pods  int32  `json:"pods,omitempty"`
}

// The values of Wait.Until.
const (
	UntilComplete = "complete"
	UntilStalled  = "stalled"
	UntilUpdated  = "updated"
	UntilRefused  = "refused"
)

// Duration is a time.Duration written as in 1m30s.
type Duration time.Duration

// UnmarshalJSON reads a duration string.
func (d *Duration) UnmarshalJSON(data []byte) error {
	parsed, err := time.ParseDuration(strings.Trim(string(data), `"`))
	if err != nil {
		return fmt.Errorf("read a duration: %w", err)
	}
	*d = Duration(parsed)
	return nil
}

// All returns every scenario, in the order of their names.
func All() ([]Scenario, error) {
	entries, err := files.ReadDir("data")
	if err != nil {
		return nil, fmt.Errorf("list the scenarios: %w", err)
	}
	var all []Scenario
	for _, entry := range entries {
		s, err := load(entry.Name())
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// Select turns what --scenario says into names: "all", "none" or names with commas.
func Select(list string) ([]string, error) {
	all, err := All()
	if err != nil {
		return nil, err
	}
	var known []string
	for _, s := range all {
		known = append(known, s.Name)
	}
	switch list {
	case "all":
		return known, nil
	case "none", "":
		return nil, nil
	}
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("unknown scenario %q; the scenarios are %s (or all, or none)", name, strings.Join(known, ", "))
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// load reads one scenario strictly and checks it.
func load(name string) (Scenario, error) {
	data, err := files.ReadFile(path.Join("data", name, "scenario.yaml"))
	if err != nil {
		return Scenario{}, fmt.Errorf("read scenario %s: %w", name, err)
	}
	var s Scenario
	if err := yaml.UnmarshalStrict(data, &s); err != nil {
		return Scenario{}, fmt.Errorf("parse scenario %s: %w", name, err)
	}
	if err := s.validate(name); err != nil {
		return Scenario{}, fmt.Errorf("check scenario %s: %w", name, err)
	}
	return s, nil
}

func (s Scenario) validate(folder string) error {
	switch {
	case s.Name != folder:
		return fmt.Errorf("it calls itself %q", s.Name)
	case s.Look == "" || strings.ContainsAny(s.Look, "\r\n"):
		return errors.New("it needs one line that says what to look for")
	case len(s.Steps) == 0 || s.Steps[0].Apply == "":
		return errors.New("its first step must apply something")
	}
	for i, step := range s.Steps {
		if err := step.validate(); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
		if step.Loop != nil && i != len(s.Steps)-1 {
			return fmt.Errorf("step %d: only the last step can be a loop", i+1)
		}
	}
	return nil
}

func (s Step) validate() error {
	set := 0
	for _, is := range []bool{
		s.Apply != "", s.Set != nil, s.Scale != nil, s.Traffic != nil, s.Pause != "", s.Resume != "", s.Wait != nil, s.Sleep != 0, s.Loop != nil,
	} {
		if is {
			set++
		}
	}
	if set != 1 {
		return fmt.Errorf("it must do exactly one thing, not %d", set)
	}
	if (s.History != nil || s.Manager != "") && s.Apply == "" {
		return errors.New("history and manager go with apply")
	}
	if w := s.Wait; w != nil && !slices.Contains([]string{UntilComplete, UntilStalled, UntilUpdated, UntilRefused}, w.Until) {
		return fmt.Errorf("it waits for the unknown state %q", w.Until)
	}
	for _, step := range s.Loop {
		if step.Loop != nil {
			return errors.New("a loop in a loop")
		}
		if err := step.validate(); err != nil {
			return fmt.Errorf("in the loop: %w", err)
		}
	}
	return nil
}
