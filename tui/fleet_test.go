package tui

import (
	"context"
	"fmt"

	"fader/kube"
	"fader/kube/fade"
	"fader/kube/rollout"
)

// fleet conducts nothing and writes down what it was asked.
type fleet struct {
	planned   []fade.Course
	started   []fade.Course
	confirmed []rollout.Confirmation
	runs      []*run
	left      []fade.Leftover
	leftAlone []fade.Course

	planErr, startErr, readErr error
	protected                  bool
}

func (f *fleet) Plan(_ context.Context, c fade.Course) (rollout.Plan, error) {
	f.planned = append(f.planned, c)
	return rollout.Plan{
		Intent: rollout.Intent{Verb: rollout.Verb(c.Kind), Target: c.Subject()}, Title: c.Title(), Action: "Go", Typed: c.Subject().Name,
		Protected: f.protected, Changes: []rollout.Change{{Path: "steps", After: fmt.Sprint(c.Steps)}},
	}, f.planErr
}

func (f *fleet) Start(c fade.Course, confirmation rollout.Confirmation) (Run, error) {
	if f.startErr != nil {
		return nil, f.startErr
	}
	if c.ID == "" {
		c.ID = fmt.Sprintf("course-%d", len(f.runs))
	}
	f.started, f.confirmed = append(f.started, c), append(f.confirmed, confirmation)
	f.runs = append(f.runs, &run{now: fade.Progress{Course: c, State: fade.Starting, Text: "begins"}})
	return f.runs[len(f.runs)-1], nil
}

func (f *fleet) Unfinished() ([]fade.Leftover, error) { return f.left, f.readErr }

func (f *fleet) Leave(c fade.Course) error {
	f.leftAlone = append(f.leftAlone, c)
	return nil
}

// run is a course whose progress the test makes, and which writes down its orders.
type run struct {
	now    fade.Progress
	orders []string
}

func (r *run) Progress() fade.Progress { return r.now }

// Changed is closed: the test delivers the news itself.
func (r *run) Changed() <-chan struct{} {
	closed := make(chan struct{})
	close(closed)
	return closed
}
func (r *run) Continue()             { r.orders = append(r.orders, "continue") }
func (r *run) Stop()                 { r.orders = append(r.orders, "stop") }
func (r *run) TakeBack()             { r.orders = append(r.orders, "take back") }
func (r *run) Close()                { r.orders = append(r.orders, "close") }
func (r *run) Done() <-chan struct{} { return nil }

// news lets the run of that index (from 0) have come further, and delivers it.
func (d *driver) news(index int, change func(*fade.Progress)) {
	d.t.Helper()
	change(&d.fleet.runs[index].now)
	d.send(courseMsg{index + 1})
}

// checkout is a cluster with a pair behind a Service, and a Deployment alone.
func checkout(stable, canary int32) *kube.Snapshot {
	s := cluster("shop/cart", "shop/checkout-canary", "shop/checkout-stable")
	for i, n := range map[int]int32{1: canary, 2: stable} {
		d := s.Rollouts[i].Deployment
		d.Replicas = kube.Replicas{Desired: n, Current: n, Updated: n, Ready: n, Available: n}
		d.TemplateLabels = map[string]string{"app": "checkout"}
	}
	s.Backends = append(s.Backends, &kube.Backend{
		Service: &kube.Service{
			Ref:  kube.Ref{Kind: kube.KindService, Namespace: "shop", Name: "checkout", UID: "uid-checkout"},
			Type: "ClusterIP", Selector: map[string]string{"app": "checkout"},
		},
		Ready: int(stable + canary), Backers: []kube.Backer{
			{Deployment: s.Rollouts[2].Ref(), Ready: int(stable)}, {Deployment: s.Rollouts[1].Ref(), Ready: int(canary)},
		},
	})
	return s
}
