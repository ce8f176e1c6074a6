package tui

import (
	"errors"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/fade"
	"fader/kube/gauge"
	"fader/kube/rollout"
	"fader/metrics"
	"fader/metrics/fake"

	"github.com/stretchr/testify/require"
)

// charted is a desk with figures of shop/web, whose second revision is slower,
// and of its canary.
func charted(t *testing.T) *driver {
	d := drive(t)
	p := &fake.Prometheus{}
	for name, median := range map[string]float64{"web-rs-aaaaa": 0.02, "web-canary-rs-bbbbb": 0.08} {
		p.Pods = append(p.Pods, fake.Pod{Namespace: "shop", Name: name, At: fake.Steady(fake.Load{Rate: 30, Median: median})})
	}
	clock := func() time.Time { return d.now }
	d.m.figures.prometheus = Prometheus{Client: p.Client(clock), Poll: metrics.PollOptions{ReadOptions: metrics.ReadOptions{Clock: clock}}}
	d.m.setGauge(gauge.New(p.Picture(d.now, 30*time.Minute)))
	s := cluster("shop/web", "shop/web-canary")
	for _, r := range s.Rollouts {
		r.Deployment.TemplateLabels = map[string]string{"app": "web"}
		service := &kube.Service{Ref: kube.Ref{Kind: kube.KindService, Namespace: "shop", Name: "web"}, Selector: map[string]string{"app": "web"}}
		r.Backends = []*kube.Backend{{Service: service, Ready: 6, Serving: 6, Backers: []kube.Backer{
			{Deployment: s.Rollouts[0].Ref(), Ready: 3, Total: 3}, {Deployment: s.Rollouts[1].Ref(), Ready: 3, Total: 3},
		}}}
	}
	d.show(s)
	return d
}

func TestChartIsOpenedAndLeft(t *testing.T) {
	d := charted(t)
	d.press("x")
	d.sees("chart of shop/web", "last 30m", "p99 latency", "requests", "web-canary against web: p99", "slower")
	d.press("v")
	d.sees("p95 latency")
	d.press("esc")
	d.misses("p95 latency")
}

func TestChartNeedsFigures(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/web"))
	d.press("x")
	d.sees("no figures: no Prometheus is configured")
	d.m.figures.err = errors.New("nothing answers at prometheus.example")
	d.press("x")
	d.sees("no figures: nothing answers at prometheus.example")
}

func TestAnotherWindowIsReadBesideTheLoop(t *testing.T) {
	d := charted(t)
	d.press("x")
	late := d.update(key_("-"))
	d.sees("last 30m", "reading 1h")
	read := d.update(key_("-"))
	require.Nil(t, late(), "what nobody waits for any more is given up")
	answer := read().(chartMsg)
	require.Equal(t, 3*time.Hour, answer.picture.Window)
	require.Equal(t, metrics.Scope{Namespaces: []string{"shop"}}, answer.picture.Scope, "pods that are gone count too")
	require.NotNil(t, d.update(answer), "the next one is due some time")
	d.sees("last 3h")
	d.misses("reading")

	again := d.update(chartMsg{page: answer.page, question: answer.question})
	require.NotNil(t, again)
	failed := chartMsg{page: answer.page, question: answer.page.question, picture: answer.picture, err: errors.New("it did not answer")}
	d.update(failed)
	d.sees("last 3h", "3h cannot be read since 03:00:00: it did not answer")

	back := d.update(key_("+"))
	require.NotNil(t, back, "an hour is read again")
	require.Nil(t, d.update(key_("+")), "the poller has half an hour")
	d.sees("last 30m")
	require.Nil(t, d.update(chartMsg{page: answer.page, question: answer.question, picture: answer.picture}), "a late answer is dropped")
	d.sees("last 30m")
}

func TestNobodyReadsForAChartThatIsNotLookedAt(t *testing.T) {
	d := charted(t)
	d.press("x")
	answer := d.update(key_("-"))().(chartMsg)
	due := chartMsg{page: answer.page, question: answer.question}
	d.press("esc")
	before := answer.page.question
	require.NotNil(t, d.update(due))
	require.Equal(t, before, answer.page.question, "it waits on")
	d.press("]")
	d.update(due)
	require.Greater(t, answer.page.question, before)
	due.question = answer.page.question
	d.press("2") // drops it for good
	require.Nil(t, d.update(due))
}

func TestChartMarksTheMovesOnIt(t *testing.T) {
	d := charted(t)
	web := d.m.snapshot.Rollouts[0].Ref()
	move := func(of kube.Ref, context, action string, result rollout.Result) rollout.Receipt {
		return rollout.Receipt{
			Result: result, Started: d.now.Add(-5 * time.Minute),
			Plan: rollout.Plan{Intent: rollout.Intent{Target: of}, Action: action, Cluster: rollout.Identity{Context: context, Server: d.m.opts.Cluster.Server}},
		}
	}
	elsewhere := web
	elsewhere.UID = "another"
	d.receipts = []rollout.Receipt{
		move(web, "prod", "Set image", rollout.Applied), move(web, "prod", "Refused thing", rollout.Refused),
		move(web, "stage", "Other cluster", rollout.Applied), move(elsewhere, "prod", "Other object", rollout.Applied),
	}
	d.press("j", "enter")        // the canary is slower, and first
	d.m.top().page.SetNow(d.now) // a second later
	d.sees("Revisions · p99", "02:55 set image")
	d.misses("refused thing", "other cluster", "other object")
	d.press("x")
	d.m.top().page.SetNow(d.now)
	d.sees("02:55 set image")
}

func TestCanaryIsComparedWithItsStableOnTheDesk(t *testing.T) {
	d := charted(t)
	d.sees("web-canary against web: p99", "slower than web")
	d.press("enter")
	d.sees("shop/web-canary", "web-canary against web: p99", "slower")
	d.press("esc", "j", "enter")
	d.sees("Revisions · p99")
	d.misses("against")
}

func TestADeploymentThatIsGoneHasNoPair(t *testing.T) {
	s := cluster("shop/web")
	require.Zero(t, pairOf(s, kube.Ref{Kind: kube.KindDeployment, Namespace: "shop", Name: "gone"}))
	require.Nil(t, pairOf(s, s.Rollouts[0].Ref()).Canary)
}

// KServe's canaries are revisions of Knative, behind no Service together.
func TestARevisionOfKnativeIsComparedWithTheOneBefore(t *testing.T) {
	s := cluster("ml/iris-00001-deployment", "ml/iris-00002-deployment")
	for i, r := range s.Rollouts {
		r.Deployment.Labels = map[string]string{
			"serving.knative.dev/configuration": "iris", "serving.knative.dev/configurationGeneration": []string{"1", "2"}[i],
		}
	}
	require.Equal(t, fade.Pair{Stable: s.Rollouts[0], Canary: s.Rollouts[1]}, pairOf(s, s.Rollouts[1].Ref()))
	require.Zero(t, pairOf(s, s.Rollouts[0].Ref()))
}

// What can make a pair with a Deployment stands in its namespace, and all of that is looked at.
func TestNearIsTheWholeNamespaceAndNothingElse(t *testing.T) {
	s := cluster("data/a", "ml/a", "ml/b", "ml/c", "shop/a")
	for _, r := range s.Rollouts[1:4] {
		require.Equal(t, s.Rollouts[1:4], near(s, r).Rollouts)
	}
	require.Equal(t, s.Rollouts[:1], near(s, s.Rollouts[0]).Rollouts)
	require.Equal(t, s.Rollouts[4:], near(s, s.Rollouts[4]).Rollouts)
	require.Nil(t, stableOf(s, nil))
}
