package kube

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// adviser finds what would place a pod.
type adviser struct {
	pod     *Pod
	nodes   []*Node // nil where they may not be seen
	home    *home
	reasons []schedulingReason
}

// placeHint is what would place the pods, as the scheduler's reasons and the nodes
// tell; "" where nothing fitting is known.
func (s *situation) placeHint(u *unplaced) string {
	a := adviser{pod: u.sample, home: s.home(), reasons: schedulingReasons(u.sample.Scheduling.Message)}
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

// says that a reason has those words.
func (a *adviser) says(words string) bool {
	return slices.ContainsFunc(a.reasons, func(r schedulingReason) bool { return strings.Contains(r.text, words) })
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
