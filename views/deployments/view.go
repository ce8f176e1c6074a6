package deployments

import (
	"fader/keymap"
	"fader/kube"
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
		Order: worstFirst, Sorted: table.Mark{Title: titlePhase, Down: true},
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
		v.Begin(s.Scope.Namespace == "")
	}
	v.Show(s, s.Rollouts)
}

// Handle does what an action asks for and says whether it was the page's.
func (v *View) Handle(a keymap.Action) bool {
	for action, title := range map[keymap.Action]string{
		keymap.SortPhase: titlePhase, keymap.SortName: titleName, keymap.SortReady: titleReady, keymap.SortAge: titleAge,
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
