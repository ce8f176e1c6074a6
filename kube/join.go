package kube

import (
	"cmp"
	"slices"
	"strings"
)

// join gives each Deployment what belongs to it. The objects are in order, and so
// is what they are dealt out into.
func join(objects Objects) []inputs {
	deployments := objects.Deployments
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
		joined[i] = inputs{deployment: d, replicaSets: sets[i], pods: pods[i], eventsKnown: objects.Events != nil, now: objects.Now}
	}
	joinEvents(joined, objects.Events)
	return joined
}

// joinEvents gives each rollout all events of its objects, in the order of the
// store.
func joinEvents(joined []inputs, events []*Event) {
	if len(events) == 0 {
		return
	}
	// Nearly every event carries the UID of its object: the names are kept apart,
	// because they cost more to look up.
	byUID := make(map[string]int32, len(events))
	byName := make(map[Ref]int32)
	for _, e := range events {
		if e.About.UID != "" {
			byUID[e.About.UID] = -1
		} else {
			byName[e.About] = -1
		}
	}
	claim := func(ref Ref, i int) {
		if _, wanted := byUID[ref.UID]; wanted {
			byUID[ref.UID] = int32(i)
		}
		if len(byName) == 0 {
			return
		}
		ref.UID = ""
		if _, wanted := byName[ref]; wanted {
			byName[ref] = int32(i)
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
	parts := sortInto(len(joined), events, func(e *Event) int32 {
		if e.About.UID != "" {
			return byUID[e.About.UID]
		}
		return byName[e.About]
	})
	for i := range joined {
		joined[i].events = parts[i]
	}
}

// newestFirst returns the events by falling time.
func newestFirst(events []*Event) []*Event {
	if len(events) == 0 {
		return events
	}
	sorted := slices.Clone(events)
	slices.SortFunc(sorted, compareEvents)
	return sorted
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

func compareEvents(a, b *Event) int {
	return cmp.Or(b.Last.Compare(a.Last), strings.Compare(a.UID, b.UID))
}
