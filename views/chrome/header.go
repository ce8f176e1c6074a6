package chrome

import (
	"fmt"
	"time"

	"fader/kube"
	"fader/metrics"
	"fader/views/age"
	"fader/views/theme"
)

// Header is the first line: which cluster, how far it can be trusted, and
// whether moves are possible.
type Header struct {
	Context string
	// Colour is the ground behind the context's name, as theme.Badge takes it; "" for none.
	Colour   string
	Server   string // URL of the API server
	Scope    kube.Scope
	Health   kube.Health
	ReadOnly bool
	// Answer is how long ago the server last answered; below zero where unknown.
	Answer  time.Duration
	Now     time.Time
	Figures Figures
}

// Figures say how far the figures can be trusted.
type Figures struct {
	Shown bool // false: there is no Prometheus
	State metrics.State
	Since time.Time     // of a state that is trouble
	Age   time.Duration // of the newest sample
	Aged  bool          // the age is known
}

// Render draws it in exactly w cells.
func (h Header) Render(t theme.Theme, w int) string {
	ns := h.Scope.Namespace
	if ns == "" {
		ns = "all"
	}
	cluster := []span{h.name(t)}
	where := cluster
	if h.Server != "" {
		where = []span{h.name(t), {" " + t.Glyphs.Dot + " " + h.Server, t.Dim}}
	}
	items := []item{
		{rank: 7, full: []span{{"fader", t.Accent.Bold()}}},
		{rank: 1, full: where, short: cluster, detail: 6},
		{rank: 3, full: []span{{"ns ", t.Dim}, {ns, t.Text}}},
	}
	if h.Scope.Selector != "" {
		items = append(items, item{rank: 4, full: []span{{"-l ", t.Dim}, {h.Scope.Selector, t.Text}}})
	}
	full, short := h.state(t)
	items = append(items, item{rank: 0, full: full, short: short, detail: 2}, h.access(t))
	if h.Figures.Shown {
		full, short := h.figures(t)
		items = append(items, item{rank: 6, full: full, short: short, detail: 8})
	}
	return draw(t, t.Bar, append(items, item{rank: 5, right: true, full: []span{{clock(h.Now), t.Dim}}}), w, 3)
}

// name is the context's, on its colour where it has one.
func (h Header) name(t theme.Theme) span {
	if badge, ok := theme.Badge(h.Colour); ok {
		return span{" " + h.Context + " ", badge}
	}
	return span{h.Context, t.Strong}
}

func clock(now time.Time) string {
	if now.IsZero() {
		return "--:--:--"
	}
	return now.Format("15:04:05")
}

func (h Header) access(t theme.Theme) item {
	if h.ReadOnly {
		return item{rank: 2, full: []span{{"READ-ONLY", t.Good}}}
	}
	return item{rank: 2, full: []span{{"WRITE", t.Waiting}}}
}

// state is the connection's: sign, word and colour; short is without the number.
func (h Header) state(t theme.Theme) (full, short []span) {
	g := t.Glyphs
	var (
		sign, detail string
		style        theme.Style
	)
	switch h.Health.State {
	case kube.Live:
		sign, style, detail = g.Live, t.Good, h.answer()
	case kube.Syncing:
		sign, style = g.Waiting, t.Waiting
	case kube.Disconnected:
		sign, style, detail = g.Dead, t.Broken.Bold(), h.since()
	case kube.Forbidden:
		sign, style = g.No, t.Broken.Bold()
	case kube.NeedsLogin, kube.Lagging:
		sign, style, detail = g.Waiting, t.Waiting.Bold(), h.since()
	default:
		sign, style = g.Waiting, t.Waiting
	}
	word := string(h.Health.State)
	if word == "" {
		word = "connecting"
	}
	short = []span{{sign + " " + word, style}}
	if detail == "" {
		return short, nil
	}
	return append([]span{{sign + " " + word, style}}, span{" " + detail, style}), short
}

// figures are Prometheus' sign, word and age; what is fine has no word.
func (h Header) figures(t theme.Theme) (full, short []span) {
	f, g := h.Figures, t.Glyphs
	sign, style, detail := g.Live, t.Good, ""
	switch f.State {
	case metrics.Live:
		if f.Aged {
			detail = age.Short(f.Age)
		}
	case metrics.Starting:
		sign, style = g.Waiting, t.Dim
	case metrics.Nothing:
		sign, style, detail = g.Unknown, t.Waiting, "has nothing"
	case metrics.Slow:
		sign, style, detail = g.Waiting, t.Waiting, "slow"
	case metrics.Stale:
		sign, style, detail = g.Dead, t.Broken, "stale"
		if !f.Since.IsZero() {
			detail += " " + age.Long(h.Now.Sub(f.Since))
		}
	}
	short = []span{{"prom ", t.Dim}, {sign, style}}
	if detail == "" {
		return short, nil
	}
	return append(short[:2:2], span{" " + detail, style}), short
}

func (h Header) answer() string {
	if h.Answer < 0 {
		return ""
	}
	return fmt.Sprintf("%.1fs", h.Answer.Seconds())
}

func (h Header) since() string {
	if h.Health.Since.IsZero() || h.Now.IsZero() {
		return ""
	}
	return age.Long(h.Now.Sub(h.Health.Since))
}
