package kube

import (
	"fmt"
	"slices"
	"strings"
)

// Backend is a Service with what stands behind it. Immutable.
type Backend struct {
	Service *Service
	// Endpoints: ready first, then serving, then by address; de-duplicated by pod
	// and family. Nil where they are not known (Unknown), empty for none.
	Endpoints []*Placed
	// Unknown: the endpoints are not read yet or may not be seen. All counts are
	// nought then, and mean nothing.
	Unknown bool
	// Counts of endpoints, pods counted once whatever their families.
	Ready, Serving, Terminating int
	// Backers are the revisions of Deployments in sight, most ready endpoints
	// first; Others are all other owners of endpoints, in the same order. Together
	// they hold every endpoint.
	Backers []Backer
	Others  []OtherBacker
	// Ports of the Service, where a pod that is ready does not have all of them;
	// nil where every such pod has.
	Ports  []BackendPort
	Notice Notice
}

// BackendPort is a port of a Service with the pods that have it, and those that
// are ready and do not.
type BackendPort struct {
	Port           ServicePort
	Ready, Missing int
	// Known: some endpoint has it, ready or not.
	Known bool
}

// Dead reports whether nothing that is sent to the port reaches a pod, because no
// pod that is ready has it.
func (p BackendPort) Dead() bool { return p.Ready == 0 && p.Missing > 0 }

// Placed is an endpoint with the rollout it belongs to. Ready and Serving are for
// this Service: a pod that has none of the Service's ports is neither.
type Placed struct {
	Endpoint
	// Missing are the ports of the Service that the endpoint does not have
	// ("http"); nil for none. Do not change it.
	Missing []string
	// NoPort: the slice calls the endpoint ready, and it gets no traffic, because it
	// has none of the ports.
	NoPort     bool
	Family     string // "IPv4", "IPv6", "FQDN"
	ManagedBy  string // who wrote it, "" for Kubernetes' own controller
	Deployment Ref    // zero where the pod belongs to none in sight
	Revision   int64  // 0 where unknown
	// Controller of the pod where Deployment is zero; see OtherBacker.
	Controller Controller
}

// Controller names the object that controls a pod or a ReplicaSet. Zero for none.
type Controller struct {
	Kind Kind
	Name string
}

// Backer is one revision of one Deployment behind a Service.
type Backer struct {
	Deployment Ref
	Revision   int64
	Ready      int
	Total      int
}

// OtherBacker is whatever has pods behind a Service and is no Deployment in sight.
type OtherBacker struct {
	// Controller: "StatefulSet" "store"; of Kind Pod and without a name for all
	// pods that have none; zero for endpoints without a pod in sight.
	Controller   Controller
	Ready, Total int
}

// Text names the owner: "StatefulSet store", "pods without owner", "other endpoints".
func (o OtherBacker) Text() string {
	switch o.Controller {
	case Controller{}:
		return "other " + plural(o.Total, "endpoint")
	case Controller{Kind: KindPod}:
		return plural(o.Total, "pod") + " without owner"
	}
	return o.Controller.String()
}

// String is "StatefulSet store".
func (c Controller) String() string { return string(c.Kind) + " " + c.Name }

// ServesAll reports whether an endpoint of the Service has every port that any of
// the others has, ready or not: it can take their place.
func (b *Backend) ServesAll(p *Placed) bool {
	for _, port := range b.Ports {
		if port.Known && slices.Contains(p.Missing, port.Port.Text()) {
			return false
		}
	}
	return true
}

// MissingPorts says how many ready pods lack which port: "4 pods do not have port
// http"; "" where none does.
func (b *Backend) MissingPorts() string {
	noun := "pod"
	if len(b.Service.Selector) == 0 {
		noun = "endpoint"
	}
	var all []string
	for _, p := range b.Ports {
		if text := MissingPort(p.Missing, noun, p.Port.Text()); p.Missing > 0 && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return strings.Join(all, ", ")
}

// MissingPort is "4 pods do not have port http".
func MissingPort(n int, noun, port string) string {
	return fmt.Sprintf("%d %s %s not have port %s", n, plural(n, noun), verb(n, "does", "do"), port)
}

// NoticeText is the notice in words, with the ports that pods do not have.
func (b *Backend) NoticeText() string {
	switch b.Notice {
	case MatchesNoPort:
		return b.MissingPorts()
	case HasDeadPort:
		var dead []string
		for _, p := range b.Ports {
			if text := p.Port.Text(); p.Dead() && !slices.Contains(dead, text) {
				dead = append(dead, text)
			}
		}
		return fmt.Sprintf("no ready pod has port %s", strings.Join(dead, ", "))
	}
	return string(b.Notice)
}

// Notice names what is special about a Service.
type Notice string

const (
	NoNotice         Notice = ""
	IsExternalName   Notice = "ExternalName: a DNS alias, no endpoints"
	HasNoSelector    Notice = "no selector: its endpoints are somebody else's"
	EndpointsUnknown Notice = "its endpoints are not known"
	MatchesNoPod     Notice = "selector matches no pod"
	MatchesNotReady  Notice = "selector matches pods, none ready"
	MatchesNoPort    Notice = "selector matches pods, none has the port"
	HasDeadPort      Notice = "no ready pod has one of its ports"
	PublishesAll     Notice = "publishes pods that are not ready"
	IsHeadless       Notice = "headless: clients see the pods' addresses"
)
