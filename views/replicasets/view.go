package replicasets

import (
	"cmp"

	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/filter"
	"fader/views/freshness"
	"fader/views/listing"
	"fader/views/owner"
	"fader/views/table"
)

// row is a ReplicaSet and whose it is.
type row struct {
	set   *kube.ReplicaSet
	owner owner.Owner
}

// View is the page. Make it with New.
type View struct {
	*listing.Page[kube.Ref, row]
	of  kube.Ref // the Deployment; zero for all
	now listing.Memo[named, metrics.Point]
}

// New is the page before the first snapshot.
func New() *View {
	v := &View{}
	v.Page = listing.New(listing.Kind[kube.Ref, row]{
		Noun: "ReplicaSets", Resource: "replicasets", Grant: "replicasets.apps",
		Without: "Deployments and pods are shown without them; revisions and undo are not known",
		Needs:   []freshness.Need{{Resource: "deployments", Lacks: "owners"}},
		Key:     ref, Ref: ref, Columns: v.columns, Order: problemsFirst, Sorted: table.Mark{Title: titleState, Down: true},
		Row: filterRow, About: v.about, Measured: 1,
		Has: func(f gauge.Figure) bool { return f != gauge.FirstToken },
	})
	return v
}

func ref(r row) kube.Ref { return r.set.Ref }

// SetScope shows the ReplicaSets of one Deployment, or all for the zero Ref.
func (v *View) SetScope(deployment kube.Ref) {
	if deployment == v.of {
		return
	}
	v.of = deployment
	v.SetSubject(deployment.String())
	s := v.Snapshot()
	v.Begin(v.of == kube.Ref{} && (s == nil || s.Scope.Namespace == ""))
	if s != nil {
		v.Show(s, v.rows(s))
	}
}

// Scope is the Deployment whose ReplicaSets are shown; zero for all.
func (v *View) Scope() kube.Ref { return v.of }

// SetSnapshot shows a snapshot. One of another scope starts the page anew.
func (v *View) SetSnapshot(s *kube.Snapshot) {
	if s == nil || s == v.Snapshot() {
		return
	}
	if v.Another(s) {
		v.Begin(s.Scope.Namespace == "" && v.of == kube.Ref{})
	}
	v.Show(s, v.rows(s))
}

func (v *View) rows(s *kube.Snapshot) []row {
	owners := owner.Of(s)
	rows := make([]row, 0, len(s.ReplicaSets))
	for _, set := range s.ReplicaSets {
		o := owners[set.Ref.UID]
		if v.of == (kube.Ref{}) || o.Deployment == v.of {
			rows = append(rows, row{set, o})
		}
	}
	return rows
}

func filterRow(r row, texts []string) filter.Row {
	texts = append(texts, r.set.ChangeCause, r.owner.Deployment.Name, state(r))
	for _, c := range r.set.Containers {
		if !c.Init {
			texts = append(texts, c.Image)
		}
	}
	return filter.Row{Name: r.set.Ref.String(), Texts: texts}
}

// Of a ReplicaSet: what it is to its Deployment.
const (
	isNew    = "new"
	isOld    = "old"
	isOrphan = "orphan"
)

func state(r row) string {
	switch {
	case r.owner.Deployment == kube.Ref{}:
		return isOrphan
	case r.owner.Current:
		return isNew
	}
	return isOld
}

// weight puts what lacks pods first, then what has some, then what wants none.
func weight(r row) int {
	switch s := r.set; {
	case failed(s) != nil:
		return 0
	case s.Ready < s.Desired:
		return 1
	case s.Current > s.Desired:
		return 2
	case s.Current > 0 || s.Desired > 0:
		return 3
	}
	return 4
}

func failed(s *kube.ReplicaSet) *kube.Condition {
	if c := s.Condition("ReplicaFailure"); c != nil && c.Status == "True" {
		return c
	}
	return nil
}

// problemsFirst keeps the revisions of a Deployment together, the newest first.
func problemsFirst(a, b row) int {
	return cmp.Or(cmp.Compare(weight(a), weight(b)), byDeployment(a, b))
}

func byDeployment(a, b row) int {
	x, y := a.owner.Deployment, b.owner.Deployment
	return cmp.Or(cmp.Compare(x.Namespace, y.Namespace), cmp.Compare(x.Name, y.Name), byRevision(a, b))
}

func byRevision(a, b row) int { return cmp.Compare(b.set.Revision, a.set.Revision) }

func byNamespace(a, b row) int { return cmp.Compare(a.set.Ref.Namespace, b.set.Ref.Namespace) }

func byName(a, b row) int { return cmp.Compare(a.set.Ref.Name, b.set.Ref.Name) }

func byReady(a, b row) int { return cmp.Compare(b.set.Desired-b.set.Ready, a.set.Desired-a.set.Ready) }

func byDesired(a, b row) int { return cmp.Compare(b.set.Desired, a.set.Desired) }

func byCurrent(a, b row) int { return cmp.Compare(b.set.Current, a.set.Current) }

func byAge(a, b row) int { return b.set.Created.Compare(a.set.Created) }

func byImage(a, b row) int { return cmp.Compare(images(a), images(b)) }
