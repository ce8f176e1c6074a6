package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"fader/kube"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
)

// apply applies a Deployment and a Service server-side without force, as a pipeline
// does, and returns what kubectl said.
func (s *site) apply(name, tag string, replicas int, selector string) (string, error) {
	s.t.Helper()
	file := filepath.Join(s.t.TempDir(), "manifest.yaml")
	manifest := fmt.Sprintf(`apiVersion: apps/v1
kind: Deployment
metadata: {name: %[1]s}
spec:
  replicas: %[3]d
  selector: {matchLabels: {app: %[1]s}}
  template:
    metadata: {labels: {app: %[1]s, version: blue}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: main, image: "registry.example/main:%[2]s"}]}
---
apiVersion: v1
kind: Service
metadata: {name: %[1]s}
spec: {selector: {app: %[1]s%[4]s}, ports: [{port: 80}]}
`, name, tag, replicas, selector)
	require.NoError(s.t, os.WriteFile(file, []byte(manifest), 0o600))
	return s.tryKubectl("-n", faults, "apply", "--server-side", "--field-manager=pipeline", "-f", file)
}

// Somebody applies the object server-side: fader's plan says what is refused to
// them, taking back gives the field back, and disown gives up the rest.
func appliedServerSide(t *testing.T, s *site) {
	const name = "pay"
	desk := s.gateway(s.kubeconfig())
	out, err := s.apply(name, "v1", 2, "")
	require.NoError(t, err, out)
	d := s.observed(name)
	move := func(intent rollout.Intent) rollout.Receipt {
		t.Helper()
		intent.Target = at(d)
		r := desk.Execute(soon(t), s.plan(desk, intent), rollout.Confirmation{})
		require.Equal(t, rollout.Applied, r.Result, r.Message)
		s.observed(name)
		return r
	}
	refused := func(tag string, replicas int, selector, field string) {
		t.Helper()
		out, err := s.apply(name, tag, replicas, selector)
		require.Error(t, err, out)
		require.Contains(t, out, `conflict with "fader"`)
		require.Contains(t, out, field)
	}
	applied := func(tag string, replicas int, selector string) {
		t.Helper()
		out, err := s.apply(name, tag, replicas, selector)
		require.NoError(t, err, out)
		s.observed(name)
	}

	r := move(rollout.Intent{Verb: rollout.SetImage, Images: "main=registry.example/main:v9"})
	require.Equal(t, []rollout.Taken{{
		Manager: "pipeline", Field: `.spec.template.spec.containers[name="main"].image`, Was: `"registry.example/main:v1"`,
	}}, r.Plan.Takes)
	refused("v1", 2, "", r.Plan.Takes[0].Field)
	r = move(rollout.Intent{Verb: rollout.Undo})
	require.Contains(t, r.Message, "fader gave up "+`.spec.template.spec.containers[name="main"].image`)
	applied("v2", 2, "")

	r = move(rollout.Intent{Verb: rollout.Scale, Replicas: 4})
	require.Equal(t, ".spec.replicas", r.Plan.Takes[0].Field)
	refused("v2", 3, "", ".spec.replicas")
	move(rollout.Intent{Verb: rollout.Scale, Replicas: 2})
	applied("v2", 3, "")

	move(rollout.Intent{Verb: rollout.Scale, Replicas: 4})
	move(rollout.Intent{Verb: rollout.SetImage, Images: "main=registry.example/main:v9"})
	move(rollout.Intent{Verb: rollout.Undo})
	refused("v3", 2, "", ".spec.replicas") // it still stands, though the image went back
	require.Equal(t, "gave up all of fader's fields of faults/pay", move(rollout.Intent{Verb: rollout.Disown}).Message)
	applied("v3", 2, "")

	service := kube.Ref{Kind: kube.KindService, Namespace: faults, Name: name}
	plan := s.plan(desk, rollout.Intent{Verb: rollout.Flip, Target: service, Selector: "version=blue", Unready: true})
	require.Equal(t, rollout.Applied, desk.Execute(soon(t), plan, rollout.Confirmation{}).Result)
	refused("v3", 2, ", tier: web", ".spec.selector") // the whole selector is one field to the server
	plan = s.plan(desk, rollout.Intent{Verb: rollout.Disown, Target: service})
	require.Equal(t, rollout.Applied, desk.Execute(soon(t), plan, rollout.Confirmation{}).Result)
	applied("v3", 2, ", tier: web")
}
