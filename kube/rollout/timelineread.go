package rollout

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"fader/kube"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

const (
	// eventPage is how many events are read at a time, as kubectl does.
	eventPage = 500
	// eventsRead bounds what is read of one namespace: a busy one has thousands.
	eventsRead = 10000
)

// ReadEvents reads what the cluster here still knows of the objects of these
// moves. It is best effort: unread says what could not be read, a sentence each.
func ReadEvents(ctx context.Context, client kubernetes.Interface, here Identity, moves []Receipt) (events []*kube.Event, unread []string) {
	namespaces, elsewhere := map[string]bool{}, map[string]bool{}
	for _, r := range moves {
		if r.Plan.Cluster.Same(here) {
			namespaces[r.Plan.Target().Namespace] = true
		} else {
			elsewhere[r.Plan.Cluster.String()] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(namespaces)) {
		found, err := eventsOf(ctx, client, name)
		events = append(events, found...)
		if err != nil {
			unread = append(unread, kube.Clean(fmt.Sprintf("The events of namespace %s could not be read: %v", name, sentence{err})))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(elsewhere)) {
		unread = append(unread, fmt.Sprintf("The events of %s were not read: here is %s.", name, here))
	}
	return events, unread
}

// eventsOf a namespace, as far as it could be read.
func eventsOf(ctx context.Context, client kubernetes.Interface, namespace string) ([]*kube.Event, error) {
	var events []*kube.Event
	options := metav1.ListOptions{Limit: eventPage}
	for len(events) < eventsRead {
		list, err := client.CoreV1().Events(namespace).List(ctx, options)
		if err != nil {
			return events, err
		}
		for i := range list.Items {
			events = append(events, kube.NewEvent(&list.Items[i]))
		}
		if options.Continue = list.Continue; options.Continue == "" {
			return events, nil
		}
	}
	return events, fmt.Errorf("there are more than %d", eventsRead)
}
