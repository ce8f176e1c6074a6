package watch

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"fader/kube"
)

// BenchmarkBurst is what the loop and the reflectors do, without the network,
// when 1 000 of 10 000 pods in 500 Deployments change: 1 000 updates, one
// snapshot.
func BenchmarkBurst(b *testing.B) {
	const deploymentCount, podsEach, burst = 500, 20, 1000
	l := newLoop(Options{}.withDefaults(), &Watch{box: newMailbox(), retries: make(chan struct{}, 1)})
	l.pulse.answered(l.Clock(), 0)
	sinks := make([]sink, len(l.feeds))
	for i, f := range l.feeds {
		f.begin(1)
		sinks[i] = sink{feed: f, generation: 1}
	}
	lists := make([][]any, len(l.feeds))
	var pods []*corev1.Pod
	for i := range deploymentCount {
		d, rs := fmt.Sprintf("d%d", i), fmt.Sprintf("r%d", i)
		lists[0] = append(lists[0], newDeployment(d, d, 1+i))
		lists[1] = append(lists[1], newReplicaSet(rs, rs, d, 1+i))
		for j := range podsEach {
			name := fmt.Sprintf("%s-%d", rs, j)
			pods = append(pods, newPod(name, name, rs, 1+i))
			lists[2] = append(lists[2], pods[len(pods)-1])
		}
	}
	for i, s := range sinks {
		require.NoError(b, s.Replace(lists[i], "1000"))
	}
	l.publish()
	require.Len(b, l.last.Rollouts, deploymentCount)

	b.ReportAllocs()
	version := 10_000
	for n := 0; b.Loop(); n++ {
		before := l.last
		for i := range burst {
			version++
			p := pods[(n*burst+i)%len(pods)]
			p.ResourceVersion, p.Spec.NodeName = fmt.Sprint(version), fmt.Sprint("node-", n)
			if err := sinks[2].Update(p); err != nil {
				b.Fatal(err)
			}
		}
		l.publish()
		if l.last.Number != before.Number+1 {
			b.Fatal("the burst was not published")
		}
	}
}

func TestNothingChangedKeepsRollouts(t *testing.T) {
	l := newLoop(Options{}.withDefaults(), &Watch{box: newMailbox(), retries: make(chan struct{}, 1)})
	for i, f := range l.feeds {
		f.begin(1)
		lists := map[string][]any{
			deployments: {newDeployment("web", "d1", 1)}, replicasets: {newReplicaSet("web-1", "r1", "d1", 2)}, pods: {newPod("a", "p1", "r1", 3)},
		}
		list := lists[l.feeds[i].resource.name]
		require.NoError(t, sink{feed: f, generation: 1}.Replace(list, "9"))
	}
	l.publish()
	first := l.last
	require.Equal(t, kube.Syncing, first.Health.State, "Ping was never answered")
	l.pulse.answered(l.Clock(), 0)
	l.publish()
	require.NotSame(t, first, l.last)
	require.Same(t, first.Rollouts[0], l.last.Rollouts[0])
	second := l.last
	l.publish()
	require.Same(t, second, l.last)
}
