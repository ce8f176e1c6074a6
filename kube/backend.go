package kube

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
	// Backers, most ready endpoints first. Endpoints that belong to no Deployment
	// in sight are in none.
	Backers []Backer
	Notice  Notice
}

// Placed is an endpoint with the rollout it belongs to.
type Placed struct {
	Endpoint
	Family     string // "IPv4", "IPv6", "FQDN"
	ManagedBy  string // who wrote it, "" for Kubernetes' own controller
	Deployment Ref    // zero where the pod belongs to none in sight
	Revision   int64  // 0 where unknown
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
	NoNotice         Notice = ""
	IsExternalName   Notice = "ExternalName: a DNS alias, no endpoints"
	HasNoSelector    Notice = "no selector: its endpoints are somebody else's"
	EndpointsUnknown Notice = "its endpoints are not known"
	MatchesNoPod     Notice = "selector matches no pod"
	MatchesNotReady  Notice = "selector matches pods, none ready"
	PublishesAll     Notice = "publishes pods that are not ready"
	IsHeadless       Notice = "headless: clients see the pods' addresses"
)
