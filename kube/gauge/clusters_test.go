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

// The name of a ReplicaSet follows from its template: it is the same in every cluster.
func TestAnotherClustersSeriesAreNotOurs(t *testing.T) {
	failing := fake.Steady(fake.Load{Rate: 10, Errors: 1, Median: 0.02})
	p := (&fake.Prometheus{Pods: []fake.Pod{{Cluster: "us", Namespace: "shop", Name: "web-7-zzzzz", At: failing}}}).Picture(now(), 10*time.Minute)
	web := rollout("web", revision(7, "web-7", true, 1))
	g := gauge.ForPods(p, web.Revisions[0].Pods)
	require.Equal(t, metrics.TrafficUnknown, g.Now(web).Traffic)
	require.Equal(t, "Prometheus holds series of the cluster us, and none is of a pod that exists here", g.Missing(web).String())
	web.Revisions[0].Pods[0].Ref.Name = "web-7-zzzzz"
	require.InDelta(t, 1, gauge.ForPods(p, web.Revisions[0].Pods).Now(web).Errors.V, 1e-6)
}

func TestWhyGPUsAreNotShown(t *testing.T) {
	here := &kube.Snapshot{
		Nodes: []*kube.Node{{Ref: kube.Ref{Kind: kube.KindNode, Name: "gpu-0"}}, {Ref: kube.Ref{Kind: kube.KindNode, Name: "gpu-1"}}},
		Pods:  []*kube.Pod{{Ref: kube.Ref{Kind: kube.KindPod, Namespace: "ml", Name: "llm-eu"}}},
	}
	gpu := func(cluster, uuid, pod string) fake.GPU {
		return fake.GPU{Cluster: cluster, UUID: uuid, Node: "gpu-0", Namespace: "ml", Pod: pod}
	}
	for name, c := range map[string]struct {
		gpus []fake.GPU
		n    int
		why  metrics.AbsenceKind
	}{
		"ours alone":           {[]fake.GPU{gpu("", "GPU-a", "llm-eu")}, 1, metrics.AbsenceUnknown},
		"two clusters":         {[]fake.GPU{gpu("eu", "GPU-a", "llm-eu"), gpu("us", "GPU-b", "llm-us")}, 1, metrics.AbsenceUnknown},
		"two without a label":  {[]fake.GPU{gpu("", "GPU-a", "llm-eu"), gpu("", "GPU-b", "llm-us")}, 0, metrics.TwoGPUs},
		"the other alone":      {[]fake.GPU{gpu("us", "GPU-b", "llm-us")}, 0, metrics.OtherCluster},
		"two others":           {[]fake.GPU{gpu("us", "GPU-b", "llm-us"), gpu("ap", "GPU-c", "llm-ap")}, 0, metrics.OtherCluster},
		"none are watched":     {nil, 0, metrics.AbsenceUnknown},
		"the same one, doubly": {[]fake.GPU{gpu("", "GPU-a", "llm-eu"), gpu("", "GPU-a", "llm-eu")}, 1, metrics.AbsenceUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			g := gauge.ForPods((&fake.Prometheus{GPUs: c.gpus}).Picture(now(), 10*time.Minute), here.Pods)
			require.Len(t, g.GPUs("gpu-0", here), c.n)
			require.Equal(t, c.why, g.MissingGPUs("gpu-0", here).Kind)
			require.NotEqual(t, metrics.TwoGPUs, g.MissingGPUs("gpu-1", here).Kind)
		})
	}
	var none *gauge.Gauge
	require.Zero(t, none.MissingGPUs("gpu-0", here))
}
