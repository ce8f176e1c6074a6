package cluster

import (
	"context"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// uidAgain is how long a UID that could not be read is not asked for again.
const uidAgain = 10 * time.Second

// uid is what does not change when a cluster's address does: the UID of its
// kube-system namespace.
type uid struct {
	mu     sync.Mutex
	is     string
	denied bool // the user may not read it, and will not be asked again
	again  time.Time
}

// UID tells clusters apart whatever their addresses are: that of the namespace
// kube-system, "" where it cannot be read. It asks the API server until it was
// answered once, and returns with ctx at the latest.
func (c *Cluster) UID(ctx context.Context) string {
	c.uid.mu.Lock()
	defer c.uid.mu.Unlock()
	if c.uid.is != "" || c.uid.denied || time.Now().Before(c.uid.again) {
		return c.uid.is
	}
	system, err := c.Client.CoreV1().Namespaces().Get(ctx, metav1.NamespaceSystem, metav1.GetOptions{})
	switch {
	case err == nil:
		c.uid.is = string(system.UID)
	case apierrors.IsForbidden(err), apierrors.IsNotFound(err):
		c.uid.denied = true
	default:
		c.uid.again = time.Now().Add(uidAgain)
	}
	return c.uid.is
}
