package kube

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
)

// maxEvents of a rollout are kept, the newest.
const maxEvents = 50

// inputs are the objects that one rollout is made of, in a fixed order.
type inputs struct {
	deployment  *Deployment
	replicaSets []*ReplicaSet // by name
	pods        []*Pod        // by name
	events      []*Event      // newest first
}

// memo remembers what a rollout was last made from. It is the one thing behind a
// Rollout that changes: after a list was read again every object is new and equal,
// and the rollout is the old one made from new inputs.
type memo struct{ from atomic.Pointer[inputs] }

// Build joins the objects into rollouts, by namespace, then name. Who belongs to
// whom is told by the UID of the controlling owner, never by labels.
//
// previous is the last result for the same scope, in any order: a rollout that
// comes out deeply equal to the one with the same Ref is that very pointer, and
// where no object of it is another than last time it is not even derived.
func Build(objects Objects, previous []*Rollout) []*Rollout {
	before := make(map[Ref]*Rollout, len(previous))
	for _, r := range previous {
		before[r.Ref()] = r
	}
	rollouts := make([]*Rollout, 0, len(objects.Deployments))
	for _, in := range join(objects) {
		rollouts = append(rollouts, settle(before[in.deployment.Ref], in))
	}
	return rollouts
}

// settle answers the previous rollout if the inputs make the same one.
func settle(previous *Rollout, in inputs) *Rollout {
	if previous != nil && previous.memo != nil {
		if from := previous.memo.from.Load(); from != nil && from.same(in) {
			return previous
		}
	}
	in = in.clone()
	next := derive(in)
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
		slices.Equal(in.events, other.events)
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

// derive a rollout from its objects.
func derive(in inputs) *Rollout {
	r := &Rollout{
		Deployment: in.deployment,
		Status:     in.deployment.statusSentence(),
		Revisions:  revisionsOf(in),
		Events:     in.events,
	}
	r.Deadline = deadlineOf(in.deployment)
	r.Causes = causesOf(r)
	r.Phase = phaseOf(r)
	r.Since = sinceOf(r)
	return r
}

// join sorts the Deployments and gives each what belongs to it.
func join(objects Objects) []inputs {
	deployments := slices.SortedFunc(slices.Values(objects.Deployments), compareDeployments)
	owners := make(map[string]int32, len(deployments)+len(objects.ReplicaSets))
	for i, d := range deployments {
		if d.Ref.UID != "" {
			owners[d.Ref.UID] = int32(i)
		}
	}
	sets := sortInto(len(deployments), objects.ReplicaSets, func(rs *ReplicaSet) int32 { return find(owners, rs.OwnerUID) })
	parents := make(map[string]int32, len(objects.ReplicaSets))
	for i := range sets {
		for _, rs := range sets[i] {
			parents[rs.Ref.UID] = int32(i)
		}
	}
	pods := sortInto(len(deployments), objects.Pods, func(p *Pod) int32 { return find(parents, p.OwnerUID) })
	joined := make([]inputs, len(deployments))
	for i, d := range deployments {
		slices.SortFunc(sets[i], func(a, b *ReplicaSet) int { return compareRefs(a.Ref, b.Ref) })
		slices.SortFunc(pods[i], func(a, b *Pod) int { return compareRefs(a.Ref, b.Ref) })
		joined[i] = inputs{deployment: d, replicaSets: sets[i], pods: pods[i]}
	}
	joinEvents(joined, objects.Events)
	return joined
}

// joinEvents gives each rollout the events of its objects.
func joinEvents(joined []inputs, events []*Event) {
	if len(events) == 0 {
		return
	}
	subjects := make(map[Ref]int32, len(events))
	for _, e := range events {
		subjects[subject(e.About)] = -1
	}
	claim := func(ref Ref, i int) {
		for _, key := range [...]Ref{{UID: ref.UID}, {Kind: ref.Kind, Namespace: ref.Namespace, Name: ref.Name}} {
			if _, wanted := subjects[key]; wanted {
				subjects[key] = int32(i)
			}
		}
	}
	for i := range joined {
		claim(joined[i].deployment.Ref, i)
		for _, rs := range joined[i].replicaSets {
			claim(rs.Ref, i)
		}
		for _, p := range joined[i].pods {
			claim(p.Ref, i)
		}
	}
	parts := sortInto(len(joined), events, func(e *Event) int32 { return subjects[subject(e.About)] })
	for i := range joined {
		slices.SortFunc(parts[i], compareEvents)
		joined[i].events = parts[i][:min(len(parts[i]), maxEvents)]
	}
}

// subject is what an event is found by: the UID, or the name where it has none.
func subject(about Ref) Ref {
	if about.UID != "" {
		return Ref{UID: about.UID}
	}
	return about
}

// sortInto deals items out into n parts of one array; those of part -1 are left out.
func sortInto[T any](n int, items []T, part func(T) int32) [][]T {
	parts := make([]int32, len(items))
	sizes := make([]int, n)
	for i, item := range items {
		if parts[i] = part(item); parts[i] >= 0 {
			sizes[parts[i]]++
		}
	}
	dealt := make([][]T, n)
	room := make([]T, len(items))
	for i, size := range sizes {
		dealt[i], room = room[:0:size], room[size:]
	}
	for i, item := range items {
		if p := parts[i]; p >= 0 {
			dealt[p] = append(dealt[p], item)
		}
	}
	return dealt
}

func find(index map[string]int32, uid string) int32 {
	if i, found := index[uid]; found && uid != "" {
		return i
	}
	return -1
}

func compareDeployments(a, b *Deployment) int { return compareRefs(a.Ref, b.Ref) }

// compareRefs by namespace, then name; the UID settles what cannot be.
func compareRefs(a, b Ref) int {
	if n := strings.Compare(a.Namespace, b.Namespace); n != 0 {
		return n
	}
	if n := strings.Compare(a.Name, b.Name); n != 0 {
		return n
	}
	return strings.Compare(a.UID, b.UID)
}

func compareEvents(a, b *Event) int {
	return cmp.Or(b.Last.Compare(a.Last), strings.Compare(a.UID, b.UID))
}
