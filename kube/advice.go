package kube

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// schedulingReasons are the reasons of a scheduler's message with the number of
// nodes each is about: "0/8 nodes are available: 2 node(s) were unschedulable, 6
// Insufficient cpu. preemption: …". 0 nodes is for one that concerns the pod itself.
func schedulingReasons(message string) []schedulingReason {
	head, _, _ := strings.Cut(message, ". ")
	if _, after, found := strings.Cut(head, " nodes are available: "); found {
		head = after
	}
	var all []schedulingReason
	for _, part := range strings.Split(strings.TrimSuffix(head, "."), ", ") {
		var n int
		number, text, _ := strings.Cut(part, " ")
		if _, err := fmt.Sscanf(number, "%d", &n); err != nil || text == "" {
			if len(all) > 0 {
				all[len(all)-1].text += ", " + part
				continue
			}
			n, text = 0, part
		}
		all = append(all, schedulingReason{n, text})
	}
	return all
}

type schedulingReason struct {
	nodes int
	text  string
}

// String is the reason as the scheduler writes it.
func (r schedulingReason) String() string {
	if r.nodes == 0 {
		return r.text
	}
	return fmt.Sprintf("%d %s", r.nodes, r.text)
}

// generality orders reasons: what nodes lack, or the pod's own rules, explains more than
// what keeps every such pod away from a node.
func (r schedulingReason) generality() int {
	for i, sign := range [...]string{"node affinity/selector", "untolerated taint", "were unschedulable"} {
		if strings.Contains(r.text, sign) {
			return i + 1
		}
	}
	return 0
}

// insufficient is the resource that a reason is short of, "" for another reason.
func (r schedulingReason) insufficient() string {
	name, found := strings.CutPrefix(r.text, "Insufficient ")
	if !found {
		return ""
	}
	return name
}

// isAboutRoom says that a pod which goes makes a place of the kind that is missing.
func isAboutRoom(message string) bool {
	for _, r := range schedulingReasons(message) {
		if r.insufficient() != "" {
			return true
		}
		for _, sign := range [...]string{
			"Too many pods", "didn't have free ports", "anti-affinity", "topology spread", "max volume count",
			"no available disk", "ReadWriteOncePod", "cannot allocate all claims", "resourceclaim in use",
		} {
			if strings.Contains(r.text, sign) {
				return true
			}
		}
	}
	return false
}

// adviser finds what would place a pod.
type adviser struct {
	pod     *Pod
	nodes   []*Node // nil where they may not be seen
	reasons []schedulingReason
}

// placeHint is what would place the pods, as the scheduler's reasons and the nodes
// tell; "" where nothing fitting is known.
func (s *situation) placeHint(u *unplaced) string {
	a := adviser{pod: u.sample, reasons: schedulingReasons(u.sample.Scheduling.Message)}
	if s.ground.known {
		a.nodes = s.ground.nodes
	}
	for _, advise := range [...]func(*adviser) string{
		(*adviser).forClaims, (*adviser).forResources, (*adviser).forVolumes, (*adviser).forTaints, (*adviser).forPlaces,
	} {
		if hint := advise(&a); hint != "" {
			return hint
		}
	}
	return ""
}

// signHint is advice for a reason, and %s in it what stands in quotes.
type signHint struct{ sign, hint string }

func (a *adviser) first(table []signHint) string {
	for _, row := range table {
		for _, r := range a.reasons {
			if !strings.Contains(r.text, row.sign) {
				continue
			}
			if !strings.Contains(row.hint, "%s") {
				return row.hint
			}
			if name := quotedAfter(r.text, row.sign); name != "" {
				return fmt.Sprintf(row.hint, name)
			}
		}
	}
	return ""
}

// forClaims are reasons that lie in what the pod names: no node can help.
func (a *adviser) forClaims() string {
	for _, r := range a.reasons {
		name := quotedAfter(r.text, "persistentvolumeclaim ")
		switch {
		case name == "":
		case strings.HasPrefix(r.text, "waiting for ephemeral volume controller"):
			return "wait for the controller to make PersistentVolumeClaim " + name
		case strings.HasSuffix(r.text, "not found"):
			return "create PersistentVolumeClaim " + name
		case strings.HasSuffix(r.text, "is being deleted"):
			return "PersistentVolumeClaim " + name + " is on its way out: create it again once it is gone"
		case strings.Contains(r.text, "non-existent persistentvolume"):
			return "the PersistentVolume of PersistentVolumeClaim " + name + " is gone: restore it, or create the claim again"
		}
	}
	return a.first([]signHint{
		{"unbound immediate PersistentVolumeClaims", "look why its PersistentVolumeClaim is not bound: the StorageClass, or its provisioner"},
		{"bound to non-existent pv(s)", "the PersistentVolume of its claim is gone: restore it, or create the claim again"},
		{"ReadWriteOncePod", "only one pod may use its volume, and another one has it"},
		{"device class ", "create the DeviceClass, or name another one in the claim"},
		{"resourceclaim in use", "its ResourceClaim is reserved for other pods: give each pod a claim of its own with a ResourceClaimTemplate"},
		{"didn't match the requested node name", "spec.nodeName names a node that is not there"},
	})
}

// forResources is what is short, where a node that may take the pod has it at all.
func (a *adviser) forResources() string {
	for _, r := range a.reasons {
		if r.text == "Too many pods" && a.onlyRoom() {
			return "the nodes take no more pods: add a node"
		}
		name := r.insufficient()
		if name == "" {
			continue
		}
		if hint, known := a.forResource(name); known {
			return hint
		}
	}
	return ""
}

// onlyRoom says that no reason but room keeps the pod off any node.
func (a *adviser) onlyRoom() bool {
	return !slices.ContainsFunc(a.reasons, func(r schedulingReason) bool { return r.insufficient() == "" && r.text != "Too many pods" })
}

// forResource is the way to more of a resource, "" where there is none to name; not
// known where other reasons have to tell.
func (a *adviser) forResource(name string) (hint string, known bool) {
	free := "free " + name + " on a node"
	if IsGPU(name) {
		free = "free a GPU"
	}
	need := a.pod.takes(name)
	if a.nodes == nil || need == 0 {
		// Nodes without such a device are short of it too: who has one is not known.
		return free, a.onlyRoom() || !IsGPU(name)
	}
	most, elsewhere := int64(0), false
	for _, n := range a.nodes {
		has := n.gives(name)
		if a.pod.Placement.refusal(n) == "" {
			most = max(most, has)
		} else if has >= need && (a.pod.Placement.mismatch(n) != "" || a.mayOpen(n)) {
			elsewhere = true
		}
	}
	switch {
	case most >= need:
		return free, true
	case elsewhere:
		return "", false // the nodes that have it refuse the pod: that is the reason
	case most == 0:
		return "add a node with " + name, IsGPU(name)
	}
	amount := Need{Resource: name}
	return fmt.Sprintf("ask for less %s than %s, or add a larger node: the largest has %s", name, amount.amount(need), amount.amount(most)), true
}

// forVolumes are reasons that lie in where the pod's volumes can be used.
func (a *adviser) forVolumes() string {
	return a.first([]signHint{
		{"didn't match PersistentVolume's node affinity", "its volume can only be used on nodes that the pod may not use, or that are full: let both have nodes in common"},
		{"no available volume zone", "its volume is in a zone where the pod may not run, or that is full"},
		{"didn't find available persistent volumes to bind", "create a PersistentVolume that fits the claim, or check its StorageClass"},
		{"did not have enough free storage", "free storage where the claim may be provisioned"},
		{"max volume count", "the nodes have as many volumes attached as they can: add a node"},
		{"no available disk", "another pod has its disk"},
		{"node(s) did not have the CSI driver", "install the volume's CSI driver on the nodes"},
	})
}

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

// says that a reason has those words.
func (a *adviser) says(words string) bool {
	return slices.ContainsFunc(a.reasons, func(r schedulingReason) bool { return strings.Contains(r.text, words) })
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

// fitsEmpty says that the pod would fit on the node if nothing else were there.
func (a *adviser) fitsEmpty(n *Node) bool {
	if n.Allocatable != (Amount{}) && (n.Allocatable.CPU < a.pod.Request.CPU || n.Allocatable.Memory < a.pod.Request.Memory) {
		return false
	}
	for name, wanted := range a.pod.GPUs {
		if n.gives(name) < wanted {
			return false
		}
	}
	return true
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

// forPlaces are reasons that lie in what the pod asks of its place, and of others.
func (a *adviser) forPlaces() string {
	if a.says("node affinity/selector") {
		if hint := a.forSelector(); hint != "" {
			return hint
		}
	}
	return a.first([]signHint{
		{"didn't have free ports", "another pod has its host port on every node that it may use: add a node, or drop hostPort"},
		{"existing pods anti-affinity", "pods on the nodes keep it away by their anti-affinity: add a node"},
		{"pod anti-affinity rules", "loosen the pod anti-affinity, or add a node"},
		{"pod affinity rules", "loosen the pod affinity, or run the pods that it wants to be near"},
		{"(missing required label)", "label the nodes with the topologyKey of its spread constraint"},
		{"topology spread", "loosen the topology spread, or add a node where pods are fewest"},
		{"node affinity/selector", "loosen the node affinity or selector, or add a matching node"},
		{"cannot allocate all claims", "free a device that its claim asks for, or loosen the claim"},
	})
}

// forSelector names what no node has.
func (a *adviser) forSelector() string {
	if a.nodes == nil || a.pod.Placement == nil {
		return ""
	}
	for _, key := range slices.Sorted(maps.Keys(a.pod.Placement.NodeSelector)) {
		value := a.pod.Placement.NodeSelector[key]
		if !slices.ContainsFunc(a.nodes, func(n *Node) bool { return n.Labels[key] == value }) {
			return fmt.Sprintf("no node has label %s=%s: change the node selector, or label a node", key, value)
		}
	}
	return ""
}
