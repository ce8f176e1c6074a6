package kube

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// nameTaints is why pods are not placed, with the taint named where servers leave
// that to the reader.
func (s *situation) nameTaints(u *unplaced) string {
	const unnamed = "untolerated taint(s)"
	if !strings.Contains(u.why, unnamed) {
		return u.why
	}
	keys := make(map[string]bool)
	for _, n := range s.ground.nodes {
		if t := u.sample.Placement.untolerated(n); t != nil {
			keys[t.String()] = true
		}
	}
	if len(keys) == 0 {
		return u.why
	}
	names := slices.Sorted(maps.Keys(keys))
	noun := plural(len(names), "untolerated taint")
	if len(names) > maxTaints {
		names = append(names[:maxTaints], fmt.Sprintf("%d more", len(names)-maxTaints))
	}
	return strings.Replace(u.why, unnamed, noun+" "+strings.Join(names, " and "), 1)
}

// maxTaints are named in a cause.
const maxTaints = 2

// forTaints names the taint to tolerate where nothing else keeps the pod from its
// nodes, or what makes the taint go. Taints that say what is wrong with a node are
// never to be tolerated, nor those of a control plane.
func (a *adviser) forTaints() string {
	if !a.says("taint") && !a.says("were unschedulable") {
		return ""
	}
	if a.nodes == nil {
		return a.forSaidTaint()
	}
	if slices.ContainsFunc(a.nodes, func(n *Node) bool { return a.pod.Placement.refusal(n) == "" && a.fitsEmpty(n) }) {
		return "" // these take it, but for what the other reasons say
	}
	remedies, taints := make(openings), make(openings)
	for _, n := range a.nodes {
		if a.pod.Placement.mismatch(n) != "" || !a.fitsEmpty(n) || !a.home.suits(n, a.pod.Placement) {
			continue
		}
		if remedy := a.remedy(n); remedy != "" {
			remedies.add(remedy, n, a.home)
		} else if blockers := a.blockers(n); len(blockers) == 1 && a.mayTolerate(blockers[0]) {
			taints.add(blockers[0].String(), n, a.home)
		}
	}
	if remedy, o := remedies.best(); o != nil {
		return fmt.Sprintf(remedy, o.who())
	}
	if taint, o := taints.best(); o != nil {
		return fmt.Sprintf("tolerate taint %s (%d %s)", taint, len(o.nodes), plural(len(o.nodes), "node"))
	}
	return ""
}

// openings are ways to let pods onto nodes.
type openings map[string]*opening

// opening is the nodes that one way opens, and how many of them are home to the pods'
// fellows.
type opening struct {
	nodes []string // those at home first
	home  int
}

func (all openings) add(way string, n *Node, h *home) {
	o := all[way]
	if o == nil {
		o = &opening{}
		all[way] = o
	}
	if !h.nodes[n.Ref.Name] {
		o.nodes = append(o.nodes, n.Ref.Name)
		return
	}
	o.nodes = slices.Insert(o.nodes, o.home, n.Ref.Name)
	o.home++
}

// best opens most nodes at home, else most nodes; nil for none.
func (all openings) best() (string, *opening) {
	var best string
	for _, way := range slices.Sorted(maps.Keys(all)) {
		o, before := all[way], all[best]
		if before == nil || cmp.Or(cmp.Compare(o.home, before.home), cmp.Compare(len(o.nodes), len(before.nodes))) > 0 {
			best = way
		}
	}
	return best, all[best]
}

// who names a node.
func (o *opening) who() string {
	if len(o.nodes) == 1 {
		return o.nodes[0]
	}
	return fmt.Sprintf("one of %d nodes (%s, …)", len(o.nodes), o.nodes[0])
}

// remedy makes all that repels the pod from a node go away; "" where something stays.
func (a *adviser) remedy(n *Node) string {
	var first string
	for _, t := range a.blockers(n) {
		remedy := taintRemedy(t)
		if remedy == "" {
			return ""
		}
		first = cmp.Or(first, remedy)
	}
	return first
}

// mayTolerate says that the pod may be let onto nodes with that taint. Those that keep
// their devices for pods that use them are none for others.
func (a *adviser) mayTolerate(t Taint) bool {
	device := IsGPU(t.Key) || strings.Contains(strings.ToLower(t.Key), "gpu")
	return !isSystemTaint(t.Key) && (!device || len(a.pod.GPUs) > 0)
}

// mayOpen says that the node can be made one that the pod may use.
func (a *adviser) mayOpen(n *Node) bool {
	blockers := a.blockers(n)
	return a.home.suits(n, a.pod.Placement) && (a.remedy(n) != "" || len(blockers) == 1 && a.mayTolerate(blockers[0]))
}

// forSaidTaint reads the taint out of the scheduler's words, where nodes may not be
// seen: "node(s) had untolerated taint {gpu: true}". Whose nodes those are is not
// known: where others are cordoned, these come first.
func (a *adviser) forSaidTaint() string {
	if a.says("were unschedulable") {
		return "uncordon a node that may take it"
	}
	for _, r := range a.reasons {
		_, inner, found := strings.Cut(r.text, "untolerated taint {")
		key, _, _ := strings.Cut(inner, ":")
		taint, _, closed := strings.Cut(inner, "}")
		if found && closed && a.mayTolerate(Taint{Key: key}) {
			return "tolerate taint {" + taint + "}"
		}
	}
	return ""
}

// blockers are what repels the pod from a node: taints, and being cordoned as one.
func (a *adviser) blockers(n *Node) []Taint {
	var all []Taint
	for _, t := range n.Taints {
		if t.repels() && !a.pod.Placement.tolerates(t) {
			all = append(all, t)
		}
	}
	cordon := Taint{Key: taintUnschedulable, Effect: "NoSchedule"}
	if n.Cordoned && !slices.ContainsFunc(all, func(t Taint) bool { return t.Key == cordon.Key }) && !a.pod.Placement.tolerates(cordon) {
		all = append(all, cordon)
	}
	if !n.Ready && len(all) == 0 {
		all = append(all, Taint{Key: "node.kubernetes.io/not-ready", Effect: "NoSchedule"})
	}
	return all
}

const taintUnschedulable = "node.kubernetes.io/unschedulable"

// taintRemedy makes a taint go away, with the node's name to fill in; "" where none
// is known.
func taintRemedy(t Taint) string {
	for _, known := range [...]struct{ key, remedy string }{
		{taintUnschedulable, "uncordon %s"},
		{"node.kubernetes.io/not-ready", "bring %s back"},
		{"node.kubernetes.io/unreachable", "bring %s back"},
		{"node.kubernetes.io/memory-pressure", "end the memory pressure on %s"},
		{"node.kubernetes.io/disk-pressure", "free disk space on %s"},
		{"node.kubernetes.io/pid-pressure", "end processes on %s: it runs out of process IDs"},
		{"node.kubernetes.io/network-unavailable", "bring up the network of %s"},
		{"node.cloudprovider.kubernetes.io/uninitialized", "look whether the cloud controller manager runs: it has not initialised %s"},
	} {
		if known.key == t.Key {
			return known.remedy
		}
	}
	return ""
}

// isSystemTaint says that the taint tells of the state of its node, which the system
// sets and takes away, or keeps a control plane to itself.
func isSystemTaint(key string) bool {
	domain, name, prefixed := strings.Cut(key, "/")
	if !prefixed {
		name = key
	}
	for _, system := range [...]string{"kubernetes.io", "k8s.io", "karpenter.sh"} {
		if domain == system || strings.HasSuffix(domain, "."+system) {
			return true
		}
	}
	lower := strings.ToLower(name)
	for _, sign := range [...]string{"autoscaler", "not-ready", "notready", "uninitialized", "unreachable", "shutdown", "disrupt", "startup", "unhealthy", "impending"} {
		if strings.Contains(lower, sign) {
			return true
		}
	}
	return false
}
