package kube

import (
	"fmt"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
)

// multiAttach is a volume that only one node may have at a time, and the pods that
// use it there; nil where the message does not name them.
type multiAttach struct {
	volume string
	pods   []string
}

// multiAttached reads the attach controller's message (reportMultiAttachError in
// pkg/controller/volume/attachdetach); the zero value for any other event.
func multiAttached(e *Event) multiAttach {
	_, after, found := strings.Cut(e.Message, `Multi-Attach error for volume "`)
	if e.Reason != failedAttach || !found {
		return multiAttach{}
	}
	volume, after, _ := strings.Cut(after, `"`)
	m := multiAttach{volume: volume}
	if _, names, found := strings.Cut(after, "used by pod(s) "); found {
		names, _, _ = strings.Cut(names, " and ") // "and 2 pod(s) in different namespaces"
		for _, name := range strings.Split(names, ",") {
			m.pods = append(m.pods, strings.TrimSpace(name))
		}
	}
	return m
}

// attachCause tells who holds the volume, and whether it will be let go.
func (u *unset) attachCause(s *situation, c cohort) Cause {
	m, n := multiAttached(u.says), len(u.pods)
	cause := Cause{
		Kind:     CauseCannotStart,
		Severity: Attention,
		Text:     fmt.Sprintf("%s cannot start (%s): volume %q is attached to another node", c.some(n), u.says.Reason, m.volume),
		About:    u.pods[0].Ref,
		Since:    troubledSince(u.pods),
	}
	holder, rev := s.holderOf(m)
	if holder == nil {
		if len(m.pods) > 0 {
			cause.Text += ", where pod " + m.pods[0] + " uses it"
		}
		return cause
	}
	trouble := s.nodeTrouble(holder)
	switch cause.Text += fmt.Sprintf(", where pod %s uses it", holder.Ref.Name); {
	case trouble != "":
		cause.Text += fmt.Sprintf("; node %s %s", holder.Node, trouble)
		cause.Hint = nodeHint(holder.Node, trouble)
	case !holder.Terminating.IsZero():
		cause.Severity = Info
		cause.Text += " until it has terminated"
	case rev.New:
		cause.Hint = "the claim serves one node at a time: run one replica, or use a claim that is ReadWriteMany"
	case s.keepsOldPods():
		cause.Kind, cause.Severity = CauseVolumeDeadlock, Broken
		cause.Text = fmt.Sprintf("volume deadlock: %s %s for volume %q, which pod %s holds on another node, and maxUnavailable %s lets no old pod go before a new one is available",
			c.some(n), verb(n, "waits", "wait"), m.volume, holder.Ref.Name, s.Deployment.Strategy.unavailableText())
		cause.Hint = "set maxSurge 0 / maxUnavailable 1, or use strategy Recreate"
	}
	return cause
}

// holderOf the volume: the pod of this rollout that is named, and its revision; nil
// where it is another's, or none is named.
func (s *situation) holderOf(m multiAttach) (*Pod, *Revision) {
	for _, rev := range s.Revisions {
		for _, p := range rev.Pods {
			if !p.Finished && slices.Contains(m.pods, p.Ref.Name) {
				return p, rev
			}
		}
	}
	return nil, nil
}

// keepsOldPods reports whether the rollout may not take an old pod away before
// another new one is available.
func (s *situation) keepsOldPods() bool {
	d := s.Deployment
	return d.Strategy.Type == string(appsv1.RollingUpdateDeploymentStrategyType) && d.IsObserved() && !d.Paused &&
		d.Strategy.Unavailable == 0 && d.Replicas.Available <= d.Strategy.AtLeast
}
