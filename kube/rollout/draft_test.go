package rollout

import (
	"testing"
	"time"

	"fader/kube"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func plan(t *testing.T, s *scene, intent Intent) Plan {
	t.Helper()
	if intent.Target == (kube.Ref{}) {
		intent.Target = target()
	}
	p, err := draft(s, intent, practice(), noon())
	require.NoError(t, err)
	return p
}

func TestThingsThatCannotBePlannedAreOneSentence(t *testing.T) {
	whole := func(adjust ...func(*appsv1.Deployment)) *scene {
		return sceneOf(deploymentAt(5, adjust...), set(3, 0), set(4, 0), set(5, 3))
	}
	other := target()
	other.UID = "d-0"
	tests := map[string]struct {
		scene  *scene
		intent Intent
		want   string
	}{
		"pause twice":               {whole(paused), Intent{Verb: Pause}, "ml/fraud is already paused"},
		"resume what runs":          {whole(), Intent{Verb: Resume}, "ml/fraud is not paused"},
		"restart while paused":      {whole(paused), Intent{Verb: Restart}, "ml/fraud is paused and a restart would not begin: resume it first"},
		"restart twice in a second": {whole(restartedAt(noon())), Intent{Verb: Restart}, "ml/fraud was restarted within this second: wait for the next"},
		"scale to what it is":       {whole(), Intent{Verb: Scale, Replicas: 3}, "ml/fraud already has 3 replicas"},
		"scale below zero":          {whole(), Intent{Verb: Scale, Replicas: -1}, "-1 replicas cannot be: 0 or more"},
		"undo to what runs":         {whole(), Intent{Verb: Undo, Revision: 5}, "skipped: revision 5 of ml/fraud is already what runs"},
		"undo to what is paused":    {whole(paused), Intent{Verb: Undo, Revision: 5}, "skipped: revision 5 of ml/fraud already has its template, and is paused: resume it instead"},
		"undo to no revision":       {whole(), Intent{Verb: Undo, Revision: 7}, "revision 7 of ml/fraud does not exist any more: it has 3, 4, 5"},
		"undo to a negative one":    {whole(), Intent{Verb: Undo, Revision: -2}, "revision -2 cannot be: they count from 1, and 0 means the one before"},
		"undo the only one":         {sceneOf(deploymentAt(5), set(5, 3)), Intent{Verb: Undo}, "ml/fraud has only one revision: nothing to go back to"},
		"undo without any":          {sceneOf(deploymentAt(5)), Intent{Verb: Undo}, "ml/fraud has no revision yet: nothing to go back to"},
		"undo by number of none":    {sceneOf(deploymentAt(5)), Intent{Verb: Undo, Revision: 4}, "revision 4 of ml/fraud does not exist any more: it has none"},
		"undo without history": {
			sceneOf(deploymentAt(5, historyLimit(0)), set(5, 3)),
			Intent{Verb: Undo},
			"ml/fraud keeps no old revisions (revisionHistoryLimit is 0), so there is nothing to go back to: apply the old manifest instead",
		},
		"undo without history to a number": {
			sceneOf(deploymentAt(5, historyLimit(0)), set(5, 3)),
			Intent{Verb: Undo, Revision: 4},
			"revision 4 of ml/fraud is not kept (revisionHistoryLimit is 0): it has 5",
		},
		"undo among garbage only": {
			sceneOf(deploymentAt(5), set(4, 0, numberedAs("four")), set(5, 3)),
			Intent{Verb: Undo},
			"ml/fraud has only one revision: nothing to go back to",
		},
		"undo to a ReplicaSet that is gone": {
			whole(),
			Intent{Verb: Undo, Revision: 2, ReplicaSet: "fraud-2"},
			"revision 2 of ml/fraud does not exist any more (ReplicaSet fraud-2 is gone): it has 3, 4, 5",
		},
		"recreated": {
			whole(func(d *appsv1.Deployment) { d.CreationTimestamp = metav1.NewTime(noon().Local()) }),
			Intent{Verb: Pause, Target: other},
			"ml/fraud was deleted and created again since you pressed the key (at " + noon().Local().Format(time.TimeOnly) + "): look again",
		},
		"being deleted": {
			whole(func(d *appsv1.Deployment) { d.DeletionTimestamp = &metav1.Time{Time: noon()} }),
			Intent{Verb: Pause},
			"ml/fraud is being deleted: nothing can be done to it any more",
		},
		"no such move": {whole(), Intent{Verb: "delete"}, `"delete" is no move that fader knows`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.intent.Target == (kube.Ref{}) {
				test.intent.Target = target()
			}
			_, err := draft(test.scene, test.intent, practice(), noon())
			require.EqualError(t, err, test.want)
		})
	}
}

func TestEveryVerbIsWhatItShows(t *testing.T) {
	const head = "kubectl --context prod-eu -n ml "
	sets := []*appsv1.ReplicaSet{set(4, 0), set(5, 3)}
	tests := map[string]struct {
		scene   *scene
		intent  Intent
		title   string
		action  string
		changes []Change
		kubectl string
		inverse *Intent
	}{
		"pause": {
			sceneOf(deploymentAt(5), sets...),
			Intent{Verb: Pause},
			"Pause ml/fraud", "Pause",
			[]Change{{"spec.paused", "false", "true"}},
			head + "rollout pause deployment/fraud", &Intent{Verb: Resume},
		},
		"resume": {
			sceneOf(deploymentAt(5, paused), sets...),
			Intent{Verb: Resume},
			"Resume ml/fraud", "Resume",
			[]Change{{"spec.paused", "true", "false"}},
			head + "rollout resume deployment/fraud", &Intent{Verb: Pause},
		},
		"scale up": {
			sceneOf(deploymentAt(5), sets...),
			Intent{Verb: Scale, Replicas: 5},
			"Scale ml/fraud to 5 replicas", "Scale",
			[]Change{{"spec.replicas", "3", "5"}},
			head + "scale deployment/fraud --replicas=5", &Intent{Verb: Scale, Replicas: 3},
		},
		"scale from what the server fills in": {
			sceneOf(deploymentAt(5, func(d *appsv1.Deployment) { d.Spec.Replicas = nil }), sets...),
			Intent{Verb: Scale},
			"Scale ml/fraud to 0 replicas", "Scale",
			[]Change{{"spec.replicas", "1", "0"}},
			head + "scale deployment/fraud --replicas=0", &Intent{Verb: Scale, Replicas: 1},
		},
		"restart": {
			sceneOf(deploymentAt(5), sets...),
			Intent{Verb: Restart},
			"Restart ml/fraud", "Restart",
			[]Change{{"spec.template.metadata.annotations[kubectl.kubernetes.io/restartedAt]", "", "2026-03-04T12:00:00Z"}},
			head + "rollout restart deployment/fraud", &Intent{Verb: Undo, Revision: 5, ReplicaSet: "fraud-5"},
		},
		"undo": {
			sceneOf(deploymentAt(5), sets...),
			Intent{Verb: Undo},
			"Undo ml/fraud to revision 4", "Undo",
			[]Change{
				{"metadata.annotations[kubernetes.io/change-cause]", "model v5", "model v4"},
				{"spec.template.spec.containers[model].env[TOKEN].value", "secret-5", "secret-4"},
				{"spec.template.spec.containers[model].image", "fraud:v5", "fraud:v4"},
			},
			head + "rollout undo deployment/fraud --to-revision=4", &Intent{Verb: Undo, Revision: 5, ReplicaSet: "fraud-5"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := plan(t, test.scene, test.intent)
			require.Equal(t, test.title, p.Title)
			require.Equal(t, test.action, p.Action)
			require.Equal(t, test.changes, p.Changes)
			require.Equal(t, test.kubectl, p.Kubectl)
			test.inverse.Target = target()
			require.Equal(t, test.inverse, p.Inverse)
			require.Equal(t, practice(), p.Cluster)
			require.Equal(t, noon(), p.MadeAt)
			require.Equal(t, testUID, p.UID)
			require.Equal(t, "100", p.ResourceVersion)
			require.Nil(t, p.Blocked())
		})
	}
}

func TestAnIntentWithoutUIDTakesTheLiveOne(t *testing.T) {
	bare := kube.Ref{Namespace: "ml", Name: "fraud"}
	p := plan(t, sceneOf(deploymentAt(5), set(5, 3)), Intent{Verb: Pause, Target: bare})
	require.Equal(t, target(), p.Target())
}

func TestTextOfTheClusterCannotReachTheTerminalRaw(t *testing.T) {
	hostile := set(4, 0)
	hostile.Annotations[changeCauseAnnotation] = "a\x1b]52;c;aGk=\x07b\u202ec"
	hostile.Spec.Template.Spec.Containers[0].Image = "fraud\x1b[2J:v4"
	p := plan(t, sceneOf(deploymentAt(5), hostile, set(5, 3)), Intent{Verb: Undo})
	for _, text := range shownText(p) {
		require.Equal(t, kube.Clean(text), text)
	}
	// What is written stays what was written.
	require.Contains(t, string(p.Patch), `fraud\u001b[2J:v4`)
}

func shownText(p Plan) []string {
	list := []string{p.Title, p.Kubectl}
	list = append(list, p.Effect...)
	list = append(list, p.Notes...)
	list = append(list, p.Warnings...)
	for _, c := range p.Changes {
		list = append(list, c.Path, c.Before, c.After)
	}
	return list
}

func restartedAt(at time.Time) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) {
		d.Spec.Template.Annotations = map[string]string{restartedAtAnnotation: at.Format(time.RFC3339)}
	}
}
