package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"fader/kube/cluster"
)

// signs of a Prometheus, in the order in which they are believed. Labels come
// before names, because releases are called as somebody likes. A cluster's own
// Prometheus comes before Thanos, which may answer for other clusters too, whose
// pods would be taken for this one's.
func signs() []cluster.Sign {
	return []cluster.Sign{
		{Labels: "app.kubernetes.io/name=prometheus"},    // kube-prometheus, the prometheus chart, istio's addon
		{Labels: "app=kube-prometheus-stack-prometheus"}, // the kube-prometheus-stack chart, whatever the release
		{Labels: "app=prometheus"},                       // older charts, and what people write by hand
		{Labels: "operated-prometheus=true"},             // the headless Service that prometheus-operator makes
		{Name: "prometheus-k8s"},
		{Name: "prometheus-operated"},
		{Name: "prometheus-server"},
		{Name: "kube-prometheus-stack-prometheus"},
		{Name: "prometheus"},
		{Labels: "app.kubernetes.io/name=thanos-query"},
		{Name: "thanos-query"},
	}
}

// usualNamespaces are looked into where Services may not be listed everywhere.
func usualNamespaces() []string {
	return []string{"monitoring", "prometheus", "observability", "kube-prometheus-stack", "istio-system", "kube-system"}
}

// finder looks for a Prometheus behind the API server.
type finder struct {
	services func(context.Context) ([]cluster.FoundService, error)
	proxy    func(cluster.Service) (cluster.Proxied, error)
	patience time.Duration // for the lists, and then for the answers
}

// finderPatience is how long somebody who is set nowhere may take.
const finderPatience = 3 * time.Second

func (c *connection) finder() finder {
	return finder{
		services: func(ctx context.Context) ([]cluster.FoundService, error) {
			return c.cluster.FindServices(ctx, signs(), append(usualNamespaces(), c.cluster.Namespace))
		},
		proxy: c.cluster.Proxy, patience: finderPatience,
	}
}

// mostCandidates that are asked.
const mostCandidates = 12

// find the first candidate that answers, none where there is no candidate. Which
// one that is does not depend on who answers faster. The error is why the most
// likely candidate could not be asked.
func (f finder) find(ctx context.Context) (cluster.Service, error) {
	listing, cancel := context.WithTimeout(ctx, f.patience)
	defer cancel()
	candidates, err := f.services(listing)
	if err != nil || len(candidates) == 0 {
		return cluster.Service{}, err
	}
	candidates = candidates[:min(len(candidates), mostCandidates)]
	asking, cancel := context.WithTimeout(ctx, f.patience)
	defer cancel()
	answers := make([]chan error, len(candidates))
	for i, candidate := range candidates {
		answers[i] = make(chan error, 1)
		go func() { answers[i] <- f.probe(asking, serviceOf(candidate)) }()
	}
	var why error
	for i, candidate := range candidates {
		err := <-answers[i]
		if err == nil {
			return serviceOf(candidate), nil
		}
		why = worse(why, err)
	}
	return cluster.Service{}, why
}

// worse of two reasons: the first, unless only the second can be done something about.
func worse(a, b error) error {
	var refusal *cluster.Refusal
	if a == nil || !forbidden(a, &refusal) && forbidden(b, &refusal) {
		return b
	}
	return a
}

func forbidden(err error, refusal **cluster.Refusal) bool {
	return errors.As(err, refusal) && (*refusal).Status == http.StatusForbidden
}

// probe asks something that costs a Prometheus nothing.
func (f finder) probe(ctx context.Context, of cluster.Service) error {
	way, err := f.proxy(of)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, way.URL+"/api/v1/query?query=1", nil)
	if err != nil {
		return fmt.Errorf("ask the Service %s: %w", of, err)
	}
	response, err := way.RoundTripper.RoundTrip(request)
	var refusal *cluster.Refusal
	switch {
	case errors.As(err, &refusal):
		return refusal
	case ctx.Err() != nil:
		return fmt.Errorf("the Service %s looks like a Prometheus, but did not answer within %s", of, f.patience)
	case err != nil:
		return errors.New(cluster.Explain(err))
	}
	defer response.Body.Close()
	var answer struct{ Status string }
	const most = 64 << 10
	if err := json.NewDecoder(io.LimitReader(response.Body, most)).Decode(&answer); err != nil || answer.Status != "success" {
		return fmt.Errorf("the Service %s looks like a Prometheus, but does not answer like one (%s)", of, strconv.Itoa(response.StatusCode))
	}
	return nil
}

func serviceOf(found cluster.FoundService) cluster.Service {
	return cluster.Service{Namespace: found.Namespace, Name: found.Name, Port: portOf(found)}
}

// portOf is the port on which Prometheus usually answers: charts and operators
// call it web, http-web or http. "" where the Service has none at all.
func portOf(found cluster.FoundService) string {
	usual := []cluster.Port{{Name: "web"}, {Name: "http-web"}, {Name: "http"}, {Number: 9090}}
	for _, want := range usual {
		for _, has := range found.Ports {
			if has.Name == want.Name && want.Name != "" || has.Number == want.Number {
				return strconv.Itoa(int(has.Number))
			}
		}
	}
	for _, has := range found.Ports {
		return strconv.Itoa(int(has.Number))
	}
	return ""
}
