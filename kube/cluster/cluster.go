package cluster

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/util/connrotation"
	"k8s.io/client-go/util/flowcontrol"

	"fader/kube"
)

// Requests a second that fader allows itself, and how many may come at once. The
// server's own priority and fairness decide beyond that.
const (
	requestsPerSecond = 50
	requestBurst      = 100
)

const (
	protobuf       = "application/vnd.kubernetes.protobuf"
	protobufOrJSON = protobuf + ",application/json"
)

// Options say which cluster and how to talk to it.
type Options struct {
	// Flags are kubectl's own connection flags, parsed. nil is none given.
	Flags *genericclioptions.ConfigFlags
	// UserAgent as the server's audit log shows it; "" for "fader".
	UserAgent string
	// Warn gets each warning that the API server sends along with an answer,
	// sanitised; it is called on any goroutine and must not block. nil logs them.
	Warn func(string)
	// Interactive lets a credential plugin ask on the terminal: true only for
	// commands that own no screen.
	Interactive bool
	// Log gets everything else. nil discards it.
	Log *slog.Logger
}

// Cluster is one API server as one user. Safe for use by many goroutines.
type Cluster struct {
	Client kubernetes.Interface
	// Context is the kubeconfig's context, "" in a pod or with --server alone.
	Context string
	// Server is the API server's URL without credentials.
	Server string
	// Namespace is the default one: -n, else the context's, else "default".
	Namespace string
	// User is the kubeconfig's user; "admin as alice" while impersonating.
	User string

	probe   rest.Interface
	tracker *connrotation.ConnectionTracker
	config  *rest.Config
	// transport is one for all Services behind the API server, made when the first
	// is asked: client-go never gives one back.
	transport func() (http.RoundTripper, error)
}

// Open loads the kubeconfig as kubectl does and builds the clients. It makes no
// network call. The error is one sentence that can be shown as it is.
func Open(o Options) (*Cluster, error) {
	o = o.withDefaults()
	chosen, err := choose(o.Flags)
	if err != nil {
		return nil, err
	}
	if err := checkPlugin(chosen.config.ExecProvider); err != nil {
		return nil, err
	}
	tracker := connrotation.NewConnectionTracker()
	config := tuned(chosen.config, o, tracker)
	client, err := newClient(config)
	if err != nil {
		return nil, fmt.Errorf("make a client for %s: %s", chosen.describe(), plain(err))
	}
	return &Cluster{
		Client:    client,
		Context:   chosen.context,
		Server:    withoutSecrets(chosen.config.Host),
		Namespace: chosen.namespace,
		User:      chosen.user,
		probe:     client.Discovery().RESTClient(),
		tracker:   tracker,
		config:    config,
		transport: sync.OnceValues(func() (http.RoundTripper, error) { return rest.TransportFor(config) }),
	}, nil
}

func (o Options) withDefaults() Options {
	if o.Flags == nil {
		o.Flags = genericclioptions.NewConfigFlags(false)
	}
	if o.UserAgent == "" {
		o.UserAgent = "fader"
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Warn == nil {
		log := o.Log
		o.Warn = func(text string) { log.Warn("API server warns", "text", text) }
	}
	return o
}

// newClient lets the client know of a Retry-After at once.
func newClient(config *rest.Config) (kubernetes.Interface, error) {
	config = rest.CopyConfig(config)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return frank{next} })
	return kubernetes.NewForConfig(config)
}

// tuned is the configuration with fader's own limits, encodings and manners.
func tuned(base *rest.Config, o Options, tracker *connrotation.ConnectionTracker) *rest.Config {
	config := rest.CopyConfig(base)
	config.UserAgent = o.UserAgent
	config.QPS, config.Burst = requestsPerSecond, requestBurst
	config.ContentType, config.AcceptContentTypes = protobuf, protobufOrJSON
	config.WarningHandler = warner(o.Warn)
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	config.Dial = connrotation.NewDialerWithTracker(dialer.DialContext, tracker).DialContext
	if config.ExecProvider != nil && !o.Interactive {
		config.ExecProvider = config.ExecProvider.DeepCopy()
		config.ExecProvider.StdinUnavailable = true
		config.ExecProvider.StdinUnavailableMessage = "the screen belongs to fader"
	}
	return config
}

// Ping asks the server whether it is ready. An answer that says anything but
// "who are you" (401) or "not now" (5xx) counts as life: a proxy may forbid or
// not know the path. The error is the client's own: Explain puts it into words.
// It does not wait behind other requests, and ends with ctx unless a credential
// plugin hangs.
func (c *Cluster) Ping(ctx context.Context) error {
	err := c.probe.Get().AbsPath("/readyz").
		Throttle(flowcontrol.NewFakeAlwaysRateLimiter()).
		MaxRetries(0).
		Do(ctx).Error()
	var status errors.APIStatus
	if asStatus(err, &status) {
		code := status.Status().Code
		if code != http.StatusUnauthorized && code < http.StatusInternalServerError {
			return nil
		}
	}
	if err != nil && ofPlugin(err, "") != "" {
		return loginError{err}
	}
	return err
}

// loginError is a request that was never sent for want of credentials.
type loginError struct{ error }

func (e loginError) Unwrap() error { return e.error }

// NeedsLogin tells kube/watch that the server is not to blame.
func (loginError) NeedsLogin() bool { return true }

// Reconnect closes every connection, so that the next request dials anew instead
// of waiting (up to 45 s) on one that died without a word. Requests and watches
// under way end with an error.
func (c *Cluster) Reconnect() { c.tracker.CloseAll() }

// warner gives the server's warnings to a function. Code 299 is the only one
// Kubernetes uses.
type warner func(string)

func (w warner) HandleWarningHeader(code int, _, text string) {
	if code == 299 && text != "" {
		w(kube.Clean(text))
	}
}
