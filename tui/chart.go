package tui

import (
	"context"
	"slices"
	"strings"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/fade"
	"fader/kube/gauge"
	"fader/kube/rollout"
	"fader/metrics"
	"fader/views/chart"
	"fader/views/moment"
	rolloutpage "fader/views/rollout"

	tea "charm.land/bubbletea/v2"
)

// chartMsg: a picture of a chart's own window has been read, or not; without
// either, it is time to read the next.
type chartMsg struct {
	page     *chartPage
	question int
	picture  *metrics.Picture
	err      error
}

// chartBeat is the shortest time from one picture of a chart's window to the next.
const chartBeat = 10 * time.Second

// chartPage is a chart that is given its pair and the moves with every snapshot,
// and reads windows that the poller does not.
type chartPage struct {
	*chart.View
	pair     fade.Pair
	moves    func(kube.Ref) []moment.Moment
	question int // numbers what was asked last
	cancel   context.CancelFunc
}

// SetSnapshot takes the Deployment, and what it is compared with.
func (p *chartPage) SetSnapshot(s *kube.Snapshot) {
	p.View.SetSnapshot(s)
	p.pair = pairOf(s, p.Ref())
	p.SetPair(chart.Pair{Stable: p.pair.Stable, Canary: p.pair.Canary})
	p.mark()
}

// SetNow marks what the journal has come to say.
func (p *chartPage) SetNow(now time.Time) {
	p.View.SetNow(now)
	p.mark()
}

func (p *chartPage) mark() {
	moves := p.moves(p.Ref())
	for _, r := range [...]*kube.Rollout{p.pair.Stable, p.pair.Canary} {
		if r != nil && r.Ref() != p.Ref() {
			moves = append(moves, p.moves(r.Ref())...)
		}
	}
	p.SetMoments(moves)
}

// ask anew: what was asked before is given up.
func (p *chartPage) ask() context.Context {
	if p.cancel != nil {
		p.cancel()
	}
	p.question++
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	return ctx
}

// end gives up what is under way.
func (p *chartPage) end() {
	p.ask()
	p.cancel()
}

// rolloutPage is the desk, which is given what its figures are compared with.
type rolloutPage struct {
	*rolloutpage.View
	moves func(kube.Ref) []moment.Moment
}

// SetSnapshot takes the Deployment, and the one it is the canary of.
func (p rolloutPage) SetSnapshot(s *kube.Snapshot) {
	p.View.SetSnapshot(s)
	p.SetStable(stableOf(s, s.Rollout(p.Ref())))
}

// SetNow marks what the journal has come to say.
func (p rolloutPage) SetNow(now time.Time) {
	p.View.SetNow(now)
	p.SetMoments(p.moves(p.Ref()))
}

// pairOf is the likeliest pair of a canary and its stable that a Deployment is one
// of; the zero Pair where it is of none.
func pairOf(s *kube.Snapshot, ref kube.Ref) fade.Pair {
	r := s.Rollout(ref)
	if r == nil {
		return fade.Pair{}
	}
	around := near(s, r)
	if pairs := fade.Pairs(around, ref); len(pairs) > 0 {
		return pairs[0]
	}
	if stable := fade.Stable(around, ref); stable != nil { // their traffic is split by a route
		return fade.Pair{Stable: stable, Canary: r}
	}
	return fade.Pair{}
}

// stableOf is the Deployment of which another is the canary, nil where it is none's.
// It is asked for every row that is drawn.
func stableOf(s *kube.Snapshot, r *kube.Rollout) *kube.Rollout {
	if r == nil {
		return nil
	}
	return fade.Stable(near(s, r), r.Ref())
}

// near a rollout is all that can make a pair with it: the Services in front of it,
// and its namespace, which stands together in a snapshot.
func near(s *kube.Snapshot, r *kube.Rollout) *kube.Snapshot {
	from, _ := slices.BinarySearchFunc(s.Rollouts, r.Ref().Namespace, func(other *kube.Rollout, namespace string) int {
		return strings.Compare(other.Ref().Namespace, namespace)
	})
	to := from
	for to < len(s.Rollouts) && s.Rollouts[to].Ref().Namespace == r.Ref().Namespace {
		to++
	}
	return &kube.Snapshot{Rollouts: s.Rollouts[from:to], Backends: r.Backends}
}

// movesOf an object, as far as the journal has been read.
func (m *Model) movesOf(ref kube.Ref) []moment.Moment {
	var all []moment.Moment
	for _, r := range m.entries.Receipts {
		if r.Result == rollout.Applied && r.Plan.Target() == ref && r.Plan.Cluster.Same(m.opts.Cluster) {
			all = append(all, moment.Moment{At: r.Started, Label: strings.ToLower(r.Plan.Action)})
		}
	}
	return all
}

// chart opens the chart of the Deployment under the cursor, or zooms the one that
// is open.
func (m *Model) chart(a keymap.Action) tea.Cmd {
	if p, ok := m.top().page.(*chartPage); ok {
		p.Handle(a)
		return m.readChart(p)
	}
	ref, ok := m.target()
	switch {
	case a != keymap.Chart:
		return nil
	case !ok:
		m.say(warn, nothingHere)
		return nil
	case m.figures.gauge == nil && m.figures.err != nil:
		m.say(warn, "no figures: "+m.figures.err.Error())
		return nil
	case m.figures.gauge == nil:
		m.say(warn, "no figures: no Prometheus is configured; fader takes --prometheus URL")
		return nil
	}
	p := &chartPage{View: chart.New(), moves: m.movesOf}
	p.SetRef(ref)
	p.SetKeys(m.opts.Keys)
	s := newSheet(p, keymap.ChartPage)
	s.trail, s.about, s.end = "chart of "+ref.String(), ref, p.end
	s.start = m.journalCmd()
	return m.push(s)
}

// readChart reads the window of a chart, where the poller has another one. Pods
// that are gone count in the history: the scope is the namespace, and not the pods
// there are.
func (m *Model) readChart(p *chartPage) tea.Cmd {
	ctx := p.ask()
	client, question := m.figures.prometheus.Client, p.question
	if p.Window() == 0 || client == nil {
		p.cancel()
		return nil
	}
	options := m.figures.prometheus.Poll.ReadOptions
	options.Scope, options.Window, options.NoGPUs = metrics.Scope{Namespaces: []string{p.Ref().Namespace}}, p.Window(), true
	return func() tea.Msg {
		picture, err := client.Read(ctx, options)
		if ctx.Err() != nil {
			return nil
		}
		return chartMsg{p, question, picture, err}
	}
}

func (m *Model) takeChart(msg chartMsg) tea.Cmd {
	p := msg.page
	switch {
	case msg.question != p.question:
		return nil
	case msg.err != nil:
		p.SetFault(msg.err.Error(), m.now)
		return p.beatCmd(chartBeat)
	case msg.picture != nil:
		p.SetDetail(gauge.ForPods(msg.picture, m.snapshot.Pods))
		return p.beatCmd(max(chartBeat, msg.picture.Step))
	case m.top().page != page(p):
		return p.beatCmd(chartBeat) // nobody looks
	}
	return m.readChart(p)
}

// beatCmd waits until the next picture is due.
func (p *chartPage) beatCmd(after time.Duration) tea.Cmd {
	question := p.question
	return tea.Tick(after, func(time.Time) tea.Msg { return chartMsg{page: p, question: question} })
}
