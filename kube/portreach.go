package kube

import (
	"fmt"
	"slices"
	"strings"
)

// portReach is how many of a Deployment's ready pods ports of a Service reach, which
// all have another of its ports.
type portReach struct {
	service    string
	ports      []string
	has, lacks int
	// lasting: pods of the present template lack the ports, or pods of nobody knows
	// which. Where only older ones do, the rollout cures it.
	lasting bool
}

// String is "port metrics of Service web reaches 1 of 10 ready pods".
func (r portReach) String() string {
	n, all := len(r.ports), r.has+r.lacks
	return fmt.Sprintf("%s %s of Service %s %s %d of %d ready %s", plural(n, "port"), strings.Join(r.ports, " and "), r.service,
		verb(n, "reaches", "reach"), r.has, all, plural(all, "pod"))
}

// partlyReached finds the ports that the most of the Deployment's pods lack, and lack
// for good; the zero value where every port reaches all of them, or nobody. Where no
// endpoint has all ports they are shared out among the pods on purpose.
func (b *Backend) partlyReached(d Ref, fresh *Revision) portReach {
	if b.Ports == nil || b.Service.Headless() || !slices.ContainsFunc(b.Endpoints, b.isWhole) {
		return portReach{}
	}
	var worst portReach
	for _, p := range b.Ports {
		if p.Ready == 0 || p.Missing == 0 {
			continue
		}
		port := p.Port.Text()
		r := b.reachOf(port, d, fresh)
		switch {
		case r.lacks == 0 || slices.Contains(worst.ports, port):
		case r.lasting && !worst.lasting, r.lasting == worst.lasting && r.lacks > worst.lacks:
			worst = r
		case r.lasting == worst.lasting && r.lacks == worst.lacks && r.has == worst.has:
			worst.ports = append(worst.ports, port)
		}
	}
	return worst
}

// isWhole is an endpoint with every port that any ready one has.
func (b *Backend) isWhole(e *Placed) bool {
	return e.Ready && !slices.ContainsFunc(b.Ports, func(p BackendPort) bool {
		return p.Ready > 0 && slices.Contains(e.Missing, p.Port.Text())
	})
}

// reachOf a port among the Deployment's ready pods, whatever their families.
func (b *Backend) reachOf(port string, d Ref, fresh *Revision) portReach {
	r := portReach{service: b.Service.Ref.Name, ports: []string{port}}
	has, revisions := make(map[Ref]bool), make(map[Ref]int64)
	for _, e := range b.Endpoints {
		if e.Ready && e.Deployment == d {
			has[e.Pod] = has[e.Pod] || !slices.Contains(e.Missing, port)
			revisions[e.Pod] = e.Revision
		}
	}
	for pod, reached := range has {
		r.has += one(reached)
		r.lacks += one(!reached)
		if !reached {
			rev := revisions[pod]
			r.lasting = r.lasting || fresh == nil || rev == 0 || rev == fresh.ReplicaSet.Revision
		}
	}
	return r
}

// portsRemark tells of a port that pods of older revisions do not have: what comes for
// it goes to the others alone until the rollout is through.
func portsRemark(r *Rollout) string {
	for _, b := range r.Backends {
		if b.Ports == nil {
			continue
		}
		if reach := b.partlyReached(r.Deployment.Ref, r.NewRevision()); reach.lacks > 0 && !reach.lasting {
			return reach.String() + ": those of older revisions do not have " + verb(len(reach.ports), "it", "them")
		}
	}
	return ""
}
