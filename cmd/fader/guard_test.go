package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/guard"
	"fader/kube/rollout"
	"fader/metrics"
	"fader/metrics/fake"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

func TestWhatAGuardIsGivenIsChecked(t *testing.T) {
	for line, want := range map[string]string{
		"":                          "one Deployment is needed",
		"deploy/web":                "which limit? Give --max-p99 300ms, --max-errors 1% or --not-worse",
		"deploy/web --max-p99 300":  `--max-p99: the latency "300" has no unit`,
		"deploy/web --max-errors 5": "--max-errors: 5 is no limit",
		"deploy/web --not-worse --on-breach undoo":  `--on-breach "undoo" is unknown: give pause, undo, exit or notify`,
		"deploy/web --not-worse --on-no-data hope":  `--on-no-data "hope" is unknown: give wait, pause or exit`,
		"deploy/web --not-worse --for -1s":          "--for -1s is below zero",
		"deploy/web --not-worse --no-data-for -1s":  "--no-data-for -1s is below zero",
		"deploy/web --not-worse --timeout -1s":      "--timeout -1s is below zero",
		"deploy/web --not-worse -o wide":            `-o "wide" is unknown: give json or yaml`,
		"deploy/web --not-worse --on-breach pause":  "there is no terminal to ask on",
		"deploy/web --not-worse --on-no-data pause": "there is no terminal to ask on",
		"deploy/web deploy/api --not-worse":         "one Deployment is needed",
	} {
		var out, errs bytes.Buffer
		status := execute(append([]string{"guard"}, strings.Fields(line)...), streams{in: os.Stdin, out: &out, err: &errs})
		require.Equal(t, exitUsage, status, line)
		require.Contains(t, errs.String(), want, line)
	}
}

// gate is a gateway that writes down what it executes.
type gate struct {
	executed []rollout.Intent
	refuse   string
}

func (g *gate) Plan(_ context.Context, i rollout.Intent) (rollout.Plan, error) {
	return rollout.Plan{Intent: i, Title: "Do " + string(i.Verb)}, nil
}

func (g *gate) Execute(_ context.Context, p rollout.Plan, c rollout.Confirmation) rollout.Receipt {
	g.executed = append(g.executed, p.Intent)
	if g.refuse != "" {
		return rollout.Receipt{Plan: p, Result: rollout.Refused, Message: g.refuse}
	}
	return rollout.Receipt{Plan: p, Result: rollout.Applied, Message: "done", Why: c.Why}
}

// duty is a guard's time of duty: the rollout of shop/web from revision 1 to 2.
type duty struct {
	*sentry
	gate    gate
	at      time.Time
	load    fake.Load
	rollout *kube.Rollout
	out     bytes.Buffer
	errs    bytes.Buffer
}

func onDuty(t *testing.T, flags string) *duty {
	d := &duty{at: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC), load: fake.Load{Rate: 20, Median: 0.02}}
	set := func(name string, revision int64, pods int32, fresh bool) *kube.Revision {
		return &kube.Revision{New: fresh, ReplicaSet: &kube.ReplicaSet{
			Ref: kube.Ref{Kind: kube.KindReplicaSet, Namespace: "shop", Name: name}, Revision: revision, Current: pods, Ready: pods,
		}}
	}
	d.rollout = &kube.Rollout{
		Deployment: &kube.Deployment{
			Ref:      kube.Ref{Kind: kube.KindDeployment, Namespace: "shop", Name: "web", UID: "u"},
			Replicas: kube.Replicas{Desired: 3, Current: 4, Updated: 1, Ready: 4, Available: 4},
		},
		Revisions: []*kube.Revision{set("web-2", 2, 1, true), set("web-1", 1, 3, false)},
	}
	f := &guardFlags{moveFlags: moveFlags{concurrency: 1, dryRun: "none"}}
	cmd := newGuard(streams{}, &scopeFlags{})
	require.NoError(t, cmd.ParseFlags(strings.Fields(flags)))
	get := func(name string) string { return cmd.Flags().Lookup(name).Value.String() }
	f.maxErrors, f.onBreach, f.onNo, f.dryRun, f.output = "1%", get("on-breach"), get("on-no-data"), get("dry-run"), get("output")
	f.noDataFor = 30 * time.Second
	f.given = func(string) bool { return false }
	require.NoError(t, f.complete())
	s := streams{out: &d.out, err: &d.errs}
	d.sentry = &sentry{mover: mover{streams: s, flags: &f.moveFlags, now: func() time.Time { return d.at }}, flags: f, name: "web"}
	g, err := guard.Arm(guard.Order{Target: d.rollout.Ref(), Limits: f.limits, OnBreach: f.action()}, d.rollout, d.at)
	require.NoError(t, err)
	d.guard = g
	return d
}

// stand so many scrapes, or until the command ends.
func (d *duty) stand(t *testing.T, scrapes int) (over bool, end error) {
	for range scrapes {
		d.at = d.at.Add(fake.Scrape)
		p := &fake.Prometheus{Pods: []fake.Pod{{Namespace: "shop", Name: "web-2-aaaaa", At: fake.Steady(d.load)}}}
		d.picture = p.Picture(d.at, 2*time.Minute)
		d.snapshot = &kube.Snapshot{Health: kube.Health{State: kube.Live}}
		if d.rollout != nil {
			d.snapshot.Rollouts = []*kube.Rollout{d.rollout}
		}
		if over, end = d.look(t.Context(), &d.gate); over {
			return over, end
		}
	}
	return false, nil
}

func statusOfEnd(end error) int {
	var exit exitError
	if errors.As(end, &exit) {
		return exit.status
	}
	return 0
}

func TestHowAGuardEnds(t *testing.T) {
	failing := func(d *duty) { d.load = fake.Load{Rate: 20, Errors: 0.06, Median: 0.02} }
	complete := func(d *duty) {
		d.rollout.Deployment.Replicas = kube.Replicas{Desired: 3, Current: 3, Updated: 3, Ready: 3, Available: 3}
	}
	idle := func(d *duty) { d.load = fake.Load{} }
	for name, c := range map[string]struct {
		flags    string
		change   func(*duty)
		goesOn   bool
		status   int
		says     string
		executed rollout.Verb
	}{
		"under way":              {change: func(*duty) {}, goesOn: true},
		"complete":               {change: complete},
		"complete, no data":      {change: func(d *duty) { complete(d); idle(d) }, goesOn: true},
		"broken":                 {change: failing, status: 1, says: "errors 6.0% are over the limit of 1.0%"},
		"broken, notify":         {flags: "--on-breach notify", change: failing, goesOn: true},
		"broken, pause":          {flags: "--on-breach pause", change: failing, status: 1, executed: rollout.Pause},
		"broken, undo":           {flags: "--on-breach undo", change: failing, status: 1, executed: rollout.Undo},
		"broken, but complete":   {flags: "--on-breach pause", change: func(d *duty) { failing(d); complete(d) }, status: 1, says: "Nothing was done: the rollout is complete"},
		"broken, refused":        {flags: "--on-breach pause", change: func(d *duty) { failing(d); d.gate.refuse = "no right" }, status: 1, says: "The guard did not pause it: no right", executed: rollout.Pause},
		"broken, dry run":        {flags: "--on-breach undo --dry-run server", change: failing, status: 1, says: "Dry run (server): nothing was changed, the guard would do: Do undo"},
		"broken, client dry run": {flags: "--on-breach undo --dry-run client", change: failing, status: 1, says: "Dry run (client)"},
		"paused by somebody":     {change: func(d *duty) { d.rollout.Deployment.Paused = true }, status: 3, says: "shop/web is paused"},
		"paused, but complete": {change: func(d *duty) {
			complete(d)
			idle(d)
			d.rollout.Deployment.Paused = true
		}, goesOn: true},
		"failed": {change: func(d *duty) {
			d.rollout.Deployment.Conditions = []kube.Condition{{Type: "Progressing", Reason: "ProgressDeadlineExceeded"}}
			d.rollout.Status = "it exceeded its deadline"
		}, status: 1, says: "the rollout failed: it exceeded its deadline"},
		"gone":           {change: func(d *duty) { d.rollout = nil }, status: 1, says: "shop/web is gone"},
		"replaced":       {change: func(d *duty) { d.rollout.Deployment.TemplateDigest = 7 }, status: 1, says: "has taken the place"},
		"no data, exit":  {flags: "--on-no-data exit", change: idle, status: 4, says: "no data since 12:00:15: no traffic"},
		"no data, pause": {flags: "--on-no-data pause", change: idle, status: 4, executed: rollout.Pause},
		"no data, no pod": {flags: "--on-no-data exit", change: func(d *duty) {
			idle(d)
			d.rollout.Revisions[0].ReplicaSet.Ready = 0
		}, goesOn: true},
	} {
		t.Run(name, func(t *testing.T) {
			d := onDuty(t, c.flags)
			c.change(d)
			over, end := d.stand(t, 6)
			require.Equal(t, !c.goesOn, over, "%v", end)
			require.Equal(t, c.status, statusOfEnd(end), "%v", end)
			if c.says != "" {
				require.ErrorContains(t, end, c.says)
			}
			var verbs []rollout.Verb
			for _, i := range d.gate.executed {
				verbs = append(verbs, i.Verb)
			}
			if c.executed == "" {
				require.Empty(t, verbs)
			} else {
				require.Equal(t, []rollout.Verb{c.executed}, verbs)
			}
		})
	}
}

func TestLimitsThatWereBrokenAreNotForgottenAtTheEnd(t *testing.T) {
	d := onDuty(t, "--on-breach notify")
	d.load = fake.Load{Rate: 20, Errors: 0.06, Median: 0.02}
	over, _ := d.stand(t, 4)
	require.False(t, over)
	d.load = fake.Load{Rate: 20, Median: 0.02}
	d.rollout.Deployment.Replicas = kube.Replicas{Desired: 3, Current: 3, Updated: 3, Ready: 3, Available: 3}
	over, end := d.stand(t, 1)
	require.True(t, over)
	require.Equal(t, 1, statusOfEnd(end))
	require.ErrorContains(t, end, "were broken at")
}

func TestEveryReasonOfAHaltIsALineAndItsNumbersAreNot(t *testing.T) {
	d := onDuty(t, "")
	for _, load := range []fake.Load{{}, {}, {Rate: 0.05}, {Rate: 0.1}, {Rate: 0.2}} {
		d.load = load
		d.stand(t, 1)
	}
	require.Equal(t, 2, strings.Count(d.out.String(), "\n"), d.out.String())
	require.Contains(t, d.out.String(), "halted     no traffic")
	require.Contains(t, d.out.String(), "halted     too few requests to judge: ")
}

func TestFiguresThatCameBackCountAnew(t *testing.T) {
	d := onDuty(t, "--on-no-data exit") // after 30 s
	for _, load := range []fake.Load{{}, {Rate: 20, Median: 0.02}, {}, {}} {
		d.load = load
		over, end := d.stand(t, 1)
		require.False(t, over, "%v", end)
	}
	over, _ := d.stand(t, 1)
	require.True(t, over)
}

func TestAGuardAsADocument(t *testing.T) {
	d := onDuty(t, "--on-breach pause -o json")
	d.load = fake.Load{Rate: 20, Errors: 0.06, Median: 0.02}
	_, end := d.stand(t, 5)
	require.Equal(t, end, d.finish(end))
	var got map[string]any
	require.NoError(t, json.Unmarshal(d.out.Bytes(), &got), d.out.String())
	require.Equal(t, "breached", got["state"])
	require.InDelta(t, 0.06, got["errorRatio"], 1e-6)
	require.InDelta(t, 1, got["exitStatus"], 0)
	require.Equal(t, "guard: errors 6.0% are over the limit of 1.0%", got["receipt"].(map[string]any)["why"])
	require.Nil(t, got["limits"].(map[string]any)["p99Seconds"], "no limit is no 0")
	require.Contains(t, d.errs.String(), "breached   errors 6.0% are over the limit of 1.0%")
	require.Equal(t, 2, strings.Count(d.errs.String(), "\n"), "a line per change of state")

	d = onDuty(t, "-o json")
	d.load = fake.Load{}
	d.stand(t, 1)
	require.NoError(t, d.finish(nil))
	require.Contains(t, d.out.String(), `"p99Seconds":null,"errorRatio":null`, "what is unknown is null")
}

func TestFiguresBesideTheirLimits(t *testing.T) {
	s := guard.Standing{P99: metrics.Value{V: 0.212, Known: true}, Errors: metrics.Value{V: 0.004, Known: true}}
	require.Empty(t, figuresOf(&s), "what has no limit is not judged")
	s.Limits = metrics.Limits{MaxP99: 300 * time.Millisecond, MaxErrors: 0.01}
	require.Equal(t, "p99 212ms of 300ms, errors 0.4% of 1%", figuresOf(&s))
}

func TestAGuardThatActsWantsAPrometheusThatWasNamed(t *testing.T) {
	b := &behind{
		t: t, services: []corev1.Service{labelled("lab", "p", "app=prometheus", web(9090))}, answers: map[string]http.HandlerFunc{"lab/p:9090": well},
	}
	for action, says := range map[string]string{"pause": "was found", "undo": "give --prometheus service/NAMESPACE/NAME", "exit": "", "notify": ""} {
		x := &sentry{flags: &guardFlags{onBreach: action, onNo: onWait}}
		poller, err := x.poller(t.Context(), b.connection(""))
		if says != "" {
			require.ErrorContains(t, err, says, action)
			continue
		}
		require.NoError(t, err, action)
		poller.Stop()
	}
}
