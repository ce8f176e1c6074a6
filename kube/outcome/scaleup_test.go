package outcome

import (
	"testing"
	"time"

	"fader/kube"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// fitsNowhere makes the pods of a revision that are not ready ones that no node takes.
func (s *scene) fitsNowhere(revision int) *scene {
	for _, p := range s.pods {
		if p.Labels["revision"] != template(revision).Labels["revision"] || p.Status.ContainerStatuses[0].Ready {
			continue
		}
		p.Spec.NodeName, p.Status.Phase, p.Status.ContainerStatuses = "", corev1.PodPending, p.Status.ContainerStatuses[:1]
		p.Status.Conditions = []corev1.PodCondition{{
			Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable",
			Message: "0/3 nodes are available: 3 Insufficient cpu.", LastTransitionTime: metav1.NewTime(noon),
		}}
		p.Status.ContainerStatuses[0].State = corev1.ContainerState{}
	}
	return s
}

// A full cluster is a matter of time until the deadline: a node may come.
func TestAWaitForRoomGoesOnUntilTheDeadline(t *testing.T) {
	w := New(moved(rollout.Intent{Verb: rollout.SetImage}))
	s := newScene(3).written().newTemplate(5).status(4, 1, 3).progressing("ReplicaSetUpdated").revision(5, 1, 0).fitsNowhere(5)
	is(t, s.at(w, 5), rollout.Pending, "1 of 3 pods updated")
	is(t, s.at(w, 500), rollout.Pending, "1 of 3 pods updated")
	s.progressing("ProgressDeadlineExceeded")
	is(t, s.at(w, 601), rollout.Pending, "surge deadlock")
	is(t, s.at(w, 612), rollout.Stalled, "surge deadlock: 1 new pod Pending")
}

// The controller counts no deadline for a scale-up: the move does.
func TestAScaleUpThatFindsNoRoom(t *testing.T) {
	before := newScene(3).snapshot()
	w := New(moved(rollout.Intent{Verb: rollout.Scale, Replicas: 6}))
	s := newScene(3).written()
	s.deployment.Spec.Replicas = new(int32(6))
	s.status(6, 6, 3).revision(4, 6, 3).fitsNowhere(4)
	built := kube.Build(s.objects(), before)
	built.Health = s.health
	require.Equal(t, kube.Progressing, built.Rollouts[0].Phase)
	at := func(seconds int) rollout.Outcome {
		return w.Observe(built, noon.Add(time.Duration(seconds)*time.Second))
	}
	is(t, at(5), rollout.Pending, "3 of 6 pods ready")
	is(t, at(590), rollout.Pending, "3 of 6 pods ready")
	is(t, at(601), rollout.Pending, "scaling up from 3 to 6: 3 of 6 pods Pending")
	is(t, at(612), rollout.Stalled, "scaling up from 3 to 6: 3 of 6 pods Pending")
}

// What the controller says that it cannot create stalls a move that it has not
// observed.
func TestAReplicaSetThatCannotBeCreatedIsStalled(t *testing.T) {
	w := New(moved(rollout.Intent{Verb: rollout.SetImage}))
	s := newScene(3).newTemplate(5).progressing("ReplicaSetCreateError").written()
	c := &s.deployment.Status.Conditions[0]
	c.Status, c.Message = corev1.ConditionFalse, `Failed to create new replica set "web-5": replicasets.apps "web-5" is forbidden: exceeded quota: objects`
	is(t, s.at(w, 1), rollout.Pending, "exceeded quota: objects")
	is(t, s.at(w, 12), rollout.Stalled, "stalled after 12s: the ReplicaSet of the new template cannot be created: exceeded quota: objects · revision 4 still serves 3 of 3")
}

func TestNothingOnItsWayOutIsComplete(t *testing.T) {
	w := New(moved(rollout.Intent{Verb: rollout.Restart}))
	s := newScene(3).written().status(3, 3, 3)
	s.deployment.DeletionTimestamp, s.deployment.Finalizers = new(metav1.NewTime(noon)), []string{"example.com/hold"}
	is(t, s.at(w, 60), rollout.Pending, "being deleted, held by finalizer example.com/hold")
	s.deployment = nil
	is(t, s.at(w, 61), rollout.Gone, "deleted after 1m01s")
}
