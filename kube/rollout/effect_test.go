package rollout

import (
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
)

func TestEffectIsToldInPods(t *testing.T) {
	moving := []*appsv1.ReplicaSet{set(7, 0), set(8, 2), set(9, 1)}
	calm := []*appsv1.ReplicaSet{set(8, 0), set(9, 3)}
	zero := []*appsv1.ReplicaSet{set(8, 0), set(9, 0)}
	tests := map[string]struct {
		scene  *scene
		intent Intent
		want   string
	}{
		"undo in mid-rollout": {
			sceneOf(deploymentAt(9), moving...),
			Intent{Verb: Undo},
			"1 pod of revision 9 goes, revision 8 grows 2 → 3; never fewer than 3 available",
		},
		"undo to a third revision": {
			sceneOf(deploymentAt(9), moving...),
			Intent{Verb: Undo, Revision: 7},
			"1 pod of revision 9 goes, 2 pods of revision 8 go, revision 7 grows 0 → 3; never fewer than 3 available",
		},
		"undo before a new pod has come": {
			sceneOf(deploymentAt(9), set(8, 3), set(9, 1)),
			Intent{Verb: Undo},
			"1 pod of revision 9 goes, revision 8 already has its 3 pods; never fewer than 3 available",
		},
		"undo with fewer than there should be": {
			sceneOf(deploymentAt(9, available(1)), calm...),
			Intent{Verb: Undo},
			"3 pods of revision 9 go, revision 8 grows 0 → 3; only 1 of at least 3 available now, and no available pod goes before there are more",
		},
		"undo under Recreate": {
			sceneOf(deploymentAt(9, recreate), calm...),
			Intent{Verb: Undo},
			"3 pods of revision 9 go, revision 8 grows 0 → 3; strategy Recreate: all old pods go before a new one starts",
		},
		"undo of a single pod that may be missing": {
			sceneOf(deploymentAt(9, replicas(1), func(d *appsv1.Deployment) {
				one, none := intOf(1), intOf(0)
				d.Spec.Strategy.RollingUpdate.MaxUnavailable, d.Spec.Strategy.RollingUpdate.MaxSurge = &one, &none
			}), set(8, 0), set(9, 1)),
			Intent{Verb: Undo},
			"1 pod of revision 9 goes, revision 8 grows 0 → 1; there may be a moment with none available",
		},
		"undo of nothing that runs": {
			sceneOf(deploymentAt(9, replicas(0)), zero...),
			Intent{Verb: Undo},
			"no pod runs (0 replicas): nothing changes until it is scaled up",
		},
		"undo that stays paused": {
			sceneOf(deploymentAt(9, paused), moving...),
			Intent{Verb: Undo, Pause: true},
			"it stays paused: no pod changes until it is resumed",
		},
		"undo to a revision that has too many": {
			sceneOf(deploymentAt(9, replicas(2)), set(8, 3), set(9, 1)),
			Intent{Verb: Undo},
			"1 pod of revision 9 goes, revision 8 shrinks 3 → 2; never fewer than 2 available",
		},
		"restart": {
			sceneOf(deploymentAt(9), calm...),
			Intent{Verb: Restart},
			"3 pods of revision 9 go, a new revision 10 grows 0 → 3; never fewer than 3 available",
		},
		"pause in mid-rollout": {
			sceneOf(deploymentAt(9), moving...),
			Intent{Verb: Pause},
			"the rollout stops where it is: revision 9 with 1 of 3 pods, revision 8 with 2",
		},
		"pause what is complete": {
			sceneOf(deploymentAt(9), calm...),
			Intent{Verb: Pause},
			"no pod changes: later changes of the template wait until it is resumed",
		},
		"resume in mid-rollout": {
			sceneOf(deploymentAt(9, paused), moving...),
			Intent{Verb: Resume},
			"2 pods of revision 8 go, revision 9 grows 1 → 3; never fewer than 3 available",
		},
		"resume what is complete": {
			sceneOf(deploymentAt(9, paused), calm...),
			Intent{Verb: Resume},
			"no pod changes: every pod is of revision 9 already",
		},
		"resume what was changed while paused": {
			sceneOf(deploymentAt(10, paused), calm...),
			Intent{Verb: Resume},
			"3 pods of revision 9 go, a new revision 10 grows 0 → 3; never fewer than 3 available",
		},
		"scale up":      {sceneOf(deploymentAt(9), calm...), Intent{Verb: Scale, Replicas: 5}, "3 → 5: 2 more pods"},
		"scale up by 1": {sceneOf(deploymentAt(9), calm...), Intent{Verb: Scale, Replicas: 4}, "3 → 4: 1 more pod"},
		"scale down":    {sceneOf(deploymentAt(9), calm...), Intent{Verb: Scale, Replicas: 1}, "3 → 1: 2 pods go"},
		"scale to none": {sceneOf(deploymentAt(9), calm...), Intent{Verb: Scale, Replicas: 0}, "3 → 0: 3 pods go"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, []string{test.want}, plan(t, test.scene, test.intent).Effect)
		})
	}
}
