package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"fader/cmd/fader/config"
	"fader/kube/cluster"
	"fader/metrics"
	"fader/tui"
)

// prometheus is where figures of this cluster come from: as it is set, else as it
// is found in the cluster. Where there is none its Client is nil, which is no error.
func (c *connection) prometheus(ctx context.Context) (tui.Prometheus, error) {
	set := c.settings.Prometheus
	p := tui.Prometheus{From: set.Server.From, Poll: metrics.PollOptions{ReadOptions: metrics.ReadOptions{
		Presets: set.AllPresets(), ScrapeInterval: set.ScrapeInterval.Is,
	}}}
	var err error
	switch server := set.Server.Is; {
	case server.Off:
	case server.URL != "":
		p.Client, err = c.openURL(server)
	case server.Service != config.Service{}:
		p.Client, err = c.openService(ctx, server)
	default:
		p.From = ""
		var found cluster.Service
		if found, err = c.finder().find(ctx); err == nil && found != (cluster.Service{}) {
			p.From, p.Found = "found in "+found.Namespace, true
			p.Client, err = c.openProxied(found, nil)
		}
	}
	return p, err
}

// openURL makes a client of a server that is reached from here.
func (c *connection) openURL(s config.Server) (*metrics.Client, error) {
	password, err := readPassword(s.PasswordFile)
	if err != nil {
		return nil, err
	}
	return metrics.Open(metrics.Options{
		URL: s.URL, BearerTokenFile: s.BearerTokenFile, Username: s.Username, Password: password,
		TLS: s.TLS, Headers: s.Headers, Timeout: c.settings.Prometheus.Timeout.Is,
	})
}

// readPassword reads the first line of a file, "" where there is none.
func readPassword(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("open the password file of Prometheus: %w", err)
	}
	defer file.Close()
	const most = 64 << 10
	text, err := io.ReadAll(io.LimitReader(file, most))
	if err != nil {
		return "", fmt.Errorf("read the password file of Prometheus: %w", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	return strings.TrimSuffix(line, "\r"), nil
}

// openService makes a client of a Service that was named, if need be after asking
// which port it has.
func (c *connection) openService(ctx context.Context, s config.Server) (*metrics.Client, error) {
	to := cluster.Service(s.Service)
	if to.Port == "" {
		found, err := c.cluster.GetService(ctx, to.Namespace, to.Name)
		if err != nil {
			return nil, fmt.Errorf("%w; with a port, as in service/%s:9090, this is not needed", err, to)
		}
		to.Port = portOf(found)
	}
	return c.openProxied(to, s.Headers)
}

// openProxied makes a client of a Service behind the API server.
func (c *connection) openProxied(to cluster.Service, headers map[string]string) (*metrics.Client, error) {
	way, err := c.cluster.Proxy(to)
	if err != nil {
		return nil, err
	}
	return metrics.Open(metrics.Options{
		URL: way.URL, RoundTripper: frank{way.RoundTripper, c.cluster.Explain}, Called: "Prometheus (Service " + to.String() + ")",
		Headers: headers, Timeout: c.settings.Prometheus.Timeout.Is,
	})
}

// frank puts what the API server says in the Service's place into the form in
// which figures are missing for a reason.
type frank struct {
	next    http.RoundTripper
	explain func(error) string
}

func (f frank) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := f.next.RoundTrip(request)
	if err == nil || request.Context().Err() != nil {
		return response, err
	}
	var refusal *cluster.Refusal
	if !errors.As(err, &refusal) {
		return nil, &metrics.Fault{Kind: metrics.Unreachable, Sentence: f.explain(err)}
	}
	kind, known := map[int]metrics.FaultKind{http.StatusUnauthorized: metrics.NeedsLogin, http.StatusForbidden: metrics.Forbidden}[refusal.Status]
	if !known {
		kind = metrics.Unreachable
	}
	return nil, &metrics.Fault{Kind: kind, Sentence: refusal.Sentence}
}
