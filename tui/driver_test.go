package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/inspect"
	"fader/kube/rollout"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
)

// driver plays Bubble Tea synchronously: every command is run at once and its
// message taken before anything else happens, except those that wait for the
// world (the clock and the feed), which the test delivers itself.
type driver struct {
	t     *testing.T
	m     *Model
	now   time.Time
	feeds []*feed
	desk  *desk
	fleet *fleet
	quit  bool

	readErr  error
	streams  []*stream
	receipts []rollout.Receipt
}

// feed is a watch whose snapshots the test pushes.
type feed struct {
	scope   kube.Scope
	stopped bool
}

func (f *feed) Next(ctx context.Context) (*kube.Snapshot, error) { return nil, context.Canceled }
func (f *feed) Stop()                                            { f.stopped = true }

// stream is a log whose lines the test delivers.
type stream struct {
	sources []inspect.Source
	stopped bool
}

func (s *stream) Next(context.Context) (inspect.Batch, error) {
	return inspect.Batch{}, context.Canceled
}
func (s *stream) SetSources(of []inspect.Source) { s.sources = of }
func (s *stream) Stop()                          { s.stopped = true }

// desk is a gateway that writes down what it was asked.
type desk struct {
	planned  []rollout.Intent
	executed []rollout.Plan
	planErr  error
	result   rollout.Result
	last     *rollout.Receipt
	checks   []rollout.Check
}

func (d *desk) Plan(_ context.Context, i rollout.Intent) (rollout.Plan, error) {
	d.planned = append(d.planned, i)
	if d.planErr != nil {
		return rollout.Plan{}, d.planErr
	}
	inverse := rollout.Intent{Verb: rollout.Resume, Target: i.Target}
	return rollout.Plan{
		Intent: i, Title: "Do " + string(i.Verb) + " " + i.Target.String(), Action: "Do", Kubectl: "kubectl do",
		Changes: []rollout.Change{{Path: "spec.x", Before: "1", After: "2"}}, Checks: d.checks, Inverse: &inverse,
	}, nil
}

func (d *desk) Execute(_ context.Context, p rollout.Plan, _ rollout.Confirmation) rollout.Receipt {
	d.executed = append(d.executed, p)
	r := rollout.Receipt{Plan: p, Result: d.result, Message: "receipt: " + string(d.result)}
	if d.result == rollout.Applied {
		d.last = &r
	}
	return r
}

func (d *desk) History(_ context.Context, ref kube.Ref) (rollout.History, error) {
	return rollout.History{Target: ref, Revisions: []rollout.Past{
		{Revision: 3, ReplicaSet: "web-c", New: true, Images: []string{"web:3"}, Template: "image: web:3\n"},
		{Revision: 2, ReplicaSet: "web-b", Images: []string{"web:2"}, Template: "image: web:2\n"},
		{Revision: 1, ReplicaSet: "web-a", Images: []string{"web:1"}, Template: "image: web:1\n"},
	}}, nil
}

func (d *desk) PlanAll(ctx context.Context, intents []rollout.Intent) (b rollout.Batch) {
	for _, i := range intents {
		p, err := d.Plan(ctx, i)
		if err != nil {
			b.Failed = append(b.Failed, rollout.Failure{Intent: i, Err: err.Error()})
			continue
		}
		b.Plans = append(b.Plans, p)
	}
	return b
}

func (d *desk) ExecuteAll(ctx context.Context, b rollout.Batch, c rollout.Confirmation, _ int, tell func(rollout.Receipt)) (all []rollout.Receipt) {
	for _, p := range b.Plans {
		r := d.Execute(ctx, p, c)
		all = append(all, r)
		tell(r)
	}
	return all
}

func (d *desk) LastMoves() []rollout.Receipt {
	if d.last == nil {
		return nil
	}
	return []rollout.Receipt{*d.last}
}

func (d *desk) Last() (rollout.Receipt, bool) {
	if d.last == nil {
		return rollout.Receipt{}, false
	}
	return *d.last, true
}

func drive(t *testing.T, change ...func(*Options)) *driver {
	d := &driver{t: t, now: time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC), desk: &desk{result: rollout.Applied}, fleet: &fleet{}}
	o := Options{
		Session: d.session("prod"), Contexts: func() ([]string, error) { return []string{"prod", "stage"}, nil },
		Connect: func(name string) (Session, error) { return d.session(name), nil },
		Keys:    keymap.Default(), Theme: "dark", Now: func() time.Time { return d.now },
	}
	for _, f := range change {
		f(&o)
	}
	d.m = New(o)
	d.m.grace = time.Millisecond
	d.m.watch(o.Scope) // Init without the clock
	d.send(tea.WindowSizeMsg{Width: 120, Height: 36})
	return d
}

func (d *driver) session(name string) Session {
	return Session{
		Cluster: rollout.Identity{Context: name, Server: "https://127.0.0.1:6443"}, Home: "shop", Desk: d.desk, Courses: d.fleet,
		Watch: func(scope kube.Scope) Feed {
			d.feeds = append(d.feeds, &feed{scope: scope})
			return d.feeds[len(d.feeds)-1]
		},
		Namespaces: namespaces, Inspect: d,
		Logs: func(_ context.Context, of []inspect.Source, _ bool) LogStream {
			d.streams = append(d.streams, &stream{sources: of})
			return d.streams[len(d.streams)-1]
		},
		Journal: func() (rollout.Entries, error) { return rollout.Entries{Receipts: d.receipts}, nil },
	}
}

func (d *driver) YAML(_ context.Context, ref kube.Ref) (string, error) {
	return "kind: " + string(ref.Kind) + "\nname: " + ref.Name + "\n", d.readErr
}

func (d *driver) Describe(_ context.Context, ref kube.Ref) (string, error) {
	return "Name: " + ref.Name, d.readErr
}

func namespaces(context.Context) ([]string, error) { return []string{"ml", "shop"}, nil }

// send takes a message and then everything that comes of it.
func (d *driver) send(msg tea.Msg) {
	d.t.Helper()
	_, cmd := d.m.Update(msg)
	d.m.View()
	d.run(cmd)
}

func (d *driver) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			d.run(c)
		}
	case tea.QuitMsg:
		d.quit = true
	case armMsg:
		d.now = d.now.Add(d.m.grace) // the clock of the test stands still otherwise
		d.send(msg)
	default:
		d.send(msg)
	}
}

// update takes a message and leaves what comes of it to the test.
func (d *driver) update(msg tea.Msg) tea.Cmd {
	_, cmd := d.m.Update(msg)
	return cmd
}

func (d *driver) press(keys ...string) {
	d.t.Helper()
	for _, key := range keys {
		d.send(key_(key))
	}
}

func key_(key string) tea.KeyPressMsg {
	named := map[string]tea.Key{
		"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab}, "space": {Code: tea.KeySpace, Text: " "},
		"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight}, "backspace": {Code: tea.KeyBackspace},
		"ctrl+c": {Code: 'c', Mod: tea.ModCtrl}, "ctrl+d": {Code: 'd', Mod: tea.ModCtrl},
		"ctrl+k": {Code: 'k', Mod: tea.ModCtrl}, "ctrl+u": {Code: 'u', Mod: tea.ModCtrl},
	}
	if k, ok := named[key]; ok {
		return tea.KeyPressMsg(k)
	}
	return tea.KeyPressMsg{Code: []rune(key)[0], Text: key}
}

func (d *driver) show(s *kube.Snapshot) {
	d.t.Helper()
	d.send(snapshotMsg{d.m.generation, s})
}

func (d *driver) screen() string { return ansi.Strip(strings.Join(d.m.screen(), "\n")) }

func (d *driver) sees(words ...string) {
	d.t.Helper()
	for _, word := range words {
		require.Contains(d.t, d.screen(), word)
	}
}

func (d *driver) misses(words ...string) {
	d.t.Helper()
	for _, word := range words {
		require.NotContains(d.t, d.screen(), word)
	}
}

// cluster is a snapshot with these Deployments, as "namespace/name".
func cluster(names ...string) *kube.Snapshot {
	s := &kube.Snapshot{Number: 1, Health: kube.Health{State: kube.Live, Resources: map[string]kube.ResourceHealth{}}}
	for _, resource := range []string{
		"deployments", "replicasets", "pods", "events", "services", "endpointslices", "nodes", "horizontalpodautoscalers", "poddisruptionbudgets",
	} {
		s.Health.Resources[resource] = kube.ResourceHealth{State: kube.Live}
	}
	for _, name := range names {
		namespace, short, _ := strings.Cut(name, "/")
		set := &kube.ReplicaSet{
			Ref:      kube.Ref{Kind: kube.KindReplicaSet, Namespace: namespace, Name: short + "-rs", UID: "uid-rs-" + short},
			OwnerUID: "uid-" + short, Revision: 3, Desired: 3, Current: 3, Ready: 3,
			Containers: []kube.Container{{Name: "app", Image: short + ":3"}},
		}
		pod := &kube.Pod{
			Ref:      kube.Ref{Kind: kube.KindPod, Namespace: namespace, Name: short + "-pod", UID: "uid-pod-" + short},
			OwnerUID: set.Ref.UID, Status: "Running", Ready: 1, Total: 1, IsReady: true,
		}
		s.ReplicaSets, s.Pods = append(s.ReplicaSets, set), append(s.Pods, pod)
		s.Backends = append(s.Backends, &kube.Backend{Service: &kube.Service{
			Ref: kube.Ref{Kind: kube.KindService, Namespace: namespace, Name: short + "-svc", UID: "uid-svc-" + short}, Type: "ClusterIP",
		}})
		s.Rollouts = append(s.Rollouts, &kube.Rollout{
			Phase: kube.Complete, Revisions: []*kube.Revision{{ReplicaSet: set, New: true, Pods: []*kube.Pod{pod}}},
			Events: []*kube.Event{{UID: "e-" + short, About: pod.Ref, Reason: "Started", Message: "started it"}},
			Deployment: &kube.Deployment{
				Ref:      kube.Ref{Kind: kube.KindDeployment, Namespace: namespace, Name: short, UID: "uid-" + short},
				Replicas: kube.Replicas{Desired: 3, Current: 3, Updated: 3, Ready: 3, Available: 3}, Revision: 3,
			},
		})
	}
	return s
}
