package rollout_test

import (
	"fmt"
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

// on a rollout of the full fixture that somebody has changed.
func on(name string, change func(*kube.Rollout)) *rollout.View {
	s := fixture.Full()
	change(s.Rollout(ref(name)))
	return page(name, s)
}

func TestSettingSaysWhatStandsAround(t *testing.T) {
	for name, want := range map[string][]string{
		"shop/web": {
			"HPA     at its maximum of 10 and wants more · 3 to 10 pods, now 10, wants 10 · cpu 83%",
			"PDB     minAvailable 80% · 8 healthy of 8 needed · no pod may be evicted (rollouts are",
			"owner   none known: no controller owns it", "probes  readiness probe in web", "nodes   skew 2: gpu-0 5, gpu-1 5, gpu-2 3",
		},
		"ml/fraud-model": {
			"unmet   hard anti-affinity by hostname: 4 pods, 3 nodes match", "HPA     cannot scale: FailedGetPodsMetric",
			"note    container fraud is ready after 45s on average",
		},
		"ml/ranker":         {"PDB     maxUnavailable 1 · 6 healthy of 5 needed · 1 may be evicted", "HPA     none"},
		"shop/payments-api": {"owner   managed by Argo CD (apps): sets what its manifest has by self-heal", "PDB     none"},
		"infra/backfill":    {"owner   managed by Helm (apps): sets what its chart has at the next upgrade"},
	} {
		frame := text(page(name, fixture.Full()).Render(200, 50))
		for _, words := range want {
			require.Contains(t, frame, words, name)
		}
	}
}

func TestWhatIsLoudComesFirstInTheSetting(t *testing.T) {
	frame := text(page("ml/fraud-model", fixture.Full()).Render(200, 50))
	order := []string{"unmet ", "HPA ", "note ", "PDB ", "owner ", "probes ", "nodes ", "zones "}
	for i := range order[1:] {
		require.Less(t, strings.Index(frame, "│ "+order[i]), strings.Index(frame, "│ "+order[i+1]), order[i+1])
	}
}

func TestNothingIsSaidTwice(t *testing.T) {
	frame := text(on("ml/fraud-model", func(r *kube.Rollout) {
		r.Remarks = []string{"autoscaler fraud-model cannot scale: FailedGetPodsMetric", `container "fraud" has no readiness probe: ready only means started`}
		for i := range r.Deployment.Containers {
			r.Deployment.Containers[i].HasReadinessProbe = false
		}
	}).Render(200, 50))
	require.Equal(t, 1, strings.Count(frame, "FailedGetPodsMetric"))
	require.NotContains(t, frame, "│ probes")
	require.Contains(t, frame, `note    container "fraud" has no readiness probe`)
}

func TestUnknownIsNotNone(t *testing.T) {
	s := fixture.Without("horizontalpodautoscalers")
	s.Health.Resources["poddisruptionbudgets"] = kube.ResourceHealth{State: kube.Missing}
	frame := text(page("shop/cart", s).Render(200, 50))
	require.Contains(t, frame, "HPA     not known: horizontalpodautoscalers forbidden")
	require.Contains(t, frame, "PDB     not known: poddisruptionbudgets missing")
}

func TestTrafficByRevision(t *testing.T) {
	v := page("ml/fraud-model", fixture.Full())
	frame := text(v.Render(200, 50))
	require.Contains(t, frame, "Endpoints: fraud-model ClusterIP")
	require.Contains(t, frame, "3 of 4 ready")
	require.Regexp(t, `9  ◂new .* 1/2 +endpoints 33%`, frame)
	require.Regexp(t, `8 .* 2/2 +endpoints 67%`, frame)
	require.Regexp(t, `7 .* 0 +endpoints -`, frame)
	require.Regexp(t, `✔ ready +10.0.8.1:8080 +8 +fraud-model-5c8beb8-2f4a1`, frame)
	require.Contains(t, strings.Join(v.Render(200, 50), "\n"), theme.Dark(false).Hue(9).Paint("9"), "an endpoint has its revision's hue")
}

func TestSharesAreNeverRoundedAway(t *testing.T) {
	for _, c := range []struct {
		ready, of int
		want      string
	}{{1, 1000, "endpoints 1%"}, {999, 1000, "endpoints 99%"}, {3, 3, "endpoints 100%"}, {0, 3, "endpoints -"}} {
		frame := text(on("shop/cart", func(r *kube.Rollout) {
			r.Backends[0].Ready = c.of
			r.Backends[0].Backers = []kube.Backer{{Deployment: r.Ref(), Revision: r.Revisions[0].ReplicaSet.Revision, Ready: c.ready}}
		}).Render(200, 50))
		require.Contains(t, frame, c.want+" ")
	}
}

func TestWhyThereIsNoTraffic(t *testing.T) {
	none := on("shop/cart", func(r *kube.Rollout) { r.Backends = nil })
	require.Contains(t, text(none.Render(200, 50)), "no Service selects these pods")

	forbidden := page("shop/cart", fixture.Without("endpointslices"))
	forbidden.SetSnapshot(func() *kube.Snapshot {
		s := fixture.Without("endpointslices")
		s.Rollout(ref("shop/cart")).Backends[0].Endpoints = nil
		return s
	}())
	frame := text(forbidden.Render(200, 50))
	require.Contains(t, frame, "endpointslices: forbidden, so who gets traffic is not known")
	require.NotContains(t, frame, "endpoints -", "nothing is said of shares")

	empty := on("shop/cart", func(r *kube.Rollout) {
		r.Backends[0].Endpoints, r.Backends[0].Notice = nil, kube.MatchesNoPod
	})
	require.Contains(t, text(empty.Render(200, 50)), "✖ cart has no endpoint: selector matches no pod")
}

func TestSeveralServicesAreNamedByRow(t *testing.T) {
	v := on("shop/cart", func(r *kube.Rollout) {
		other := *r.Backends[0]
		svc := *other.Service
		svc.Ref.Name, svc.Ref.UID = "cart-canary", "another"
		other.Service = &svc
		r.Backends = append(r.Backends, &other)
	})
	frame := text(v.Render(200, 50))
	require.Contains(t, frame, "Endpoints: 2 Services")
	require.Regexp(t, `ready +10.0.3.1:8080 +3 +cart-[0-9a-f-]+ +cart-canary`, frame)
}

// Pods are counted once, and a share says of which Service it is where that matters.
func TestSharesOfSeveralServices(t *testing.T) {
	n := 0
	v := on("shop/cart", func(r *kube.Rollout) {
		own, revision := r.Backends[0], r.Revisions[0].ReplicaSet.Revision
		own.Backers = []kube.Backer{{Deployment: r.Ref(), Revision: revision, Ready: own.Ready, Total: own.Ready}}
		all := *own
		all.Service = new(*own.Service)
		all.Service.Ref.Name, all.Service.Ref.UID = "umbrella", "another"
		all.Endpoints = append([]*kube.Placed{}, own.Endpoints...)
		for _, name := range []string{"store-0", "store-1"} {
			e := kube.Endpoint{Address: name, Ready: true, Serving: true, Pod: kube.Ref{Kind: kube.KindPod, Namespace: "shop", Name: name, UID: name}}
			all.Endpoints = append(all.Endpoints, &kube.Placed{Endpoint: e, Controller: kube.Controller{Kind: "StatefulSet", Name: "store"}})
		}
		all.Ready += 2
		n = len(all.Endpoints)
		r.Backends = append(r.Backends, &all)
	})
	frame := text(v.Render(200, 50))
	require.Contains(t, frame, fmt.Sprintf("%d of %d pods ready", n, n))
	require.Regexp(t, `endpoints \d+% of umbrella `, frame)
}

func TestAPodWithoutThePortIsSaidToHaveNone(t *testing.T) {
	frame := text(on("shop/cart", func(r *kube.Rollout) {
		p := *r.Backends[0].Endpoints[0]
		p.Ready, p.Serving, p.NoPort, p.Missing = false, false, true, []string{"http"}
		r.Backends[0].Endpoints = []*kube.Placed{&p}
	}).Render(200, 50))
	require.Contains(t, frame, "✖ no port http")
	require.Contains(t, frame, "0 of 1 ready")
}

func TestEqualEventsOfManyPodsAreOneLine(t *testing.T) {
	frame := text(page("shop/web", fixture.Full()).Render(200, 50))
	require.Regexp(t, `Failed +5 pods +240x Failed to pull image "registry.example:5000/shop`, frame)
	require.Equal(t, 1, strings.Count(frame, "Failed to pull"))

	pod := func(name string) kube.Ref {
		return kube.Ref{Kind: kube.KindPod, Namespace: "shop", Name: name, UID: "u-" + name}
	}
	at := fixture.Now().Add(-time.Minute)
	event := func(uid, name, reason, message string, warning bool) *kube.Event {
		return &kube.Event{UID: uid, About: pod(name), Reason: reason, Message: message, Warning: warning, Count: 1, Last: at}
	}
	frame = text(on("shop/cart", func(r *kube.Rollout) {
		r.Events = []*kube.Event{
			event("1", "cart-a", "BackOff", "Back-off restarting container web in pod cart-a_shop(u-cart-a)", true),
			event("2", "cart-b", "BackOff", "Back-off restarting container web in pod cart-b_shop(u-cart-b)", true),
			event("3", "cart-b", "BackOff", "Back-off restarting container other in pod cart-b_shop(u-cart-b)", true),
			event("4", "cart-a", "Scheduled", "assigned cart-a to gpu-1", false),
			event("5", "cart-b", "Scheduled", "assigned cart-b to gpu-2", false),
			{UID: "6", About: r.Ref(), Reason: "ScalingReplicaSet", Message: "Scaled up to 1", Count: 1, Last: at},
			{UID: "7", About: r.Ref(), Reason: "ScalingReplicaSet", Message: "Scaled up to 2", Count: 1, Last: at},
		}
	}).Render(200, 50))
	require.Regexp(t, `BackOff +2 pods +2x Back-off restarting container web`, frame)
	require.Regexp(t, `BackOff +cart-b +Back-off restarting container other`, frame, "another container is another trouble")
	require.Regexp(t, `Scheduled +2 pods +2x newest: assigned`, frame)
	require.Contains(t, frame, "Scaled up to 1")
	require.Contains(t, frame, "Scaled up to 2")
}

func TestCursorIsTheObjectOfThePane(t *testing.T) {
	v := page("ml/fraud-model", fixture.Full())
	for _, want := range []kube.Kind{
		kube.KindPod, kube.KindPod, kube.KindDeployment, kube.KindDeployment, kube.KindDeployment, kube.KindReplicaSet,
	} {
		got, ok := v.Cursor()
		require.True(t, ok)
		require.Equal(t, want, got.Kind)
		v.Handle(keymap.NextPane)
	}
	_, ok := rollout.New().Cursor()
	require.False(t, ok)
}

func TestAPaneComesWhenItHasTheKeyboard(t *testing.T) {
	for _, size := range [][2]int{{80, 40}, {150, 24}, {80, 24}} {
		v := page("shop/web", fixture.Full())
		require.NotContains(t, text(v.Render(size[0], size[1])), " Endpoints: web ", size)
		v.Handle(keymap.NextPane)
		require.Contains(t, text(v.Render(size[0], size[1])), " Endpoints: web ", size)
		v.Handle(keymap.NextPane)
		v.Handle(keymap.NextPane)
		require.Contains(t, text(v.Render(size[0], size[1])), " Setting ", size)
	}
}
