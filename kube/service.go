package kube

import "time"

// Service is what fader shows of a core/v1 Service. Immutable.
type Service struct {
	Ref          Ref
	Created      time.Time
	Type         string // "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"
	ClusterIP    string // "None" for a headless one, "" for ExternalName
	ExternalName string
	Ports        []ServicePort
	// Selector by label; nil where the Service has none and somebody else writes its endpoints.
	Selector map[string]string
	// PublishNotReady sends traffic to pods that are not ready as well.
	PublishNotReady bool
}

// ServicePort is one port of a Service.
type ServicePort struct {
	Name     string
	Port     int32
	Target   string // number or name of the pods' port
	Protocol string // "TCP", "UDP", "SCTP"
}

// Headless says that clients get the pods' own addresses.
func (s *Service) Headless() bool { return s.ClusterIP == "None" }

// EndpointSlice is what fader shows of a discovery/v1 EndpointSlice. Immutable.
type EndpointSlice struct {
	Ref       Ref
	Service   string // name of the Service it belongs to, "" where it names none
	Family    string // "IPv4", "IPv6", "FQDN"
	ManagedBy string // "" or "endpointslice-controller.k8s.io" for Kubernetes' own
	Endpoints []Endpoint
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

// Backend is a Service with what stands behind it. Immutable.
type Backend struct {
	Service   *Service
	Endpoints []*Placed // ready first, then by address; de-duplicated by pod and family
	// Counts of endpoints, pods counted once whatever their families.
	Ready, Serving, Terminating int
	Backers                     []Backer // most ready endpoints first
	Notice                      Notice
}

// Placed is an endpoint with the rollout it belongs to.
type Placed struct {
	Endpoint
	Deployment Ref   // zero where the pod belongs to none in sight
	Revision   int64 // 0 where unknown
}

// Backer is one revision of one Deployment behind a Service.
type Backer struct {
	Deployment Ref
	Revision   int64
	Ready      int
	Total      int
}

// Notice names what is special about a Service.
type Notice string

const (
	NoNotice        Notice = ""
	IsExternalName  Notice = "ExternalName: a DNS alias, no endpoints"
	HasNoSelector   Notice = "no selector: its endpoints are somebody else's"
	MatchesNoPod    Notice = "selector matches no pod"
	MatchesNotReady Notice = "selector matches pods, none ready"
	PublishesAll    Notice = "publishes pods that are not ready"
	IsHeadless      Notice = "headless: clients see the pods' addresses"
)
