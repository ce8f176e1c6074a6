package outcome

import (
	"testing"
	"time"

	"fader/kube"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestARestartIsWatchedUntilItIsThrough(t *testing.T) {
	w := New(moved(rollout.Intent{Verb: rollout.Restart}))
	s := newScene(3)
	is(t, s.at(w, 0.1), rollout.Pending, "not seen in the cluster yet")
	s.written().newTemplate(5)
	is(t, s.at(w, 0.2), rollout.Pending, "has not observed generation 5 yet, only 4")
	s.status(4, 1, 3).progressing("ReplicaSetUpdated").revision(5, 1, 0)
	is(t, s.at(w, 1), rollout.Pending, "1 of 3 pods updated, 3 available")
	s.status(3, 3, 3).revision(5, 3, 3).revision(4, 0, 0)
	o := s.at(w, 42.7)
	is(t, o, rollout.Complete, "rolled out in 42s: 3 of 3 pods of revision 5 ready")
	require.Equal(t, 42700*time.Millisecond, o.Took)
	require.Equal(t, noon.Add(o.Took), o.At)
	s.status(3, 3, 1)
	require.Equal(t, o, s.at(w, 50), "what is settled stays so")
}

func TestOutcomes(t *testing.T) {
	image := rollout.Intent{Verb: rollout.SetImage, Images: "app=web:5"}
	for name, c := range map[string]struct {
		intent  rollout.Intent
		scene   *scene
		seconds float64
		state   rollout.State
		text    string
	}{
		"image": {
			image, newScene(3).written().newTemplate(5).revision(5, 3, 3).revision(4, 0, 0).status(3, 3, 3),
			2.34, rollout.Complete, "rolled out in 2.3s: 3 of 3 pods of revision 5 ready",
		},
		"image while paused": {
			image, newScene(6).written().newTemplate(5).paused().status(6, 0, 6),
			1, rollout.Held, "paused at 0 of 6 after 1.0s",
		},
		"undo": {
			rollout.Intent{Verb: rollout.Undo, Revision: 4},
			newScene(3).written().status(3, 3, 3),
			125, rollout.Complete, "rolled out in 2m05s: 3 of 3 pods of revision 4 ready",
		},
		"restart of none": {
			rollout.Intent{Verb: rollout.Restart},
			newScene(0).written().newTemplate(5).status(0, 0, 0),
			1, rollout.Complete, "rolled out in 1.0s: no pod is wanted",
		},
		"resume": {
			rollout.Intent{Verb: rollout.Resume},
			newScene(3).written().status(3, 3, 3),
			1, rollout.Complete, "rolled out in 1.0s: 3 of 3 pods of revision 4 ready",
		},
		"resume, and paused again": {
			rollout.Intent{Verb: rollout.Resume},
			newScene(6).written().newTemplate(5).revision(5, 2, 2).paused().status(7, 2, 7),
			20, rollout.Held, "paused at 2 of 6 after 20s",
		},
		"pause in the middle": {
			rollout.Intent{Verb: rollout.Pause},
			newScene(6).written().newTemplate(5).revision(5, 2, 2).paused().status(7, 2, 7),
			0.3, rollout.Held, "paused at 2 of 6",
		},
		"pause of nothing": {
			rollout.Intent{Verb: rollout.Pause},
			newScene(3).written().paused().status(3, 3, 3),
			0.3, rollout.Complete, "paused in 0.3s: nothing was under way, 3 of 3 pods of revision 4 ready",
		},
		"pause that is not observed": {
			rollout.Intent{Verb: rollout.Pause},
			newScene(3).written().paused(),
			0.3, rollout.Pending, "has not observed generation 5",
		},
		"strategy": {
			rollout.Intent{Verb: rollout.SetStrategy, MaxSurge: "1", MaxUnavailable: "0"},
			newScene(3).written().status(3, 3, 3),
			0.3, rollout.Complete, "settled in 0.3s: 3 of 3 pods of revision 4 ready",
		},
		"strategy that somebody changed": {
			rollout.Intent{Verb: rollout.SetStrategy, MaxSurge: "2"},
			newScene(3).written().status(3, 3, 3),
			3, rollout.Superseded, "the strategy was changed again after 3.0s, before it settled",
		},
		"scale up under way": {
			rollout.Intent{Verb: rollout.Scale, Replicas: 5},
			newScene(5).written().revision(4, 5, 4).status(5, 5, 4),
			3, rollout.Pending, "4 of 5 pods ready",
		},
		"scale": {
			rollout.Intent{Verb: rollout.Scale, Replicas: 5},
			newScene(5).written().status(5, 5, 5),
			3, rollout.Complete, "scaled in 3.0s: 5 of 5 pods ready",
		},
		"scale down under way": {
			rollout.Intent{Verb: rollout.Scale, Replicas: 2},
			newScene(2).written().status(3, 3, 3),
			3, rollout.Pending, "",
		},
		"scale to none": {
			rollout.Intent{Verb: rollout.Scale},
			newScene(0).written().status(0, 0, 0),
			3, rollout.Complete, "scaled in 3.0s: no pod is left",
		},
		"scale in mid-rollout": {
			rollout.Intent{Verb: rollout.Scale, Replicas: 4},
			newScene(4).written().newTemplate(5).revision(5, 2, 1).revision(4, 3, 3).status(5, 2, 4),
			3, rollout.Complete, "4 of 4 pods ready",
		},
		"scale that somebody took back": {
			rollout.Intent{Verb: rollout.Scale, Replicas: 7},
			newScene(3).written().status(3, 3, 3),
			61, rollout.Superseded, "scaled to 3 again after 1m01s, before it settled",
		},
		"deleted": {
			rollout.Intent{Verb: rollout.Restart}, newScene(3).deleted(), 5, rollout.Gone, "deleted after 5.0s, before this settled",
		},
		"deleted and created again": {
			rollout.Intent{Verb: rollout.Restart}, newScene(3).written().recreated(), 5, rollout.Gone, "deleted and created again",
		},
		"not connected": {
			rollout.Intent{Verb: rollout.Restart},
			newScene(3).written().status(3, 3, 3).health_(kube.Disconnected),
			5, rollout.Pending, "not live (disconnected)",
		},
		"not connected and not there": {
			rollout.Intent{Verb: rollout.Restart}, newScene(3).deleted().health_(kube.Syncing), 5, rollout.Pending, "not live (syncing)",
		},
		"another namespace": {
			rollout.Intent{Verb: rollout.Restart}, newScene(3).deleted().within("ml"), 5, rollout.Pending, "only namespace ml is shown",
		},
		"versions that do not tell": {
			rollout.Intent{Verb: rollout.Restart}, newScene(3).written().status(3, 3, 3).version("x1"), 5, rollout.Unknown, "cannot be compared",
		},
	} {
		t.Run(name, func(t *testing.T) { is(t, c.scene.at(New(moved(c.intent)), c.seconds), c.state, c.text) })
	}
}

func (s *scene) paused() *scene {
	s.deployment.Spec.Paused = true
	return s
}

func (s *scene) deleted() *scene {
	s.deployment, s.sets, s.pods = nil, nil, nil
	return s
}

func (s *scene) recreated() *scene {
	s.deployment.UID = "another"
	return s
}

func (s *scene) health_(state kube.State) *scene {
	s.health.State = state
	return s
}

func (s *scene) within(namespace string) *scene {
	s.scope.Namespace = namespace
	return s
}

func (s *scene) version(v string) *scene {
	s.deployment.ResourceVersion = v
	return s
}

// A status that speaks of a later state than the move's own object is believed,
// one of an earlier object is not, however complete that is.
func TestAnOlderStatusIsNeverTheEnd(t *testing.T) {
	w := New(moved(rollout.Intent{Verb: rollout.Restart}))
	is(t, newScene(3).at(w, 5), rollout.Pending, "not seen in the cluster yet")
	is(t, newScene(3).version("99").at(w, 5), rollout.Pending, "not seen")
	is(t, newScene(3).version("1000").at(w, 5), rollout.Complete, "rolled out")
}

func TestWhatIsBrokenForAWhileIsStalled(t *testing.T) {
	w := New(moved(rollout.Intent{Verb: rollout.SetImage}))
	s := newScene(3).written().newTemplate(5).status(4, 1, 3).progressing("ReplicaSetUpdated").revision(5, 1, 0).cannotPull(5)
	is(t, s.at(w, 2), rollout.Pending, "cannot pull")
	is(t, s.at(w, 11.9), rollout.Pending, "cannot pull")
	is(t, s.at(w, 12), rollout.Stalled, `stalled after 12s: 1 new pod cannot pull "web:5" (ErrImagePull) · revision 4 still serves 3 of 3`)
	require.False(t, w.Outcome().State.Settled())

	t.Run("and stays so when somebody takes it back", func(t *testing.T) {
		other, changed := *w, *s.deployment
		before := other.Outcome()
		s.newTemplate(6)
		require.Equal(t, before, s.at(&other, 15))
		require.True(t, other.Over())
		*s.deployment = changed
	})
	t.Run("and stays so until it is through", func(t *testing.T) {
		require.False(t, w.Over())
		s.revision(5, 1, 0)
		is(t, s.at(w, 20), rollout.Stalled, "stalled after 12s")
		s.status(3, 3, 3).revision(5, 3, 3).revision(4, 0, 0)
		is(t, s.at(w, 190), rollout.Complete, "rolled out after all in 3m10s: 3 of 3 pods of revision 5 ready")
	})
}

func TestAMomentOfTroubleIsNone(t *testing.T) {
	w := New(moved(rollout.Intent{Verb: rollout.SetImage}))
	s := newScene(3).written().newTemplate(5).status(4, 1, 3).progressing("ReplicaSetUpdated").revision(5, 1, 0).cannotPull(5)
	is(t, s.at(w, 2), rollout.Pending, "cannot pull")
	s.revision(5, 1, 0)
	is(t, s.at(w, 11), rollout.Pending, "1 of 3 pods updated")
	s.cannotPull(5)
	is(t, s.at(w, 15), rollout.Pending, "cannot pull")
	is(t, s.at(w, 24), rollout.Pending, "cannot pull")
}

func TestTheTroubleOfOldPodsIsNotTheMoves(t *testing.T) {
	w := New(moved(rollout.Intent{Verb: rollout.Undo, Revision: 4}))
	// Revision 5 cannot pull; the undo to 4 takes its pods away.
	s := newScene(3).written().revision(5, 2, 0).cannotPull(5).status(5, 3, 3).progressing("ReplicaSetUpdated")
	is(t, s.at(w, 1), rollout.Pending, "3 of 3 pods updated")
	is(t, s.at(w, 60), rollout.Pending, "3 of 3 pods updated")
}

func TestADeadlineThatPassedIsStalled(t *testing.T) {
	w := New(moved(rollout.Intent{Verb: rollout.Restart}))
	s := newScene(3).written().newTemplate(5).revision(5, 1, 0).status(4, 1, 3).progressing("ProgressDeadlineExceeded")
	is(t, s.at(w, 600), rollout.Pending, "1 new pod is running but not ready")
	is(t, s.at(w, 610), rollout.Stalled, "stalled after 10m10s: 1 new pod is running but not ready · revision 4 still serves 3 of 3")
}

func TestWhatSomebodyElseWroteIsNotTheMoves(t *testing.T) {
	w := New(moved(rollout.Intent{Verb: rollout.Restart}))
	s := newScene(3).written().newTemplate(5).revision(5, 1, 0).status(4, 1, 3)
	is(t, s.at(w, 1), rollout.Pending, "1 of 3")

	t.Run("a scale does not concern a restart", func(t *testing.T) {
		s.deployment.Spec.Replicas, s.deployment.Generation = new(int32(4)), 6
		is(t, s.status(5, 1, 3).at(w, 2), rollout.Pending, "1 of 4")
	})
	t.Run("another template does", func(t *testing.T) {
		other := *w
		s.deployment.Labels = map[string]string{"app.kubernetes.io/managed-by": "Helm"}
		s.newTemplate(6).deployment.Generation = 7
		is(t, s.at(&other, 3), rollout.Superseded, "the pod template was changed again by somebody, perhaps Helm after 3.0s, before it settled")
	})
	t.Run("a move of fader's own is named", func(t *testing.T) {
		elsewhere := moved(rollout.Intent{Verb: rollout.Undo, Target: kube.Ref{Name: "other"}})
		elsewhere.Plan.Title = "Undo of another"
		later := moved(rollout.Intent{Verb: rollout.Undo})
		later.Plan.Title = "Undo shop/web to revision 4"
		w.Follow(later)
		w.Follow(elsewhere)
		is(t, s.at(w, 3), rollout.Superseded, "the pod template was changed again by Undo shop/web to revision 4 after 3.0s, before it settled")
	})
}

func TestAScaleThatAnAutoscalerTakesBack(t *testing.T) {
	snapshot := newScene(3).written().status(3, 3, 3).snapshot()
	r := *snapshot.Rollouts[0]
	r.Autoscaler = &kube.Autoscaler{Ref: kube.Ref{Name: "web-hpa"}}
	snapshot.Rollouts[0] = &r
	o := New(moved(rollout.Intent{Verb: rollout.Scale, Replicas: 7})).Observe(snapshot, noon.Add(15*time.Second))
	is(t, o, rollout.Superseded, "scaled to 3 again by somebody, perhaps the HorizontalPodAutoscaler web-hpa after 15s")
}

// Whatever the status says: while the controller has not observed the spec, it
// speaks of another one.
func TestNothingUnobservedIsComplete(t *testing.T) {
	verbs := []rollout.Verb{rollout.Pause, rollout.Resume, rollout.Scale, rollout.Restart, rollout.Undo, rollout.SetImage, rollout.SetStrategy}
	rapid.Check(t, func(t *rapid.T) {
		n := int32(rapid.IntRange(0, 4).Draw(t, "replicas"))
		s := newScene(n)
		small := func(label string) int32 { return int32(rapid.IntRange(0, 5).Draw(t, label)) }
		s.status(small("current"), small("updated"), small("available"))
		s.progressing(rapid.SampledFrom([]string{"", "NewReplicaSetAvailable", "ReplicaSetUpdated", "ProgressDeadlineExceeded", "DeploymentPaused"}).Draw(t, "reason"))
		s.deployment.Generation = int64(rapid.IntRange(5, 9).Draw(t, "generation"))
		s.deployment.Status.ObservedGeneration = int64(rapid.IntRange(0, int(s.deployment.Generation)-1).Draw(t, "observed"))
		s.deployment.ResourceVersion = rapid.SampledFrom([]string{"1", "99", "100", "101", "5000"}).Draw(t, "version")
		s.deployment.Spec.Paused = rapid.Bool().Draw(t, "paused")
		w := New(moved(rollout.Intent{Verb: rapid.SampledFrom(verbs).Draw(t, "verb"), Replicas: n}))
		for range rapid.IntRange(1, 4).Draw(t, "looks") {
			o := s.at(w, float64(rapid.IntRange(0, 4000).Draw(t, "seconds")))
			require.NotContains(t, []rollout.State{rollout.Complete, rollout.Held}, o.State, o.Text)
		}
	})
}
