package nodes

import (
	"cmp"
	"slices"

	"fader/kube"
	"fader/views/filter"
	"fader/views/freshness"
	"fader/views/listing"
	"fader/views/table"
)

// key of a row: a node has one for each of its GPU resources.
type key struct {
	node     kube.Ref
	resource string
}

// row is one GPU resource of a node.
type row struct {
	node    *kube.GPUNode
	use     kube.GPUUse
	holders []share // of this resource, most first
}

// share is what the pods of one Deployment, or a pod of none, hold of a resource.
type share struct {
	name   string
	gpus   int64 // 0 where it is not known how many
	pods   int
	claims []string // by which it has them
}

// View is the page. Make it with New.
type View struct {
	*listing.Page[key, row]
	counted bool // pods are known: what is requested is known
	partial bool // only one namespace's pods are in sight
	memo    listing.Memo[key, measured]
}

// New is the page before the first snapshot.
func New() *View {
	v := &View{}
	v.Page = listing.New(listing.Kind[key, row]{
		Noun: "GPU nodes", Resource: "nodes", Grant: "nodes (a ClusterRole)", Cluster: true,
		Without: "rollouts and their causes work without nodes: a pod that cannot be scheduled carries the scheduler's own sentence",
		Needs:   []freshness.Need{{Resource: "pods", Lacks: "requests and holders"}},
		Key:     func(r row) key { return key{r.node.Node.Ref, r.use.Resource} },
		Ref:     func(r row) kube.Ref { return r.node.Node.Ref },
		Columns: func(bool) []table.Column[row] { return v.columns() },
		Order:   problemsFirst, Sorted: table.Mark{Title: titleStatus, Down: true},
		Row: filterRow, Labelled: true, About: v.about, Measured: 2, Caveat: v.caveat, Empty: v.empty,
	})
	return v
}

// SetSnapshot shows a snapshot. One of another scope starts the page anew.
func (v *View) SetSnapshot(s *kube.Snapshot) {
	if s == nil || s == v.Snapshot() {
		return
	}
	if v.Another(s) {
		v.Begin(false)
	}
	v.counted = freshness.Known(s.Health, "pods")
	v.partial = s.Scope.Namespace != "" || slices.ContainsFunc(s.GPUNodes, func(n *kube.GPUNode) bool { return n.Partial })
	v.Show(s, rows(s))
}

func rows(s *kube.Snapshot) []row {
	var rows []row
	for _, n := range s.GPUNodes {
		for _, use := range n.Resources {
			rows = append(rows, row{n, use, shares(n, use.Resource)})
		}
	}
	return rows
}

// shares of a resource by Deployment, the most first.
func shares(n *kube.GPUNode, resource string) []share {
	var all []share
	index := map[string]int{}
	for _, h := range n.Holders {
		gpus, holds := amount(h, resource)
		if !holds {
			continue
		}
		name := h.Deployment.String()
		if h.Deployment == (kube.Ref{}) {
			name = "pod " + h.Pod.Ref.String()
		}
		i, ok := index[name]
		if !ok {
			i = len(all)
			index[name] = i
			all = append(all, share{name: name})
		}
		all[i].gpus += gpus
		all[i].pods++
		for _, claim := range h.Claims {
			if resource == kube.DynamicDevices && !slices.Contains(all[i].claims, claim) {
				all[i].claims = append(all[i].claims, claim)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b share) int { return cmp.Compare(b.gpus, a.gpus) })
	return all
}

// amount of a resource that a pod holds. Of devices that it claims only those are
// known that it asked for as an extended resource.
func amount(h kube.Holder, resource string) (n int64, holds bool) {
	if resource != kube.DynamicDevices {
		n = h.GPUs[resource]
		return n, n > 0
	}
	for _, of := range h.Dynamic {
		n += of
	}
	return n, n > 0 || len(h.Claims) > 0 || len(h.Pod.Mapped) > 0
}

func (v *View) caveat() string {
	if !v.partial || !v.counted {
		return ""
	}
	return v.Theme().Glyphs.Unknown + " only pods of one namespace are in sight: others may hold more, so REQ is at least and FREE at most what is said"
}

func (v *View) empty() []listing.Sentence {
	found := "no node with GPUs in this cluster"
	if s := v.Snapshot(); s != nil && s.Health.Resources["resourceslices"].State == kube.Forbidden {
		found = "no node's status has GPUs; those of dynamic resource allocation are not in sight: resourceslices are forbidden"
	}
	return []listing.Sentence{
		{Text: found, Style: v.Theme().Text},
		{Text: "nvidia.com/gpu, its MIG slices, amd.com/gpu, gpu.intel.com and DRA devices are looked for", Style: v.Theme().Dim},
	}
}

func filterRow(r row, texts []string) filter.Row {
	n := r.node.Node
	texts = append(texts, n.Product, n.Zone, n.Status, r.use.Resource, r.use.Unusable)
	for _, s := range r.holders {
		texts = append(texts, s.name)
	}
	return filter.Row{Name: n.Ref.Name, Texts: texts, Labels: n.Labels}
}

// weight of a node's need for a hand.
func weight(r row) int {
	switch {
	case r.use.Counted() && r.use.Free < 0 || !r.node.Node.Ready:
		return 0
	case r.node.Node.Cordoned:
		return 1
	}
	return 2
}

func problemsFirst(a, b row) int { return cmp.Compare(weight(a), weight(b)) }

func byName(a, b row) int { return cmp.Compare(a.node.Node.Ref.Name, b.node.Node.Ref.Name) }

func byZone(a, b row) int { return cmp.Compare(a.node.Node.Zone, b.node.Node.Zone) }

func byProduct(a, b row) int { return cmp.Compare(a.node.Node.Product, b.node.Node.Product) }

func byResource(a, b row) int { return cmp.Compare(a.use.Resource, b.use.Resource) }

func byCapacity(a, b row) int { return cmp.Compare(b.use.Capacity, a.use.Capacity) }

func byAllocatable(a, b row) int { return cmp.Compare(b.use.Allocatable, a.use.Allocatable) }

func byRequested(a, b row) int { return cmp.Compare(b.use.Requested, a.use.Requested) }

func byFree(a, b row) int { return cmp.Compare(b.use.Free, a.use.Free) }
