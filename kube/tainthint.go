package kube

import (
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
	tolerate := make(map[Taint]int)
	remedies := make(map[string][]string)
	for _, n := range a.nodes {
		if a.pod.Placement.mismatch(n) != "" || !a.fitsEmpty(n) {
			continue
		}
		blockers := a.blockers(n)
		if len(blockers) == 0 {
			continue
		}
		if remedy := taintRemedy(blockers[0]); remedy != "" {
			remedies[remedy] = append(remedies[remedy], n.Ref.Name)
		}
		if len(blockers) == 1 && a.mayTolerate(blockers[0]) {
			tolerate[blockers[0]]++
		}
	}
	if len(tolerate) > 0 {
		best := slices.MaxFunc(slices.SortedFunc(maps.Keys(tolerate), func(x, y Taint) int { return strings.Compare(y.String(), x.String()) }),
			func(x, y Taint) int { return tolerate[x] - tolerate[y] })
		return fmt.Sprintf("tolerate taint %s (%d %s)", best, tolerate[best], plural(tolerate[best], "node"))
	}
	if len(remedies) == 0 {
		return ""
	}
	remedy := slices.Min(slices.Collect(maps.Keys(remedies)))
	nodes := remedies[remedy]
	who := nodes[0]
	if len(nodes) > 1 {
		who = fmt.Sprintf("one of %d nodes (%s, …)", len(nodes), nodes[0])
	}
	return fmt.Sprintf(remedy, who)
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
	return len(blockers) == 1 && (a.mayTolerate(blockers[0]) || taintRemedy(blockers[0]) != "")
}

// forSaidTaint reads the taint out of the scheduler's words, where nodes may not be
// seen: "node(s) had untolerated taint {gpu: true}".
func (a *adviser) forSaidTaint() string {
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
