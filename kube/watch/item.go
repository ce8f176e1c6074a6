package watch

import (
	"cmp"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/resourceversion"
)

// item is all that is kept of an API object: who it is and what is shown of it.
type item struct {
	namespace, name, uid, version string
	value                         any // nil: of no concern to us
}

// GetObjectMeta lets client-go's stores find the key of an item.
func (i *item) GetObjectMeta() metav1.Object {
	return &metav1.ObjectMeta{Namespace: i.namespace, Name: i.name}
}

func (i *item) key() string { return i.namespace + "/" + i.name }

// compareItems by namespace, then name.
func compareItems(a, b *item) int {
	return cmp.Or(strings.Compare(a.namespace, b.namespace), strings.Compare(a.name, b.name))
}

// newItem slims an API object. One that is an item already comes back as it is:
// client-go may transform twice.
func newItem(object any, value func(any) any) (*item, error) {
	if slim, ok := object.(*item); ok {
		return slim, nil
	}
	m, err := meta.Accessor(object)
	if err != nil {
		return nil, fmt.Errorf("read an object's metadata: %w", err)
	}
	return &item{
		namespace: m.GetNamespace(),
		name:      m.GetName(),
		uid:       string(m.GetUID()),
		version:   m.GetResourceVersion(),
		value:     value(object),
	}, nil
}

// age of an item against another of the same resource.
type age int

const (
	unknown age = iota // a server without comparable versions
	older
	same
	newer
)

// against compares versions; an item of the same version but another UID, which
// no server makes, is of unknown age.
func (i *item) against(other *item) age {
	order, err := resourceversion.CompareResourceVersion(i.version, other.version)
	switch {
	case err != nil:
		return unknown
	case order < 0:
		return older
	case order > 0:
		return newer
	case i.uid == other.uid:
		return same
	}
	return unknown
}
