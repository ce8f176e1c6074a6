package main

import (
	"context"
	"fmt"
	"time"

	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/tui"
)

// figures are what Prometheus says of some rollouts at one moment, or why it says
// nothing. The zero figures were not asked for.
type figures struct {
	gauge   *gauge.Gauge // nil: nothing is known
	state   string       // as metricsItem has it
	message string       // why nothing is known; "" where all is well
	source  string       // who named Prometheus
}

// Words for figures that are not there because there is no Prometheus, or because
// it says nothing.
const (
	figuresNone        = "none"
	figuresOff         = "off"
	figuresUnavailable = "unavailable"
)

func (f figures) item(now time.Time) metricsItem {
	item := metricsItem{State: f.state, Message: known(f.message), Source: known(f.source)}
	if f.gauge == nil {
		return item
	}
	p := f.gauge.Picture
	item.Warnings = p.Warnings
	if window := p.Rate.Seconds(); window > 0 {
		item.WindowSeconds = &window
	}
	if age, ok := p.Age(now); ok {
		seconds := age.Seconds()
		item.AgeSeconds = &seconds
	}
	return item
}

// here are the figures of the cluster whose pods are in a snapshot, where Prometheus holds
// several.
func (f figures) here(s *kube.Snapshot) figures {
	if f.gauge == nil {
		return f
	}
	f.gauge = gauge.ForPods(f.gauge.Picture, s.Pods)
	if f.gauge.Picture.Ambiguous() {
		f.message = f.gauge.Picture.Absent().String()
	}
	return f
}

// measurer reads figures for a command without a screen. Who Prometheus is it
// finds out once.
type measurer struct {
	find     func(context.Context) (tui.Prometheus, error)
	off      bool // it was said that there is none
	scope    kube.Scope
	patience time.Duration // from the moment at which the figures are all that is missing

	found *tui.Prometheus
}

// figurePatience is how long a command waits for figures when it has all else.
const figurePatience = 3 * time.Second

func (c *connection) measurer() *measurer {
	return &measurer{find: c.prometheus, off: c.settings.Prometheus.Server.Is.Off, scope: c.scope, patience: figurePatience}
}

// measurement that is under way.
type measurement struct {
	found  chan tui.Prometheus
	ready  chan figures
	cancel context.CancelFunc
}

// begin to read, beside whatever else the command waits for.
func (m *measurer) begin(ctx context.Context) measurement {
	ctx, cancel := context.WithCancel(ctx)
	r := measurement{make(chan tui.Prometheus, 1), make(chan figures, 1), cancel}
	find := m.find
	if m.found != nil {
		known := *m.found
		find = func(context.Context) (tui.Prometheus, error) { return known, nil }
	}
	go func() {
		p, err := find(ctx)
		if err != nil {
			r.ready <- figures{state: figuresUnavailable, source: p.From, message: kube.Clean(err.Error())}
			return
		}
		r.found <- p
		r.ready <- m.read(ctx, p)
	}()
	return r
}

// end waits no longer than the measurer's patience for what was begun.
func (m *measurer) end(ctx context.Context, r measurement) figures {
	defer r.cancel()
	timer := time.NewTimer(m.patience)
	defer timer.Stop()
	var f figures
	late := fmt.Sprintf("it could not be found out within %s where Prometheus is", m.patience)
	select {
	case f = <-r.ready:
	case <-timer.C:
		f = figures{state: figuresUnavailable, message: late}
	case <-ctx.Done():
		return figures{state: figuresUnavailable, message: "interrupted"}
	}
	select {
	case p := <-r.found:
		m.found = &p
		if f.message == late && p.Client != nil {
			f.source, f.message = p.From, fmt.Sprintf("%s did not answer within %s", p.Client.Called(), m.patience)
		}
	default:
	}
	return f
}

// read the newest figures. The history is for nobody here.
func (m *measurer) read(ctx context.Context, p tui.Prometheus) figures {
	f := figures{source: p.From}
	switch {
	case p.Client == nil && m.off:
		f.state, f.message = figuresOff, "figures are switched off"
		return f
	case p.Client == nil:
		f.state, f.source = figuresNone, ""
		f.message = "no Prometheus is set, and none was found in the cluster"
		return f
	}
	picture, err := newest(ctx, p, m.scope)
	if err != nil {
		f.state, f.message = figuresUnavailable, kube.Clean(err.Error())
		return f
	}
	f.gauge, f.state = gauge.New(picture), picture.State.String()
	if picture.State == metrics.Nothing {
		f.message = p.Client.Called() + " has no metrics that fader knows of what is in scope"
		if why := picture.Absent().String(); why != "" {
			f.message += ": " + why
		}
	}
	return f
}

// newest picture of a scope.
func newest(ctx context.Context, p tui.Prometheus, scope kube.Scope) (*metrics.Picture, error) {
	o := p.Poll.ReadOptions
	o.NoGPUs = true
	if scope.Namespace != "" {
		o.Scope.Namespaces = []string{scope.Namespace}
	}
	return p.Client.Newest(ctx, o)
}
