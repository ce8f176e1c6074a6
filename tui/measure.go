package tui

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/chrome"

	tea "charm.land/bubbletea/v2"
)

type (
	// foundMsg: where figures come from, or why that is not known.
	foundMsg struct {
		generation int
		prometheus Prometheus
		err        error
	}
	// pictureMsg: the poller of that generation has something newer. warm is a gauge
	// of it that has worked out what takes long; nil for none.
	pictureMsg struct {
		generation int
		picture    *metrics.Picture
		warm       *gauge.Gauge
	}
	// pollerFailedMsg: the poller of that generation broke and will say nothing more.
	pollerFailedMsg struct {
		generation int
		err        error
	}
	// searchMsg: it is time to look for Prometheus again.
	searchMsg struct{ generation int }
)

// searchAgain is the pause between searches that failed.
const searchAgain = 30 * time.Second

// measuring is all that belongs to the figures of one cluster.
type measuring struct {
	generation int // answers of older ones are dropped
	prometheus Prometheus
	poller     *metrics.Poller
	next       tea.Cmd // waits for the poller's next picture
	stop       context.CancelFunc
	gauge      *gauge.Gauge                     // of the newest picture; nil where there is no Prometheus
	many       *atomic.Pointer[[]*kube.Rollout] // the newest rows, for who waits for pictures
	err        error                            // why none was found

	chosen gauge.Figure // to stand first on every page, for the session
	lacks  *sheet       // that has said that it cannot show it
}

// measure drops the figures there are and looks for where this cluster's come from.
func (m *Model) measure() tea.Cmd {
	m.stopMeasuring()
	ctx, cancel := context.WithCancel(context.Background())
	m.figures = measuring{
		generation: m.figures.generation + 1, stop: cancel, many: &atomic.Pointer[[]*kube.Rollout]{}, chosen: m.figures.chosen,
	}
	m.tellGauge()
	return findCmd(ctx, m.opts.Prometheus, m.figures.generation)
}

func (m *Model) stopMeasuring() {
	if m.figures.poller != nil {
		m.figures.poller.Stop()
	}
	if m.figures.stop != nil {
		m.figures.stop()
	}
}

// findCmd finds out where figures come from; that may ask the cluster.
func findCmd(ctx context.Context, find func(context.Context) (Prometheus, error), generation int) tea.Cmd {
	if find == nil {
		return nil
	}
	return func() tea.Msg {
		found, err := find(ctx)
		if ctx.Err() != nil {
			return nil
		}
		return foundMsg{generation, found, err}
	}
}

func (m *Model) takeFound(msg foundMsg) tea.Cmd {
	f := &m.figures
	if msg.generation != f.generation {
		return nil
	}
	if msg.err != nil {
		if f.err == nil {
			m.say(warn, "no figures: "+msg.err.Error())
		}
		f.err = msg.err
		return searchCmd(f.generation)
	}
	f.prometheus, f.err = msg.prometheus, nil
	if msg.prometheus.Client == nil {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	options := msg.prometheus.Poll
	options.Scope = measuredScope(m.scope)
	poller, err := msg.prometheus.Client.Poll(ctx, options)
	if err != nil {
		cancel()
		m.say(warn, "no figures: "+err.Error())
		f.err = err
		return nil
	}
	f.poller, f.stop, f.next = poller, cancel, pictureCmd(ctx, poller, f.generation, f.many)
	m.offerRows()
	m.setGauge(gauge.ForPods(poller.Picture(), m.snapshot.Pods))
	return f.next
}

// searchCmd waits before it is looked again.
func searchCmd(generation int) tea.Cmd {
	return tea.Tick(searchAgain, func(time.Time) tea.Msg { return searchMsg{generation} })
}

func (m *Model) searchPrometheus(msg searchMsg) tea.Cmd {
	if msg.generation != m.figures.generation {
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	m.figures.stop()
	m.figures.stop = cancel
	return findCmd(ctx, m.opts.Prometheus, m.figures.generation)
}

// manyRows take long to be sorted by a figure: what that needs is worked out
// beside the loop.
const manyRows = 500

// offerRows tells whoever waits for pictures which rows there are.
func (m *Model) offerRows() {
	if m.figures.many != nil {
		m.figures.many.Store(&m.snapshot.Rollouts)
	}
}

// warmed is a gauge of a picture that knows the current figures of many rows.
func warmed(p *metrics.Picture, rows *[]*kube.Rollout) *gauge.Gauge {
	if rows == nil || len(*rows) < manyRows {
		return nil
	}
	g := gauge.New(p)
	if len(p.Clusters()) > 1 {
		return nil // which one this is, the snapshot tells
	}
	for _, r := range *rows {
		g.Now(r)
		if fresh := r.NewRevision(); fresh != nil && r.Phase == kube.Complete && p.At.Sub(r.Since) < time.Hour {
			g.Revision(fresh) // it is compared with the revision before it
		}
	}
	return g
}

// pictureCmd waits for the next picture of a poller.
func pictureCmd(ctx context.Context, poller *metrics.Poller, generation int, many *atomic.Pointer[[]*kube.Rollout]) tea.Cmd {
	return func() tea.Msg {
		picture, err := poller.Next(ctx)
		switch {
		case errors.Is(err, metrics.ErrStopped) || errors.Is(err, context.Canceled):
			return nil
		case err != nil:
			return pollerFailedMsg{generation, err}
		}
		return pictureMsg{generation, picture, warmed(picture, many.Load())}
	}
}

func (m *Model) takePicture(msg pictureMsg) tea.Cmd {
	if msg.generation != m.figures.generation {
		return nil
	}
	was := m.figures.gauge
	if msg.warm == nil {
		msg.warm = gauge.ForPods(msg.picture, m.snapshot.Pods)
	}
	m.setGauge(msg.warm)
	if fault := msg.picture.Fault(); fault != nil && (was == nil || was.Picture.State != metrics.Stale) {
		m.say(warn, "no new figures: "+fault.Sentence)
	}
	return m.figures.next
}

// pollerFailed ends the program, as a broken watch does.
func (m *Model) pollerFailed(msg pollerFailedMsg) tea.Cmd {
	if msg.generation != m.figures.generation {
		return nil
	}
	m.err = fmt.Errorf("the figures broke: %w", msg.err)
	return tea.Quit
}

func (m *Model) setGauge(g *gauge.Gauge) {
	m.figures.gauge = g
	m.tellGauge()
}

// gauged is a page that shows figures.
type gauged interface{ SetGauge(*gauge.Gauge) }

// tellGauge gives the page on top the newest figures, and has it show the one that
// was chosen, on whichever page that was.
func (m *Model) tellGauge() {
	if p, ok := m.top().page.(gauged); ok {
		p.SetGauge(m.figures.gauge)
		m.tellFigure()
	}
}

// rescope asks for the figures of another scope from now on.
func (m *Model) rescope(scope kube.Scope) {
	if m.figures.poller != nil {
		m.figures.poller.SetScope(measuredScope(scope))
	}
}

func measuredScope(scope kube.Scope) metrics.Scope {
	if scope.Namespace == "" {
		return metrics.Scope{}
	}
	return metrics.Scope{Namespaces: []string{scope.Namespace}}
}

// figuresState is what the header says of the figures.
func (m *Model) figuresState() chrome.Figures {
	f := m.figures
	switch {
	case f.gauge != nil:
		p := f.gauge.Picture
		age, known := p.Age(m.now)
		return chrome.Figures{Shown: true, State: p.State, Since: p.Since, Age: age, Aged: known}
	case f.err != nil:
		return chrome.Figures{Shown: true, State: metrics.Stale}
	}
	return chrome.Figures{}
}
