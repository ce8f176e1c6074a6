package cluster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const probeTimeout = 2 * time.Second

// probe asks components whether they are up.
type probe struct {
	ports  ports
	client *http.Client
	admin  *http.Client // with the admin's token
}

func newProbe(l layout, p ports) *probe {
	pool := x509.NewCertPool()
	if ca, err := os.ReadFile(l.pki("ca.crt")); err == nil {
		pool.AppendCertsFromPEM(ca)
	}
	plain := &http.Client{
		Timeout:   probeTimeout,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, DisableKeepAlives: true},
	}
	probe := &probe{ports: p, client: plain, admin: plain}
	if config, err := clientcmd.BuildConfigFromFlags("", l.kubeconfig()); err == nil {
		config.Timeout = probeTimeout
		if admin, err := rest.HTTPClientFor(config); err == nil {
			probe.admin = admin
		}
	}
	return probe
}

// up tells whether the component answers as it should.
func (p *probe) up(ctx context.Context, name string) bool {
	switch name {
	case Etcd:
		ctx, cancel := context.WithTimeout(ctx, probeTimeout)
		defer cancel()
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp4", hostPort(p.ports.etcd))
		if err != nil {
			return false
		}
		return conn.Close() == nil
	case APIServer:
		return get(ctx, p.admin, "https://"+hostPort(p.ports.api)+"/readyz")
	case ControllerManager:
		return get(ctx, p.client, "https://"+hostPort(p.ports.controllers)+"/healthz")
	case Prometheus:
		return get(ctx, p.client, p.ports.prometheusURL()+"/api/v1/status/buildinfo")
	default:
		return get(ctx, p.client, "https://"+hostPort(p.ports.scheduler)+"/healthz")
	}
}

func get(ctx context.Context, client *http.Client, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}
