package kube

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// TestPhase is what the numbers alone (TestVerdict) do not tell: pausing, and what
// came after a rollout was complete.
func TestPhase(t *testing.T) {
	for _, c := range []struct {
		name    string
		scene   *scene
		phase   Phase
		verdict Verdict
	}{
		{"paused half way", pausedScene(rolling(10, 2, 10, times(2, ready), times(8, ready))).progressing(reasonPaused, 12), Paused, VerdictWaiting},
		{"paused before the first", pausedScene(newScene(2).status(2, 0, 2)), Paused, VerdictWaiting},
		{"paused while complete", pausedScene(newScene(2).revision(5, "web:1", 2, ready(), ready())), Complete, VerdictSuccess},
		{"paused past its deadline", pausedScene(newScene(2).status(3, 1, 2).progressing(reasonTimedOut, 12)), Stalled, VerdictFailed},
		{"paused and not observed", pausedScene(unobserved(newScene(2))), Paused, VerdictWaiting},
		{"crash after completion", newScene(2).status(2, 2, 1).revision(5, "web:1", 2, ready(), crashedPod("Error", 1, 3)), Degraded, VerdictWaiting},
		{"crash that the status has not caught up with", newScene(2).revision(5, "web:1", 2, ready(), crashedPod("Error", 1, 3)), Degraded, VerdictSuccess},
		{"crash during a rollout", rolling(9, 1, 8, []*corev1.Pod{crashedPod("Error", 1, 3)}, times(8, ready)), Progressing, VerdictWaiting},
		{"readiness lost after completion", newScene(2).status(2, 2, 1).revision(5, "web:1", 2, ready(), newPod(9)), Degraded, VerdictWaiting},
		{"scaled up, the new pods start", newScene(3).status(3, 3, 2).revision(5, "web:1", 3, ready(), ready(), newPod(10)), Progressing, VerdictWaiting},
		{"scaled up, the new pod fits nowhere", newScene(3).status(3, 3, 2).revision(5, "web:1", 3, ready(), ready(), pendingPod("0/1 nodes are available: 1 Insufficient cpu.")), Degraded, VerdictWaiting},
		{"complete before, pods not to be seen", blind(newScene(2).status(2, 2, 1).revision(5, "web:1", 2, ready(), newPod(1))), Degraded, VerdictWaiting},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := c.scene.rollout()
			require.Equal(t, c.phase, r.Phase)
			require.Equal(t, c.verdict, r.Verdict())
		})
	}
}

// TestPausedAndLost: pausing hides that a rollout was complete, and its pods still tell.
func TestPausedAndLost(t *testing.T) {
	lost := func() *corev1.Pod { return loopingPod(weeks, 5, 0) }
	never := func() *corev1.Pod { return loopingPod(11, 11, 0) }
	made := func(reason string, pods ...*corev1.Pod) *scene {
		return newScene(3).status(3, 3, 0).progressing(reason, 4).revision(5, "web:1", 3, pods...).revision(4, "web:0", 0)
	}
	const all, fresh = "3 pods crash: ", "3 new pods crash: "
	for name, c := range map[string]struct {
		scene *scene
		phase Phase
		text  string
		undo  bool
	}{
		"not paused":             {made(reasonAvailable, times(3, lost)...), Degraded, all, false},
		"paused":                 {pausedScene(made(reasonPaused, times(3, lost)...)), Degraded, all, false},
		"resumed":                {made(reasonResumed, times(3, lost)...), Degraded, all, false},
		"paused, no deadline":    {pausedScene(endless(made(reasonPaused, times(3, lost)...))), Degraded, all, false},
		"paused, one is ready":   {pausedScene(made(reasonPaused, lost(), lost(), ready()).status(3, 3, 1)), Degraded, "2 of 3 pods crash: ", false},
		"paused, never ready":    {pausedScene(made(reasonPaused, times(3, never)...)), Paused, fresh, true},
		"paused before the last": {pausedScene(made(reasonPaused, times(3, lost)...).status(4, 3, 1).revision(3, "web:old", 1, ready())), Paused, fresh, true},
		"paused, a pod missing":  {pausedScene(newScene(3).status(2, 2, 0).progressing(reasonPaused, 4).revision(5, "web:1", 3, lost(), lost())), Paused, "2 new pods crash: ", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := c.scene.rollout()
			require.Equal(t, c.phase, r.Phase)
			require.True(t, strings.HasPrefix(r.Worst().Text, c.text), r.Worst().Text)
			require.Equal(t, c.undo, strings.Contains(r.Worst().Hint, "undo"), r.Worst().Hint)
		})
	}
}

func blind(s *scene) *scene {
	s.pods = nil
	return s
}

func TestPhaseRank(t *testing.T) {
	phases := []Phase{Complete, ScaledDown, Paused, Stalled, "Invented", Progressing, Degraded, Unknown}
	slices.SortFunc(phases, func(a, b Phase) int { return a.Rank() - b.Rank() })
	require.Equal(t, []Phase{Stalled, Degraded, Progressing, Paused, Unknown, Complete, ScaledDown, "Invented"}, phases)
}

func TestDeadline(t *testing.T) {
	limited := func(s *scene, seconds *int32) *scene {
		s.deployment.Spec.ProgressDeadlineSeconds = seconds
		return s
	}
	for _, c := range []struct {
		name   string
		scene  *scene
		minute int // -1 for none
	}{
		{"counted from the last progress", newScene(2).progressing("ReplicaSetUpdated", 12), 22},
		{"counted from the start", newScene(2).progressing(reasonCreated, 12), 22},
		{"expired", newScene(2).progressing(reasonTimedOut, 22), 22},
		{"expired, then paused", pausedScene(newScene(2).progressing(reasonTimedOut, 22)), 22},
		{"complete", newScene(2), -1},
		{"paused", pausedScene(newScene(2).progressing("ReplicaSetUpdated", 12)), -1},
		{"resumed, not yet noticed", newScene(2).progressing(reasonPaused, 12), -1},
		{"resumed", newScene(2).progressing("DeploymentResumed", 12), 22},
		{"not observed", unobserved(newScene(2).progressing("ReplicaSetUpdated", 12)), -1},
		{"no deadline", limited(newScene(2).progressing("ReplicaSetUpdated", 12), nil), -1},
		{"a deadline that means none", limited(newScene(2).progressing("ReplicaSetUpdated", 12), new(int32(1<<31-1))), -1},
	} {
		t.Run(c.name, func(t *testing.T) { requireMinute(t, c.minute, c.scene.rollout().Deadline) })
	}
}

func requireMinute(t *testing.T, minute int, moment time.Time) {
	t.Helper()
	if minute < 0 {
		require.True(t, moment.IsZero(), moment)
		return
	}
	require.Equal(t, at(minute).Time, moment)
}

func TestSince(t *testing.T) {
	for _, c := range []struct {
		name   string
		scene  *scene
		phase  Phase
		minute int
	}{
		{"complete", newScene(2), Complete, 10},
		{"stalled", newScene(2).status(3, 1, 2).progressing(reasonTimedOut, 22), Stalled, 22},
		{"paused", pausedScene(newScene(2).status(2, 1, 2).progressing(reasonPaused, 15)), Paused, 15},
		{"just begun", newScene(2).status(2, 1, 2).progressing(reasonFound, 15), Progressing, 15},
		{"a new template, some way on", newScene(2).status(3, 1, 2).progressing("ReplicaSetUpdated", 15).
			revision(5, "web:1", 1, newPod(6)).revision(4, "web:0", 2, ready(), ready()), Progressing, 5},
		{"an undo, some way on", newScene(2).status(3, 1, 2).progressing("ReplicaSetUpdated", 15).
			revision(5, "web:1", 1, readyPod(1), newPod(14), newPod(13)).revision(6, "web:0", 2, ready()), Progressing, 13},
		{"scaled up", newScene(3).status(3, 3, 2).revision(5, "web:1", 3, ready(), newPod(31), newPod(30)), Progressing, 30},
		{"degraded", newScene(2).status(2, 2, 1).revision(5, "web:1", 2, ready(), newPod(9)), Degraded, 9},
		{"scaled down", newScene(0), ScaledDown, -1},
		{"not observed", unobserved(newScene(2)), Progressing, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := c.scene.rollout()
			require.Equal(t, c.phase, r.Phase)
			requireMinute(t, c.minute, r.Since)
		})
	}
}

func TestProgress(t *testing.T) {
	progress := func(s *scene) [2]int32 {
		done, total := s.rollout().Progress()
		return [2]int32{done, total}
	}
	require.Equal(t, [2]int32{2, 10}, progress(rolling(10, 3, 9, append(times(2, ready), newPod(1)), times(7, ready))), "the old ones' availability is not the new ones'")
	require.Equal(t, [2]int32{0, 2}, progress(newScene(2).status(2, 0, 2).revision(4, "web:0", 2, ready(), ready())))
	require.Equal(t, [2]int32{2, 2}, progress(newScene(2).revision(5, "web:1", 3, ready(), ready(), ready())), "never more than all")
	require.Equal(t, [2]int32{1, 2}, progress(newScene(2).status(3, 2, 1)), "ReplicaSets that may not be seen")
	require.Equal(t, [2]int32{0, 0}, progress(newScene(0)))
}
