package tui

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/gauge"
	"fader/kube/rollout"
	"fader/metrics"
	"fader/metrics/fake"

	"github.com/stretchr/testify/require"
)

// measured is a desk with a Prometheus in memory that knows shop/cart's pod.
func measured(t *testing.T, pods ...fake.Pod) *driver {
	if pods == nil {
		pods = []fake.Pod{{Namespace: "shop", Name: "cart-rs-aaaaa", At: fake.Steady(fake.Load{Rate: 20, Errors: 0.02, Median: 0.05})}}
	}
	return drive(t, func(o *Options) {
		p := &fake.Prometheus{Pods: pods}
		o.Prometheus = func(context.Context) (Prometheus, error) {
			return Prometheus{Client: p.Client(o.Now), From: "--prometheus", Poll: metrics.PollOptions{
				ReadOptions: metrics.ReadOptions{Clock: o.Now}, Interval: time.Hour,
			}}, nil
		}
	})
}

// look finds Prometheus and takes its pictures until one is good.
func (d *driver) look(good func(*metrics.Picture) bool) {
	d.t.Helper()
	next := d.update(d.m.measure()())
	d.t.Cleanup(d.m.stopMeasuring)
	for range 20 {
		msg, ok := next().(pictureMsg)
		require.True(d.t, ok, "the poller ended")
		next = d.update(msg)
		if good(msg.picture) {
			return
		}
	}
	d.t.Fatal("no such picture came")
}

func live(p *metrics.Picture) bool { return p.State == metrics.Live && p.Filled }

func TestFiguresAreOnTheScreen(t *testing.T) {
	d := measured(t)
	d.show(cluster("shop/cart", "shop/web"))
	d.misses("prom")
	d.look(live)
	d.sees("prom ●")
	cart := d.m.snapshot.Rollout(kube.Ref{Kind: kube.KindDeployment, Namespace: "shop", Name: "cart", UID: "uid-cart"})
	require.InDelta(t, 0.02, d.m.figures.gauge.NowOf(cart, gauge.Errors).V, 1e-3)
}

func TestWithoutPrometheusNothingIsSaidOfFigures(t *testing.T) {
	d := drive(t, func(o *Options) {
		o.Prometheus = func(context.Context) (Prometheus, error) { return Prometheus{}, nil }
	})
	d.show(cluster("shop/cart"))
	require.Nil(t, d.update(d.m.measure()()))
	d.misses("prom", "p99")
	require.Nil(t, drive(t).m.measure(), "nobody knows how to find one")
}

func TestASearchThatFailsIsSaidOnceAndMadeAgain(t *testing.T) {
	fails := errors.New("services/proxy is forbidden: ask for get on services/proxy")
	searches := 0
	d := drive(t, func(o *Options) {
		o.Prometheus = func(context.Context) (Prometheus, error) { searches++; return Prometheus{}, fails }
	})
	require.NotNil(t, d.update(d.m.measure()()), "it is looked again")
	d.sees("no figures: services/proxy is forbidden", "prom ✖ stale")
	d.m.toast = toast{}
	msg := d.update(searchMsg{d.m.figures.generation})()
	d.update(msg)
	require.Equal(t, 2, searches)
	d.misses("forbidden")
	require.Nil(t, d.update(searchMsg{d.m.figures.generation - 1}), "an old search is not made again")
}

func TestTroubleOfPrometheusIsSaidOnceAndTheFiguresStay(t *testing.T) {
	d := measured(t)
	d.show(cluster("shop/cart"))
	d.look(live)
	stale := *d.m.figures.gauge.Picture
	stale.State, stale.Since, stale.Err = metrics.Stale, d.now, &metrics.Fault{Sentence: "Prometheus does not answer within 10s"}
	d.update(pictureMsg{d.m.figures.generation, &stale, nil})
	d.sees("prom ✖ stale", "no new figures: Prometheus does not answer within 10s")
	d.m.toast = toast{}
	d.update(pictureMsg{d.m.figures.generation, &stale, nil})
	d.misses("no new figures")
	require.True(t, d.m.figures.gauge.Known())
}

func TestAnotherContextHasItsOwnFigures(t *testing.T) {
	d := measured(t)
	d.show(cluster("shop/cart"))
	d.look(live)
	old := pictureMsg{d.m.figures.generation, d.m.figures.gauge.Picture, nil}
	d.run(d.m.switchContext("stage"))
	require.Nil(t, d.m.figures.gauge)
	d.misses("prom")
	d.update(old)
	require.Nil(t, d.m.figures.gauge, "a late picture is dropped")
}

func TestAnotherNamespaceIsAnotherQuestion(t *testing.T) {
	d := measured(t, fake.Pod{Namespace: "ml", Name: "llm-rs-aaaaa", At: fake.Steady(fake.Load{Rate: 1, Median: 1})})
	d.look(live)
	d.m.setNamespace("ml")
	next := d.m.figures.next
	require.Eventually(t, func() bool {
		msg := next().(pictureMsg)
		return len(msg.picture.Scope.Namespaces) == 1 && msg.picture.Scope.Namespaces[0] == "ml"
	}, 5*time.Second, time.Millisecond)
}

// hanging never answers, until whoever asks gives up.
type hanging struct{ asked chan struct{} }

func (h hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case h.asked <- struct{}{}:
	default:
	}
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// A Prometheus that hangs, and a search for it that hangs, hold nobody up: all of
// it is in commands, which this driver does not wait for either.
func TestAHangingPrometheusHoldsNobodyUp(t *testing.T) {
	h := hanging{make(chan struct{}, 1)}
	d := drive(t, func(o *Options) {
		o.Prometheus = func(context.Context) (Prometheus, error) {
			c, err := metrics.Open(metrics.Options{URL: "http://prometheus.example", RoundTripper: h})
			return Prometheus{Client: c}, err
		}
	})
	next := d.update(d.m.measure()())
	d.t.Cleanup(d.m.stopMeasuring)
	waiting := make(chan struct{})
	go func() { next(); close(waiting) }()
	<-h.asked
	d.show(cluster("shop/cart"))
	d.sees("cart")
	d.press("t")
	require.Equal(t, []rollout.Verb{rollout.Pause}, verbs(d.desk.planned))
	d.m.Stop()
	select {
	case <-waiting:
	case <-time.After(5 * time.Second):
		t.Fatal("the poller is still waited for")
	}
}

func verbs(all []rollout.Intent) (out []rollout.Verb) {
	for _, i := range all {
		out = append(out, i.Verb)
	}
	return out
}

// What many rows are sorted by is worked out before the loop gets the picture.
func TestManyRowsAreWorkedOutBesideTheLoop(t *testing.T) {
	s := cluster("shop/cart")
	picture := (&fake.Prometheus{Pods: []fake.Pod{
		{Namespace: "shop", Name: "cart-rs-aaaaa", At: fake.Steady(fake.Load{Rate: 20, Median: 0.05})},
	}}).Picture(time.Now(), time.Minute)
	require.Nil(t, warmed(picture, nil))
	require.Nil(t, warmed(picture, &s.Rollouts))
	rows := slices.Repeat(s.Rollouts, manyRows)
	g := warmed(picture, &rows)
	cold := testing.AllocsPerRun(3, func() { gauge.New(picture).Now(rows[0]) })
	require.Less(t, testing.AllocsPerRun(3, func() { g.Now(rows[0]) }), cold/3)
}
