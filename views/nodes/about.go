package nodes

import (
	"fmt"

	"fader/kube"
	"fader/views/box"
)

// about says what is free on the node under the cursor and for whom, then who
// holds the rest.
func (v *View) about(r row, w, h int) []string {
	style := v.Quiet(weight(r) == 2 && r.use.Unusable == "")
	lines := v.Paragraph(r.node.Node.Ref.Name, v.says(r), style, w)
	if v.Gauge() == nil {
		if h > 1 && len(lines) >= h {
			lines = box.Shorten(lines, h-1, v.Theme().Glyphs.Ellipsis)
		}
		return append(lines, v.Facts(v.facts(r)))
	}
	loud := v.loud(r, w)
	lines = append(box.Shorten(lines, max(h-1-len(loud), 1), v.Theme().Glyphs.Ellipsis), loud...)
	lines = append(lines, v.errors(v.measure(r), w, pastXid)...)
	lines = append(lines, v.each(r, w)...)
	return append(box.Shorten(lines, max(h-1, 1), v.Theme().Glyphs.Ellipsis), v.Facts(v.facts(r)))
}

func (v *View) says(r row) string {
	use := r.use
	if !use.Counted() {
		return v.saysUncounted(r)
	}
	if !v.counted {
		return fmt.Sprintf("%d %s may be used; how many are free is not known without pods", use.Allocatable, use.Resource)
	}
	text := ""
	switch {
	case use.Free < 0:
		text = fmt.Sprintf("pods hold %d %s and %d may be used", use.Requested, use.Resource, use.Allocatable)
	case use.Free == 0:
		text = "no " + use.Resource + " is free"
	case v.partial:
		text = fmt.Sprintf("at most %d of %d %s are free", use.Free, use.Allocatable, use.Resource)
	default:
		text = fmt.Sprintf("%d of %d %s are free", use.Free, use.Allocatable, use.Resource)
	}
	if use.Unusable != "" {
		text += "; no waiting pod can use this node: " + use.Unusable
	}
	if use.Allocatable < use.Capacity {
		text += fmt.Sprintf("; %d of %d are there but cannot be used", use.Capacity-use.Allocatable, use.Capacity)
	}
	return text
}

// saysUncounted is why it is not known how many are free.
func (v *View) saysUncounted(r row) string {
	text := fmt.Sprintf("pods hold %d %s, which the node's status does not have: how many are free is not counted", r.use.Requested, r.use.Resource)
	if r.use.Source == kube.Dynamic {
		text = "devices from dynamic resource allocation (DRA) are not counted"
		for i, d := range r.node.Drivers {
			text += [...]string{"; ResourceSlices list ", " and "}[min(i, 1)] + fmt.Sprintf("%d of %s", d.Devices, d.Driver)
		}
		if len(r.node.Drivers) == 0 {
			text += "; those of resource claims may be other than GPUs"
		}
	}
	if r.use.Unusable != "" {
		text += "; no waiting pod can use this node: " + r.use.Unusable
	}
	return text
}

func (v *View) facts(r row) []string {
	facts := []string{}
	switch text := held(r); {
	case text != "":
		facts = append(facts, "held by "+text)
	case !v.counted:
		facts = append(facts, "holders are not known")
	default:
		facts = append(facts, "held by no pod in sight")
	}
	n := r.node.Node
	for _, t := range n.Taints {
		facts = append(facts, "taint "+t.String())
	}
	if n.Product != "" {
		facts = append(facts, n.Product)
	}
	if n.Zone != "" {
		facts = append(facts, "zone "+n.Zone)
	}
	return facts
}
