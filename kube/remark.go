package kube

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// probeSlack is how much earlier than pods were ever ready a probe may begin to
// ask before that is worth a remark.
const probeSlack = 10 * time.Second

// remarksOf a rollout: what may go wrong next, while nothing has to be wrong now.
func remarksOf(r *Rollout, in inputs) []string {
	var remarks []string
	for _, remark := range []string{
		surgeRemark(r, in.gpuNodes, in.devices), probeRemark(r), delayRemark(r), blindRemark(r), rivalsRemark(in.autoscalers), portsRemark(r),
	} {
		if remark != "" {
			remarks = append(remarks, Clean(remark))
		}
	}
	return remarks
}

// needsSurgeGPUs says that an update needs GPUs on top of those it has.
func (d *Deployment) needsSurgeGPUs() bool {
	return len(d.GPUs) > 0 && d.Replicas.Desired > 0 && d.Strategy.Unavailable == 0 && d.Strategy.Surge > 0
}

// surgeRemark tells a surge deadlock before it happens: no node that the pods may
// use has GPUs free for one more. While pods are on their way in or out, GPUs change
// hands, and it is the causes' turn to speak.
func surgeRemark(r *Rollout, nodes []*GPUNode, devices *deviceSources) string {
	d := r.Deployment
	if !d.needsSurgeGPUs() || nodes == nil || r.inMotion() {
		return ""
	}
	usable := 0
	for _, n := range nodes {
		if d.Placement.refusal(n.Node) != "" || !n.has(d.GPUs) {
			continue
		}
		usable++
		if n.fits(d.GPUs) {
			return ""
		}
	}
	if uncounted := devices.uncountedText(d.GPUs); uncounted != nil {
		return fmt.Sprintf("the next update needs %s for its first pod: whether so many are free is not known, %s not counted",
			gpuText(d.GPUs), strings.Join(uncounted, " and ")+verb(len(uncounted), " is", " are"))
	}
	where := fmt.Sprintf("none of the %d %s that could take it has so many free", usable, plural(usable, "node"))
	if usable == 0 {
		where = "no node that has so many takes its pods"
	}
	return fmt.Sprintf("the next update needs %s for its first pod, and %s; maxUnavailable %s frees none: set maxSurge 0 / maxUnavailable 1, or free a GPU",
		gpuText(d.GPUs), where, d.Strategy.unavailableText())
}

// inMotion says that pods of the rollout come or go.
func (r *Rollout) inMotion() bool {
	if r.Verdict() != VerdictSuccess && !(r.Deployment.Paused && r.Deployment.Replicas.Updated == 0) {
		return true
	}
	return slices.ContainsFunc(r.Revisions, func(rev *Revision) bool {
		return rev.Terminating() > 0 || slices.ContainsFunc(rev.Pods, (*Pod).waitsForNode)
	})
}

// has the resources at all, free or not.
func (n *GPUNode) has(gpus map[string]int64) bool {
	return n.each(gpus, func(u *GPUUse, wanted int64) bool { return u.Allocatable >= wanted })
}

// fits says that so many are free, as far as pods are in sight.
func (n *GPUNode) fits(gpus map[string]int64) bool {
	return n.each(gpus, func(u *GPUUse, wanted int64) bool { return u.Free >= wanted })
}

func (n *GPUNode) each(gpus map[string]int64, holds func(u *GPUUse, wanted int64) bool) bool {
	for name, wanted := range gpus {
		at := slices.IndexFunc(n.Resources, func(u GPUUse) bool { return u.Resource == name })
		if at < 0 || !holds(&n.Resources[at], wanted) {
			return false
		}
	}
	return true
}

// probeRemark names containers whose pods count as ready as soon as they start: all
// of them where none has a readiness probe, else those that something is sent to.
func probeRemark(r *Rollout) string {
	var bare []string
	probed := false
	for _, c := range r.Deployment.Containers {
		probed = probed || c.HasReadinessProbe
	}
	for _, c := range r.Deployment.Containers {
		if !c.Init && !c.Sidecar && !c.HasReadinessProbe && (!probed || c.HasPorts) {
			bare = append(bare, fmt.Sprintf("%q", c.Name))
		}
	}
	if len(bare) == 0 {
		return ""
	}
	text := fmt.Sprintf("%s %s %s no readiness probe: ready only means started", plural(len(bare), "container"), strings.Join(bare, ", "), verb(len(bare), "has", "have"))
	if took, rev := r.readyTime(); rev != nil {
		text += fmt.Sprintf(", and pods of %s took %s to get ready", rev.label(), Brief(took))
	}
	return text
}

// delayRemark names the probe that begins to ask long before any pod of an earlier
// revision was ready: if it is answered too soon, traffic comes too soon.
func delayRemark(r *Rollout) string {
	took, rev := r.readyTime()
	if rev == nil {
		return ""
	}
	for _, c := range r.Deployment.Containers {
		if c.Init || c.Sidecar || !c.HasReadinessProbe || c.HasStartupProbe || c.ReadinessDelay+probeSlack > took {
			continue
		}
		return fmt.Sprintf("the readiness probe of container %q asks after %s, and pods of %s took %s to get ready: make sure that it does not answer too soon",
			c.Name, Brief(c.ReadinessDelay), rev.label(), Brief(took))
	}
	return ""
}

// readyTime is the shortest time that a pod of an earlier revision took from the
// start of its containers to being ready, and the revision; nil where none tells.
// Pods that restarted tell of something else.
func (r *Rollout) readyTime() (time.Duration, *Revision) {
	for _, rev := range r.Revisions {
		if rev.New {
			continue
		}
		least := time.Duration(0)
		for _, p := range rev.Pods {
			took := p.ReadySince.Sub(p.Started)
			if p.IsReady && p.Restarts == 0 && !p.Started.IsZero() && took > probeSlack && (least == 0 || took < least) {
				least = took
			}
		}
		if least > 0 {
			return least.Round(time.Second), rev
		}
	}
	return 0, nil
}

// blindRemark tells of an autoscaler that sees nothing to scale by.
func blindRemark(r *Rollout) string {
	if r.Autoscaler == nil || r.Autoscaler.Blind == "" {
		return ""
	}
	if a := r.Autoscaler; a.NoMetrics {
		return fmt.Sprintf("autoscaler %s has no metrics (%s): it does nothing between %d and %d pods", a.Ref.Name, a.Blind, a.Min, a.Max)
	}
	return fmt.Sprintf("autoscaler %s cannot scale: %s", r.Autoscaler.Ref.Name, r.Autoscaler.Blind)
}

// rivalsRemark tells of several autoscalers that undo each other's work.
func rivalsRemark(all []*Autoscaler) string {
	if len(all) < 2 {
		return ""
	}
	names := make([]string, len(all))
	for i, a := range all {
		names[i] = a.Ref.Name
	}
	return fmt.Sprintf("%d autoscalers scale it against each other: %s", len(all), strings.Join(names, ", "))
}
