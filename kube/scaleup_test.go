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
