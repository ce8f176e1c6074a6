package specimen

import (
	"context"
	"fmt"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// workers is how many pods are made at a time.
const workers = 16

// Create makes the specimens in namespace, and namespace and the node they are on if they
// are not there. The node exists so that no controller takes its pods away, and is closed
// to the scheduler. When Create returns without an error, the API server has every
// specimen as it shall be. It is an error if one of them exists already.
func Create(ctx context.Context, client kubernetes.Interface, namespace string, all []Specimen) error {
	if err := createHome(ctx, client, namespace); err != nil {
		return err
	}
	// The first error ends it for all.
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	work := make(chan Specimen)
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for s := range work {
				if ctx.Err() == nil {
					if err := create(ctx, client, s); err != nil {
						end(err)
					}
				}
			}
		})
	}
	for _, s := range all {
		work <- s
	}
	close(work)
	wait.Wait()
	return context.Cause(ctx)
}

// createHome makes the namespace and the node, and waits until pods can be made.
func createHome(ctx context.Context, client kubernetes.Interface, namespace string) error {
	_, err := client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("make namespace %q: %w", namespace, err)
	}
	home := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: node, Labels: map[string]string{"kubernetes.io/hostname": node}},
		Spec:       corev1.NodeSpec{Unschedulable: true, PodCIDR: "10.254.48.0/20", PodCIDRs: []string{"10.254.48.0/20"}},
		Status: corev1.NodeStatus{Addresses: []corev1.NodeAddress{
			{Type: corev1.NodeInternalIP, Address: "10.0.250.13"}, {Type: corev1.NodeHostName, Address: node},
		}},
	}
	if _, err := client.CoreV1().Nodes().Create(ctx, home, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("make node %s: %w", node, err)
	}
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		_, err := client.CoreV1().ServiceAccounts(namespace).Get(ctx, "default", metav1.GetOptions{})
		if err == nil {
			return nil
		}
		if !apierrors.IsNotFound(err) {
			return fmt.Errorf("find the service account of namespace %s: %w", namespace, err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return fmt.Errorf("wait for the service account of namespace %s: %w", namespace, ctx.Err())
		}
	}
}

func create(ctx context.Context, client kubernetes.Interface, s Specimen) error {
	pods := client.CoreV1().Pods(s.Pod.Namespace)
	made, err := pods.Create(ctx, s.Pod, metav1.CreateOptions{})
	if err != nil {
		return fmt.Errorf("make pod %s: %w", s.Pod.Name, err)
	}
	class := made.Status.QOSClass // the server's, and immutable
	s.Pod.Status.DeepCopyInto(&made.Status)
	made.Status.QOSClass = class
	if _, err := pods.UpdateStatus(ctx, made, metav1.UpdateOptions{}); err != nil {
		return fmt.Errorf("set the status of pod %s: %w", s.Pod.Name, err)
	}
	if !s.Deleted {
		return nil
	}
	if err := pods.Delete(ctx, s.Pod.Name, metav1.DeleteOptions{}); err != nil {
		return fmt.Errorf("delete pod %s: %w", s.Pod.Name, err)
	}
	return nil
}
