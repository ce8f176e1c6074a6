package pods

import (
	"strconv"
	"time"

	"fader/kube"
	"fader/kube/gauge"
	"fader/views/filter"
	"fader/views/freshness"
	"fader/views/listing"
	"fader/views/owner"
	"fader/views/table"
)

// Scope is whose pods are shown; the zero Scope is everybody's.
type Scope struct {
	Deployment kube.Ref
	Revision   int64 // 0 for all revisions
}

// String is "ml/fraud-model revision 9"; "" for everybody.
func (s Scope) String() string {
	switch {
	case s.Deployment == kube.Ref{}:
		return ""
	case s.Revision == 0:
		return s.Deployment.String()
	}
	return s.Deployment.String() + " revision " + strconv.FormatInt(s.Revision, 10)
}

func (s Scope) has(o owner.Owner) bool {
	return s.Deployment == kube.Ref{} ||
		o.Deployment == s.Deployment && (s.Revision == 0 || o.Revision == s.Revision)
}

// row is a pod and whose it is.
type row struct {
	pod   *kube.Pod
	owner owner.Owner
}

// View is the page. Make it with New.
type View struct {
	*listing.Page[kube.Ref, row]
	scope Scope

	current   listing.Memo[asked, gauge.Reading]
	compared  listing.Memo[string, fellows]                  // by UID of the ReplicaSet
	revisions listing.Memo[struct{}, map[string][]*kube.Pod] // by the same
}

// New is the page before the first snapshot.
func New() *View {
	v := &View{}
	v.Page = listing.New(listing.Kind[kube.Ref, row]{
		Noun: "pods", Resource: "pods", Grant: "pods",
		Without: "Deployments and ReplicaSets are shown without them; causes are not complete",
		Needs:   []freshness.Need{{Resource: "deployments", Lacks: "owners"}, {Resource: "replicasets", Lacks: "owners"}},
		Key:     ref, Ref: ref, Columns: v.columns, Order: problemsFirst, Sorted: table.Mark{Title: titleStatus, Down: true},
		Row: filterRow, Labelled: true, About: v.about, Measured: 1, Has: v.has,
	})
	return v
}

func ref(r row) kube.Ref { return r.pod.Ref }

// SetScope chooses whose pods are shown. Another scope than before begins anew.
func (v *View) SetScope(s Scope) {
	if s == v.scope {
		return
	}
	v.scope = s
	v.SetSubject(s.String())
	v.Begin(v.namespaces())
	if s := v.Snapshot(); s != nil {
		v.Show(s, v.rows(s))
	}
}

// Scope is whose pods are shown.
func (v *View) Scope() Scope { return v.scope }

// SetSnapshot shows a snapshot. One of another scope starts the page anew.
func (v *View) SetSnapshot(s *kube.Snapshot) {
	if s == nil || s == v.Snapshot() {
		return
	}
	if v.Another(s) {
		v.Begin(s.Scope.Namespace == "" && v.scope == Scope{})
	}
	v.Show(s, v.rows(s))
}

func (v *View) namespaces() bool {
	s := v.Snapshot()
	return v.scope == Scope{} && (s == nil || s.Scope.Namespace == "")
}

func (v *View) rows(s *kube.Snapshot) []row {
	owners := owner.Of(s)
	rows := make([]row, 0, len(s.Pods))
	for _, p := range s.Pods {
		if o := owners[p.OwnerUID]; v.scope.has(o) {
			rows = append(rows, row{p, o})
		}
	}
	return rows
}

func filterRow(r row, texts []string) filter.Row {
	p := r.pod
	texts = append(texts, p.Status, p.Node, p.IP, r.owner.Deployment.Name)
	for _, t := range p.Troubles {
		texts = append(texts, t.Reason, t.Image)
	}
	for resource := range p.GPUs {
		texts = append(texts, resource)
	}
	return filter.Row{Name: p.Ref.String(), Texts: texts, Labels: p.Labels}
}

// left is what is left of a grace period, below zero where it is over.
func (v *View) left(p *kube.Pod) time.Duration { return p.Gone.Sub(v.Clock()) }
