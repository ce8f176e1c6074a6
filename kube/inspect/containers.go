package inspect

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"fader/kube"
)

// findContainers reads which containers the source's pod has, and hands them on to
// be followed. It tries again until the server has answered.
func (f *follower) findContainers(ctx context.Context) {
	ref := f.source.Pod
	for try := 0; ctx.Err() == nil; try++ {
		pod, err := f.options.Client.CoreV1().Pods(ref.Namespace).Get(ctx, ref.Name, metav1.GetOptions{})
		switch {
		case apierrors.IsNotFound(err):
			f.ring.remark(&f.source, "the pod is gone")
			return
		case err == nil && ref.UID != "" && string(pod.UID) != ref.UID:
			f.ring.remark(&f.source, "the pod is gone: another one has its name now")
			return
		case err == nil:
			f.lost.clear()
			select {
			case f.found <- containersOf(pod, f.source):
			case <-ctx.Done():
			}
			return
		case !f.judge(ctx, err):
			return
		}
		pause := time.NewTimer(f.options.pause(try))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
		}
	}
}

// containersOf a pod, as sources: those that run before the others first.
func containersOf(pod *corev1.Pod, of Source) []Source {
	var all []Source
	add := func(name string) {
		all = append(all, Source{Pod: of.Pod, Container: kube.Clean(name), Revision: of.Revision})
	}
	for i := range pod.Spec.InitContainers {
		add(pod.Spec.InitContainers[i].Name)
	}
	for i := range pod.Spec.Containers {
		add(pod.Spec.Containers[i].Name)
	}
	for i := range pod.Spec.EphemeralContainers {
		add(pod.Spec.EphemeralContainers[i].Name)
	}
	return all
}
