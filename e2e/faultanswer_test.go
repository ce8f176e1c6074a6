package e2e

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
)

// moves of each kind of patch: merge, subresource, JSON.
func moves() map[string]func(*appsv1.Deployment) rollout.Intent {
	of := func(i rollout.Intent) func(*appsv1.Deployment) rollout.Intent {
		return func(d *appsv1.Deployment) rollout.Intent {
			i.Target = at(d)
			return i
		}
	}
	return map[string]func(*appsv1.Deployment) rollout.Intent{
		"pause":   of(rollout.Intent{Verb: rollout.Pause}),
		"restart": of(rollout.Intent{Verb: rollout.Restart}),
		"scale":   of(rollout.Intent{Verb: rollout.Scale, Replicas: 2}),
		"image":   of(rollout.Intent{Verb: rollout.SetImage, Images: "main=registry.example/main:v3"}),
		"undo":    of(rollout.Intent{Verb: rollout.Undo}),
	}
}

// The server does the write and the answer never comes: it is settled by reading,
// and nothing is sent again.
func answerCut(t *testing.T, s *site) {
	for _, http2 := range []bool{true, false} {
		x := s.proxy(t, http2)
		desk := s.gateway(x.kubeconfig)
		for name, intent := range moves() {
			t.Run(fmt.Sprintf("%s http2=%t", name, http2), func(t *testing.T) {
				s := s.in(t)
				d := s.create(deployment(fmt.Sprintf("cut-%s-%t", name, http2), 0))
				d = s.edit(d.Name, image("v2"))
				plan := s.plan(desk, intent(d))
				before := x.sent()
				x.on(cut)
				receipt := desk.Execute(soon(t), plan, rollout.Confirmation{})
				x.on(nil)
				require.Equal(t, rollout.Applied, receipt.Result, receipt.Message)
				require.Contains(t, receipt.Message, "the answer was lost; read again, it is there")
				require.Equal(t, 1, x.sent()-before, "writes that left fader")
				require.Equal(t, 1, s.patches(d.Name), "writes in the audit log")
				after := s.get(d.Name)
				require.Equal(t, d.Generation+1, after.Generation)
				require.NotEqual(t, d.Spec, after.Spec)
			})
		}
	}
}

// The write is lost before the server has heard of it, which looks the same from
// here: it is settled by reading that nothing was done, and nothing is sent again.
func writeLost(t *testing.T, s *site) {
	x := s.proxy(t, true)
	desk := s.gateway(x.kubeconfig)
	for name, intent := range moves() {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			s.create(deployment("lost-"+name, 0))
			d := s.edit("lost-"+name, image("v2"))
			plan := s.plan(desk, intent(d))
			before := x.sent()
			x.on(lost)
			receipt := desk.Execute(soon(t), plan, rollout.Confirmation{})
			x.on(nil)
			require.Equal(t, rollout.Unclear, receipt.Result, receipt.Message)
			require.Regexp(t, `the answer was lost \(.+\) and faults/lost-\w+ has not changed so far: look again before you repeat it`, receipt.Message)
			require.Equal(t, 1, x.sent()-before, "writes that left fader")
			require.Zero(t, s.patches(d.Name))
			s.unchanged(d)
		})
	}
}

// The server has no time and says when to come again. Whoever asked has given up
// by then: nothing lands later.
func serverBusy(t *testing.T, s *site) {
	for name, intent := range moves() {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			x := s.proxy(t, true)
			desk := s.gateway(x.kubeconfig)
			d := s.create(deployment("busy-"+name, 0))
			d = s.edit(d.Name, image("v2"))
			plan := s.plan(desk, intent(d))

			// One second is short enough for a repetition to come before Execute ends.
			x.on(busy("1"))
			receipt := desk.Execute(soon(t), plan, rollout.Confirmation{})
			require.Equal(t, rollout.Refused, receipt.Result, receipt.Message)
			require.Contains(t, receipt.Message, "nothing was done")
			require.Equal(t, 1, x.sent())

			// Sixty are not waited for: the user cancels as soon as the answer is there.
			ctx, cancel := context.WithCancel(t.Context())
			x.on(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				busy("60")(w, r, next)
				x.on(nil) // from now on a repetition would land
				cancel()
			})
			began := time.Now()
			receipt = desk.Execute(ctx, s.plan(desk, intent(d)), rollout.Confirmation{})
			t.Log("given up after", time.Since(began))
			require.Contains(t, []rollout.Result{rollout.Refused, rollout.Unclear}, receipt.Result, receipt.Message)
			require.Equal(t, 2, x.sent())
			require.Zero(t, s.patches(d.Name))
			s.unchanged(d)

			// The same move made again is one write.
			receipt = desk.Execute(soon(t), s.plan(desk, intent(d)), rollout.Confirmation{})
			require.Equal(t, rollout.Applied, receipt.Result, receipt.Message)
			require.Equal(t, 3, x.sent())
			require.Equal(t, 1, s.patches(d.Name))
			require.Equal(t, d.Generation+1, s.get(d.Name).Generation)
		})
	}
}

// The user gives up while the server is still at it. What was cancelled may have
// been done: the receipt never says that it was not.
func cancelledOnTheWay(t *testing.T, s *site) {
	x := s.proxy(t, true)
	desk := s.gateway(x.kubeconfig)
	d := s.create(deployment("given-up", 0))
	plan := s.plan(desk, rollout.Intent{Verb: rollout.Scale, Target: at(d), Replicas: 3})
	ctx, cancel := context.WithCancel(t.Context())
	hold, release := heldBack()
	defer release()
	x.on(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		// A write of its own context: a real server goes on with it after the caller left.
		hold(w, r.WithContext(context.WithoutCancel(r.Context())), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			cancel()
		}))
	})
	receipt := desk.Execute(ctx, plan, rollout.Confirmation{})
	require.Equal(t, rollout.Applied, receipt.Result, receipt.Message)
	require.Contains(t, receipt.Message, "the answer was lost")
	require.Equal(t, 1, s.patches(d.Name))
	require.Equal(t, d.Generation+1, s.get(d.Name).Generation)
}
