package kube

import (
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// roomNews is what is known of room that somebody makes for a pod: at most one of the
// two is said.
type roomNews struct {
	coming  string // "Karpenter nominated nodeclaim/default-x7k2p"
	refused string // "cluster-autoscaler adds no node: …"
}

// nodePatience is how long a node may take to come before nobody waits for it any
// more: both autoscalers give up after that time.
const nodePatience = 15 * time.Minute

// roomFor a pod that no node takes: what an autoscaler said last of it, or a node that
// came since and is starting. What is old says nothing of the present.
func (s *situation) roomFor(p *Pod) roomNews {
	since, news := p.Scheduling.Since, roomNews{}
	if e := s.newest(p, func(e *Event) bool { return readRoomEvent(e) != roomNews{} }); e != nil && !s.passed(e.Last.Add(nodePatience)) {
		if news = readRoomEvent(e); news.refused != "" && e.Last.After(since) {
			since = e.Last
		}
	}
	if n := s.starting(p, since); n != nil {
		return roomNews{coming: "node " + n.Ref.Name + " is starting"}
	}
	return news
}

// anyComing says that room is made for one of the pods, or was found.
func (s *situation) anyComing(pods []*Pod) bool {
	return slices.ContainsFunc(pods, func(p *Pod) bool { return s.chosen(p) || s.roomFor(p).coming != "" })
}

// refusedAll is why an autoscaler adds no node for any of the pods, "" where it did
// not say so of each.
func (s *situation) refusedAll(pods []*Pod) string {
	var why string
	for _, p := range pods {
		if why = s.roomFor(p).refused; why == "" {
			return ""
		}
	}
	return why
}

// readRoomEvent is what an autoscaler says of a pod. cluster-autoscaler has an event
// for each answer; Karpenter nominates a claim for a node, and its refusal has the
// reason of the scheduler's.
func readRoomEvent(e *Event) roomNews {
	switch e.Reason {
	case "TriggeredScaleUp":
		return roomNews{coming: "cluster-autoscaler is adding one (TriggeredScaleUp)"}
	case "Nominated":
		if _, node, found := strings.Cut(e.Message, "should schedule on: "); found {
			return roomNews{coming: "Karpenter nominated " + clipMiddle(node, nameCells)}
		}
	case "NotTriggerScaleUp":
		_, why, _ := strings.Cut(e.Message, "scale-up: ")
		return roomNews{refused: "cluster-autoscaler adds no node" + reasonAfterColon(why)}
	case "FailedScheduling":
		if why, found := strings.CutPrefix(eventWords(e.Message), "Failed to schedule pod, "); found {
			return roomNews{refused: "Karpenter adds no node" + reasonAfterColon(why)}
		}
	}
	return roomNews{}
}

func reasonAfterColon(why string) string {
	if why == "" {
		return ""
	}
	return ": " + clipMiddle(why, messageCells/2)
}

// starting is a node that came after that moment, is not ready yet and may take the
// pod once it is; nil for none.
func (s *situation) starting(p *Pod, after time.Time) *Node {
	for _, n := range s.ground.nodes {
		if !after.IsZero() && n.Created.After(after) && n.isStarting() && s.mayTake(n, p) && !s.passed(n.Created.Add(nodePatience)) {
			return n
		}
	}
	return nil
}

// isStarting says that a node is not ready, or kept free by what has yet to start on it.
func (n *Node) isStarting() bool {
	unreachable := func(t Taint) bool { return t.Key == corev1.TaintNodeUnreachable }
	return !slices.ContainsFunc(n.Taints, unreachable) && (!n.Ready || slices.ContainsFunc(n.Taints, Taint.isOfStart))
}

// mayTake says that the node may take the pod once it has started, as far as selectors,
// taints and its size tell. Plugins have yet to count its GPUs: its labels tell of them.
func (s *situation) mayTake(n *Node, p *Pod) bool {
	if p.Placement.mismatch(n) != "" || !s.home().suits(n, p.Placement) {
		return false
	}
	for _, t := range (&adviser{pod: p}).blockers(n) {
		if !t.isOfStart() {
			return false
		}
	}
	size := *p
	if n.Product != "" {
		size.GPUs = nil
	}
	return (&adviser{pod: &size}).fitsEmpty(n)
}

// isOfStart says that the taint goes once the node has started.
func (t Taint) isOfStart() bool {
	lower := strings.ToLower(t.Key)
	return slices.ContainsFunc([]string{"not-ready", "notready", "uninitialized", "network-unavailable", "unregistered", "startup"},
		func(sign string) bool { return strings.Contains(lower, sign) })
}

// mayGrow says that an autoscaler may add nodes: the labels of some tell of a pool,
// or nodes may not be seen. Not knowing is no proof that none comes.
func (t *terrain) mayGrow() bool {
	return !t.known || slices.ContainsFunc(t.nodes, (*Node).isOfPool)
}

// isOfPool says that the node is one of a group which an autoscaler can change, as
// far as the labels of the clouds and of Karpenter tell.
func (n *Node) isOfPool() bool {
	for _, key := range [...]string{
		"karpenter.sh/nodepool", "karpenter.sh/provisioner-name", "eks.amazonaws.com/nodegroup", "eks.amazonaws.com/compute-type",
		"alpha.eksctl.io/nodegroup-name", "cloud.google.com/gke-nodepool", "kubernetes.azure.com/agentpool", "agentpool",
		"doks.digitalocean.com/node-pool", "k8s.scaleway.com/pool", "k8s.ovh.net/nodepool", "ibm-cloud.kubernetes.io/worker-pool-name",
		"lke.linode.com/pool-id", "node.cluster.x-k8s.io/nodepool", "worker.gardener.cloud/pool", "oke.oraclecloud.com/pool.name",
		"hcloud/node-group",
	} {
		if n.Labels[key] != "" {
			return true
		}
	}
	return false
}
