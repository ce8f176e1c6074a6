package deployments

import (
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/filter"
	"fader/views/freshness"
	"fader/views/listing"
	"fader/views/table"
)

// View is the page. Make it with New.
type View struct {
	*listing.Page[kube.Ref, *kube.Rollout]
	stable func(*kube.Rollout) *kube.Rollout
	places places

	current listing.Memo[asked, metrics.Value]
	firsts  listing.Memo[asked, drawn]
	judged  listing.Memo[*kube.Rollout, judged]
	facts   listing.Memo[*kube.Rollout, []string]
}

// New is the page before the first snapshot.
func New() *View {
	v := &View{}
	v.Page = listing.New(listing.Kind[kube.Ref, *kube.Rollout]{
		Noun: "Deployments", Resource: "deployments", Grant: "deployments.apps",
		Needs: []freshness.Need{{Resource: "replicasets", Lacks: "causes"}, {Resource: "pods", Lacks: "causes"}},
		Key:   (*kube.Rollout).Ref, Ref: (*kube.Rollout).Ref, Columns: v.columns,
		Order: v.places.worst, Sorted: table.Mark{Title: titleCause, Down: true},
		Row: filterRow, Labelled: true, About: v.about, Measured: 2, Has: v.has,
	})
	return v
}

// SetSnapshot shows a snapshot. One of another scope starts the page anew.
func (v *View) SetSnapshot(s *kube.Snapshot) {
	if s == nil || s == v.Snapshot() {
		return
	}
	if v.Another(s) {
		v.places.rows, v.places.filled = nil, false
		v.Begin(s.Scope.Namespace == "")
	}
	v.places.take(s, v.Gauge())
	v.Show(s, s.Rollouts)
}

// SetNow moves the clock. Rows whose rank has held for long enough move.
func (v *View) SetNow(now time.Time) {
	v.Page.SetNow(now)
	if v.places.tick(now, v.Gauge()) {
		v.Rearrange()
	}
}

// Pressed says that a key was pressed or the mouse used just now: no row moves for a
// moment.
func (v *View) Pressed() { v.places.pressed = v.places.now }

// SetGauge shows the metrics of a picture, and ranks all rows by them.
func (v *View) SetGauge(g *gauge.Gauge) {
	if g == v.Gauge() {
		return
	}
	v.Page.SetGauge(g)
	v.places.measure(g)
}

// SetLimits says how the limits of a Deployment's metrics are found.
func (v *View) SetLimits(of func(kube.Ref) gauge.Limits) { v.places.limits = of }

// Handle does what an action asks for and says whether it was the page's.
func (v *View) Handle(a keymap.Action) bool {
	for action, title := range map[keymap.Action]string{
		keymap.SortPhase: titleCause, keymap.SortName: titleName, keymap.SortReady: titleReady, keymap.SortAge: titleAge,
	} {
		if a == action {
			return v.SortBy(title)
		}
	}
	if a == keymap.SortFigure {
		return v.Gauge() != nil && v.SortBy(listing.Title(v.Figure()))
	}
	return v.Page.Handle(a)
}

// filterRow looks for words in namespace, name, phase, images and manager.
func filterRow(r *kube.Rollout, texts []string) filter.Row {
	d := r.Deployment
	texts = append(texts, string(r.Phase), d.Manager.Tool, d.Manager.Name)
	for _, c := range d.Containers {
		if !c.Init {
			texts = append(texts, c.Image)
		}
	}
	return filter.Row{Name: d.Ref.String(), Texts: texts, Labels: d.Labels}
}
