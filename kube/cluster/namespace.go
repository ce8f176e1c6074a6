package cluster

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// NamespaceExists asks for a namespace. known is false where the server does not say,
// as where namespaces may not be read.
func (c *Cluster) NamespaceExists(ctx context.Context, name string) (exists, known bool) {
	switch _, err := c.Client.CoreV1().Namespaces().Get(ctx, name, metav1.GetOptions{}); {
	case err == nil:
		return true, true
	case apierrors.IsNotFound(err):
		return false, true
	}
	return false, false
}
