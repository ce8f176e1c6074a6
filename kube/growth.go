package kube

import (
	"slices"
	"strings"
	"time"
)

// roomNews is what is known of room that somebody makes for pods: at most one of the
// two is said.
type roomNews struct {
	coming  string // "Karpenter nominated nodeclaim/default-x7k2p"
	refused string // "cluster-autoscaler adds no node: …"
}

// roomFor pods that no node takes: victims of a preemption that have yet to go, a
// node that is starting, or what an autoscaler said last of one of the pods.
func (s *situation) roomFor(u *unplaced) roomNews {
	for _, p := range u.pods {
		if p.NominatedNode != "" {
			return roomNews{coming: "the scheduler preempts other pods on " + p.NominatedNode}
		}
	}
	if n := s.ground.starting(u.since); n != nil {
		return roomNews{coming: "node " + n.Ref.Name + " is starting"}
	}
	for _, e := range s.Events { // the newest first
		news := readRoomEvent(e)
		if news == (roomNews{}) {
			continue
		}
		if slices.ContainsFunc(u.pods, func(p *Pod) bool { return e.isAbout(p.Ref) }) {
			return news
		}
	}
	return roomNews{}
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

// starting is a node that came after that moment and is not ready yet, nil for none.
func (t *terrain) starting(after time.Time) *Node {
	for _, n := range t.nodes {
		if !n.Ready && !after.IsZero() && n.Created.After(after) {
			return n
		}
	}
	return nil
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
