package rollout

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/types"
)

// decoded are the operations of an undo's patch, values as text.
func decoded(t *testing.T, p Plan) map[string]string {
	t.Helper()
	require.Equal(t, types.JSONPatchType, p.PatchType)
	var steps []struct {
		Op, Path string
		Value    json.RawMessage
	}
	require.NoError(t, json.Unmarshal(p.Patch, &steps))
	out := map[string]string{}
	for _, s := range steps {
		out[s.Op+" "+s.Path] = string(s.Value)
	}
	return out
}

func TestUndoIsOnePatch(t *testing.T) {
	const changeCause = "/metadata/annotations/kubernetes.io~1change-cause"
	oldTemplate, err := json.Marshal(template(4))
	require.NoError(t, err)
	guarded := func(steps map[string]string) map[string]string {
		steps["test /metadata/uid"] = `"d-1"`
		steps["test /metadata/resourceVersion"] = `"100"`
		steps["replace /spec/template"] = string(oldTemplate)
		return steps
	}
	bareAnnotations := func(d *appsv1.Deployment) { d.Annotations = nil }
	tests := map[string]struct {
		deployment *appsv1.Deployment
		old        *appsv1.ReplicaSet
		pause      bool
		want       map[string]string
	}{
		"running":              {deploymentAt(5), set(4, 0), false, map[string]string{"add " + changeCause: `"model v4"`}},
		"paused":               {deploymentAt(5, paused), set(4, 0), false, map[string]string{"add " + changeCause: `"model v4"`, "add /spec/paused": "false"}},
		"paused, to stay so":   {deploymentAt(5, paused), set(4, 0), true, map[string]string{"add " + changeCause: `"model v4"`}},
		"running, to be held":  {deploymentAt(5), set(4, 0), true, map[string]string{"add " + changeCause: `"model v4"`, "add /spec/paused": "true"}},
		"the old had no cause": {deploymentAt(5), set(4, 0, withoutCause), false, map[string]string{"remove " + changeCause: ""}},
		"the same cause":       {deploymentAt(5, annotated(changeCauseAnnotation, "model v4")), set(4, 0), false, map[string]string{}},
		"no annotation at all": {
			deploymentAt(5, bareAnnotations), set(4, 0), false,
			map[string]string{"add /metadata/annotations": `{"kubernetes.io/change-cause":"model v4"}`},
		},
		"no annotation, no cause": {deploymentAt(5, bareAnnotations), set(4, 0, withoutCause), false, map[string]string{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := plan(t, sceneOf(test.deployment, test.old, set(5, 3)), Intent{Verb: Undo, Pause: test.pause})
			require.Equal(t, guarded(test.want), decoded(t, p))
			require.NotContains(t, string(p.Patch), appsv1.DefaultDeploymentUniqueLabelKey)
		})
	}
}

func TestUndoSurvivesAHistoryInDisorder(t *testing.T) {
	tests := map[string]struct {
		scene      *scene
		revision   int64
		replicaSet string // chosen
		kubectl    bool
		warning    string
	}{
		"0 is the second highest number": {
			sceneOf(deploymentAt(5), set(3, 0), set(4, 0), set(5, 3)), 0, "fraud-4", true, "",
		},
		"not the one before what runs": { // the controller has not seen the new template yet
			sceneOf(deploymentAt(6), set(3, 0), set(4, 0), set(5, 3)), 0, "fraud-4", true,
			"the present template has no revision yet: undo to revision 5 drops just that change, revision 4 is one further back",
		},
		"the highest by its number is exact": {
			sceneOf(deploymentAt(6), set(4, 0), set(5, 3)), 5, "fraud-5", true, "",
		},
		"numbers, not text": {
			sceneOf(deploymentAt(10), set(2, 0), set(9, 0), set(10, 3)), 0, "fraud-9", true, "",
		},
		"garbage is passed over": {
			sceneOf(deploymentAt(5), set(3, 0), set(4, 0, numberedAs("4th")), set(5, 3)), 0, "fraud-3", true, "",
		},
		"a negative number is garbage": {
			sceneOf(deploymentAt(5), set(3, 0), set(4, 0, numberedAs("-4")), set(5, 3)), 0, "fraud-3", true, "",
		},
		"a missing number counts as 0": {
			sceneOf(deploymentAt(5), set(4, 0, numberedAs("")), set(5, 3)), 0, "fraud-4", false, "",
		},
		"two of the second highest: the youngest": {
			sceneOf(deploymentAt(5), set(3, 0, numberedAs("4")), set(4, 0), set(5, 3)), 0, "fraud-4", false,
			"2 ReplicaSets claim to be revision 4 (fraud-4, fraud-3): fraud-4 is taken",
		},
		"two of a number, one of them runs: the other": {
			sceneOf(deploymentAt(5), set(4, 0, numberedAs("5")), set(5, 3)), 5, "fraud-4", false,
			"2 ReplicaSets claim to be revision 5 (fraud-5, fraud-4): fraud-4 is taken",
		},
		"two of the highest do not hide the second": {
			sceneOf(deploymentAt(5), set(3, 0), set(4, 0, numberedAs("5")), set(5, 3)), 0, "fraud-3", true, "",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := plan(t, test.scene, Intent{Verb: Undo, Revision: test.revision})
			require.Equal(t, test.replicaSet, p.Intent.ReplicaSet)
			require.Equal(t, test.kubectl, p.Kubectl != "")
			if test.warning != "" {
				require.Contains(t, p.Warnings, test.warning)
			}
		})
	}
}

func TestUndoTakesTheOldestOfTwoEqualTemplatesForWhatRuns(t *testing.T) {
	s := sceneOf(deploymentAt(5), set(4, 0), set(5, 3), set(6, 0, withTemplateOf(5)))
	p := plan(t, s, Intent{Verb: Undo, Revision: 4})
	require.Equal(t, "fraud-5", p.Inverse.ReplicaSet)
	_, err := draft(s, Intent{Verb: Undo, Revision: 6, Target: target()}, practice(), noon())
	require.EqualError(t, err, "skipped: revision 6 of ml/fraud is already what runs")
}

func TestUndoKeepsAnnotationsAndSaysWhereKubectlWouldNot(t *testing.T) {
	d := deploymentAt(5, annotated("team", "fraud"), annotated("note", "new"))
	old := set(4, 0)
	old.Annotations["note"], old.Annotations["removed"] = "old", "since"
	p := plan(t, sceneOf(d, old, set(5, 3)), Intent{Verb: Undo})
	require.Contains(t, p.Notes, "unlike kubectl, which puts back all annotations of revision 4: note, team stay as they are, removed stay away")
	require.NotContains(t, string(p.Patch), "team")
	for _, c := range p.Changes {
		require.NotContains(t, c.Path, "team")
		require.NotContains(t, c.Path, "note")
	}
}

func TestUndoNotes(t *testing.T) {
	s := sceneOf(deploymentAt(9, paused), set(8, 2), set(9, 1))
	p := plan(t, s, Intent{Verb: Undo})
	require.Equal(t, []string{
		`change-cause becomes "model v8"`,
		"revision 8 will be renumbered 10; replicas stay 3",
		"unlike kubectl, which refuses while paused: the old template and spec.paused are one write, so the present template does not run on in between",
	}, p.Notes)
	require.True(t, p.Inverse.Pause, "taking it back leaves it paused, as it was")

	p = plan(t, s, Intent{Verb: Undo, Pause: true})
	require.Contains(t, p.Notes, "unlike kubectl, which refuses while paused: the old template is put back and it stays paused")
}

func TestUndoThatCannotBeTakenBackSaysSo(t *testing.T) {
	p := plan(t, sceneOf(deploymentAt(10, paused), set(8, 0), set(9, 3)), Intent{Verb: Undo})
	require.Nil(t, p.Inverse)
	require.Contains(t, p.Warnings, "the present template has no revision yet: this cannot be taken back")

	p = plan(t, sceneOf(deploymentAt(9, historyLimit(0)), set(8, 2), set(9, 1)), Intent{Verb: Undo})
	require.NotNil(t, p.Inverse)
	require.Contains(t, p.Warnings, "revisionHistoryLimit is 0: revision 9 is removed once its pods are gone, and this cannot be taken back then")
}

func TestUndoByReplicaSetSurvivesRenumbering(t *testing.T) {
	s := sceneOf(deploymentAt(4), set(3, 0), set(4, 3, numberedAs("6")), set(5, 0, numberedAs("7")))
	p := plan(t, s, Intent{Verb: Undo, Revision: 5, ReplicaSet: "fraud-5"})
	require.Equal(t, "Undo ml/fraud to revision 7", p.Title)
	require.Equal(t, int64(7), p.Intent.Revision)
}
