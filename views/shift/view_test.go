package shift_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/fade"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/shift"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var update = golden.Flag()

// scene is a pair behind one Service, as many replicas each and as many of them ready.
func scene(stable, stableReady, canary, canaryReady int, change ...func(*kube.Snapshot)) *kube.Snapshot {
	one := func(name, image string, number int64, want, ready int) *kube.Rollout {
		return fixture.Rollout(fixture.Spec{
			Namespace: "shop", Name: name, Image: image, Phase: kube.Complete, Age: time.Hour,
			Revisions: []fixture.Rev{{Number: number, Want: want, Ready: ready, Status: "ContainerCreating"}},
		})
	}
	s := &kube.Snapshot{Number: 1, Rollouts: []*kube.Rollout{
		one("checkout-canary", "checkout", 2, canary, canaryReady), one("checkout-stable", "checkout", 1, stable, stableReady),
	}}
	b := &kube.Backend{Ready: stableReady + canaryReady, Service: &kube.Service{
		Ref:  kube.Ref{Kind: kube.KindService, Namespace: "shop", Name: "checkout", UID: "uid-checkout"},
		Type: "ClusterIP", Selector: map[string]string{"app": "checkout"},
	}}
	for i, r := range s.Rollouts {
		r.Deployment.TemplateLabels = map[string]string{"app": "checkout"}
		r.Deployment.Request = kube.Amount{CPU: 250, Memory: 512 << 20}
		b.Backers = append(b.Backers, kube.Backer{Deployment: r.Ref(), Ready: []int{canaryReady, stableReady}[i]})
	}
	s.Backends, s.Nodes, s.Pods = []*kube.Backend{b}, []*kube.Node{node("worker-0", 8), node("worker-1", 8)}, []*kube.Pod{
		{Node: "worker-0", Request: kube.Amount{CPU: 3500, Memory: 8 << 30}},
	}
	for _, f := range change {
		f(s)
	}
	return s
}

func pair(s *kube.Snapshot) fade.Pair {
	return fade.Pair{Service: s.Backends[0].Service.Ref, Stable: s.Rollouts[1], Canary: s.Rollouts[0]}
}

func open(s *kube.Snapshot, keys ...keymap.Action) *shift.View {
	v := shift.New([]fade.Pair{pair(s)}, s, keymap.Default())
	for _, a := range keys {
		v.Handle(a)
	}
	return v
}

func text(v *shift.View, w, h int) string {
	return ansi.Strip(strings.Join(v.Render(theme.Dark(false), w, h), "\n"))
}

// node that is ready, with so much CPU, twice as many Gi of memory and 110 pods.
func node(name string, cpu int64) *kube.Node {
	return &kube.Node{
		Ref: kube.Ref{Kind: kube.KindNode, Name: name}, Ready: true,
		Allocatable: kube.Amount{CPU: cpu * 1000, Memory: cpu << 31}, MaxPods: 110,
	}
}

// gpus gives both Deployments' pods a GPU, and the cluster as many free ones.
func gpus(free int64) func(*kube.Snapshot) {
	return func(s *kube.Snapshot) {
		s.Nodes[1].Accelerator = []kube.Accelerator{{Resource: "nvidia.com/gpu", Capacity: 8, Allocatable: 8}}
		s.Pods = append(s.Pods, &kube.Pod{Node: "worker-1", GPUs: map[string]int64{"nvidia.com/gpu": 8 - free}})
		requests(func(d *kube.Deployment) { d.GPUs = map[string]int64{"nvidia.com/gpu": 1} })(s)
	}
}

// requests changes what the pods of both Deployments ask for.
func requests(change func(*kube.Deployment)) func(*kube.Snapshot) {
	return func(s *kube.Snapshot) {
		for _, r := range s.Rollouts {
			change(r.Deployment)
		}
	}
}

func TestFrames(t *testing.T) {
	halfway := []keymap.Action{keymap.ShareHalf}
	for name, v := range map[string]*shift.View{
		"opened": open(scene(9, 9, 1, 1)),
		"half":   open(scene(9, 9, 1, 1), halfway...),
		"back":   open(scene(5, 5, 5, 3), keymap.ShareNone, keymap.Steps),
		"gpus":   open(scene(9, 9, 1, 1, gpus(2)), keymap.ShareAll),
		"blind":  open(scene(9, 9, 1, 1, func(s *kube.Snapshot) { s.Backends[0].Unknown, s.Nodes = true, nil }), halfway...),
		"many":   open(scene(180, 180, 20, 20), keymap.ShareQuart),
	} {
		for _, size := range [][2]int{{58, 12}, {78, 21}, {118, 33}, {198, 47}} {
			for _, th := range []theme.Theme{theme.Dark(false), theme.Dark(true)} {
				name := fmt.Sprintf("%s-%dx%d", name, size[0], size[1])
				if th.Glyphs == theme.ASCII() {
					name += "-ascii"
				}
				t.Run(name, func(t *testing.T) {
					frame := v.Render(th, size[0], size[1])
					require.LessOrEqual(t, len(frame), size[1])
					golden.Sized(t, frame, min(size[0], 96), len(frame))
					golden.Equal(t, *update, name, frame)
				})
			}
		}
	}
}

func TestTheTotalStays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stable, canary := rapid.IntRange(0, 40).Draw(t, "stable"), rapid.IntRange(0, 40).Draw(t, "canary")
		v := open(scene(stable, stable, canary, canary))
		actions := []keymap.Action{
			keymap.Left, keymap.Right, keymap.FarLeft, keymap.FarRight, keymap.ShareNone, keymap.ShareTenth, keymap.ShareQuart,
			keymap.ShareHalf, keymap.ShareAll, keymap.Steps, keymap.StepPause, keymap.NextPane,
		}
		for _, a := range rapid.SliceOf(rapid.SampledFrom(actions)).Draw(t, "keys") {
			require.True(t, v.Handle(a))
		}
		c, why := v.Course()
		if why != "" {
			return
		}
		total := int32(stable + canary)
		require.Equal(t, total, c.Total)
		require.Equal(t, int32(canary), c.From)
		require.NotEmpty(t, c.Steps)
		for _, n := range c.Steps {
			require.GreaterOrEqual(t, n, int32(0))
			require.LessOrEqual(t, n, total)
			require.NotEqual(t, c.From, n)
		}
		lines := v.Render(theme.Light(rapid.Bool().Draw(t, "ascii")), rapid.IntRange(58, 198).Draw(t, "w"), rapid.IntRange(12, 47).Draw(t, "h"))
		for _, line := range lines {
			require.Equal(t, ansi.StringWidth(lines[0]), ansi.StringWidth(line))
		}
	})
}

func TestTheKeysMoveTheKnob(t *testing.T) {
	for _, c := range []struct {
		keys []keymap.Action
		want []int32 // steps
	}{
		{[]keymap.Action{keymap.Right}, []int32{2}},
		{[]keymap.Action{keymap.Left}, []int32{0}},
		{[]keymap.Action{keymap.Left, keymap.Left, keymap.Left}, []int32{0}},
		{[]keymap.Action{keymap.FarRight, keymap.FarRight, keymap.FarRight}, []int32{2, 4}},
		{[]keymap.Action{keymap.ShareHalf, keymap.Steps}, []int32{5}},
		{[]keymap.Action{keymap.ShareAll}, []int32{2, 5, 10}},
		{[]keymap.Action{keymap.ShareAll, keymap.Right, keymap.FarLeft}, []int32{2, 5, 9}},
		{[]keymap.Action{keymap.ShareQuart}, []int32{2}},
	} {
		course, why := open(scene(9, 9, 1, 1), c.keys...).Course()
		require.Empty(t, why)
		require.Equal(t, c.want, course.Steps, "%v", c.keys)
	}
	_, why := open(scene(9, 9, 1, 1), keymap.ShareTenth).Course()
	require.Contains(t, why, "nothing moves yet", "a tenth is where it is")
	_, why = open(scene(0, 0, 0, 0), keymap.Right).Course()
	require.Contains(t, why, "0 replicas")
	require.False(t, open(scene(9, 9, 1, 1)).Handle(keymap.Enter), "that is for whoever opened it")
}

func TestThePauseIsPartOfTheCourse(t *testing.T) {
	v := open(scene(9, 9, 1, 1), keymap.ShareAll)
	for _, want := range []time.Duration{30 * time.Second, 2 * time.Minute, fade.Forever, 0} {
		c, _ := v.Course()
		require.Equal(t, want, c.Every)
		v.Handle(keymap.StepPause)
	}
	v.Handle(keymap.Steps)
	c, _ := v.Course()
	require.Zero(t, c.Every, "there is nothing to wait between")
}

func TestItFollowsTheCluster(t *testing.T) {
	v := open(scene(9, 9, 1, 1))
	v.SetSnapshot(scene(8, 8, 2, 2))
	require.Contains(t, text(v, 90, 30), "8 replicas")
	_, why := v.Course()
	require.Contains(t, why, "nothing moves yet", "the knob follows while nobody touched it")
	v.Handle(keymap.ShareHalf)
	v.SetSnapshot(scene(9, 9, 1, 1))
	c, _ := v.Course()
	require.Equal(t, []int32{1, 5}, []int32{c.From, c.Steps[len(c.Steps)-1]}, "and stays where it was put")
	v.SetSnapshot(scene(2, 2, 1, 1))
	c, _ = v.Course()
	require.Equal(t, int32(3), c.Steps[len(c.Steps)-1], "never beyond the total")
	require.Contains(t, text(v, 90, 30), "1 → 3 replicas")
	require.Contains(t, text(v, 90, 30), "2 → 0 replicas")

	gone := scene(9, 9, 1, 1)
	gone.Rollouts = gone.Rollouts[1:]
	v.SetSnapshot(gone)
	_, why = v.Course()
	require.Contains(t, why, "shop/checkout-canary is not in sight")
	require.Contains(t, text(v, 90, 30), "shop/checkout-canary is not in sight")
}

func TestAnotherPair(t *testing.T) {
	s := scene(9, 9, 1, 1)
	other := pair(s)
	other.Service.Name, other.Service.UID = "checkout-public", "uid-public"
	v := shift.New([]fade.Pair{pair(s), other}, s, keymap.Default())
	require.Contains(t, text(v, 90, 30), "pair 1 of 2")
	v.Handle(keymap.ShareHalf)
	v.Handle(keymap.NextPane)
	require.Equal(t, other.Service, v.Pair().Service)
	_, why := v.Course()
	require.NotEmpty(t, why, "the knob of another pair is where it is")
	v.Handle(keymap.NextPane)
	require.Equal(t, "checkout", v.Pair().Service.Name)
}

func TestRoom(t *testing.T) {
	both := func(all ...func(*kube.Snapshot)) func(*kube.Snapshot) {
		return func(s *kube.Snapshot) {
			for _, one := range all {
				one(s)
			}
		}
	}
	blind := func(s *kube.Snapshot) { s.Nodes = nil }
	for name, c := range map[string]struct {
		change func(*kube.Snapshot)
		want   string
		short  bool
	}{
		"enough": {both(), "room for 48 · memory needs 2.5Gi, 24Gi free · CPU needs 1.25, 12.5 free", false},
		"GPUs":   {gpus(5), "room for 5 · nvidia.com/gpu needs 5, 5 free · memory needs 2.5Gi, 24Gi free · CPU needs 1.25, 12.5 free", false},
		"too few GPUs": {
			gpus(2), "room for 2: nvidia.com/gpu needs 5, 2 free · memory needs 2.5Gi, 24Gi free · CPU needs 1.25, 12.5 free", true,
		},
		"cordoned": {
			func(s *kube.Snapshot) { gpus(5)(s); s.Nodes[1].Cordoned = true },
			"room for 0: nvidia.com/gpu needs 5, 5 free, none on nodes these pods may use (cordoned) · memory needs 2.5Gi, 8Gi free · CPU needs 1.25, 4.5 free", true,
		},
		"too little CPU": {
			requests(func(d *kube.Deployment) { d.Request.CPU = 4000 }),
			"room for 3: CPU needs 20, 12.5 free · memory needs 2.5Gi, 24Gi free", true,
		},
		"in pieces": {
			requests(func(d *kube.Deployment) { d.Request = kube.Amount{CPU: 2300} }),
			"room for 4: CPU needs 11.5, 12.5 free, but spread over the nodes", true,
		},
		"no CPU": {
			requests(func(d *kube.Deployment) { d.Request.CPU = 0 }), "room for 48 · memory needs 2.5Gi, 24Gi free · no CPU requested", false,
		},
		"nothing at all": {
			requests(func(d *kube.Deployment) { d.Request = kube.Amount{} }), "room for 219 · the nodes take 219 more pods · no CPU requested", false,
		},
		"one namespace": {
			func(s *kube.Snapshot) { s.Scope.Namespace = "shop" },
			"room for at most 48 · memory needs 2.5Gi, at most 24Gi free · CPU needs 1.25, at most 12.5 free · other pods are not in sight", false,
		},
		"more to it": {
			requests(func(d *kube.Deployment) { d.Uncounted = []string{"host ports"} }),
			"room for at most 48 · memory needs 2.5Gi, 24Gi free · CPU needs 1.25, 12.5 free · host ports not counted", false,
		},
		"not to know": {
			both(gpus(5), blind), "room not known: nodes are not in sight · needs CPU 1.25 · needs memory 2.5Gi · needs nvidia.com/gpu 5", false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			v := open(scene(9, 9, 1, 1, c.change), keymap.ShareAll)
			shown := strings.Join(strings.Fields(strings.ReplaceAll(text(v, 198, 47), "│", "")), " ")
			require.Contains(t, shown, "5 pods more at a time · "+c.want+" └")
			loud, _, _ := strings.Cut(theme.Dark(false).Waiting.Paint("5 pods more"), "more")
			require.Equal(t, c.short, strings.Contains(strings.Join(v.Render(theme.Dark(false), 198, 47), ""), loud))
		})
	}
}

// The room of a snapshot is that of its pods: those that come take it.
func TestTheRoomFollowsTheCluster(t *testing.T) {
	v := open(scene(9, 9, 1, 1, gpus(5)), keymap.ShareAll)
	require.Contains(t, text(v, 90, 30), "nvidia.com/gpu needs 5, 5 free")
	v.SetSnapshot(scene(9, 9, 1, 1, gpus(4)))
	require.Contains(t, text(v, 90, 30), "nvidia.com/gpu needs 5, 4 free")
}
