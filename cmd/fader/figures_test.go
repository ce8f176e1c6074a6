package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/metrics/fake"
	"fader/tui"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// release is a Deployment with two revisions, and an older one without pods.
func release() *kube.Rollout {
	set := func(name string, number int64, pods int32, isNew bool) *kube.Revision {
		return &kube.Revision{New: isNew, ReplicaSet: &kube.ReplicaSet{
			Ref:      kube.Ref{Kind: kube.KindReplicaSet, Namespace: "shop", Name: name},
			Revision: number, Desired: pods, Current: pods, Ready: pods, Containers: []kube.Container{{Name: "web", Image: "web:" + name}},
		}}
	}
	return &kube.Rollout{
		Deployment: &kube.Deployment{Ref: kube.Ref{Kind: kube.KindDeployment, Namespace: "shop", Name: "web"}},
		Revisions:  []*kube.Revision{set("web-9d", 9, 1, true), set("web-8c", 8, 2, false), set("web-7b", 0, 0, false)},
	}
}

// pod of the fake with as many requests a second.
func pod(name string, rate, median float64) fake.Pod {
	return fake.Pod{Namespace: "shop", Name: name, At: fake.Steady(fake.Load{Rate: rate, Errors: 0.1, Median: median})}
}

// answering is a measurer of what a fake has.
func answering(pods ...fake.Pod) *measurer {
	client := (&fake.Prometheus{Pods: pods}).Client(time.Now)
	return measuring(tui.Prometheus{Client: client, From: "--prometheus"}, nil)
}

func measuring(p tui.Prometheus, err error) *measurer {
	return &measurer{
		find:  func(context.Context) (tui.Prometheus, error) { return p, err },
		scope: kube.Scope{Namespace: "shop"}, patience: time.Minute,
	}
}

// document is what -o json prints of the release with these figures.
func documentOf(t *testing.T, f figures) (list statusList, text string) {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, printJSON(&out, shown{rows: ranked([]*kube.Rollout{release()}, f.gauge, nil, time.Now()), figures: f, now: time.Now()}))
	require.NoError(t, json.Unmarshal(out.Bytes(), &list))
	require.Len(t, list.Items, 1)
	return list, out.String()
}

func TestFiguresOfADeploymentAndItsRevisions(t *testing.T) {
	m := answering(pod("web-9d-aaaaa", 10, 0.1), pod("web-8c-bbbbb", 30, 0.05), pod("web-8c-ccccc", 30, 0.05), pod("other-1a-ddddd", 500, 9))
	f := m.end(t.Context(), m.begin(t.Context()))
	require.Equal(t, "live", f.state, f.message)
	list, text := documentOf(t, f)
	require.Equal(t, metricsItem{
		State: "live", Source: known("--prometheus"), AgeSeconds: list.Metrics.AgeSeconds, WindowSeconds: list.Metrics.WindowSeconds,
	}, list.Metrics)
	require.Positive(t, *list.Metrics.WindowSeconds)
	require.GreaterOrEqual(t, *list.Metrics.AgeSeconds, 0.0)

	item := list.Items[0]
	require.InDelta(t, 70, *item.RequestsPerSecond, 1, "other pods are not its")
	require.InDelta(t, 0.1, *item.ErrorRatio, 0.001)
	require.Len(t, item.Revisions, 2, "the oldest has neither pods nor traffic")
	now, before := item.Revisions[0], item.Revisions[1]
	require.True(t, now.New)
	require.EqualValues(t, 9, *now.Revision)
	require.Equal(t, []string{"web:web-9d"}, now.Images)
	require.Equal(t, "web-8c", before.ReplicaSet)
	require.EqualValues(t, 2, before.Current)
	require.InDelta(t, 10, *now.RequestsPerSecond, 0.2)
	require.InDelta(t, 60, *before.RequestsPerSecond, 1)
	require.Greater(t, *now.Latency.P99, *before.Latency.P99*1.5)
	require.Greater(t, *item.Latency.P99, *item.Latency.P50)
	require.NotContains(t, text, "mean")

	var yamlOut bytes.Buffer
	require.NoError(t, printYAML(&yamlOut, shown{rows: ranked([]*kube.Rollout{release()}, f.gauge, nil, time.Now()), figures: f, now: time.Now()}))
	var same statusList
	require.NoError(t, yaml.Unmarshal(yamlOut.Bytes(), &same))
	require.InDelta(t, *item.Latency.P99, *same.Items[0].Latency.P99, 0)
}

// Requests from revisions that have no pods any more are not forgotten.
func TestARevisionWithTrafficAlone(t *testing.T) {
	m := answering(pod("web-7b-aaaaa", 10, 0.1))
	list, _ := documentOf(t, m.end(t.Context(), m.begin(t.Context())))
	require.Len(t, list.Items[0].Revisions, 3)
	oldest := list.Items[0].Revisions[2]
	require.Nil(t, oldest.Revision, "the annotation is missing: there is no revision 0")
	require.InDelta(t, 10, *oldest.RequestsPerSecond, 0.2)
	require.Nil(t, list.Items[0].Revisions[0].RequestsPerSecond, "and those of pods that nobody measures are unknown")
}

func TestNoTrafficIsKnown(t *testing.T) {
	m := answering(pod("web-9d-aaaaa", 0, 0.1), pod("web-8c-bbbbb", 0, 0.1))
	f := m.end(t.Context(), m.begin(t.Context()))
	list, text := documentOf(t, f)
	require.Contains(t, text, `"latency":{"p50":null,"p95":null,"p99":null},"errorRatio":null,"requestsPerSecond":0`)
	require.Equal(t, "live", list.Metrics.State)
	require.Equal(t, []string{"no req", "-", "0/s"}, figureCells(release(), f.gauge))
}

// hanging is a Prometheus that never answers, and counts who asks.
func hanging(t *testing.T) (tui.Prometheus, *atomic.Int32) {
	t.Helper()
	asked, over := &atomic.Int32{}, make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		select {
		case <-r.Context().Done():
		case <-over: // a server does not see that a client is gone whose body it has not read
		}
	}))
	t.Cleanup(func() {
		close(over)
		server.Close()
	})
	client, err := metrics.Open(metrics.Options{URL: server.URL})
	require.NoError(t, err)
	return tui.Prometheus{Client: client, From: "--prometheus"}, asked
}

// Null is never left without a reason, and each reason has its word.
func TestWhyThereAreNoFigures(t *testing.T) {
	late, _ := hanging(t)
	refused, err := metrics.Open(metrics.Options{URL: "http://me:hunter2@127.0.0.1:1"})
	require.NoError(t, err)
	off := measuring(tui.Prometheus{From: "config.yaml:3"}, nil)
	off.off = true
	stuck := &measurer{find: func(ctx context.Context) (tui.Prometheus, error) {
		<-ctx.Done()
		return tui.Prometheus{}, ctx.Err()
	}}
	for name, c := range map[string]struct {
		m     *measurer
		quick bool // its time is up at once
		want  metricsItem
		says  string
	}{
		"there is none":            {measuring(tui.Prometheus{}, nil), false, metricsItem{State: "none"}, "no Prometheus is set, and none was found in the cluster"},
		"it is switched off":       {off, false, metricsItem{State: "off", Source: known("config.yaml:3")}, "figures are switched off"},
		"it cannot be found":       {measuring(tui.Prometheus{}, errors.New("no right\x1b[2J to")), false, metricsItem{State: "unavailable"}, "no right to"},
		"it is gone":               {measuring(tui.Prometheus{Client: refused, From: "x"}, nil), false, metricsItem{State: "unavailable", Source: known("x")}, "Prometheus at http://127.0.0.1:1 cannot be reached: connection refused"},
		"it hangs":                 {measuring(late, nil), true, metricsItem{State: "unavailable", Source: known("--prometheus")}, late.Client.Called() + " did not answer within 100ms"},
		"nobody knows where it is": {stuck, true, metricsItem{State: "unavailable"}, "it could not be found out within 100ms where Prometheus is"},
		"it knows others": {
			answering(fake.Pod{Preset: "none of them", Namespace: "shop", Name: "web-9d-aaaaa", At: fake.Steady(fake.Load{Rate: 1})}), false,
			metricsItem{State: "nothing", Source: known("--prometheus")},
			" has no metrics that fader knows of what is in scope",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if c.quick {
				c.m.patience = 100 * time.Millisecond
			}
			f := c.m.end(t.Context(), c.m.begin(t.Context()))
			list, text := documentOf(t, f)
			require.Equal(t, c.want.State, list.Metrics.State)
			require.Equal(t, c.want.Source, list.Metrics.Source)
			require.NotNil(t, list.Metrics.Message)
			require.True(t, strings.HasSuffix(*list.Metrics.Message, c.says), *list.Metrics.Message)
			require.Nil(t, list.Metrics.AgeSeconds)
			require.Contains(t, text, `"latency":{"p50":null,"p95":null,"p99":null},"errorRatio":null,"requestsPerSecond":null`)
			require.NotContains(t, text, "hunter2")
			require.Len(t, list.Items[0].Revisions, 2)
			require.Equal(t, []string{"-", "-", "-"}, figureCells(release(), f.gauge))
		})
	}
}

// Prometheus is looked for once, however often figures are read.
func TestPrometheusIsLookedForOnce(t *testing.T) {
	m := answering(pod("web-9d-aaaaa", 10, 0.1))
	found, looked := m.find, 0
	m.find = func(ctx context.Context) (tui.Prometheus, error) {
		looked++
		return found(ctx)
	}
	for range 3 {
		require.Equal(t, "live", m.end(t.Context(), m.begin(t.Context())).state)
	}
	require.Equal(t, 1, looked)
	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	hang, asked := hanging(t)
	m = measuring(hang, nil)
	require.Equal(t, "interrupted", m.end(interrupted, m.begin(t.Context())).message)
	require.LessOrEqual(t, asked.Load(), int32(1))
}

// Figures are read for the forms that have some, and a sentence about why there
// are none comes once.
func TestStatusSaysOnceWhyThereAreNoFigures(t *testing.T) {
	for output, want := range map[string]bool{"": true, "name": false, "wide": true, "json": true, "yaml": true} {
		require.Equal(t, want, statusForms()[output].figures, output)
	}
	var out, errs bytes.Buffer
	o := statusOptions{streams: streams{out: &out, err: &errs}, form: statusForms()["wide"], now: time.Now}
	require.Equal(t, figures{}, o.measure(t.Context())(), "nobody is asked where nobody looks")
	rollouts := []*kube.Rollout{release()}
	gone := figures{state: figuresUnavailable, message: "it is gone"}
	for range 2 {
		require.NoError(t, o.print(rollouts, gone, true))
	}
	require.Equal(t, "fader: figures are unknown: it is gone\n", errs.String())
	require.Contains(t, out.String(), "AVAILABLE  P99  ERR  RPS  IMAGES")
	require.NoError(t, o.print(rollouts, figures{state: figuresNone, message: "none"}, true))
	require.NoError(t, o.print(rollouts, gone, true))
	require.Equal(t, 2, strings.Count(errs.String(), "\n"), "none is no trouble, and trouble that comes back is")
}

// script is a feed of some snapshots.
type script []*kube.Snapshot

func (s *script) Next(context.Context) (*kube.Snapshot, error) {
	if len(*s) == 0 {
		return nil, context.DeadlineExceeded
	}
	next := (*s)[0]
	*s = (*s)[1:]
	return next, nil
}

// Every print of --watch has figures of its own, and none waits for a Prometheus
// that hangs.
func TestFiguresWhileWatching(t *testing.T) {
	at := func(ready int32) *kube.Snapshot {
		r := release()
		r.Deployment.Replicas = kube.Replicas{Desired: 3, Current: 3, Ready: ready}
		return &kube.Snapshot{Health: kube.Health{State: kube.Live}, Rollouts: []*kube.Rollout{r}}
	}
	follow := func(m *measurer) (docs []statusList, errs string) {
		var out, e bytes.Buffer
		o := statusOptions{streams: streams{out: &out, err: &e}, form: statusForms()["json"], now: time.Now, figures: m}
		feed := script{at(1), at(1), at(2)}
		err := o.follow(t.Context(), &feed, o.measure(t.Context()))
		var exit exitError
		require.True(t, errors.As(err, &exit))
		require.Equal(t, exitTimedOut, exit.status)
		for decoder := json.NewDecoder(&out); decoder.More(); {
			var list statusList
			require.NoError(t, decoder.Decode(&list))
			docs = append(docs, list)
		}
		require.Len(t, docs, 2, "one print for each change")
		return docs, e.String()
	}
	docs, errs := follow(answering(pod("web-9d-aaaaa", 10, 0.1)))
	require.Empty(t, errs)
	for _, list := range docs {
		require.InDelta(t, 10, *list.Items[0].RequestsPerSecond, 0.2)
	}
	hang, asked := hanging(t)
	m := measuring(hang, nil)
	m.patience = 50 * time.Millisecond
	docs, errs = follow(m)
	require.Equal(t, 1, strings.Count(errs, "\n"), "it is said once")
	for _, list := range docs {
		require.Equal(t, "unavailable", list.Metrics.State)
		require.Nil(t, list.Items[0].RequestsPerSecond)
	}
	require.LessOrEqual(t, asked.Load(), int32(2))
}

func TestFiguresAreNumbersOrNull(t *testing.T) {
	value := func(v float64) metrics.Value { return metrics.Value{V: v, Known: true} }
	for _, v := range []metrics.Value{{}, {V: 3}, value(math.NaN()), value(math.Inf(1))} {
		require.Nil(t, number(v))
	}
	item := newFigureItem(metrics.Point{P50: value(0.1), P99: metrics.Value{V: 10, Known: true, AtLeast: true}, Mean: value(0.2)})
	text, err := json.Marshal(item)
	require.NoError(t, err)
	require.JSONEq(t, `{"latency":{"p50":0.1,"p95":null,"p99":10,"mean":0.2,"atLeast":["p99"]},"errorRatio":null,"requestsPerSecond":null}`, string(text))
	var nobody *gauge.Gauge
	require.Equal(t, []string{"-", "-", "-"}, figureCells(release(), nobody))
}
