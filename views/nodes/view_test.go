package nodes_test

import (
	"strings"
	"testing"

	"fader/keymap"
	"fader/kube"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/theme"

	"github.com/stretchr/testify/require"
)

func partial() *kube.Snapshot {
	s := fixture.Full()
	s.Scope.Namespace = "ml"
	for _, n := range s.GPUNodes {
		n.Partial = true
	}
	return s
}

func TestOneRowForEachResourceWorstFirst(t *testing.T) {
	v := page(fixture.Full())
	frame := golden.Text(v, 160, 30)
	require.Regexp(t, `(?s)✖ NotReady +gpu-3 .*amd.com/gpu +8 +0 +2 +-2 .*! Ready,SchedulingDisabled +gpu-2 .*nvidia.com/gpu .*nvidia.com/mig-1g.10gb +7 +7 +3 +4 .*✔ Ready +gpu-0 .* 8 +8 +8 +0 .*ml/fraud-model x4, ml/ranker x4`, frame)
	require.Contains(t, strings.Join(v.Render(160, 30), "\n"), theme.Dark(false).Broken.Paint("-2"))
	shown, _ := v.Counts()
	require.Equal(t, 5, shown)
}

func TestWhyFreeOnesHelpNobody(t *testing.T) {
	for filter, want := range map[string][]string{
		"gpu-1": {"2 of 8 nvidia.com/gpu are free; no waiting pod can use this node: taint dedicated=training:NoSchedule is not tolerated"},
		"gpu-3": {"pods hold 2 amd.com/gpu and 0 may be used", "8 of 8 are there but cannot be used"},
		"mig":   {"4 of 7 nvidia.com/mig-1g.10gb are free; no waiting pod can use this node: cordoned"},
		"gpu-0": {"no nvidia.com/gpu is free", "held by ml/fraud-model x4, ml/ranker x4"},
	} {
		v := page(fixture.Full())
		v.SetFilter(filter)
		for _, words := range want {
			require.Contains(t, golden.Text(v, 160, 30), words, filter)
		}
	}
}

func TestPodsOfOneNamespaceMakeBounds(t *testing.T) {
	frame := golden.Text(page(partial()), 160, 30)
	require.Contains(t, frame, "REQ is at least and FREE at most what is said")
	require.Regexp(t, `gpu-1 .*>=6 +<=2`, frame)
	require.NotContains(t, golden.Text(page(fixture.Full()), 160, 30), "at most")
}

func TestWithoutPodsNothingIsSaidOfRequests(t *testing.T) {
	v := page(fixture.Without("pods"))
	frame := golden.Text(v, 160, 30)
	require.Regexp(t, `gpu-1 .* 8 +8 +- +-`, frame)
	require.Contains(t, frame, "pods: forbidden, so requests and holders are not complete")
	require.Contains(t, frame, "how many are free is not known without pods")
}

func TestForbiddenNodesSayWhatWorks(t *testing.T) {
	frame := golden.Text(page(fixture.Without("nodes")), 160, 30)
	require.Contains(t, frame, "forbidden: you may not list nodes")
	require.Contains(t, frame, "rollouts and their causes work without nodes")
	require.Contains(t, frame, "ask for list and watch on nodes (a ClusterRole)")
	require.NotContains(t, frame, "namespace")
}

func TestLabelsSelectNodes(t *testing.T) {
	v := page(fixture.Full())
	v.SetFilter("-l pool=gpu,zone=b")
	shown, _ := v.Counts()
	require.Equal(t, 1, shown)
}

func TestMarksOfTwoRowsOfANodeAreOneNode(t *testing.T) {
	v := page(fixture.Full())
	v.SetFilter("gpu-2")
	v.Handle(keymap.Mark)
	v.Handle(keymap.Down)
	v.Handle(keymap.Mark)
	require.Len(t, v.Marked(), 1)
}

// What comes from dynamic resource allocation is held, and is not counted.
func TestDevicesThatAreNotCounted(t *testing.T) {
	s := fixture.Full()
	n := *s.GPUNodes[0]
	pod := n.Holders[0].Pod
	n.Resources = []kube.GPUUse{
		{Accelerator: kube.Accelerator{Resource: kube.DynamicDevices}, Source: kube.Dynamic},
		{Accelerator: kube.Accelerator{Resource: "amd.com/gpu"}, Requested: 2, Source: kube.Elsewhere},
	}
	n.Drivers = []kube.DriverDevices{{Driver: "gpu.example", Devices: 3}}
	n.Holders = []kube.Holder{
		{Pod: pod, Deployment: kube.Ref{Namespace: "dra", Name: "asr"}, Dynamic: map[string]int64{"nvidia.com/gpu": 1}},
		{Pod: pod, Deployment: kube.Ref{Namespace: "dra", Name: "tts"}, Claims: []string{"gpu"}},
		{Pod: pod, Deployment: kube.Ref{Namespace: "dra", Name: "old"}, GPUs: map[string]int64{"amd.com/gpu": 2}},
	}
	s.GPUNodes = []*kube.GPUNode{&n}
	frame := golden.Text(page(s), 200, 40)
	require.Regexp(t, `gpu-0 .* DRA devices +- +- +- +- .* dra/asr x1, dra/tts \(claim gpu\) · not counted`, frame)
	require.Regexp(t, `gpu-0 .* amd.com/gpu +- +- +2 +- .* dra/old x2 · not counted`, frame)
	require.Contains(t, frame, "gpu-0: devices from dynamic resource allocation (DRA) are not counted; ResourceSlices list 3 of gpu.example")
}
