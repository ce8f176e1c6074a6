package kube

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Topology says how a rollout's pods are spread. Immutable.
type Topology struct {
	// Most pods first. Zones include those without a pod that the pods may run in,
	// where nodes may be seen; nil where the zone of a pod's node is not known.
	Nodes, Zones []Spread
	// Unmet are constraints that cannot be satisfied as things are, in words:
	// "hard anti-affinity by hostname: 3 pods, 2 nodes match".
	Unmet []string
}

// Spread is the number of pods in one place.
type Spread struct {
	Name string
	Pods int
}

// topologyOf a rollout's pods, nil before one of them is on a node or cannot be.
func topologyOf(in inputs) *Topology {
	nodes, zones := make(map[string]int), make(map[string]int)
	allZoned, any := true, false
	for _, p := range in.pods {
		if !p.Counts() {
			continue
		}
		any = true
		if p.Node == "" {
			continue
		}
		nodes[p.Node]++
		zone, known := in.terrain.zones[p.Node]
		allZoned = allZoned && known
		zones[zone]++
	}
	if !any {
		return nil
	}
	t := &Topology{Nodes: spreadOf(nodes), Unmet: unmet(in)}
	if allZoned {
		for _, n := range in.terrain.nodes {
			if n.Zone != "" && in.deployment.Placement.refusal(n) == "" {
				zones[n.Zone] += 0
			}
		}
		t.Zones = spreadOf(zones)
	}
	return t
}

func spreadOf(counts map[string]int) []Spread {
	var all []Spread
	for name, n := range counts {
		all = append(all, Spread{name, n})
	}
	slices.SortFunc(all, func(a, b Spread) int { return cmp.Or(cmp.Compare(b.Pods, a.Pods), strings.Compare(a.Name, b.Name)) })
	return all
}

// domain is what nodes with one value of a label are for a rollout.
type domain struct {
	pods   int  // of the rollout, that count
	usable bool // one of its nodes takes a pod, as far as is known
}

// domains of a key among the nodes that counted lets in.
func domains(in inputs, key string, counted func(*Node) bool) map[string]domain {
	placed := make(map[string]int)
	for _, p := range in.pods {
		if p.Counts() && p.Node != "" {
			placed[p.Node]++
		}
	}
	all := make(map[string]domain)
	for _, n := range in.terrain.nodes {
		value, found := n.Labels[key]
		if !found || !counted(n) {
			continue
		}
		d := all[value]
		d.pods += placed[n.Ref.Name]
		d.usable = d.usable || in.deployment.Placement.refusal(n) == ""
		all[value] = d
	}
	return all
}

// unmet constraints of the template. Room on the nodes is left out of account, so
// that what is said holds whatever else runs there.
func unmet(in inputs) []string {
	p := in.deployment.Placement
	if p == nil || !in.terrain.known {
		return nil
	}
	var all []string
	for _, a := range p.apart {
		if text := a.unmet(in); text != "" {
			all = append(all, text)
		}
	}
	for _, s := range p.spread {
		if text := s.unmet(in); text != "" {
			all = append(all, text)
		}
	}
	return all
}

// unmet says that there are fewer domains than pods, or than an update makes of
// them that must not take one away first.
func (a apart) unmet(in inputs) string {
	room := 0
	for _, d := range domains(in, a.key, func(*Node) bool { return true }) {
		if d.usable || d.pods > 0 {
			room++
		}
	}
	d := in.deployment
	matching := fmt.Sprintf("%d %s %s", room, plural(room, placeNoun(a.key)), verb(room, "matches", "match"))
	switch pods := int(d.Replicas.Desired); {
	case pods > room:
		return fmt.Sprintf("hard anti-affinity by %s: %d %s, %s", placeName(a.key), pods, plural(pods, "pod"), matching)
	case pods > 0 && !a.perRevision && d.Strategy.Unavailable == 0 && d.Strategy.Surge > 0 && pods+1 > room:
		return fmt.Sprintf("hard anti-affinity by %s: an update needs %d pods at once (maxUnavailable %s), %s",
			placeName(a.key), pods+1, d.Strategy.unavailableText(), matching)
	}
	return ""
}

// unmet says that domains which take no pod, or the lack of domains, keep the
// others below what is wanted: no domain may have more than skew above the least.
func (s spread) unmet(in inputs) string {
	p := in.deployment.Placement
	all := domains(in, s.key, func(n *Node) bool {
		return (s.ignoreAffinity || p.mismatch(n) == "") && (!s.honorTaints || p.repelled(n) == "")
	})
	floor, blocked := -1, ""
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if d := all[name]; !d.usable && (floor < 0 || d.pods < floor) {
			floor, blocked = d.pods, name
		}
	}
	why := fmt.Sprintf("%s %s takes none", placeNoun(s.key), blocked)
	if len(all) < int(s.least) {
		floor, why = 0, fmt.Sprintf("%d %s of at least %d", len(all), plural(len(all), placeNoun(s.key)), s.least)
	}
	if floor < 0 {
		return ""
	}
	room := 0
	for _, d := range all {
		if d.usable {
			room += max(d.pods, floor+int(s.skew))
		} else {
			room += d.pods
		}
	}
	pods := int(in.deployment.Replicas.Desired)
	if pods <= room {
		return ""
	}
	return fmt.Sprintf("topology spread by %s (maxSkew %d): %d %s, %s, so that %d %s",
		placeName(s.key), s.skew, pods, plural(pods, "pod"), why, room, verb(room, "fits", "fit"))
}

// placeName is a topology key without its domain: "hostname", "zone".
func placeName(key string) string { return key[strings.LastIndex(key, "/")+1:] }

// placeNoun is what one value of the key is.
func placeNoun(key string) string {
	switch key {
	case corev1.LabelHostname:
		return "node"
	case corev1.LabelTopologyZone, corev1.LabelTopologyRegion:
		return placeName(key)
	}
	return "domain"
}
