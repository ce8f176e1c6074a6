package kube

import (
	"reflect"
	"slices"
	"sync/atomic"
	"time"
)

// maxEvents of a rollout are shown, the newest. Causes are found with all of them.
const maxEvents = 50

// inputs are the objects that one rollout is made of, in a fixed order.
type inputs struct {
	deployment  *Deployment
	replicaSets []*ReplicaSet // by name
	pods        []*Pod        // by name
	events      []*Event      // all of them, in the order of the store
	eventsKnown bool          // they may be seen and were read: that there is none means something
	backends    []*Backend    // by name; nil where Services are not known
	autoscalers []*Autoscaler // by name
	budgets     []*Budget     // by name
	terrain     *terrain
	gpuNodes    []*GPUNode     // only where a rollout may fail for want of GPUs; nil otherwise
	devices     *deviceSources // the same
	taken       *taken         // only where a pod waits for room; nil otherwise
	// now is no part of what the rollout is made of: see Rollout.recheck.
	now time.Time
}

// memo remembers what a rollout was last made from. It is the one thing behind a
// Rollout that changes: after a list was read again every object is new and equal,
// and the rollout is the old one made from new inputs.
type memo struct{ from atomic.Pointer[inputs] }

// Build joins the objects into a snapshot, everything by namespace, then name. Who
// belongs to whom is told by the UID of the controlling owner, never by labels.
// Number and Health are the caller's to set.
//
// previous is the last result for the same scope, nil for none. What comes out
// deeply equal to what it was is that very pointer, and where no object of it is
// another than last time it is not even derived.
func Build(objects Objects, previous *Snapshot) *Snapshot {
	if previous == nil {
		previous = &Snapshot{}
	}
	objects = objects.sorted()
	joined := join(objects)
	next := &Snapshot{Scope: objects.Scope, Pods: objects.Pods, ReplicaSets: objects.ReplicaSets, Nodes: objects.Nodes, GPUResources: objects.GPUResources}
	m := &next.made
	m.index(objects, joined, &previous.made)
	m.terrain = terrainOf(objects, &previous.made)
	m.relations = relationsOf(objects, &previous.made)
	next.Backends = backendsOf(objects, m, previous)
	m.devices = deviceSourcesOf(objects, &previous.made)
	next.GPUNodes = gpuNodesOf(objects, m, previous)
	relateAll(joined, m, next)
	m.taken = takenFor(joined, objects, &previous.made)
	next.Rollouts = rolloutsOf(joined, previous.Rollouts)
	return next
}

// Due reports whether time alone has changed what the snapshot would say: Build it
// again, although no object is another.
func (s *Snapshot) Due(now time.Time) bool {
	return slices.ContainsFunc(s.Rollouts, func(r *Rollout) bool { return r.due(now) })
}

func (r *Rollout) due(now time.Time) bool { return !r.recheck.IsZero() && !now.Before(r.recheck) }

// Shows says that both snapshots show the same, whatever their numbers and health:
// one need not be drawn after the other. Nil, which is unknown, is not empty.
func (s *Snapshot) Shows(other *Snapshot) bool {
	return s.Scope == other.Scope &&
		identical(s.Rollouts, other.Rollouts) &&
		identical(s.Pods, other.Pods) &&
		identical(s.ReplicaSets, other.ReplicaSets) &&
		identical(s.Backends, other.Backends) &&
		identical(s.Nodes, other.Nodes) &&
		identical(s.GPUNodes, other.GPUNodes)
}

func identical[T any](a, b []*T) bool { return (a == nil) == (b == nil) && slices.Equal(a, b) }

// rolloutsOf the joined objects; one whose inputs make the same as before is the
// previous one with the same Ref.
func rolloutsOf(joined []inputs, previous []*Rollout) []*Rollout {
	before := make(map[Ref]*Rollout, len(previous))
	for _, r := range previous {
		before[r.Ref()] = r
	}
	rollouts := make([]*Rollout, 0, len(joined))
	for _, in := range joined {
		rollouts = append(rollouts, settle(before[in.deployment.Ref], in))
	}
	return rollouts
}

// settle answers the previous rollout if the inputs make the same one.
func settle(previous *Rollout, in inputs) *Rollout {
	if previous != nil && previous.memo != nil {
		if from := previous.memo.from.Load(); from != nil && from.same(in) && !previous.due(in.now) {
			return previous
		}
	}
	in = in.clone()
	next := derive(in, previous)
	if previous != nil && previous.memo != nil && previous.equal(next) {
		previous.memo.from.Store(&in)
		return previous
	}
	next.memo = &memo{}
	next.memo.from.Store(&in)
	return next
}

func (in inputs) same(other inputs) bool {
	return in.deployment == other.deployment &&
		slices.Equal(in.replicaSets, other.replicaSets) &&
		slices.Equal(in.pods, other.pods) &&
		slices.Equal(in.events, other.events) && in.eventsKnown == other.eventsKnown &&
		identical(in.backends, other.backends) &&
		slices.Equal(in.autoscalers, other.autoscalers) &&
		slices.Equal(in.budgets, other.budgets) &&
		in.terrain == other.terrain &&
		identical(in.gpuNodes, other.gpuNodes) &&
		in.devices == other.devices &&
		in.taken == other.taken
}

// clone takes the lists out of the arrays that all rollouts of a build share.
func (in inputs) clone() inputs {
	in.replicaSets = slices.Clone(in.replicaSets)
	in.pods = slices.Clone(in.pods)
	in.events = slices.Clone(in.events)
	return in
}

// equal compares all that is shown.
func (r *Rollout) equal(other *Rollout) bool {
	a, b := *r, *other
	a.memo, b.memo = nil, nil
	return reflect.DeepEqual(a, b)
}

// derive a rollout from its objects, and from what the previous one knew; nil for none.
func derive(in inputs, previous *Rollout) *Rollout {
	events := newestFirst(in.events)
	r := &Rollout{
		Deployment: in.deployment,
		Status:     in.deployment.statusSentence(),
		Revisions:  revisionsOf(in),
		Events:     events[:min(len(events), maxEvents):min(len(events), maxEvents)],
		Backends:   in.backends,
		Budgets:    in.budgets,
		Topology:   topologyOf(in),
	}
	if len(in.autoscalers) > 0 {
		r.Autoscaler = in.autoscalers[0]
	}
	if previous != nil {
		r.seen = previous.seen
	}
	r.noteScaling(events)
	r.Deadline = deadlineOf(in.deployment)
	r.Causes = causesOf(r, in, events)
	r.Remarks = remarksOf(r, in)
	r.Phase = phaseOf(r)
	r.Since = sinceOf(r)
	r.seen = r.seen.next(r)
	return r
}
