package kube

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// goneAt is being deleted, with a minute of grace that ends then.
func goneAt(minute int, p *corev1.Pod, finalizers ...string) *corev1.Pod {
	p = leaving(p)
	p.DeletionTimestamp = new(at(minute))
	p.Finalizers = finalizers
	return p
}

func TestStuckTerminating(t *testing.T) {
	going := func(pods ...*corev1.Pod) *scene { return rolling(10, 10, 10, times(10, ready), pods) }
	for _, c := range []struct {
		name     string
		scene    *scene
		severity Severity
		text     string
		hint     string
	}{
		{
			"a finalizer, in time", going(goneAt(21, ready(), "example.com/hold")), Info,
			`1 terminating pod is kept by finalizer "example.com/hold"`, "whoever set the finalizer has to take it away",
		},
		{
			"a finalizer, and the grace is over", going(goneAt(21, ready(), "a/b", "c/d"), goneAt(21, ready(), "a/b", "c/d")).event("web-4-00", "Killing", "", 25), Attention,
			`2 terminating pods are kept by finalizer "a/b", "c/d"`, "whoever set the finalizer has to take it away",
		},
		{
			"a finalizer, and the containers have ended", going(goneAt(21, finished(ready()), "a/b")), Attention,
			`1 terminating pod is kept by finalizer "a/b"`, "whoever set the finalizer has to take it away",
		},
		{
			"the grace is over", going(goneAt(21, ready())).event("web-4-00", "FailedKillPod", "", 25), Attention,
			"1 terminating pod is past the grace period of 1m", "look at the kubelet of node n1",
		},
		{
			"the node is lost", going(goneAt(21, withGPU(ready(), "2"))).runs(gpuNode("n1", "a", "8", broken)), Attention,
			"1 terminating pod cannot be seen to end: node n1 is NotReady, and still holds 2 nvidia.com/gpu", "bring node n1 back, or delete it if it is gone for good",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stuck *Cause
			r := c.scene.rollout()
			for i := range r.Causes {
				if r.Causes[i].Kind == CauseTerminating && r.Causes[i].Hint != "" {
					stuck = &r.Causes[i]
				}
			}
			require.NotNil(t, stuck)
			require.Equal(t, c.text, stuck.Text)
			require.Equal(t, c.severity, stuck.Severity)
			require.Equal(t, c.hint, stuck.Hint)
			require.Equal(t, at(21).Time, stuck.Until, "the end of its grace")
			require.Equal(t, at(20).Time, stuck.Since)
			require.Equal(t, "web-4-00", stuck.About.Name)
		})
	}
}

// What takes its time is not stuck, and clocks may be apart.
func TestNotStuck(t *testing.T) {
	s := rolling(10, 10, 10, times(10, ready), []*corev1.Pod{goneAt(21, ready())})
	for _, late := range []time.Duration{-time.Minute, 0, clockSlack} {
		s.events = nil
		s.event("web-4-00", "Killing", "", 0)
		s.events[0].LastTimestamp.Time = at(21).Add(late)
		require.Empty(t, newSituation(s.rollout(), &terrain{}).stuckTexts(), late)
	}
	s.events[0].LastTimestamp.Time = at(21).Add(clockSlack + time.Second)
	require.Len(t, newSituation(s.rollout(), &terrain{}).stuckTexts(), 1)

	done := rolling(10, 10, 10, times(10, ready), []*corev1.Pod{goneAt(21, finished(ready()))})
	require.Empty(t, newSituation(done.event("web-4-00", "Killing", "", 60).rollout(), &terrain{}).stuckTexts(), "it ended, and holds nothing")
}

func (s *situation) stuckTexts() (texts []string) {
	for _, c := range stuck(s) {
		texts = append(texts, c.Text)
	}
	return texts
}

func TestReadyNodeIsNotBlamed(t *testing.T) {
	s := rolling(10, 2, 8, []*corev1.Pod{newPod(11)}, []*corev1.Pod{goneAt(21, ready())}).runs(gpuNode("n1", "a", "8"))
	for _, c := range s.rollout().Causes {
		require.NotContains(t, c.Text, "NotReady")
	}
}

func TestNotReadyOnALostNode(t *testing.T) {
	lost := newPod(11)
	r := rolling(10, 2, 8, []*corev1.Pod{ready(), lost}, times(8, ready)).runs(gpuNode("n1", "a", "8", broken)).rollout()
	c := causeOf(t, r, CauseNotReady)
	require.Equal(t, "1 of 2 new pods is not ready: node n1 is NotReady", c.Text)
	require.Equal(t, Attention, c.Severity)
	require.Equal(t, "bring node n1 back", c.Hint)
}
