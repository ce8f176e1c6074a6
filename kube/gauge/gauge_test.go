package gauge_test

import (
	"testing"
	"time"

	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/metrics/fake"

	"github.com/stretchr/testify/require"
)

func now() time.Time { return time.Date(2026, 11, 21, 12, 0, 7, 0, time.UTC) }

// revision of shop/web with so many ready pods.
func revision(number int64, name string, isNew bool, pods int) *kube.Revision {
	r := &kube.Revision{New: isNew, ReplicaSet: &kube.ReplicaSet{
		Ref: kube.Ref{Kind: kube.KindReplicaSet, Namespace: "shop", Name: name}, Revision: number, Current: int32(pods),
	}}
	for range pods {
		r.Pods = append(r.Pods, &kube.Pod{Ref: kube.Ref{Kind: kube.KindPod, Namespace: "shop", Name: name + "-aaaaa"}, IsReady: true})
	}
	return r
}

func rollout(name string, revisions ...*kube.Revision) *kube.Rollout {
	return &kube.Rollout{Revisions: revisions, Deployment: &kube.Deployment{
		Ref: kube.Ref{Kind: kube.KindDeployment, Namespace: "shop", Name: name, UID: name},
	}}
}

func figures() *gauge.Gauge {
	p := &fake.Prometheus{GPUs: []fake.GPU{{Node: "gpu-0.cluster.example", Index: 1}, {Node: "gpu-0.cluster.example", Index: 2}}}
	for name, median := range map[string]float64{"web-5": 0.05, "web-6": 0.02, "web-7": 0.2, "stable-1": 0.02} {
		p.Pods = append(p.Pods, fake.Pod{Namespace: "shop", Name: name + "-aaaaa", At: fake.Steady(fake.Load{Rate: 10, Median: median})})
	}
	return gauge.New(p.Picture(now(), 30*time.Minute))
}

func TestNoFiguresAreNoZeros(t *testing.T) {
	web := rollout("web", revision(7, "web-7", true, 1), revision(6, "web-6", false, 2))
	for _, g := range []*gauge.Gauge{nil, gauge.New(nil)} {
		require.False(t, g.Known())
		require.False(t, g.Deployment(web).Known())
		require.Equal(t, metrics.Point{}, g.Now(web))
		require.False(t, g.DeploymentFigure(web, gauge.FirstToken).Known())
		require.Empty(t, g.GPUs("gpu-0", &kube.Snapshot{}))
		_, both := g.Against(web, web)
		require.False(t, both)
	}
}

func TestADeploymentIsAllItsReplicaSetsAsTheyAreNow(t *testing.T) {
	g := figures()
	web := rollout("web", revision(6, "web-6", true, 1))
	require.InDelta(t, 10, g.Now(web).Requests.V, 1e-3)
	require.Equal(t, g.Deployment(web).Now, g.Now(web))
	web.Revisions = append(web.Revisions, revision(7, "web-7", false, 1))
	require.InDelta(t, 20, g.Now(web).Requests.V, 1e-3, "another ReplicaSet has come")
	require.InDelta(t, 20, g.Deployment(web).Now.Requests.V, 1e-3)
	require.InDelta(t, 10, g.Revision(web.Revisions[0]).Now.Requests.V, 1e-3)
}

func TestTheNewRevisionStandsAgainstTheOldOneThatServesMost(t *testing.T) {
	a, both := figures().Against(rollout("web", revision(7, "web-7", true, 1), revision(6, "web-6", false, 3), revision(5, "web-5", false, 1)), nil)
	require.True(t, both)
	require.Equal(t, []string{"7", "6"}, []string{a.A, a.B})
	require.False(t, a.Pair)
	require.Equal(t, metrics.Worse, a.Verdict.Outcome, a.Verdict.Sentence)
}

func TestACanaryStandsAgainstItsStableOnceItHasOneRevision(t *testing.T) {
	g, web := figures(), rollout("web", revision(7, "web-7", true, 1), revision(6, "web-6", false, 0))
	_, both := g.Against(web, nil)
	require.False(t, both, "the old revision has no pods")
	a, both := g.Against(web, rollout("stable", revision(1, "stable-1", true, 1)))
	require.True(t, both)
	require.True(t, a.Pair)
	require.Equal(t, []string{"web", "stable"}, []string{a.A, a.B})
}
