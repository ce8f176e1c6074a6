package kube

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"pgregory.net/rapid"
)

// fates are what may become of a pod of the new revision.
func fates() map[string]func() *corev1.Pod {
	return map[string]func() *corev1.Pod{
		"ready":       ready,
		"unready":     func() *corev1.Pod { return newPod(11) },
		"lost":        func() *corev1.Pod { return lostReady(15) },
		"pull":        pull("ImagePullBackOff"),
		"crash":       func() *corev1.Pod { return crashedPod("Error", 1, 4) },
		"memory":      func() *corev1.Pod { return crashedPod(reasonOOM, 137, 2) },
		"config":      func() *corev1.Pod { return waitingPod(11, "CreateContainerConfigError", `configmap "flags" not found`) },
		"creating":    func() *corev1.Pod { return waitingPod(11, containerCreating, "") },
		"initialises": func() *corev1.Pod { return initPod(corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}) },
		"init fails": func() *corev1.Pod {
			return initPod(corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Error", ExitCode: 1, FinishedAt: at(12)}})
		},
		"fits nowhere": func() *corev1.Pod { return pendingPod("0/3 nodes are available: 3 Insufficient cpu.") },
		"no claim":     func() *corev1.Pod { return pendingPod(`0/3 nodes are available: persistentvolumeclaim "x" not found.`) },
		"gated":        schedulingGated,
		"leaving":      func() *corev1.Pod { return leaving(ready()) },
	}
}

// history is a Deployment that goes from one state to the next.
type history struct {
	t        *rapid.T
	replicas int32
	endless  bool
	recreate bool
	events   []*corev1.Event // stay, as those of a cluster do for an hour
}

func (h *history) number(label string, most int) int { return rapid.IntRange(0, most).Draw(h.t, label) }

func (h *history) one(label string, of ...string) string {
	return rapid.SampledFrom(of).Draw(h.t, label)
}

// begin is a scene with the spec of the history.
func (h *history) begin() *scene {
	s := newScene(h.replicas)
	if h.recreate {
		recreate(s)
	}
	if h.endless {
		endless(s)
	}
	return s
}

// step is some state on the way: pods of the new revision that fare as they may, some
// that are missing, old ones that are left, and what the controllers say of it.
func (h *history) step() *scene {
	all := fates()
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	var fresh []*corev1.Pod
	for range h.number("new pods", int(h.replicas)) {
		fresh = append(fresh, all[h.one("fate", names...)]())
	}
	old := times(h.number("old pods", 2), ready)
	s := h.begin()
	s.revision(5, "web:1", int32(len(fresh)), fresh...).revision(4, "web:0", int32(len(old)), old...)
	rs := s.sets[0]
	s.status(rs.Status.Replicas+s.sets[1].Status.Replicas, rs.Status.Replicas, rs.Status.AvailableReplicas+s.sets[1].Status.AvailableReplicas)
	if !h.endless {
		reason := h.one("reason", reasonAvailable, "ReplicaSetUpdated", reasonTimedOut, reasonCreated, reasonPaused)
		s.progressing(reason, h.number("minute", 30)).about(fmt.Sprintf("ReplicaSet %q has spoken.", h.one("set", "web-5", "web-4")))
		if reason == reasonTimedOut {
			s.about(`ReplicaSet "web-5" has timed out progressing.`)
		}
	}
	if missing := h.number("missing", 2); missing > 0 {
		*rs.Spec.Replicas += int32(missing)
		if h.one("refused", "yes", "no") == "yes" {
			rs.Status.Conditions = []appsv1.ReplicaSetCondition{{
				Type: appsv1.ReplicaSetReplicaFailure, Status: corev1.ConditionTrue, Reason: "FailedCreate", LastTransitionTime: at(13),
				Message: h.one("refusal", "exceeded quota: pods", corporate, restricted, injector+"context deadline exceeded", "something else"),
			}}
		}
	}
	for range h.number("events", 3) {
		h.event(s)
	}
	return h.seal(s)
}

// event that may be about anything of now or of before.
func (h *history) event(s *scene) {
	minute := h.number("event minute", 40)
	switch h.one("event", "probe", "refusal", "scale-up", "refused scale-up", "scaled") {
	case "probe":
		s.event(h.one("pod", "web-5-00", "web-4-00", "web-3-00"), "Unhealthy", "Readiness probe failed: 503", minute)
	case "refusal":
		s.setEvent(h.one("of", "5", "4"), "FailedCreate", "Error creating: "+h.one("said", restricted, "exceeded quota: pods"), minute)
	case "scale-up":
		s.event("web-5-00", "TriggeredScaleUp", "pod triggered scale-up: [{workers 3->4 (max: 10)}]", minute)
	case "refused scale-up":
		s.event("web-5-00", "NotTriggerScaleUp", "pod didn't trigger scale-up: 1 max node group size reached", minute)
	case "scaled":
		s.deploymentEvent("Normal", eventScaling, fmt.Sprintf("Scaled up replica set web-5 from %d to %d", h.number("from", 3), h.replicas), minute)
	}
}

// seal adds the events of before.
func (h *history) seal(s *scene) *scene {
	h.events = append(h.events, s.events...)
	s.events = h.events
	for i, e := range s.events {
		e.UID = types.UID(fmt.Sprint("e", i))
	}
	return s
}

// recovered is the end: all pods are ready, and the controllers say what they say then.
func (h *history) recovered() *scene {
	s := h.begin().revision(5, "web:1", h.replicas, times(int(h.replicas), func() *corev1.Pod { return readyPod(41) })...).revision(4, "web:0", 0)
	if !h.endless {
		s.progressing(reasonAvailable, 42).about(`ReplicaSet "web-5" has successfully progressed.`)
	}
	return h.seal(s)
}

// evident says that the objects hold what a cause of that kind says.
func evident(r *Rollout, c *Cause) bool {
	pod := func(has func(*Pod) bool) bool {
		for _, rev := range r.Revisions {
			if i := slices.IndexFunc(rev.Pods, func(p *Pod) bool { return p.Ref == c.About }); i >= 0 {
				return has(rev.Pods[i])
			}
		}
		return false
	}
	switch c.Kind {
	case CauseDeadline:
		return r.Deployment.progressing() == reasonTimedOut
	case CauseUnschedulable, CauseSurgeDeadlock:
		return pod(func(p *Pod) bool { return p.Counts() && p.Node == "" && p.Scheduling.Failed })
	case CauseNotReady:
		return pod(func(p *Pod) bool { return p.Counts() && !p.IsReady })
	case CauseInit:
		return pod(func(p *Pod) bool { return p.Counts() && p.InitContainer != "" })
	case CauseImagePull, CauseCrashLoop, CauseOOMKilled, CauseCannotStart:
		return pod(func(p *Pod) bool {
			return p.Counts() && (slices.ContainsFunc(p.Troubles, func(t Trouble) bool { return t.cause() == c.Kind }) || p.Status == containerCreating)
		})
	case CauseDeleting:
		return !r.Deployment.Deleting.IsZero()
	}
	for _, rev := range r.Revisions { // refusals
		rs := rev.ReplicaSet
		if rs.Ref != c.About || rs.Current >= rs.Desired {
			continue
		}
		return c.Kind == CauseNotCreated || strings.HasSuffix(c.Text, "context deadline exceeded") ||
			rs.Condition(conditionFailure) != nil
	}
	return false
}

// tellMore says that the objects hold more than that a deadline has passed.
func tellMore(r *Rollout) bool {
	for _, rev := range r.Revisions {
		if rev.New && rev.ReplicaSet.Current < rev.ReplicaSet.Desired {
			return true
		}
		for _, p := range rev.Pods {
			if rev.New && p.Counts() && !p.IsReady && p.Status != containerCreating {
				return true
			}
		}
	}
	return false
}

// TestCausesOverHistories: what is Broken is in the objects, and over once they have
// recovered; and past its deadline a rollout says more than that, where there is more.
func TestCausesOverHistories(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &history{t: t, replicas: int32(rapid.IntRange(1, 4).Draw(t, "replicas"))}
		h.endless, h.recreate = rapid.Bool().Draw(t, "endless"), rapid.Bool().Draw(t, "recreate")
		var last *Snapshot
		for range rapid.IntRange(1, 4).Draw(t, "steps") {
			last = Build(h.step().objects(), last)
			r := last.Rollouts[0]
			for i := range r.Causes {
				c := &r.Causes[i]
				if c.Severity == Broken {
					require.True(t, evident(r, c), "%s: %s", c.Kind, c.Text)
				}
				require.NotContains(t, c.Text, "web-3-00", "a pod that is gone")
			}
			if r.Phase == Stalled && tellMore(r) {
				require.True(t, slices.ContainsFunc(r.Causes, func(c Cause) bool {
					return c.Kind != CauseDeadline && c.Kind != CauseWaiting && c.Severity >= Attention
				}), "%v", r.Causes)
				require.NotEqual(t, CauseDeadline, r.Worst().Kind, "what explains comes first")
			}
			if r.Phase == Degraded {
				require.True(t, r.wasComplete())
			}
		}
		end := Build(h.recovered().objects(), last).Rollouts[0]
		require.Equal(t, Complete, end.Phase, "%v", end.Causes)
		require.Empty(t, end.Causes)
	})
}
