package kube

import "time"

// Snapshot is everything in scope at one moment. Immutable once published.
type Snapshot struct {
	// Number grows by one with every published snapshot of a watch; two
	// snapshots with equal numbers are the same.
	Number   uint64
	Scope    Scope
	Rollouts []*Rollout // by namespace, then name
	// Pods and ReplicaSets in scope, those of no Deployment included; by
	// namespace, then name. Revision and owner: see Owner. Nil where they may not
	// be seen.
	Pods        []*Pod
	ReplicaSets []*ReplicaSet
	Backends    []*Backend // every Service, by namespace, then name; nil where they may not be seen
	Nodes       []*Node    // by name; nil where they may not be seen
	GPUNodes    []*GPUNode // nodes with GPUs, by name; nil where nodes may not be seen
	// GPUResources are the operator's further names of resources that count as GPUs.
	GPUResources []string
	Health       Health

	// made is what Build remembers for the next time; no part of what is shown.
	made made
}

// Scope is what is watched.
type Scope struct {
	Namespace string // "" for all
	Selector  string // label selector on Deployments, "" for all
}

// Rollout finds a Deployment by its Ref, nil where it is gone.
func (s *Snapshot) Rollout(ref Ref) *Rollout {
	for _, r := range s.Rollouts {
		if r.Deployment.Ref == ref {
			return r
		}
	}
	return nil
}

// State of the connection, or of one resource's watch.
type State string

const (
	Syncing      State = "syncing"      // the first list is under way: counts are not yet true
	Live         State = "live"         // answers, and the stores are in step
	Lagging      State = "lagging"      // a watch delivered nothing although there was something: what is shown is old
	Disconnected State = "disconnected" // the server does not answer: what is shown is old
	Forbidden    State = "forbidden"    // 403: this will not come without a change of rights
	NeedsLogin   State = "needs login"  // 401
	Missing      State = "missing"      // of a resource that the server does not have (404)
)

// Health says how far what is shown can be trusted.
type Health struct {
	State State
	// Since when State holds. Of a state that follows Live it is Heard.
	Since time.Time
	// Heard is the last moment for which what is shown is known to be true; zero while
	// State is Live, and where nothing has been read yet.
	Heard time.Time
	// Message is one sentence for a state other than Live: what the server or the network said.
	Message string
	// Warning is one sentence about a Live connection that has something wrong with it,
	// "" for none. What is shown is true all the same.
	Warning string
	// Resources by plural name: "deployments", "replicasets", "pods", "events",
	// "services", "endpointslices", "nodes", "horizontalpodautoscalers",
	// "poddisruptionbudgets", "deviceclasses", "resourceslices".
	Resources map[string]ResourceHealth
}

// ResourceHealth is the state of one informer.
type ResourceHealth struct {
	State   State
	Count   int // objects in the store: the progress of a first list
	Message string
	// Heard is the last moment for which the objects are known to be true; zero where
	// they are, or were never read.
	Heard time.Time
	// Unread: no list has ever been complete. What is not there may still exist.
	Unread bool
}

// Stale says that moves must be refused: the state of the cluster is not known.
func (h Health) Stale() bool { return h.State != Live }
