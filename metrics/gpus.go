package metrics

import (
	"cmp"
	"maps"
	"slices"
)

// GPUs by node and number. Nil where none are watched, and none of a host of which
// UnclearGPUs tells.
func (p *Picture) GPUs() []GPU {
	live := p.devices()
	unclear := unclearHosts(live)
	var out []GPU
	for k, d := range live {
		if unclear[k.subject.Namespace] {
			continue
		}
		g := d.gpu(k)
		g.Utilization, g.UtilizationNow = p.gaugeOf(k, utilization)
		g.Used, g.UsedMiB = p.gaugeOf(k, memoryUsed)
		g.Free, g.FreeMiB = p.gaugeOf(k, memoryFree)
		g.Xids, g.Xid = p.gaugeOf(k, xid)
		out = append(out, g)
	}
	return inOrder(out)
}

// UnclearGPUs are those of hosts that have two GPUs of one number at the same time, without
// figures: hosts of the same name in several clusters, most likely. Whose figures are whose
// is not known.
func (p *Picture) UnclearGPUs() []GPU {
	live := p.devices()
	unclear := unclearHosts(live)
	var out []GPU
	for k, d := range live {
		if unclear[k.subject.Namespace] {
			out = append(out, d.gpu(k))
		}
	}
	return inOrder(out)
}

func inOrder(all []GPU) []GPU {
	slices.SortFunc(all, func(a, b GPU) int { return cmp.Or(cmp.Compare(a.Node, b.Node), a.Compare(b)) })
	return all
}

func (d device) gpu(k deviceKey) GPU {
	return GPU{
		Node: k.subject.Namespace, Names: d.host.names, Address: d.host.address, Exporter: d.host.exporter,
		Index: d.index, Instance: d.instance, Profile: d.profile, UUID: d.uuid, Model: d.model, Pod: d.pod,
	}
}

// devices of the clusters that the picture reads, each once. Those that are gone, that
// another exporter tells of since, or that were replaced, are not among them.
func (p *Picture) devices() map[deviceKey]device {
	live := maps.Clone(p.sheet.devices)
	maps.DeleteFunc(live, func(k deviceKey, d device) bool {
		return d.seen < p.sheet.first || p.chosen != nil && !slices.Contains(p.chosen, k.cluster)
	})
	for _, same := range []func(deviceKey, device) string{ofUUID, ofSlot} {
		latest := map[string]int64{}
		for k, d := range live {
			if name := same(k, d); name != "" {
				latest[name] = max(latest[name], d.seen)
			}
		}
		maps.DeleteFunc(live, func(k deviceKey, d device) bool { return d.seen < latest[same(k, d)]-int64(p.patience()) })
	}
	first := map[Subject]string{} // cluster
	for k := range live {
		if name, there := first[k.subject]; !there || k.cluster < name {
			first[k.subject] = k.cluster
		}
	}
	// A GPU that is in two of them at once shows that the label names no clusters.
	maps.DeleteFunc(live, func(k deviceKey, d device) bool { return d.uuid != "" && k.cluster != first[k.subject] })
	return live
}

// ofUUID is the same for a GPU whoever tells of it: an exporter that is its own pod's name
// has another after every restart.
func ofUUID(_ deviceKey, d device) string {
	if d.uuid == "" {
		return ""
	}
	return d.uuid + "/" + d.instance
}

// ofSlot is the same for the GPUs that are in one place one after the other.
func ofSlot(k deviceKey, d device) string {
	return k.subject.Namespace + " " + d.index + "/" + d.instance
}

// unclearHosts have several GPUs in one place at the same time. All of such a host are
// unclear: the other host may have more of them.
func unclearHosts(live map[deviceKey]device) map[string]bool {
	seen, unclear := map[string]bool{}, map[string]bool{}
	for k, d := range live {
		slot := ofSlot(k, d)
		if seen[slot] {
			unclear[k.subject.Namespace] = true
		}
		seen[slot] = true
	}
	return unclear
}
