package cluster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"

	"fader/practice/fleet"
	"fader/practice/kubelet"
)

// The Service that the API server finds the metrics API by. It leads to loopback.
const (
	metricsService   = "metrics"
	metricsNamespace = metav1.NamespaceSystem
	metricsHost      = metricsService + "." + metricsNamespace + ".svc"
)

// kubelets is what stands for the kubelets of all nodes and for the traffic to their pods.
type kubelets struct {
	fleet *fleet.Fleet
	all   sync.WaitGroup
}

// flow lets traffic flow until ctx is cancelled.
func (k *kubelets) flow(ctx context.Context) { k.all.Go(func() { k.fleet.Run(ctx) }) }

// serveKubelets answers for the kubelets of all nodes until ctx is cancelled; then its port
// is free once all of the returned are done.
func (s *supervisor) serveKubelets(ctx context.Context, config *rest.Config) (*kubelets, error) {
	client, err := watchingClient(config)
	if err != nil {
		return nil, err
	}
	server, err := kubelet.New(client, s.options.Speed, time.Now)
	if err != nil {
		return nil, err
	}
	security, err := kubeletTLS(s.layout)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp4", hostPort(s.ports.kubelet))
	if err != nil {
		return nil, fmt.Errorf("listen for the kubelets: %w", err)
	}
	k := &kubelets{fleet: s.newFleet(client)}
	server.Handle("GET "+fleetPath, k.fleet)
	k.all.Go(func() {
		if err := server.Serve(ctx, listener, security); err != nil {
			s.say("%v", err)
		}
	})
	return k, nil
}

// kubeletTLS asks for a certificate of the cluster's authority: the API server has one.
func kubeletTLS(l layout) (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(l.pki("server.crt"), l.pki("server.key"))
	if err != nil {
		return nil, fmt.Errorf("read the server's certificate: %w", err)
	}
	ca, err := os.ReadFile(l.pki("ca.crt"))
	if err != nil {
		return nil, fmt.Errorf("read the authority's certificate: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(ca) {
		return nil, errors.New("read the authority's certificate: it is none")
	}
	return &tls.Config{
		Certificates: []tls.Certificate{pair}, ClientCAs: pool, ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS12,
	}, nil
}

// registerMetrics makes the metrics API known to the API server, for autoscalers and
// `kubectl top`. The cluster does not wait for it.
func (s *supervisor) registerMetrics(ctx context.Context, config *rest.Config) error {
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: metricsService, Namespace: metricsNamespace},
		Spec:       corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: "127.0.0.1"},
	}
	if err := s.until(ctx, "namespace "+metricsNamespace, func(ctx context.Context) bool {
		_, err := s.client.CoreV1().Services(metricsNamespace).Create(ctx, service, metav1.CreateOptions{})
		return err == nil || apierrors.IsAlreadyExists(err)
	}); err != nil {
		return err
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return fmt.Errorf("make a dynamic client: %w", err)
	}
	api := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
		"metadata": map[string]any{"name": kubelet.MetricsVersion + "." + kubelet.MetricsGroup},
		"spec": map[string]any{
			"group": kubelet.MetricsGroup, "version": kubelet.MetricsVersion,
			"groupPriorityMinimum": int64(100), "versionPriority": int64(100), "caBundle": base64.StdEncoding.EncodeToString(config.CAData),
			"service": map[string]any{"name": metricsService, "namespace": metricsNamespace, "port": int64(s.ports.kubelet)},
		},
	}}
	resource := schema.GroupVersionResource{Group: "apiregistration.k8s.io", Version: "v1", Resource: "apiservices"}
	if _, err := client.Resource(resource).Create(ctx, api, metav1.CreateOptions{}); err != nil {
		return fmt.Errorf("register the metrics API: %w", err)
	}
	return nil
}
