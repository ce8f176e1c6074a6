package rollout

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fader/kube"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// forecast says how long the rollout will take and whether there is room for it.
func (m *move) forecast() {
	m.effectTime()
	m.warnRoom()
}

// effectTime tells from the pods there are how long new ones will take.
func (m *move) effectTime() {
	took, seen, whose := m.readyAfter()
	if seen == 0 {
		return
	}
	want := desired(m.after)
	strategy := kube.ResolveStrategy(m.after.Spec.Strategy, want)
	atOnce := max(1, strategy.Surge+strategy.Unavailable)
	waves := (max(want, 1) + atOnce - 1) / atOnce
	each := took + time.Duration(m.after.Spec.MinReadySeconds)*time.Second
	text := fmt.Sprintf("new pods take about %s to become ready (median of %s of %s)", rounded(took), pods(int32(seen)), whose)
	if waves > 1 {
		text += fmt.Sprintf("; about %s in all, %d at a time", rounded(time.Duration(waves)*each), atOnce)
	}
	m.effect(text)
}

// readyAfter is the median time from creation to ready of the pods that never
// restarted, of the youngest revision that has such pods.
func (m *move) readyAfter() (took time.Duration, seen int, whose revision) {
	for _, r := range m.book {
		var times []time.Duration
		for _, pod := range m.pods {
			if d, ok := becameReady(pod); ok && pod.Labels[appsv1.DefaultDeploymentUniqueLabelKey] == r.set.Labels[appsv1.DefaultDeploymentUniqueLabelKey] {
				times = append(times, d)
			}
		}
		if len(times) > 0 {
			slices.Sort(times)
			return times[len(times)/2], len(times), r
		}
	}
	return 0, 0, revision{}
}

func becameReady(p *corev1.Pod) (time.Duration, bool) {
	if !isReady(p) {
		return 0, false
	}
	for i := range p.Status.ContainerStatuses {
		if p.Status.ContainerStatuses[i].RestartCount > 0 {
			return 0, false // its condition tells of the last start, not the first
		}
	}
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			return c.LastTransitionTime.Sub(p.CreationTimestamp.Time), true
		}
	}
	return 0, false
}

func rounded(d time.Duration) string {
	if d < time.Second {
		return "1s"
	}
	unit := time.Second
	if d >= 10*time.Minute {
		unit = time.Minute
	}
	text := d.Round(unit).String()
	if unit == time.Minute {
		text = strings.TrimSuffix(text, "0s")
	}
	return text
}

// warnRoom says that the extra pods of the surge find no place: where no old pod
// may go first, the rollout would wait before its first step.
func (m *move) warnRoom() {
	if m.now == nil {
		return
	}
	d := kube.NewDeployment(m.after, m.now.GPUResources...)
	extra := int64(min(d.Strategy.Surge, d.Replicas.Desired))
	if extra == 0 {
		return
	}
	room := m.now.Room(d)
	switch {
	case room == nil && len(d.GPUs) > 0:
		m.note("not known whether GPUs are free: nodes are not in sight")
	case room == nil:
	case room.Pods == 0 && d.Strategy.Unavailable == 0:
		m.warn(fmt.Sprintf("no node has room for the extra pod that maxSurge %s asks for (%s), and maxUnavailable is 0: the rollout waits until a node is added or room is made; else set maxSurge 0 and maxUnavailable 1 first",
			d.Strategy.MaxSurge, room.Short(1)))
	case room.Pods < extra:
		m.warn(fmt.Sprintf("the nodes have room for %s of %d extra pods (%s): not all of them start at once", room.Count(), extra, room.Short(extra)))
	case len(d.GPUs) > 0:
		m.effect(fmt.Sprintf("the nodes have room for %s more such pods, and the surge needs %d", room.Count(), extra))
		m.noteUncountedGPUs(room)
	}
}

// warnGrowth says that a greater number is far from what there was, and that the
// pods it asks for find no place.
func (m *move) warnGrowth(was, wanted int32) {
	more := int64(wanted) - int64(was)
	if more <= 0 {
		return
	}
	var room *kube.Room
	if m.now != nil {
		room = m.now.Room(kube.NewDeployment(m.after, m.now.GPUResources...))
	}
	switch leap := was > 0 && int64(wanted) >= 10*int64(was); {
	case leap && room == nil:
		m.warn(fmt.Sprintf("%d pods more at once is %d times what runs now: the nodes may not have room", more, wanted/was))
	case leap:
		m.warn(fmt.Sprintf("%d pods more at once is %d times what runs now", more, wanted/was))
	case room == nil && m.now != nil:
		m.note("not known whether the nodes have room: they are not in sight")
	}
	if room != nil && room.Pods < more {
		m.warn(fmt.Sprintf("the nodes have room for %s of %d more pods: %s", room.Count(), more, room.Short(more)))
	} else if room != nil {
		m.noteUncountedGPUs(room)
	}
}

// noteUncountedGPUs says that the room leaves GPUs out.
func (m *move) noteUncountedGPUs(room *kube.Room) {
	if room.UncountedGPUs != nil {
		m.note("not known whether GPUs are free: " + strings.Join(room.UncountedGPUs, " and ") + " not counted")
	}
}
