package kube

import (
	"slices"
	"strings"
)

// worth of an old pod's place to a new pod.
type worth int

const (
	useless  worth = iota
	doubtful       // what would tell is not in sight
	useful
)

// freed counts the old pods by what their places are worth.
type freed struct{ useful, doubtful, all int }

// freedFor a pod that no node takes. Which old pod goes first is the controller's
// choice.
func (s *situation) freedFor(p *Pod) freed {
	var f freed
	for _, rev := range s.Revisions {
		if rev.New {
			continue
		}
		for _, old := range rev.live() {
			if old.Node == "" {
				continue
			}
			f.all++
			switch s.worthOf(old, rev, p) {
			case useful:
				f.useful++
			case doubtful:
				f.doubtful++
			}
		}
	}
	return f
}

// worthOf an old pod's place. Where its node has room now, it is something else that
// keeps the pending one away.
func (s *situation) worthOf(old *Pod, rev *Revision, pending *Pod) worth {
	if !s.ground.known {
		return min(doubtful, s.worthByReasons(pending, rev, doubtful))
	}
	n := s.ground.node(old.Node)
	if n == nil || pending.Placement.refusal(n) != "" || s.othersKeepApart(old, n) {
		return useless
	}
	now, then := s.fits(pending, n, &Pod{}), s.fits(pending, n, old)
	return min(then, s.worthByReasons(pending, rev, now))
}

// worthByReasons is the most that one of the scheduler's reasons leaves; now is
// whether there is room without the old pod.
func (s *situation) worthByReasons(pending *Pod, rev *Revision, now worth) worth {
	most := useless
	for _, r := range schedulingReasons(pending.Scheduling.Message) {
		most = max(most, s.worthByReason(r, pending, rev, now))
	}
	return most
}

func (s *situation) worthByReason(r schedulingReason, pending *Pod, rev *Revision, now worth) worth {
	has := func(words string) bool { return strings.Contains(r.text, words) }
	proven := func(held bool) worth {
		if held {
			return useful
		}
		return useless
	}
	switch name := r.insufficient(); {
	case name != "" && pending.takes(name) == 0:
		return doubtful
	case name != "" || r.text == "Too many pods":
		return proven(now != useful) // else there is room by now
	case has("didn't have free ports"):
		return proven(s.bothHave(rev, portPrefix))
	case has("ReadWriteOncePod"), has("no available disk"):
		return proven(s.bothHave(rev, claimPrefix))
	case has("didn't match pod anti-affinity"):
		return proven(s.Deployment.Placement.keepsRevisionsApart())
	case has("(missing required label)"):
		return useless
	case has("topology spread") && s.Deployment.Placement != nil && s.Deployment.Placement.spread != nil,
		has("max volume count"), has("cannot allocate all claims"), has("resourceclaim in use"):
		return doubtful
	}
	return useless
}

// bothHave the same port of a node, or claim, by their templates.
func (s *situation) bothHave(old *Revision, prefix string) bool {
	return slices.ContainsFunc(old.ReplicaSet.Exclusive, func(what string) bool {
		return strings.HasPrefix(what, prefix) && slices.Contains(s.fresh.ReplicaSet.Exclusive, what)
	})
}

// keepsRevisionsApart says that a new pod does not go where an old one is.
func (p *Placement) keepsRevisionsApart() bool {
	return p != nil && slices.ContainsFunc(p.apart, func(a apart) bool { return !a.perRevision })
}

// othersKeepApart says that other pods of the rollout than this one keep a new one off
// the node, by its anti-affinity.
func (s *situation) othersKeepApart(old *Pod, n *Node) bool {
	if s.Deployment.Placement == nil {
		return false
	}
	for _, a := range s.Deployment.Placement.apart {
		domain, found := n.Labels[a.key]
		for _, rev := range s.Revisions {
			if !found || a.perRevision && !rev.New {
				continue
			}
			if slices.ContainsFunc(rev.live(), func(p *Pod) bool {
				at := s.ground.node(p.Node)
				return p != old && at != nil && at.Labels[a.key] == domain
			}) {
				return true
			}
		}
	}
	return false
}

// hasRoom says that a node has room for the pod by now, where the scheduler said that
// nothing but room was missing.
func (s *situation) hasRoom(p *Pod) bool {
	for _, r := range schedulingReasons(p.Scheduling.Message) {
		if r.generality() == 0 && r.text != "Too many pods" && p.takes(r.insufficient()) == 0 {
			return false
		}
	}
	return slices.ContainsFunc(s.ground.nodes, func(n *Node) bool {
		return p.Placement.refusal(n) == "" && s.fits(p, n, &Pod{}) == useful
	})
}

// fits says whether a pod finds room on a node once the other one is gone.
func (s *situation) fits(p *Pod, n *Node, gone *Pod) worth {
	fits := min(s.fitsIn(ResourceCPU, p, n, gone), s.fitsIn(ResourceMemory, p, n, gone), s.fitsIn(ResourcePods, p, n, gone))
	for name := range p.GPUs {
		fits = min(fits, s.fitsIn(name, p, n, gone))
	}
	return fits
}

func (s *situation) fitsIn(resource string, p *Pod, n *Node, gone *Pod) worth {
	need, freed := p.takes(resource), int64(0)
	if gone.Node != "" {
		freed = gone.takes(resource)
	}
	known := s.devices.uncounted(resource) == "" && (n.Allocatable != (Amount{}) || p.GPUs[resource] > 0)
	switch {
	case need == 0:
		return useful
	case known && n.gives(resource)-s.taken.of(n, resource)+freed < need:
		return useless
	case freed >= need || known && s.taken.all():
		return useful
	}
	return doubtful
}
