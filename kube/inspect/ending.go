package inspect

import (
	"context"
	"errors"
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"fader/kube"
)

// judge looks at why a connection ended, says it in the log where it is news,
// and whether to try again.
func (f *follower) judge(ctx context.Context, err error) (again bool) {
	switch {
	case err == nil && f.options.Previous:
		return false
	case err == nil:
		return f.ended(ctx)
	case apierrors.IsNotFound(err):
		// the pod is gone, or a node that has just begun does not know it yet
		if !f.ended(ctx) {
			return false
		}
		f.say(f.options.Explain(err))
	case apierrors.IsBadRequest(err):
		// "container … is waiting to start", "previous … not found"
		f.say(words(err))
		return !f.options.Previous
	case isAnswer(err):
		f.say(f.options.Explain(err))
	case f.lost.first(f.options.Explain(err)):
		// of the connection, not of this container: once for all of them
		f.ring.remark(nil, f.options.Explain(err))
	}
	return ctx.Err() == nil
}

// ended asks what became of a container whose log ended, and whether it may go on.
func (f *follower) ended(ctx context.Context) (again bool) {
	ref := f.source.Pod
	pod, err := f.options.Client.CoreV1().Pods(ref.Namespace).Get(ctx, ref.Name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err), err == nil && ref.UID != "" && string(pod.UID) != ref.UID:
		f.ring.remark(&f.source, "the pod is gone; its lines are kept here")
		return false
	case err != nil:
		return true // the next try tells
	}
	state, once := stateOf(pod, f.source.Container)
	switch {
	case pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed:
		f.ring.remark(&f.source, "the pod has finished"+exit(state))
		return false
	case once && state.Terminated != nil && state.Terminated.ExitCode == 0:
		f.ring.remark(&f.source, "the init container is done")
		return false
	case state.Terminated != nil:
		f.say("the container has ended" + exit(state))
	case state.Waiting != nil:
		f.say("the container waits to start again: " + kube.Clean(state.Waiting.Reason))
	}
	return true
}

// stateOf a container, and whether it is one that runs once before the others
// (a sidecar, an init container that is restarted, is not).
func stateOf(pod *corev1.Pod, container string) (state corev1.ContainerState, once bool) {
	lists := [...][]corev1.ContainerStatus{
		pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses, pod.Status.EphemeralContainerStatuses,
	}
	for i, list := range lists {
		for j := range list {
			if list[j].Name == container {
				return list[j].State, i == 0 && !isSidecar(pod, container)
			}
		}
	}
	return corev1.ContainerState{}, false
}

func isSidecar(pod *corev1.Pod, container string) bool {
	for i := range pod.Spec.InitContainers {
		if c := &pod.Spec.InitContainers[i]; c.Name == container {
			return c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways
		}
	}
	return false
}

func exit(state corev1.ContainerState) string {
	if state.Terminated == nil {
		return ""
	}
	return fmt.Sprintf(" with exit code %d (%s)", state.Terminated.ExitCode, kube.Clean(state.Terminated.Reason))
}

// say makes a remark about this container, once until something else happens.
func (f *follower) say(text string) {
	text = kube.Clean(text)
	if text == f.said {
		return
	}
	f.said = text
	f.ring.remark(&f.source, text)
}

// words are the API server's own, for what concerns one container.
func words(err error) string {
	var status apierrors.APIStatus
	if errors.As(err, &status) {
		return status.Status().Message
	}
	return err.Error()
}

// isAnswer tells what the server said from what happened on the way to it.
func isAnswer(err error) bool {
	var status apierrors.APIStatus
	return errors.As(err, &status)
}

// maxSaid bounds what is remembered: beyond it a lost connection goes on in silence.
const maxSaid = 20

// lost remembers what was said about the connection that all followers share.
type lost struct {
	mu   sync.Mutex
	said map[string]bool
}

// first is true for the follower that says it first.
func (l *lost) first(text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.said[text] || len(l.said) == maxSaid {
		return false
	}
	if l.said == nil {
		l.said = map[string]bool{}
	}
	l.said[text] = true
	return true
}

// clear is called once the connection works again.
func (l *lost) clear() {
	l.mu.Lock()
	clear(l.said)
	l.mu.Unlock()
}
