package guard_test

import (
	"fmt"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/gauge"
	"fader/kube/guard"
	"fader/metrics"
	"fader/metrics/fake"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// world is the Deployment ml/fraud that rolls from revision 1 to revision 2, and a
// Prometheus that knows its pods.
type world struct {
	t          require.TestingT
	now        time.Time
	deployment *appsv1.Deployment // nil: gone
	stable     *kube.Rollout      // of which it is the canary; its pods are good
	sets       []*appsv1.ReplicaSet
	pods       []*kube.Pod       // none: they may not be seen
	load       map[int]fake.Load // by revision
	down       error
	window     time.Duration
	picture    *metrics.Picture // the last one, while no new one is read
	unseen     string
}

func noon() time.Time { return time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC) }

func good() fake.Load { return fake.Load{Rate: 20, Errors: 0.001, Median: 0.02} }

func failing() fake.Load { return fake.Load{Rate: 20, Errors: 0.06, Median: 0.02} }

func slow() fake.Load { return fake.Load{Rate: 20, Errors: 0.001, Median: 0.15} }

func template(n int) corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "fraud"}},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "model", Image: fmt.Sprintf("fraud:v%d", n)}}},
	}
}

func newWorld(t require.TestingT) *world {
	three := int32(3)
	w := &world{t: t, now: noon(), window: 2 * time.Minute, load: map[int]fake.Load{1: good(), 2: good(), 3: good()}}
	w.deployment = &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "ml", Name: "fraud", UID: "d-1", ResourceVersion: "100", Generation: 2,
			Annotations: map[string]string{"deployment.kubernetes.io/revision": "2"},
		},
		Spec: appsv1.DeploymentSpec{
			Replicas: &three, Template: template(2), Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "fraud"}},
		},
		Status: appsv1.DeploymentStatus{ObservedGeneration: 2, Replicas: 4, UpdatedReplicas: 1, ReadyReplicas: 4, AvailableReplicas: 4},
	}
	w.sets = []*appsv1.ReplicaSet{w.set(1, 3), w.set(2, 1)}
	return w
}

func (w *world) set(n int, pods int32) *appsv1.ReplicaSet {
	yes := true
	return &appsv1.ReplicaSet{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "ml", Name: fmt.Sprintf("fraud-%d", n), UID: types.UID(fmt.Sprintf("rs-%d", n)), ResourceVersion: "1",
			Labels:            map[string]string{"app": "fraud", "pod-template-hash": fmt.Sprint(n)},
			CreationTimestamp: metav1.NewTime(noon().Add(time.Duration(n-5) * time.Hour)),
			Annotations:       map[string]string{"deployment.kubernetes.io/revision": fmt.Sprint(n)},
			OwnerReferences:   []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "Deployment", Name: "fraud", UID: "d-1", Controller: &yes}},
		},
		Spec:   appsv1.ReplicaSetSpec{Replicas: &pods, Template: template(n)},
		Status: appsv1.ReplicaSetStatus{Replicas: pods, ReadyReplicas: pods, AvailableReplicas: pods},
	}
}

func ref() kube.Ref {
	return kube.Ref{Kind: kube.KindDeployment, Namespace: "ml", Name: "fraud", UID: "d-1"}
}

func (w *world) complete() {
	w.deployment.Status = appsv1.DeploymentStatus{ObservedGeneration: 9, Replicas: 3, UpdatedReplicas: 3, ReadyReplicas: 3, AvailableReplicas: 3}
	w.sets[0], w.sets[1] = w.set(1, 0), w.set(2, 3)
}

// release another revision.
func (w *world) release(n int) {
	w.deployment.Spec.Template = template(n)
	w.deployment.Annotations["deployment.kubernetes.io/revision"] = "3"
	if n > len(w.sets) {
		w.sets = append(w.sets, w.set(n, 1))
	}
}

func (w *world) rollout() *kube.Rollout {
	if w.deployment == nil {
		return nil
	}
	objects := kube.Objects{Deployments: []*kube.Deployment{kube.NewDeployment(w.deployment)}}
	for _, rs := range w.sets {
		objects.ReplicaSets = append(objects.ReplicaSets, kube.NewReplicaSet(rs))
	}
	objects.Pods = w.pods
	return kube.Build(objects, nil).Rollout(ref())
}

// read what Prometheus knows now; scrape after scrape makes a picture.
func (w *world) read() {
	p := &fake.Prometheus{}
	for n, load := range w.load {
		p.Pods = append(p.Pods, fake.Pod{Namespace: "ml", Name: fmt.Sprintf("fraud-%d-aaaaa", n), At: fake.Steady(load)})
	}
	if w.stable != nil {
		p.Pods = append(p.Pods, fake.Pod{Namespace: "ml", Name: "stable-1-aaaaa", At: fake.Steady(good())})
	}
	w.picture = p.Picture(w.now, w.window)
	require.Equal(w.t, metrics.Live, w.picture.State)
}

func (w *world) sight() guard.Sight {
	s := guard.Sight{Rollout: w.rollout(), Stable: w.stable, Unseen: w.unseen, Now: w.now}
	if w.picture == nil {
		return s
	}
	picture := *w.picture
	if w.down != nil {
		picture.State, picture.Err, picture.Since = metrics.Stale, w.down, w.now
	}
	s.Gauge = gauge.New(&picture)
	return s
}

// later reads again after a scrape.
func (w *world) later() *world {
	w.now = w.now.Add(fake.Scrape)
	w.read()
	return w
}

func (w *world) arm(o guard.Order) guard.Guard {
	o.Target = ref()
	if !o.Limits.NotWorse && o.Limits.MaxP99 == 0 {
		o.Limits.MaxErrors = 0.01
	}
	g, err := guard.Arm(o, w.rollout(), w.now)
	require.NoError(w.t, err)
	return g
}

// watch so many scrapes, and return what was handed out meanwhile.
func (w *world) watch(g guard.Guard, scrapes int) (guard.Guard, []guard.News) {
	var handed []guard.News
	for range scrapes {
		var n guard.News
		if g, n = g.Observe(w.later().sight()); n.Do != guard.Nothing {
			handed = append(handed, n)
		}
	}
	return g, handed
}

func worldOf(t *testing.T) *world { return newWorld(t) }
