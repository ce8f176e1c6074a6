package watch

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/tools/cache"
)

// sink is what one reflector writes to: the feed, for as long as the reflector's
// generation lasts. A straggler of an earlier generation writes to nothing.
type sink struct {
	feed       *feed
	generation uint64
}

// Transformer slims objects while a list is still streaming in, so that the
// whole ones never exist all at once.
func (s sink) Transformer() cache.TransformFunc {
	return func(object any) (any, error) {
		i, err := newItem(object, s.feed.resource.value)
		if err != nil {
			return nil, err
		}
		s.feed.update(s.generation, func() { s.feed.seen++ })
		return i, nil
	}
}

func (s sink) Add(object any) error { return s.Update(object) }

func (s sink) Update(object any) error {
	i, err := newItem(object, s.feed.resource.value)
	if err != nil {
		return err
	}
	s.feed.update(s.generation, func() { s.feed.put(i) })
	return nil
}

func (s sink) Delete(object any) error {
	if tombstone, ok := object.(cache.DeletedFinalStateUnknown); ok {
		object = tombstone.Obj
	}
	if _, ok := object.(runtime.Object); !ok {
		return fmt.Errorf("delete an object: unexpected %T", object)
	}
	i, err := newItem(object, func(any) any { return nil })
	if err != nil {
		return err
	}
	s.feed.update(s.generation, func() { s.feed.remove(i) })
	return nil
}

func (s sink) Replace(objects []any, _ string) error {
	items := make([]*item, 0, len(objects))
	for _, object := range objects {
		i, err := newItem(object, s.feed.resource.value)
		if err != nil {
			return err
		}
		items = append(items, i)
	}
	s.feed.update(s.generation, func() { s.feed.replace(items) })
	return nil
}

// Resync has no meaning here: no reflector of ours asks for it.
func (s sink) Resync() error { return nil }
