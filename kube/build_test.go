package kube

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// cluster of n Deployments with that many pods each, shuffled as stores are.
func cluster(n, pods int) Objects {
	var o Objects
	for i := range n {
		s := newScene(int32(pods))
		s.deployment.Name = fmt.Sprintf("web-%03d", i)
		s.revision(5, "web:1", int32(pods), times(pods, ready)...).revision(4, "web:0", 0)
		s.event("web-5-00", "Unhealthy", "once", 5)
		rename(s, i)
		s.serves(clusterService(i), clusterSlices(i, s.pods)...)
		part := s.objects()
		o.Deployments = append(o.Deployments, part.Deployments...)
		o.ReplicaSets = append(o.ReplicaSets, part.ReplicaSets...)
		o.Pods = append(o.Pods, part.Pods...)
		o.Events = append(o.Events, part.Events...)
		o.Services = append(o.Services, part.Services...)
		o.Slices = append(o.Slices, part.Slices...)
	}
	return shuffled(o, 1)
}

// clusterService is a Service of its own for each Deployment.
func clusterService(i int) *corev1.Service {
	return newService(fmt.Sprintf("web-%03d", i), func(s *corev1.Service) {
		s.UID, s.Spec.Selector = types.UID(fmt.Sprint("svc", i)), map[string]string{"app": fmt.Sprintf("web-%03d", i)}
	})
}

// clusterSlices of a Service, one for each family.
func clusterSlices(i int, pods []*corev1.Pod) []*discoveryv1.EndpointSlice {
	four, six := newSlice(fmt.Sprintf("web-%03d", i), fmt.Sprint("four-", i), 1), newSlice(fmt.Sprintf("web-%03d", i), fmt.Sprint("six-", i), 2)
	six.AddressType = discoveryv1.AddressTypeIPv6
	for j, p := range pods {
		ref := &corev1.ObjectReference{Kind: "Pod", Namespace: p.Namespace, Name: p.Name, UID: p.UID}
		four.Endpoints = append(four.Endpoints, discoveryv1.Endpoint{Addresses: []string{fmt.Sprintf("10.0.%d.%d", i%256, j)}, TargetRef: ref})
		six.Endpoints = append(six.Endpoints, discoveryv1.Endpoint{Addresses: []string{fmt.Sprintf("fd00::%x:%x", i, j)}, TargetRef: ref})
	}
	return []*discoveryv1.EndpointSlice{four, six}
}

// rename makes every UID of a scene its own.
func rename(s *scene, i int) {
	own := func(uid types.UID) types.UID { return types.UID(fmt.Sprintf("%s/%d", uid, i)) }
	meta := []*metav1.ObjectMeta{&s.deployment.ObjectMeta}
	for _, rs := range s.sets {
		meta = append(meta, &rs.ObjectMeta)
	}
	for _, p := range s.pods {
		meta = append(meta, &p.ObjectMeta)
	}
	for _, e := range s.events {
		meta = append(meta, &e.ObjectMeta)
		e.InvolvedObject.UID = own(e.InvolvedObject.UID)
	}
	for _, m := range meta {
		m.UID = own(m.UID)
		for j := range m.OwnerReferences {
			m.OwnerReferences[j].UID = own(m.OwnerReferences[j].UID)
		}
	}
}

func shuffled(o Objects, seed int64) Objects {
	r := rand.New(rand.NewSource(seed))
	o.Deployments, o.ReplicaSets = slices.Clone(o.Deployments), slices.Clone(o.ReplicaSets)
	o.Pods, o.Events = slices.Clone(o.Pods), slices.Clone(o.Events)
	o.Services, o.Slices = slices.Clone(o.Services), slices.Clone(o.Slices)
	r.Shuffle(len(o.Services), func(i, j int) { o.Services[i], o.Services[j] = o.Services[j], o.Services[i] })
	r.Shuffle(len(o.Slices), func(i, j int) { o.Slices[i], o.Slices[j] = o.Slices[j], o.Slices[i] })
	r.Shuffle(len(o.Deployments), func(i, j int) { o.Deployments[i], o.Deployments[j] = o.Deployments[j], o.Deployments[i] })
	r.Shuffle(len(o.ReplicaSets), func(i, j int) { o.ReplicaSets[i], o.ReplicaSets[j] = o.ReplicaSets[j], o.ReplicaSets[i] })
	r.Shuffle(len(o.Pods), func(i, j int) { o.Pods[i], o.Pods[j] = o.Pods[j], o.Pods[i] })
	r.Shuffle(len(o.Events), func(i, j int) { o.Events[i], o.Events[j] = o.Events[j], o.Events[i] })
	return o
}

// copied makes every object another pointer to the same, as a list read again does.
func copied(o Objects) Objects {
	var c Objects
	for _, x := range o.Deployments {
		c.Deployments = append(c.Deployments, new(*x))
	}
	for _, x := range o.ReplicaSets {
		c.ReplicaSets = append(c.ReplicaSets, new(*x))
	}
	for _, x := range o.Pods {
		c.Pods = append(c.Pods, new(*x))
	}
	for _, x := range o.Events {
		c.Events = append(c.Events, new(*x))
	}
	for _, x := range o.Services {
		c.Services = append(c.Services, new(*x))
	}
	for _, x := range o.Slices {
		c.Slices = append(c.Slices, new(*x))
	}
	return c
}

func TestBuildJoinsByOwner(t *testing.T) {
	s := newScene(2).revision(5, "web:1", 2, ready(), ready()).revision(4, "web:0", 0)
	orphan, stranger := ready(), ready()
	orphan.Name, orphan.Labels = "orphan", map[string]string{"app": "web"}
	stranger.Name, stranger.OwnerReferences = "stranger", []metav1.OwnerReference{{UID: "elsewhere", Controller: new(true)}}
	s.pods = append(s.pods, orphan, stranger)
	unowned := s.sets[0].DeepCopy()
	unowned.UID, unowned.Name, unowned.OwnerReferences = "u", "unowned", nil
	s.sets = append(s.sets, unowned)
	rollouts := Build(s.objects(), nil).Rollouts
	require.Len(t, rollouts, 1)
	require.Len(t, rollouts[0].Revisions, 2, "a ReplicaSet with the same labels and no owner is not taken")
	require.Len(t, rollouts[0].Revisions[0].Pods, 2)
	require.Equal(t, "web-5-00", rollouts[0].Revisions[0].Pods[0].Ref.Name)
	require.Empty(t, rollouts[0].Revisions[1].Pods)
}

func TestBuildSorts(t *testing.T) {
	var o Objects
	for _, name := range []string{"b/x", "a/z", "b/a", "a/y"} {
		o.Deployments = append(o.Deployments, &Deployment{Ref: Ref{Kind: KindDeployment, Namespace: name[:1], Name: name[2:]}})
	}
	var names []string
	for _, r := range Build(o, nil).Rollouts {
		names = append(names, r.Ref().String())
	}
	require.Equal(t, []string{"a/y", "a/z", "b/a", "b/x"}, names)
}

func TestBuildKeepsPointers(t *testing.T) {
	o := cluster(20, 3)
	first := Build(o, nil)
	require.Len(t, first.Rollouts, 20)
	require.Len(t, first.Rollouts[0].Events, 1)
	second := Build(shuffled(o, 2), first)
	require.True(t, second.Shows(first), "the order of a store says nothing")
	require.Zero(t, differing(first, second))

	changed := shuffled(o, 3)
	changed.Pods[0] = new(*changed.Pods[0])
	changed.Pods[0].IsReady = false
	third := Build(changed, first)
	require.Equal(t, 1, differing(first, third), "only the rollout whose pod changed")
	require.Equal(t, 1, differing(third, Build(o, third)), "and back")
}

func differing(a, b *Snapshot) int {
	n := 0
	for i := range a.Rollouts {
		if a.Rollouts[i] != b.Rollouts[i] {
			n++
		}
	}
	return n
}

// TestBuildAfterARelist: every object is another pointer, nothing has changed. The
// pointers stay, and the build after it is as cheap as any.
func TestBuildAfterARelist(t *testing.T) {
	o := cluster(20, 3)
	first := Build(o, nil)
	again := copied(o)
	second := Build(again, first)
	require.Zero(t, differing(first, second))
	in := join(again.sorted())
	for i := range second.Rollouts {
		from := second.Rollouts[i].memo.from.Load()
		require.Same(t, in[i].deployment, from.deployment, "it remembers the new objects")
		require.True(t, slices.Equal(in[i].pods, from.pods))
	}
	require.Zero(t, differing(first, Build(again, second)))
}

// TestBuildDoesNotDeriveAgain: with the same objects it does not even look at what
// came of them.
func TestBuildDoesNotDeriveAgain(t *testing.T) {
	o := cluster(1, 2)
	first := Build(o, nil)
	marked := *first.Rollouts[0]
	marked.Phase = "as it was left"
	first.Rollouts[0] = &marked
	require.Same(t, &marked, Build(o, first).Rollouts[0])
	o.Deployments[0] = new(*o.Deployments[0])
	require.Equal(t, Complete, Build(o, first).Rollouts[0].Phase)
}

func TestBuildNoticesRecreation(t *testing.T) {
	s := newScene(1).revision(5, "web:1", 1, ready())
	first := Build(s.objects(), nil)
	s.deployment.UID = "d2"
	second := Build(s.objects(), first)
	require.NotSame(t, first.Rollouts[0], second.Rollouts[0])
	require.Empty(t, second.Rollouts[0].Revisions, "the ReplicaSet belongs to the one before")
}

func TestBuildKeepsTheNewestEvents(t *testing.T) {
	s := newScene(1).revision(5, "web:1", 1, ready())
	for i := range 60 {
		s.event("web-5-00", "Unhealthy", fmt.Sprint(i), i)
	}
	events := s.rollout().Events
	require.Len(t, events, 50)
	require.Equal(t, "59", events[0].Message)
	require.Equal(t, "10", events[49].Message)
}

func TestRevisionsInOrder(t *testing.T) {
	s := newScene(1).revision(3, "web:3", 0).revision(7, "web:7", 0).revision(5, "web:1", 1, ready()).revision(6, "web:1", 0)
	s.sets[0].Annotations[revisionAnnotation] = "garbage"
	var names []string
	for _, rev := range s.rollout().Revisions {
		names = append(names, fmt.Sprint(rev.ReplicaSet.Ref.Name, " ", rev.ReplicaSet.Revision, " ", rev.New))
	}
	require.Equal(t, []string{"web-5 5 true", "web-7 7 false", "web-6 6 false", "web-3 0 false"}, names,
		"of two with the template the oldest is the new one")
}

func TestRevisionNumbers(t *testing.T) {
	evicted := ready()
	evicted.Status.Phase = corev1.PodFailed
	rev := newScene(2).revision(5, "web:1", 3, ready(), newPod(1), leaving(ready()), leaving(newPod(1)), evicted).rollout().Revisions[0]
	require.EqualValues(t, 1, rev.Ready())
	require.EqualValues(t, 2, rev.Serving(), "one on its way out still answers")
	require.EqualValues(t, 2, rev.Terminating())
	blind := &Revision{ReplicaSet: &ReplicaSet{Current: 3, Ready: 2}}
	require.EqualValues(t, 2, blind.Ready(), "pods that may not be seen are not zero pods")
	require.EqualValues(t, 2, blind.Serving())
}

// BenchmarkBuild joins 500 Deployments of 20 pods, each behind a Service of two
// families. The watch hands objects over in order, which is most of the cost else.
func BenchmarkBuild(b *testing.B) {
	o := cluster(500, 20)
	first := Build(o, nil)
	ordered := o.sorted()
	changed := ordered
	changed.Pods, changed.Slices = slices.Clone(ordered.Pods), slices.Clone(ordered.Slices)
	for i := range 10 {
		changed.Pods[i*900] = new(*changed.Pods[i*900])
		changed.Pods[i*900].IsReady = false
		changed.Slices[i*90] = new(*changed.Slices[i*90])
		changed.Slices[i*90].Endpoints = slices.Clone(changed.Slices[i*90].Endpoints)
		changed.Slices[i*90].Endpoints[0].Ready = false
	}
	for _, c := range []struct {
		name     string
		objects  Objects
		previous *Snapshot
	}{
		{"first, in no order", o, nil},
		{"unchanged, in no order", o, first},
		{"unchanged", ordered, first},
		{"ten pods and slices changed", changed, first},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Build(c.objects, c.previous)
			}
		})
	}
}

func TestBuildOfNothing(t *testing.T) {
	require.Empty(t, Build(Objects{}, nil).Rollouts)
	r := Build(Objects{Deployments: []*Deployment{NewDeployment(&appsv1.Deployment{})}}, nil).Rollouts
	require.Len(t, r, 1)
	require.Nil(t, r[0].NewRevision())
}
