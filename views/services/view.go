package services

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"fader/kube"
	"fader/views/filter"
	"fader/views/freshness"
	"fader/views/listing"
	"fader/views/table"
)

const slicesResource = "endpointslices"

// View is the page. Make it with New.
type View struct {
	*listing.Page[kube.Ref, *kube.Backend]
	counted bool // endpoints are known: a zero is a zero
}

// New is the page before the first snapshot.
func New() *View {
	v := &View{}
	v.Page = listing.New(listing.Kind[kube.Ref, *kube.Backend]{
		Noun: "Services", Resource: "services", Grant: "services",
		Without: "Deployments, ReplicaSets and pods are shown without them",
		Needs:   []freshness.Need{{Resource: slicesResource, Lacks: "endpoints"}, {Resource: "pods", Lacks: "backing pods"}},
		Key:     ref, Ref: ref, Columns: v.columns, Order: v.problemsFirst, Sorted: table.Mark{Title: titleState, Down: true},
		Row: filterRow, About: v.about,
	})
	return v
}

func ref(b *kube.Backend) kube.Ref { return b.Service.Ref }

// SetSnapshot shows a snapshot. One of another scope starts the page anew.
func (v *View) SetSnapshot(s *kube.Snapshot) {
	if s == nil || s == v.Snapshot() {
		return
	}
	if v.Another(s) {
		v.Begin(s.Scope.Namespace == "")
	}
	v.counted = freshness.Known(s.Health, slicesResource)
	v.Show(s, s.Backends)
}

// Backend is the Service under the cursor.
func (v *View) Backend() (*kube.Backend, bool) { return v.Row() }

func filterRow(b *kube.Backend, texts []string) filter.Row {
	texts = append(texts, b.Service.Type, selector(b.Service), string(b.Notice), b.Service.ClusterIP, b.Service.ExternalName)
	for _, backer := range b.Backers {
		texts = append(texts, backer.Deployment.Name)
	}
	for _, other := range b.Others {
		texts = append(texts, other.Text())
	}
	return filter.Row{Name: b.Service.Ref.String(), Texts: texts}
}

// selector as kubectl writes it: "app=web,tier=front".
func selector(s *kube.Service) string {
	if len(s.Selector) == 1 {
		for key, value := range s.Selector {
			return key + "=" + value
		}
	}
	parts := make([]string, 0, len(s.Selector))
	for _, key := range slices.Sorted(maps.Keys(s.Selector)) {
		parts = append(parts, key+"="+s.Selector[key])
	}
	return strings.Join(parts, ",")
}

// weight of a Service's need for a hand.
func (v *View) weight(b *kube.Backend) int {
	switch {
	case unserved(b):
		return 0
	case b.Notice == kube.IsExternalName, elsewhere(b) && v.knows(b) && b.Ready == 0:
		return 3
	case b.Notice == kube.PublishesAll, b.Notice == kube.HasDeadPort, v.knows(b) && b.Ready == 0:
		return 1
	}
	return 2
}

// unserved says that the Service selects pods and leads to none that is ready.
func unserved(b *kube.Backend) bool {
	return b.Notice == kube.MatchesNoPod || b.Notice == kube.MatchesNotReady || b.Notice == kube.MatchesNoPort
}

// elsewhere says that somebody else writes the endpoints: how many there ought to
// be is not known here, and none is no fault.
func elsewhere(b *kube.Backend) bool { return b.Notice == kube.HasNoSelector }

// knows says that the numbers of a Service are known.
func (v *View) knows(b *kube.Backend) bool { return v.counted && b.Notice != kube.EndpointsUnknown }

func (v *View) problemsFirst(a, b *kube.Backend) int { return cmp.Compare(v.weight(a), v.weight(b)) }

func byNamespace(a, b *kube.Backend) int {
	return cmp.Compare(a.Service.Ref.Namespace, b.Service.Ref.Namespace)
}

func byName(a, b *kube.Backend) int { return cmp.Compare(a.Service.Ref.Name, b.Service.Ref.Name) }

func byType(a, b *kube.Backend) int { return cmp.Compare(kind(a.Service), kind(b.Service)) }

func byReady(a, b *kube.Backend) int { return cmp.Compare(a.Ready, b.Ready) }

func byServing(a, b *kube.Backend) int { return cmp.Compare(a.Serving, b.Serving) }

func byTerminating(a, b *kube.Backend) int { return cmp.Compare(b.Terminating, a.Terminating) }

func bySelector(a, b *kube.Backend) int {
	return cmp.Compare(selector(a.Service), selector(b.Service))
}

func byAge(a, b *kube.Backend) int { return b.Service.Created.Compare(a.Service.Created) }
