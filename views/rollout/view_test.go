package rollout_test

import (
	"strings"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/views/fixture"
	"fader/views/rollout"
	"fader/views/theme"

	"github.com/stretchr/testify/require"
)

func TestHeadSaysHowFarAndWithinWhichLimits(t *testing.T) {
	frame := text(page("ml/fraud-model", fixture.Full()).Render(120, 40))
	require.Contains(t, frame, "ml/fraud-model   ◌ Progressing · revision 9 · 2 of 3 updated · 3 available · deadline in 8m12s")
	require.Contains(t, frame, "maxSurge 25% (1)  maxUnavailable 25% (0)  → at most 4, at least 3 available")
	require.Contains(t, text(page("shop/web", fixture.Full()).Render(120, 40)), "deadline passed 2m ago")
}

func TestWithoutReadinessProbeReadyOnlyMeansStarted(t *testing.T) {
	s := fixture.Full()
	for _, r := range s.Rollouts {
		for i := range r.Deployment.Containers {
			r.Deployment.Containers[i].HasReadinessProbe = false
		}
	}
	const warning = "no readiness probe: ready only means started"
	require.Contains(t, text(page("ml/fraud-model", s).Render(120, 21)), warning)
	require.Contains(t, text(page("ml/fraud-model", s).Render(80, 21)), "(0)  no readiness probe ")
	require.NotContains(t, text(page("ml/fraud-model", fixture.Full()).Render(120, 21)), warning)
}

func TestARevisionHasOneHueInFadersAndPods(t *testing.T) {
	th := theme.Dark(false)
	frame := strings.Join(page("ml/fraud-model", fixture.Full()).Render(120, 40), "\n")
	require.Contains(t, frame, th.Hue(8).Bold().Paint("8"), "the fader's number")
	require.Contains(t, frame, th.Hue(8).Paint("8"), "the pod's number")
	require.Contains(t, frame, th.Hue(9).Bold().Paint("9"))
}

func TestPodsThatAreNotReadyComeFirst(t *testing.T) {
	frame := text(page("ml/embedder", fixture.Full()).Render(120, 40))
	require.Less(t, strings.Index(frame, "OOMKilled    "), strings.Index(frame, "Running"))
	frame = text(page("shop/payments-api", fixture.Full()).Render(120, 40))
	require.Regexp(t, `31 .*CrashLoopBackOff +0/1 +4 \(50s ago\)`, frame)
}

func TestGoneKeepsTheLastKnownState(t *testing.T) {
	v := page("shop/web", fixture.Full())
	v.SetSnapshot(without("shop/web"))
	v.SetNow(fixture.Now().Add(time.Hour))
	require.True(t, v.Gone())
	frame := text(v.Render(120, 40))
	require.Contains(t, frame, "gone since 14:03:22: deleted · what you see is its last known state")
	require.Contains(t, frame, "ErrImagePull")
	require.Contains(t, frame, "for 12m", "its clock has stopped")

	again := without("shop/web")
	web := *fixture.Full().Rollout(ref("shop/web"))
	d := *web.Deployment
	d.Ref.UID = "another"
	web.Deployment = &d
	again.Rollouts = append(again.Rollouts, &web)
	v.SetSnapshot(again)
	require.Contains(t, text(v.Render(120, 40)), "deleted and created again at 14:03:22")

	v.SetSnapshot(fixture.Full())
	require.False(t, v.Gone(), "it was only out of scope")
}

func TestOnlyALiveSnapshotSaysGone(t *testing.T) {
	for _, state := range []kube.State{kube.Syncing, kube.Disconnected, kube.Forbidden, kube.NeedsLogin} {
		v := page("shop/web", fixture.Full())
		s := without("shop/web")
		s.Health.State = state
		v.SetSnapshot(s)
		require.False(t, v.Gone(), state)
	}
}

func TestGoneFromScopeIsNotCalledDeleted(t *testing.T) {
	v := page("shop/web", fixture.Full())
	s := without("shop/web")
	s.Scope.Namespace = "ml"
	v.SetSnapshot(s)
	require.Contains(t, text(v.Render(120, 40)), "not in the scope, namespace ml")
	v = page("shop/web", fixture.Full())
	s = without("shop/web")
	s.Scope.Selector = "a=b"
	v.SetSnapshot(s)
	require.Contains(t, text(v.Render(120, 40)), "deleted, or its labels no longer match a=b")
}

func TestNothingYetSaysWhy(t *testing.T) {
	lost := fixture.Loading()
	lost.Health.State, lost.Health.Message = kube.Disconnected, "connection refused"
	for want, v := range map[string]*rollout.View{
		"no Deployment is open":                        rollout.New(),
		"reading shop/web":                             page("shop/web", fixture.Loading()),
		"shop/web has not been read: forbidden":        page("shop/web", fixture.Forbidden()),
		"shop/web has not been read: not connected":    page("shop/web", lost),
		"shop/web: deleted":                            page("shop/web", without("shop/web")),
		"not connected for 12s: what you see is from ": page("shop/web", fixture.Stale()),
		"pods: forbidden, so causes are not complete":  page("shop/web", fixture.NoPods()),
	} {
		require.Contains(t, text(v.Render(80, 21)), want)
	}
}

func TestPanesByTabAndMouse(t *testing.T) {
	v := page("shop/web", fixture.Full())
	v.Render(60, 12)
	require.Contains(t, text(v.Render(60, 12)), "Pods")
	for _, c := range []struct {
		action     keymap.Action
		want, gone string
	}{
		{keymap.NextPane, "Endpoints: web ClusterIP 10.96.3.24 app=web", "Pods"},
		{keymap.NextPane, "Causes", "Endpoints: "},
		{keymap.NextPane, "Setting", "Causes"},
		{keymap.NextPane, "Conditions and events", "Setting"},
		{keymap.NextPane, "Revisions", "Conditions"},
		{keymap.PrevPane, "Conditions and events", "Pods"},
		{keymap.PrevPane, "Setting", "Conditions"},
	} {
		require.True(t, v.Handle(c.action))
		frame := text(v.Render(60, 12))
		require.Contains(t, frame, " "+c.want+" ")
		require.NotContains(t, frame, " "+c.gone+" ")
	}
	require.False(t, v.Handle(keymap.Scale))

	v = page("shop/web", fixture.Full())
	v.Render(200, 47)
	require.True(t, v.Click(120, 12), "causes")
	require.True(t, v.Click(5, 4), "second line of revisions")
	require.Contains(t, text(v.Render(200, 47)), "›  4")
	require.False(t, v.Click(5, 0), "the title is no pane")
	require.True(t, v.Wheel(1))
	require.Contains(t, text(v.Render(200, 47)), "›  3")
}

func TestCausesThatDoNotFitAreAnnouncedAndScroll(t *testing.T) {
	v := page("shop/web", fixture.Full())
	require.Contains(t, text(v.Render(80, 21)), "more ▼")
	require.NotContains(t, text(v.Render(80, 21)), "progress deadline of 10m")
	v.Handle(keymap.NextPane)
	v.Handle(keymap.NextPane)
	v.Handle(keymap.Bottom)
	frame := text(v.Render(80, 21))
	require.Contains(t, frame, "progress deadline of 10m")
	require.NotContains(t, frame, "more ▼")
}

func TestAnotherDeploymentStartsAnew(t *testing.T) {
	v := page("shop/web", fixture.Full())
	v.Handle(keymap.Bottom)
	v.SetRef(ref("ml/ranker"))
	require.Equal(t, ref("ml/ranker"), v.Ref())
	frame := text(v.Render(120, 40))
	require.Contains(t, frame, "ml/ranker   ‖ Paused")
	require.NotContains(t, frame, "ErrImagePull")
}

func TestRenderIsKeptUntilSomethingChanges(t *testing.T) {
	v := page("shop/web", fixture.Full())
	first := v.Render(120, 40)
	require.Same(t, &first[0], &v.Render(120, 40)[0])
	v.SetNow(fixture.Now().Add(time.Second))
	require.NotSame(t, &first[0], &v.Render(120, 40)[0])
}
