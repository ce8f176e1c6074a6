package kube

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// unreadyContainers are those of several that keep a pod from being ready, sidecars
// among them; nil for a pod that is ready, or has but one container.
func unreadyContainers(pod *Pod, p *corev1.Pod) []string {
	if pod.IsReady || pod.Finished || pod.Total < 2 {
		return nil
	}
	var names []string
	for i := range p.Status.InitContainerStatuses {
		if s := &p.Status.InitContainerStatuses[i]; !s.Ready && isSidecarNamed(p, s.Name) {
			names = append(names, Clean(s.Name))
		}
	}
	for i := range p.Status.ContainerStatuses {
		if s := &p.Status.ContainerStatuses[i]; !s.Ready {
			names = append(names, Clean(s.Name))
		}
	}
	return names
}

// mayExplain reports whether the event is of a container that is not ready, or of
// nobody knows which.
func (p *Pod) mayExplain(e *Event) bool {
	return e.Container == "" || p.Total < 2 || slices.Contains(p.Unready, e.Container)
}

// unreadyText names the containers that are not ready in all of the pods: "container
// "app" is"; "" where the pods have but one container, or none of these in common.
func unreadyText(pods []*Pod) string {
	var names []string
	for _, name := range pods[0].Unready {
		if !slices.ContainsFunc(pods, func(p *Pod) bool { return !slices.Contains(p.Unready, name) }) {
			names = append(names, fmt.Sprintf("%q", name))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return plural(len(names), "container") + " " + strings.Join(names, " and ") + " " + verb(len(names), "is", "are")
}
