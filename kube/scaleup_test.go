package kube

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// busy adds more events than are shown, all of that minute and none that a cause rests on.
func (s *scene) busy(minute int) *scene {
	for i := range maxEvents + 10 {
		s.event(fmt.Sprintf("web-5-%02d", i%4), "Harmless", fmt.Sprint("nothing of note ", i), minute)
	}
	return s
}

// TestAllEventsTell: causes and phases rest on all events, not only on those shown.
func TestAllEventsTell(t *testing.T) {
	const quota = `pods "web-5-x" is forbidden: exceeded quota: nopods`
	gone := func() *corev1.Pod { return waitingPod(11, "ImagePullBackOff", "not found") }
	for name, c := range map[string]struct {
		scene *scene
		phase Phase
		text  string
	}{
		"a scale-up": {
			scaledOut().deploymentEvent("Normal", eventScaling, "Scaled up replica set web-5 from 3 to 12", 11), Progressing,
			"scaling up from 3 to 12: 6 of 12 pods Pending: 0/3 nodes: 3 Insufficient cpu",
		},
		"the last step of a rollout is no scale-up": {
			scaledOut().deploymentEvent("Normal", eventScaling, "Scaled up replica set web-5 from 3 to 12", 10).
				deploymentEvent("Normal", eventScaling, "Scaled down replica set web-4 from 3 to 0", 10), Degraded,
			"6 of 12 pods Pending: 0/3 nodes: 3 Insufficient cpu",
		},
		"back to an older ReplicaSet": {
			recreate(newScene(1).status(1, 1, 0).revision(5, "web:1", 1, gone()).revision(4, "web:0", 0)).about(`ReplicaSet "web-5" has successfully progressed.`).
				deploymentEvent("Normal", eventScaling, "Scaled up replica set web-5 from 0 to 1", 11), Progressing,
			`1 new pod cannot pull "web:1" (ErrImagePull): not found`,
		},
		"the newest refusal of a pod": {
			failing(rolling(10, 3, 10, times(3, ready), times(7, ready)), quota, 2).setEvent("5", "FailedCreate", "Error creating: "+quota+"2", 14), Progressing,
			"2 of 5 pods of revision 5 cannot be created (FailedCreate): exceeded quota: nopods2",
		},
		"the refusal of a ReplicaSet": {
			endless(newScene(2).revision(4, "web:0", 2, ready(), ready()).status(2, 0, 2)).
				deploymentEvent("Warning", reasonCreateError, `Failed to create new replica set "web-5": admission webhook "a.example" denied the request: no`, 14), Progressing,
			"the ReplicaSet of the new template cannot be created: webhook a.example denies it: no",
		},
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 {
				r := c.scene.rollout()
				require.Equal(t, c.phase, r.Phase)
				require.Equal(t, c.text, r.Worst().Text)
				c.scene.busy(15)
			}
		})
	}
}

// TestAScaleUpEnds: once its pods have come it explains nothing any more, however long
// its event lives.
func TestAScaleUpEnds(t *testing.T) {
	const room = "0/3 nodes are available: 3 Insufficient cpu."
	crashes := func() *corev1.Pod { return loopingPod(11, 15, 0) } // ready until minute 15
	never := func() *corev1.Pod { return loopingPod(11, 11, 0) }
	unplaced := func(minute int) func() *corev1.Pod {
		return func() *corev1.Pod {
			p := pendingPod(room)
			p.CreationTimestamp = at(minute)
			return p
		}
	}
	up := func(s *scene) *scene {
		return s.deploymentEvent("Normal", eventScaling, "Scaled up replica set web-5 from 3 to 12", 11)
	}
	with := func(ok int, pods ...*corev1.Pod) *scene {
		return up(newScene(12).status(12, 12, int32(ok)).revision(5, "web:1", 12, append(times(ok, ready), pods...)...))
	}
	for name, c := range map[string]struct {
		scene *scene
		phase Phase
		grows bool
	}{
		"its pods were ready, and crash":               {with(3, times(9, crashes)...), Degraded, false},
		"its pods were ready, and lost it":             {with(3, times(9, func() *corev1.Pod { return lostReady(20) })...), Degraded, false},
		"its pods have been replaced since":            {with(3, times(9, unplaced(20))...), Degraded, false},
		"some have not been ready yet, and some crash": {with(6, append(times(3, unplaced(11)), times(3, crashes)...)...), Degraded, true},
		"some have not been ready yet, one was replaced": {
			with(6, append(times(5, unplaced(11)), unplaced(20)())...), Degraded, true,
		},
		"its pods have never been ready":    {with(3, times(9, never)...), Progressing, true},
		"its pods fit nowhere":              {with(6, times(6, unplaced(11))...), Progressing, true},
		"its pods were created a bit later": {with(6, times(6, unplaced(13))...), Progressing, true},
		"fewer than before":                 {with(2, append(times(9, unplaced(11)), never())...), Degraded, true},
		"its pods may not be seen":          {blind(with(6, times(6, unplaced(11))...)), Progressing, true},
		"its second step came later": {
			with(6, times(6, unplaced(30))...).deploymentEvent("Normal", eventScaling, "Scaled up replica set web-5 from 6 to 12", 29), Progressing, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := c.scene.rollout()
			require.Equal(t, c.grows, r.scaling != nil)
			require.Equal(t, c.phase, r.Phase)
		})
	}
	t.Run("fader saw it end", func(t *testing.T) {
		before := Build(up(newScene(12).revision(5, "web:1", 12, times(12, ready)...)).objects(), nil)
		for _, s := range []*scene{
			with(3, times(9, func() *corev1.Pod { return lostReady(20) })...),
			with(6, times(6, unplaced(12))...),
			failing(up(newScene(12).status(6, 6, 6).revision(5, "web:1", 6, times(6, ready)...)), "exceeded quota: pods", 6),
		} {
			r := Build(s.objects(), before).Rollouts[0]
			require.Equal(t, Degraded, r.Phase)
			require.Nil(t, r.scaling)
			require.NotContains(t, r.Worst().Text, "scaling up")
		}
	})
	t.Run("fader saw it begin", func(t *testing.T) {
		before := Build(newScene(3).revision(5, "web:1", 3, times(3, ready)...).objects(), nil)
		grown := func(pods ...*corev1.Pod) Phase {
			s := with(3, pods...)
			s.events = nil
			return Build(s.objects(), before).Rollouts[0].Phase
		}
		require.Equal(t, Progressing, grown(times(9, unplaced(11))...))
		require.Equal(t, Degraded, grown(times(9, crashes)...))
		require.Equal(t, Degraded, grown(append(times(6, unplaced(11)), times(3, crashes)...)...))
	})
}
