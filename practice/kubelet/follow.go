package kubelet

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"

	"fader/practice/story"
)

// followEvery is how often new lines are looked for; they come in bursts of that.
const followEvery = 100 * time.Millisecond

// follow goes on until the run has ended, its pod is gone, or nobody reads any more.
func (s *Server) follow(ctx context.Context, reader *reader, pod *corev1.Pod) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	changes := s.watch(ctx, pod)
	ticker := time.NewTicker(followEvery)
	defer ticker.Stop()
	for !reader.gone {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			reader.upTo(s.now())
		case pod, open := <-changes:
			if !open {
				reader.upTo(s.now())
				return
			}
			if log, over := s.ended(pod, reader.log); over {
				reader.end(log)
				return
			}
		}
	}
}

// ended tells whether the run that before is the log of is over, as pod says. It returns
// the whole log of it, or nil when nothing is known of that run any more.
func (s *Server) ended(pod *corev1.Pod, before *story.Log) (log *story.Log, over bool) {
	for _, previous := range []bool{false, true} {
		instance, err := s.stories.Find(pod, before.Container, previous, s.speed)
		if err == nil && instance.Restart == before.Restart {
			return s.stories.Log(instance), !instance.Ended.IsZero()
		}
	}
	return nil, true
}

// watch sends every new state of the pod, and closes the channel when the pod is gone.
func (s *Server) watch(ctx context.Context, pod *corev1.Pod) <-chan *corev1.Pod {
	changes := make(chan *corev1.Pod)
	send := func(now *corev1.Pod) {
		select {
		case changes <- now:
		case <-ctx.Done():
		}
	}
	go func() {
		defer close(changes)
		pods, from := s.client.CoreV1().Pods(pod.Namespace), pod.ResourceVersion
		for ctx.Err() == nil {
			watcher, err := pods.Watch(ctx, metav1.SingleObject(metav1.ObjectMeta{Name: pod.Name, ResourceVersion: from}))
			if err == nil {
				gone := drain(watcher, pod.UID, send)
				watcher.Stop()
				if gone {
					return
				}
			}
			// The watch broke: look, and go on from there.
			sleep(ctx, followEvery)
			now, err := pods.Get(ctx, pod.Name, metav1.GetOptions{})
			if apierrors.IsNotFound(err) || err == nil && now.UID != pod.UID {
				return
			}
			if err == nil {
				from = now.ResourceVersion
				send(now)
			}
		}
	}()
	return changes
}

// drain sends what watcher sees of the pod with uid until it breaks or the pod is gone.
func drain(watcher watch.Interface, uid types.UID, send func(*corev1.Pod)) (gone bool) {
	for event := range watcher.ResultChan() {
		now, is := event.Object.(*corev1.Pod)
		if !is {
			return false
		}
		if now.UID != uid || event.Type == watch.Deleted {
			return true
		}
		send(now)
	}
	return false
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
