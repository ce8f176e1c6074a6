package kube

import (
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// EndpointSlice is what fader shows of a discovery/v1 EndpointSlice. Immutable.
type EndpointSlice struct {
	Ref Ref
	// ResourceVersion tells which of two slices knows better about a pod that is
	// in both while it is moved from one to the other.
	ResourceVersion string
	Service         string // name of the Service it belongs to, "" where it names none
	Family          string // "IPv4", "IPv6", "FQDN"
	ManagedBy       string // "" or "endpointslice-controller.k8s.io" for Kubernetes' own
	Ports           []SlicePort
	Endpoints       []Endpoint
}

// SlicePort is a port that all endpoints of a slice have. It belongs to the
// Service port of that name and protocol.
type SlicePort struct {
	Name     string // "" for the only port of a Service
	Protocol string // "TCP", "UDP", "SCTP"
}

// Endpoint is one address behind a Service.
type Endpoint struct {
	Address string
	Ports   string // "8080" or "8080,9090", "" for none
	// Ready gets traffic; Serving answers, ready or terminating; Terminating is
	// on its way out. The API's nil is resolved: ready, serving, not terminating.
	Ready, Serving, Terminating bool
	Pod                         Ref // zero where the endpoint is no pod
	Node, Zone                  string
}

// NewEndpointSlice reads an EndpointSlice; nothing of the object is kept.
func NewEndpointSlice(s *discoveryv1.EndpointSlice) *EndpointSlice {
	slice := &EndpointSlice{
		Ref:             refOf(KindEndpointSlice, &s.ObjectMeta),
		ResourceVersion: s.ResourceVersion,
		Service:         Clean(s.Labels[discoveryv1.LabelServiceName]),
		Family:          Clean(string(s.AddressType)),
		ManagedBy:       Clean(s.Labels[discoveryv1.LabelManagedBy]),
	}
	ports := portsText(s.Ports)
	slice.Ports = slicePorts(s.Ports)
	if len(s.Endpoints) > 0 {
		slice.Endpoints = make([]Endpoint, len(s.Endpoints))
	}
	for i := range s.Endpoints {
		slice.Endpoints[i] = newEndpoint(&s.Endpoints[i], ports)
	}
	return slice
}

func newEndpoint(e *discoveryv1.Endpoint, ports string) Endpoint {
	endpoint := Endpoint{
		Ports:       ports,
		Ready:       valueOr(e.Conditions.Ready, true),
		Serving:     valueOr(e.Conditions.Serving, true),
		Terminating: valueOr(e.Conditions.Terminating, false),
		Node:        Clean(valueOr(e.NodeName, "")),
		Zone:        Clean(valueOr(e.Zone, "")),
	}
	if len(e.Addresses) > 0 { // more have no meaning, and nobody sends anything there
		endpoint.Address = Clean(e.Addresses[0])
	}
	if t := e.TargetRef; t != nil && t.Kind == string(KindPod) {
		endpoint.Pod = Ref{Kind: KindPod, Namespace: Clean(t.Namespace), Name: Clean(t.Name), UID: string(t.UID)}
	}
	return endpoint
}

// slicePorts are the ports that traffic can be sent to. One without a number is
// none: kube-proxy ignores it.
func slicePorts(from []discoveryv1.EndpointPort) []SlicePort {
	var ports []SlicePort
	for i := range from {
		p := &from[i]
		if valueOr(p.Port, 0) != 0 {
			ports = append(ports, SlicePort{Clean(valueOr(p.Name, "")), Clean(string(valueOr(p.Protocol, corev1.ProtocolTCP)))})
		}
	}
	return ports
}

// portsText joins the ports of a slice, each number once.
func portsText(from []discoveryv1.EndpointPort) string {
	var ports []int32
	for i := range from {
		if from[i].Port != nil {
			ports = append(ports, *from[i].Port)
		}
	}
	slices.Sort(ports)
	var texts []string
	for _, p := range slices.Compact(ports) {
		texts = append(texts, strconv.Itoa(int(p)))
	}
	return strings.Join(texts, ",")
}

func valueOr[T any](p *T, fallback T) T {
	if p == nil {
		return fallback
	}
	return *p
}
