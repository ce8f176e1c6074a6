package gauge

import (
	"net/netip"
	"slices"
	"strings"

	"fader/kube"
	"fader/metrics"

	corev1 "k8s.io/api/core/v1"
)

// gpuHosts is which GPUs of a picture are on which nodes of a snapshot.
type gpuHosts struct {
	all       []metrics.GPU // of the picture
	snapshot  *kube.Snapshot
	byNode    map[string][]metrics.GPU
	unmatched []string                 // hosts that are no node of the snapshot, each once
	unclear   map[string][]metrics.GPU // by node: whose figures are whose is not known
}

// GPUs of a node of a snapshot, by number.
//
// Exporters name nodes as they like. A series belongs to the node whose name,
// hostname label or address it has; else to the node of the pod that exported it; else
// to the one node whose name is the same up to a domain. Names that fit several nodes,
// or several hosts that fit one, belong to nobody, and no part of an IP address is a
// name.
func (g *Gauge) GPUs(node string, in *kube.Snapshot) []metrics.GPU {
	return g.hosts(in).byNode[node]
}

// UnmatchedGPUHosts are the hosts that GPU series name and no node of the snapshot is.
func (g *Gauge) UnmatchedGPUHosts(in *kube.Snapshot) []string { return g.hosts(in).unmatched }

// MissingGPUs is why nothing is known of the GPUs of a node; the zero Absence where the
// reason is not known.
func (g *Gauge) MissingGPUs(node string, in *kube.Snapshot) metrics.Absence {
	switch {
	case g == nil || g.Picture == nil:
	case len(g.hosts(in).unclear[node]) > 0:
		return metrics.Absence{Kind: metrics.TwoGPUs}
	case g.Picture.Ambiguous():
		return metrics.Absence{Kind: metrics.OtherCluster, Has: g.Picture.Clusters()}
	}
	return metrics.Absence{}
}

func (g *Gauge) hosts(in *kube.Snapshot) gpuHosts {
	if g == nil || g.Picture == nil || in == nil {
		return gpuHosts{}
	}
	if g.gpus.snapshot == nil {
		g.gpus.all = g.Picture.GPUs()
	}
	if g.gpus.snapshot != in {
		g.gpus = matchGPUs(g.gpus.all, in)
		if unclear := g.Picture.UnclearGPUs(); len(unclear) > 0 {
			g.gpus.unclear = matchGPUs(unclear, in).byNode
		}
	}
	return g.gpus
}

func matchGPUs(gpus []metrics.GPU, in *kube.Snapshot) gpuHosts {
	h := gpuHosts{all: gpus, snapshot: in, byNode: map[string][]metrics.GPU{}}
	nodes := indexNodes(in.Nodes)
	pods := indexExporters(gpus, in.Pods)
	var open []metrics.GPU
	for _, g := range gpus {
		node := nodes.exact(g)
		if node == "" {
			node = pods.node(g)
		}
		if node == "" {
			open = append(open, g)
			continue
		}
		h.byNode[node] = append(h.byNode[node], g)
	}
	h.matchShortNames(open, nodes)
	for node := range h.byNode {
		slices.SortStableFunc(h.byNode[node], metrics.GPU.Compare)
	}
	return h
}

// matchShortNames gives GPUs to the node whose name differs only by a domain.
func (h *gpuHosts) matchShortNames(open []metrics.GPU, nodes nodeIndex) {
	claims := map[string][]string{} // hosts by node
	for _, g := range open {
		if node := nodes.short(g); node != "" && !slices.Contains(claims[node], g.Node) {
			claims[node] = append(claims[node], g.Node)
		}
	}
	taken := map[string]bool{}
	for node := range h.byNode {
		taken[node] = true
	}
	for _, g := range open {
		node := nodes.short(g)
		if node != "" && len(claims[node]) == 1 && !taken[node] {
			h.byNode[node] = append(h.byNode[node], g)
		} else if !slices.Contains(h.unmatched, g.Node) {
			h.unmatched = append(h.unmatched, g.Node)
		}
	}
}

// nodeIndex finds nodes by what exporters call them.
type nodeIndex struct {
	names   map[string]bool
	aliases map[string][]string // nodes by hostname label and address
	heads   map[string][]string // nodes by what stands before the first dot
}

func indexNodes(nodes []*kube.Node) nodeIndex {
	x := nodeIndex{names: map[string]bool{}, aliases: map[string][]string{}, heads: map[string][]string{}}
	for _, n := range nodes {
		name := n.Ref.Name
		x.names[name] = true
		for _, alias := range append([]string{n.Labels[corev1.LabelHostname]}, n.Addresses...) {
			if alias = strings.ToLower(alias); alias != "" && !slices.Contains(x.aliases[alias], name) {
				x.aliases[alias] = append(x.aliases[alias], name)
			}
		}
		if !isAddress(name) {
			x.heads[head(name)] = append(x.heads[head(name)], name)
		}
	}
	return x
}

// exact is the node that a GPU's labels name in full, "" for none or several.
func (x nodeIndex) exact(g metrics.GPU) string {
	for _, name := range g.Names {
		if x.names[name] {
			return name
		}
	}
	for _, name := range append(slices.Clone(g.Names), g.Address) {
		if nodes := x.aliases[name]; len(nodes) == 1 {
			return nodes[0]
		}
	}
	return ""
}

// short is the one node whose name differs from the GPU's by a domain at most, ""
// for none or several.
func (x nodeIndex) short(g metrics.GPU) string {
	for _, name := range g.Names {
		if isAddress(name) {
			continue
		}
		var found []string
		for _, node := range x.heads[head(name)] {
			if strings.HasPrefix(node, name+".") || strings.HasPrefix(name, node+".") {
				found = append(found, node)
			}
		}
		if len(found) == 1 {
			return found[0]
		}
	}
	return ""
}

func head(name string) string {
	first, _, _ := strings.Cut(name, ".")
	return first
}

func isAddress(name string) bool {
	_, err := netip.ParseAddr(name)
	return err == nil
}

// exporterIndex finds the node of the pod that exported a series.
type exporterIndex struct {
	pods      map[metrics.PodKey]string
	names     map[string][]string // nodes by the name of a pod
	addresses map[string][]string // nodes by the IP address of a pod
}

// indexExporters looks only for what the GPUs name: there may be many pods.
func indexExporters(gpus []metrics.GPU, pods []*kube.Pod) exporterIndex {
	x := exporterIndex{pods: map[metrics.PodKey]string{}, names: map[string][]string{}, addresses: map[string][]string{}}
	for _, g := range gpus {
		for _, name := range g.Names {
			x.names[name] = nil
		}
		x.addresses[g.Address] = nil
		x.pods[g.Exporter] = ""
	}
	delete(x.addresses, "")
	for _, p := range pods {
		if p.Node == "" || p.Finished || len(x.names)+len(x.addresses) == 0 {
			continue
		}
		if key := (metrics.PodKey{Namespace: p.Ref.Namespace, Name: p.Ref.Name}); x.wants(key) {
			x.pods[key] = p.Node
		}
		add(x.names, p.Ref.Name, p.Node)
		add(x.addresses, p.IP, p.Node)
	}
	return x
}

func (x exporterIndex) wants(key metrics.PodKey) bool {
	_, wanted := x.pods[key]
	return wanted
}

// add a node to those of a key that is looked for.
func add(to map[string][]string, key, node string) {
	if nodes, wanted := to[key]; wanted && !slices.Contains(nodes, node) {
		to[key] = append(nodes, node)
	}
}

// node of the pod that told of a GPU, "" where that is not known.
func (x exporterIndex) node(g metrics.GPU) string {
	if node := x.pods[g.Exporter]; node != "" {
		return node
	}
	for _, name := range g.Names {
		if nodes := x.names[name]; len(nodes) == 1 {
			return nodes[0]
		}
	}
	if nodes := x.addresses[g.Address]; len(nodes) == 1 {
		return nodes[0]
	}
	return ""
}
