package e2e

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/cluster"
	"fader/kube/fade"
	"fader/kube/rollout"
	"fader/kube/watch"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/kubernetes"
)

// stand is a Runner in this process on a practice cluster, as fader has one.
type stand struct {
	*site
	runner    *fade.Runner
	client    kubernetes.Interface // fader's own
	namespace string
	service   string
	journal   string
}

// stand opens one for the user of a kubeconfig, on the pair behind a Service.
// meddle, if any, stands between the courses and their gateway.
func (s *site) stand(kubeconfig, namespace, service, journal string, meddle func(fade.Desk) fade.Desk) *stand {
	s.t.Helper()
	flags := genericclioptions.NewConfigFlags(false)
	flags.KubeConfig = &kubeconfig
	c, err := cluster.Open(cluster.Options{Flags: flags})
	require.NoError(s.t, err)
	identity := rollout.Identity{Context: c.Context, Server: c.Server}
	x := &stand{site: s, client: c.Client, namespace: namespace, service: service, journal: journal}
	x.runner = fade.NewRunner(fade.Options{
		Desk: func(health func() kube.Health) fade.Desk {
			desk := fade.Desk(rollout.NewDesk(rollout.Options{
				Client: c.Client, Cluster: identity, Who: "tester", Journal: rollout.NewJournal(journal), Health: health, Now: time.Now,
			}))
			if meddle != nil {
				desk = meddle(desk)
			}
			return desk
		},
		Watch: func(scope kube.Scope) fade.Feed {
			return watch.Start(s.t.Context(), watch.Options{Client: c.Client, Scope: scope, Ping: c.Ping, Reconnect: c.Reconnect, Explain: cluster.Explain})
		},
		Journal: rollout.NewJournal(journal), Cluster: identity, Who: "tester", Now: time.Now,
	})
	s.t.Cleanup(x.runner.Close)
	return x
}

// admin is a stand for the cluster's admin with a journal of its own.
func (s *site) admin(namespace, service string) *stand {
	s.t.Helper()
	return s.stand(s.kubeconfig(), namespace, service, filepath.Join(s.t.TempDir(), "journal.jsonl"), nil)
}

// pair behind the Service once both rollouts are complete, as a snapshot shows it.
func (x *stand) pair() fade.Pair {
	x.t.Helper()
	w := watch.Start(x.t.Context(), watch.Options{Client: x.client, Scope: kube.Scope{Namespace: x.namespace}})
	defer w.Stop()
	ctx := soon(x.t)
	for {
		snapshot, err := w.Next(ctx)
		require.NoError(x.t, err)
		for _, b := range snapshot.Backends {
			pairs := fade.Pairs(snapshot, b.Service.Ref)
			if b.Service.Ref.Name == x.service && len(pairs) > 0 && !b.Unknown && !snapshot.Health.Stale() &&
				pairs[0].Stable.Verdict() == kube.VerdictSuccess && pairs[0].Canary.Verdict() == kube.VerdictSuccess {
				return pairs[0]
			}
		}
	}
}

// shift of the pair to so many canary replicas by the usual steps.
func (x *stand) shift(to int32, every time.Duration) fade.Course {
	x.t.Helper()
	p := x.pair()
	return fade.NewShift(p, fade.Steps(p.Total(), p.Canary.Deployment.Replicas.Desired, to, []int{10, 25, 50, 100}), every)
}

// start a course whose plan may be executed.
func (x *stand) start(c fade.Course) *fade.Run {
	x.t.Helper()
	plan, err := x.runner.Plan(soon(x.t), c)
	require.NoError(x.t, err)
	require.Nil(x.t, plan.Blocked(), "%v", plan.Checks)
	run, err := x.runner.Start(c, rollout.Confirmation{Typed: plan.Word()})
	require.NoError(x.t, err)
	return run
}

func (x *stand) reach(run *fade.Run, what string, wanted func(fade.Progress) bool) fade.Progress {
	x.t.Helper()
	x.site.until(what, func() bool { return wanted(run.Progress()) })
	return run.Progress()
}

func (x *stand) end(run *fade.Run) fade.Progress {
	x.t.Helper()
	select {
	case <-run.Done():
	case <-time.After(2 * patience):
		require.FailNow(x.t, "the course does not end", "%+v", run.Progress())
	}
	return run.Progress()
}

// replicas of stable and canary, as the API server has them.
func (x *stand) replicas(p fade.Pair) [2]int32 {
	x.t.Helper()
	var out [2]int32
	for i, r := range []*kube.Rollout{p.Stable, p.Canary} {
		d, err := x.client.AppsV1().Deployments(x.namespace).Get(x.t.Context(), r.Ref().Name, metav1.GetOptions{})
		require.NoError(x.t, err)
		out[i] = *d.Spec.Replicas
	}
	return out
}

// gauge counts the ready endpoints of a Service with every change of its slices,
// and what the test's own disturbances take away of them.
type gauge struct {
	mu        sync.Mutex
	slices    map[string]*discoveryv1.EndpointSlice
	disturbed map[types.UID]bool // pods that the test made unready at some time
	ready     []string           // pods, now
	lowest    int                // ready and disturbed ones together
	changes   int
}

// gauge the stand's Service until the test ends.
func (x *stand) gauge() *gauge {
	x.t.Helper()
	g := &gauge{slices: map[string]*discoveryv1.EndpointSlice{}, disturbed: map[types.UID]bool{}, lowest: 1 << 30}
	slices := x.site.client.DiscoveryV1().EndpointSlices(x.namespace)
	options := metav1.ListOptions{LabelSelector: discoveryv1.LabelServiceName + "=" + x.service}
	list, err := slices.List(x.t.Context(), options)
	require.NoError(x.t, err)
	for i := range list.Items {
		g.take(&list.Items[i], false)
	}
	options.ResourceVersion = list.ResourceVersion
	changes, err := slices.Watch(x.t.Context(), options)
	require.NoError(x.t, err)
	x.t.Cleanup(changes.Stop)
	go func() {
		for event := range changes.ResultChan() {
			if slice, ok := event.Object.(*discoveryv1.EndpointSlice); ok {
				g.take(slice, event.Type == "DELETED")
			}
		}
	}()
	return g
}

func (g *gauge) take(slice *discoveryv1.EndpointSlice, gone bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.slices[slice.Name] = slice
	if gone {
		delete(g.slices, slice.Name)
	}
	g.ready = nil
	missing := 0
	for _, slice := range g.slices {
		for _, e := range slice.Endpoints {
			switch {
			case e.TargetRef == nil || *e.Conditions.Terminating:
			case *e.Conditions.Ready:
				g.ready = append(g.ready, e.TargetRef.Name)
			case g.disturbed[e.TargetRef.UID]:
				missing++
			}
		}
	}
	g.lowest, g.changes = min(g.lowest, len(g.ready)+missing), g.changes+1
}

// held requires that there were never fewer than promised, and begins anew.
func (g *gauge) held(t *testing.T, p fade.Progress) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	require.GreaterOrEqual(t, g.lowest, int(p.Floor), "%s: %s", p.Course.Title(), p.Text)
	t.Logf("%s: %s · promised %d, at least %d in %d changes of the slices", p.Course.Title(), p.Text, p.Floor, g.lowest, g.changes)
	g.lowest, g.changes = 1<<30, 0
}

// seen is the fewest there were.
func (g *gauge) seen() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.lowest
}

// disturb makes ready pods unready, four in a row and then none for as long as the
// simulated kubelets take to make them ready again.
func (x *stand) disturb(ctx context.Context, g *gauge) (times int) {
	random := rand.New(rand.NewPCG(1, 2))
	pods := x.site.client.CoreV1().Pods(x.namespace)
	for {
		pause := 250 * time.Millisecond
		if times%4 == 3 {
			pause = 2500 * time.Millisecond
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return times
		}
		g.mu.Lock()
		name := ""
		if len(g.ready) > 0 {
			name = g.ready[random.IntN(len(g.ready))]
		}
		g.mu.Unlock()
		pod, err := pods.Get(ctx, name, metav1.GetOptions{})
		if err != nil || pod.DeletionTimestamp != nil {
			continue
		}
		for i := range pod.Status.Conditions {
			if c := &pod.Status.Conditions[i]; c.Type == corev1.PodReady {
				c.Status, c.Reason = corev1.ConditionFalse, "Disturbed"
			}
		}
		g.mu.Lock()
		g.disturbed[pod.UID] = true
		g.mu.Unlock()
		if _, err = pods.UpdateStatus(ctx, pod, metav1.UpdateOptions{}); err == nil {
			times++
		}
	}
}
