package gauge

import (
	"testing"
	"time"

	"fader/kube"
	"fader/metrics"
	"fader/metrics/fake"

	"github.com/stretchr/testify/require"
)

func node(name string, addresses ...string) *kube.Node {
	return &kube.Node{Ref: kube.Ref{Kind: kube.KindNode, Name: name}, Addresses: addresses, Labels: map[string]string{"kubernetes.io/hostname": name}}
}

func exporter(name, node, ip string) *kube.Pod {
	return &kube.Pod{Ref: kube.Ref{Namespace: "gpu-operator", Name: name}, Node: node, IP: ip}
}

// told is a GPU of the first of some names, told by an exporter at an address.
func told(address string, names ...string) metrics.GPU {
	g := metrics.GPU{Names: names, Address: address, Node: address, Index: "0"}
	if len(names) > 0 {
		g.Node = names[0]
	}
	return g
}

func from(pod string, g metrics.GPU) metrics.GPU {
	g.Exporter = metrics.PodKey{Namespace: "gpu-operator", Name: pod}
	return g
}

func TestGPUsOfNodes(t *testing.T) {
	hostname := node("node-a")
	hostname.Labels["kubernetes.io/hostname"] = "Rack-7"
	for name, c := range map[string]struct {
		nodes     []*kube.Node
		pods      []*kube.Pod
		gpus      []metrics.GPU
		want      map[string]int // GPUs by node
		unmatched []string
	}{
		"by name": {
			nodes: []*kube.Node{node("gpu-0"), node("gpu-1")},
			gpus:  []metrics.GPU{told("", "gpu-0"), told("", "gpu-1"), told("", "gpu-1")},
			want:  map[string]int{"gpu-0": 1, "gpu-1": 2},
		},
		"named by IP": {
			nodes: []*kube.Node{node("10.0.1.5"), node("10.0.1.6")},
			gpus:  []metrics.GPU{told("", "10.0.1.5"), told("", "10.0.1.6"), told("", "10.0.1.6")},
			want:  map[string]int{"10.0.1.5": 1, "10.0.1.6": 2},
		},
		"an IP that is no node": {
			nodes: []*kube.Node{node("10.0.1.5"), node("10")},
			gpus:  []metrics.GPU{told("", "10.0.1.7"), told("10.0.1.8")}, unmatched: []string{"10.0.1.7", "10.0.1.8"},
		},
		"one name begins like another": {
			nodes: []*kube.Node{node("gpu-1"), node("gpu-10"), node("gpu-1.b")},
			gpus:  []metrics.GPU{told("", "gpu-1"), told("", "gpu-10"), told("", "gpu-1.b")},
			want:  map[string]int{"gpu-1": 1, "gpu-10": 1, "gpu-1.b": 1},
		},
		"without the node's domain": {
			nodes: []*kube.Node{node("gpu-1.eu.example"), node("gpu-2.eu.example")},
			gpus:  []metrics.GPU{told("", "gpu-1"), told("", "gpu-1")}, want: map[string]int{"gpu-1.eu.example": 2},
		},
		"with a domain that the node has not": {
			nodes: []*kube.Node{node("gpu-1")}, gpus: []metrics.GPU{told("", "gpu-1.eu.example")}, want: map[string]int{"gpu-1": 1},
		},
		"two nodes of a short name": {
			nodes: []*kube.Node{node("gpu-1.eu"), node("gpu-1.us")}, gpus: []metrics.GPU{told("", "gpu-1")}, unmatched: []string{"gpu-1"},
		},
		"two hosts of a short name": {
			nodes: []*kube.Node{node("gpu-1")}, gpus: []metrics.GPU{told("", "gpu-1.eu"), told("", "gpu-1.us")}, unmatched: []string{"gpu-1.eu", "gpu-1.us"},
		},
		"a short name that another host has in full": {
			nodes: []*kube.Node{node("gpu-1")}, gpus: []metrics.GPU{told("", "gpu-1"), told("", "gpu-1.us")},
			want: map[string]int{"gpu-1": 1}, unmatched: []string{"gpu-1.us"},
		},
		"another domain": {
			nodes: []*kube.Node{node("gpu-1.eu")}, gpus: []metrics.GPU{told("", "gpu-1.us")}, unmatched: []string{"gpu-1.us"},
		},
		"the node's label beside the exporter's pod": {
			nodes: []*kube.Node{node("gpu-1")}, gpus: []metrics.GPU{told("", "gpu-1", "nvidia-dcgm-exporter-x7k2p")}, want: map[string]int{"gpu-1": 1},
		},
		"a hostname": {nodes: []*kube.Node{hostname}, gpus: []metrics.GPU{told("", "rack-7")}, want: map[string]int{"node-a": 1}},
		"the node's address": {
			nodes: []*kube.Node{node("node-a", "10.0.1.5", "node-a.example"), node("node-b", "10.0.1.6")},
			gpus:  []metrics.GPU{told("10.0.1.5"), told("", "10.0.1.6"), told("", "node-a.example")}, want: map[string]int{"node-a": 2, "node-b": 1},
		},
		"an address of two nodes": {
			nodes: []*kube.Node{node("node-a", "10.0.1.5"), node("node-b", "10.0.1.5")}, gpus: []metrics.GPU{told("10.0.1.5")}, unmatched: []string{"10.0.1.5"},
		},
		"the exporter's pod": {
			nodes: []*kube.Node{node("node-a"), node("node-b")},
			pods:  []*kube.Pod{exporter("dcgm-a", "node-a", "10.200.0.1"), exporter("dcgm-b", "node-b", "10.200.1.1")},
			gpus:  []metrics.GPU{from("dcgm-a", told("")), told("", "dcgm-b"), told("10.200.1.1")}, want: map[string]int{"node-a": 1, "node-b": 2},
		},
		"the name of two pods": {
			nodes: []*kube.Node{node("node-a"), node("node-b")},
			pods:  []*kube.Pod{exporter("dcgm", "node-a", ""), {Ref: kube.Ref{Namespace: "other", Name: "dcgm"}, Node: "node-b"}},
			gpus:  []metrics.GPU{told("", "dcgm")}, unmatched: []string{"dcgm"},
		},
		"nothing is known": {gpus: []metrics.GPU{told("", "gpu-0")}, unmatched: []string{"gpu-0"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := matchGPUs(c.gpus, &kube.Snapshot{Nodes: c.nodes, Pods: c.pods})
			got := map[string]int{}
			for node, gpus := range h.byNode {
				got[node] = len(gpus)
			}
			if c.want == nil {
				c.want = map[string]int{}
			}
			require.Equal(t, c.want, got)
			require.Equal(t, c.unmatched, h.unmatched)
		})
	}
}

func TestGPUsAreMatchedAnewForASnapshot(t *testing.T) {
	g := New((&fake.Prometheus{}).Picture(time.Unix(1e9, 0), time.Minute))
	require.Empty(t, g.GPUs("gpu-0", nil))
	first := &kube.Snapshot{}
	require.Empty(t, g.GPUs("gpu-0", first))
	require.Same(t, first, g.gpus.snapshot)
	second := &kube.Snapshot{}
	require.Empty(t, g.UnmatchedGPUHosts(second))
	require.Same(t, second, g.gpus.snapshot)
}
