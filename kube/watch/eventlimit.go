package watch

import (
	"cmp"
	"slices"

	"fader/kube"
)

// topicShare is how many times the limit may be kept for the sake of causes.
const topicShare = 5

// topic is what an event says about its object, apart from when.
type topic struct {
	about     kube.Ref
	container string
	topic     string
}

// trim keeps the youngest objects of a resource with a limit, and of the older
// events the newest of each topic: a cause that rests on it stays true, however many
// harmless events come after. It lets a tenth more come in before it sorts.
func (f *feed) trim() {
	limit := f.resource.limit
	if limit == 0 || len(f.items) <= max(limit, f.kept)+limit/10 {
		return
	}
	all := slices.Clone(f.order)
	slices.SortFunc(all, func(a, b *item) int {
		return cmp.Or(b.value.(*kube.Event).Last.Compare(a.value.(*kube.Event).Last), compareItems(b, a))
	})
	seen := make(map[topic]bool)
	kept := all[:0]
	for i, candidate := range all {
		e := candidate.value.(*kube.Event)
		t := topic{about: e.About, container: e.Container, topic: e.Topic()}
		if i < limit || t.topic != "" && !seen[t] && len(kept) < topicShare*limit {
			kept = append(kept, candidate)
		}
		seen[t] = true
	}
	f.kept = len(kept)
	if len(kept) == len(f.items) {
		return
	}
	clear(f.items)
	for _, i := range kept {
		f.items[i.key()] = i
	}
	slices.SortFunc(kept, compareItems)
	f.order = slices.Clone(kept)
	f.version++
}
