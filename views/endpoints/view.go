package endpoints

import (
	"cmp"

	"fader/kube"
	"fader/views/filter"
	"fader/views/freshness"
	"fader/views/listing"
	"fader/views/table"
)

// key of an endpoint: for a moment one address may stand for two pods.
type key struct {
	address, ports, pod string
}

// View is the page. Make it with New, then say of what with SetRef.
type View struct {
	*listing.Page[key, *kube.Placed]
	ref     kube.Ref
	backend *kube.Backend // as in the present snapshot, nil where it is not there
}

// New is the page of nothing.
func New() *View {
	v := &View{}
	v.Page = listing.New(listing.Kind[key, *kube.Placed]{
		Noun: "endpoints", Resource: "endpointslices", Grant: "endpointslices.discovery.k8s.io",
		Without: "Services, Deployments and pods are shown without them; who gets traffic is not known",
		Needs:   []freshness.Need{{Resource: "services", Lacks: "Services"}, {Resource: "pods", Lacks: "revisions"}},
		Key: func(p *kube.Placed) key {
			return key{p.Address, p.Ports, p.Pod.UID}
		},
		Ref:     func(p *kube.Placed) kube.Ref { return p.Pod },
		Columns: func(bool) []table.Column[*kube.Placed] { return v.columns() },
		Order:   readyFirst, Sorted: table.Mark{Title: titleState, Down: true},
		Row: filterRow, About: v.about, Empty: v.empty,
	})
	return v
}

// SetRef chooses the Service. Another one than before starts the page anew.
func (v *View) SetRef(service kube.Ref) {
	if service == v.ref {
		return
	}
	v.ref = service
	v.SetSubject(service.String())
	v.Begin(false)
	if s := v.Snapshot(); s != nil {
		v.take(s)
	}
}

// Ref is the Service shown.
func (v *View) Ref() kube.Ref { return v.ref }

// SetSnapshot shows a snapshot.
func (v *View) SetSnapshot(s *kube.Snapshot) {
	if s != nil && s != v.Snapshot() {
		v.take(s)
	}
}

func (v *View) take(s *kube.Snapshot) {
	v.backend = nil
	for _, b := range s.Backends {
		if b.Service.Ref == v.ref {
			v.backend = b
			break
		}
	}
	var rows []*kube.Placed
	if v.backend != nil {
		rows = v.backend.Endpoints
	}
	v.Show(s, rows)
}

// empty says why a Service has no endpoint.
func (v *View) empty() []listing.Sentence {
	t, name := v.Theme(), v.ref.String()
	switch {
	case v.ref == kube.Ref{}:
		return []listing.Sentence{{Text: "no Service is open", Style: t.Dim}}
	case v.backend == nil:
		return []listing.Sentence{{Text: t.Glyphs.No + " " + name + " is not there: deleted, or not in the scope", Style: t.Broken}}
	case v.backend.Notice == kube.IsExternalName:
		return []listing.Sentence{{Text: name + " is a DNS alias of " + v.backend.Service.ExternalName + ": it has no endpoints", Style: t.Text}}
	}
	if v.backend.Notice == kube.HasNoSelector {
		return []listing.Sentence{{Text: name + " has no selector, and whoever manages it has written no endpoint", Style: t.Text}}
	}
	says := []listing.Sentence{{Text: t.Glyphs.No + " " + name + " has no endpoint: its clients get no answer", Style: t.Broken}}
	if v.backend.Notice != kube.NoNotice {
		says = append(says, listing.Sentence{Text: v.backend.NoticeText(), Style: t.Text})
	}
	return says
}

func filterRow(p *kube.Placed, texts []string) filter.Row {
	name := p.Pod.Name
	if name == "" {
		name = p.Address
	}
	return filter.Row{Name: name, Texts: append(texts, p.Address, p.Node, p.Zone, owner(p), word(p))}
}

// weight puts what gets traffic first, what is not ready next, what goes last.
func weight(p *kube.Placed) int {
	switch {
	case p.Terminating && !p.Serving:
		return 3
	case p.Terminating:
		return 2
	case p.Ready:
		return 0
	}
	return 1
}

func readyFirst(a, b *kube.Placed) int { return cmp.Compare(weight(a), weight(b)) }

func byAddress(a, b *kube.Placed) int { return cmp.Compare(a.Address, b.Address) }

func byRevision(a, b *kube.Placed) int {
	return cmp.Or(cmp.Compare(owner(a), owner(b)), cmp.Compare(b.Revision, a.Revision))
}

func byPod(a, b *kube.Placed) int { return cmp.Compare(a.Pod.Name, b.Pod.Name) }

func byNode(a, b *kube.Placed) int { return cmp.Compare(a.Node, b.Node) }

func byZone(a, b *kube.Placed) int { return cmp.Compare(a.Zone, b.Zone) }
