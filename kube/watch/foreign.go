package watch

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
)

const withoutVersion = "an object without a resourceVersion"

// foreignAnswer is an answer with status 200 that no API server gives: a gateway or a
// login page stands in its place.
type foreignAnswer struct {
	resource string
	what     string
}

// Error is a sentence that can be shown as it is.
func (f foreignAnswer) Error() string {
	return fmt.Sprintf("%s came instead of the %s: this is not an API server, or something in between answers for it; "+
		"check the server address in the kubeconfig, the proxy or VPN", f.what, f.resource)
}

// silentList is a list that began and did not go on.
type silentList struct {
	resource string
	after    time.Duration
}

func (s silentList) Error() string {
	return fmt.Sprintf("the list of %s stopped: nothing came for %s", s.resource, s.after)
}

// foreignList returns an error unless an API server made the list. Every list that
// one makes has a resourceVersion, and so has every object in it. client-go leaves a
// list empty where the body holds another kind.
func foreignList(resource string, list runtime.Object) error {
	m, err := meta.ListAccessor(list)
	if err != nil || m.GetResourceVersion() == "" {
		return foreignAnswer{resource, "a list without a resourceVersion"}
	}
	return meta.EachListItem(list, func(object runtime.Object) error {
		if m, err := meta.Accessor(object); err != nil || m.GetResourceVersion() == "" {
			return foreignAnswer{resource, withoutVersion}
		}
		return nil
	})
}
