package kube

import (
	"maps"
)

// terrain is where pods may run. It keeps its pointer while nothing of it changes.
type terrain struct {
	known bool // nodes may be seen
	nodes []*Node
	zones map[string]string // by node; from endpoints where nodes may not be seen
}

func terrainOf(o Objects, previous *made) *terrain {
	before := previous.terrain
	known := o.Nodes != nil
	if before != nil && before.known == known &&
		identical(o.Nodes, previous.objects.Nodes) && (known || identical(o.Slices, previous.objects.Slices)) {
		return before
	}
	t := &terrain{known: known, nodes: o.Nodes, zones: make(map[string]string, len(o.Nodes))}
	for _, n := range o.Nodes {
		if n.Zone != "" {
			t.zones[n.Ref.Name] = n.Zone
		}
	}
	if !known {
		t.zones = zonesOf(o.Slices)
		if before != nil && !before.known && maps.Equal(before.zones, t.zones) {
			return before
		}
	}
	return t
}

// lost says that the node is known not to be ready.
func (t *terrain) lost(name string) bool {
	n := findNode(t.nodes, name)
	return n != nil && !n.Ready
}

// zonesOf nodes, as endpoints tell them.
func zonesOf(all []*EndpointSlice) map[string]string {
	zones := make(map[string]string)
	for _, s := range all {
		for i := range s.Endpoints {
			if e := &s.Endpoints[i]; e.Node != "" && e.Zone != "" {
				zones[e.Node] = e.Zone
			}
		}
	}
	return zones
}
