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
		b.Backers = append(b.Backers, kube.Backer{Deployment: r.Ref(), Ready: []int{canaryReady, stableReady}[i]})
	}
	s.Backends = []*kube.Backend{b}
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

// gpus gives both Deployments' pods a GPU, and the cluster as many free ones.
func gpus(free int64) func(*kube.Snapshot) {
	return func(s *kube.Snapshot) {
		for _, r := range s.Rollouts {
			r.Deployment.GPUs = map[string]int64{"nvidia.com/gpu": 1}
		}
		s.GPUNodes = []*kube.GPUNode{{Node: &kube.Node{Ready: true}, Resources: []kube.GPUUse{{
			Accelerator: kube.Accelerator{Resource: "nvidia.com/gpu", Capacity: 8, Allocatable: 8}, Requested: 8 - free, Free: free,
		}}}}
	}
}

func TestFrames(t *testing.T) {
	halfway := []keymap.Action{keymap.ShareHalf}
	for name, v := range map[string]*shift.View{
		"opened": open(scene(9, 9, 1, 1)),
		"half":   open(scene(9, 9, 1, 1), halfway...),
		"back":   open(scene(5, 5, 5, 3), keymap.ShareNone, keymap.Steps),
		"gpus":   open(scene(9, 9, 1, 1, gpus(2)), keymap.ShareAll),
		"blind":  open(scene(9, 9, 1, 1, func(s *kube.Snapshot) { s.Backends[0].Unknown = true }), halfway...),
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

func TestHeadroom(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*kube.Snapshot)
		want   string
	}{
		"enough":      {gpus(5), "needs 5 nvidia.com/gpu, 5 free"},
		"too few":     {gpus(2), "needs 5 nvidia.com/gpu, 2 free: room for 2 of 5 pods"},
		"cordoned":    {func(s *kube.Snapshot) { gpus(8)(s); s.GPUNodes[0].Resources[0].Unusable = "cordoned" }, "needs 5 nvidia.com/gpu, 0 free"},
		"not to know": {func(s *kube.Snapshot) { gpus(8)(s); s.GPUNodes = nil }, "free ones unknown"},
		"none":        {func(*kube.Snapshot) {}, "no GPU"},
	} {
		v := open(scene(9, 9, 1, 1, c.change), keymap.ShareAll)
		shown := strings.Join(strings.Fields(strings.ReplaceAll(text(v, 198, 47), "│", "")), " ")
		require.Contains(t, shown, c.want, name)
		require.Contains(t, shown, "CPU not known", name)
	}
}
