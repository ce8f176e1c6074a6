package cluster

import (
	"bytes"
	"context"
	"crypto/x509"
	stderrors "errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
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
	// Screen says that the caller owns the screen and goes on after a failure;
	// sentences say so then.
	Screen bool
	// PluginLimit is how long a credential plugin may run; 30 s.
	PluginLimit time.Duration
	// PluginOutput gets what a credential plugin writes to stderr: at the beginning
	// of a run, with each line and at the end; it is called on any goroutine and
	// must not block. nil: it goes into the log alone, as it always does.
	PluginOutput func(PluginOutput)
	// Log gets everything else. nil discards it.
	Log *slog.Logger
}

// Cluster is one API server as one user. Safe for use by many goroutines.
type Cluster struct {
	Client kubernetes.Interface
	// Context is the kubeconfig's context, "" in a pod or with --server alone.
	Context string
	// Server is the API server's URL, its path included, without credentials.
	Server string
	// Namespace is the default one: -n, else the context's, else "default".
	Namespace string
	// User is the kubeconfig's user; "admin as alice" while impersonating.
	User string

	options Options
	probe   rest.Interface
	tracker *connrotation.ConnectionTracker
	route   atomic.Pointer[route]
	// moved: the kubeconfig names another server or user for the context by now.
	moved     atomic.Bool
	rereading sync.Mutex
	readAt    time.Time // when the kubeconfig was last read again
	uid       uid
}

// Open loads the kubeconfig as kubectl does and builds the clients. It makes no
// network call and runs no plugin. The error is one sentence that can be shown as
// it is. Close ends what it started.
func Open(o Options) (*Cluster, error) {
	o = o.withDefaults()
	chosen, err := choose(o.Flags)
	if err != nil {
		return nil, err
	}
	tracker := connrotation.NewConnectionTracker()
	config := tuned(chosen.config, o, tracker)
	first, err := newRoute(chosen, config, o, tracker.CloseAll)
	var failed *PluginError
	if stderrors.As(err, &failed) {
		return nil, failed
	}
	if err != nil {
		return nil, fmt.Errorf("make a client for %s: %s", chosen.describe(), plain(err))
	}
	c := &Cluster{
		Context:   chosen.context,
		Server:    serverAddress(chosen.config.Host),
		Namespace: chosen.namespace,
		User:      chosen.user,
		options:   o,
		tracker:   tracker,
	}
	c.route.Store(first)
	if err := c.connect(config); err != nil {
		return nil, fmt.Errorf("make a client for %s: %s", chosen.describe(), plain(err))
	}
	return c, nil
}

// connect makes the clients. They follow no redirect, and learn of a Retry-After at
// once.
func (c *Cluster) connect(config *rest.Config) error {
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client := &http.Client{Transport: frank{apiAnswers{routed{c}, pathOf(c.Server)}}, CheckRedirect: stay, Timeout: config.Timeout}
	made, err := kubernetes.NewForConfigAndClient(config, client)
	if err != nil {
		return err
	}
	c.Client, c.probe = made, made.Discovery().RESTClient()
	return nil
}

// Close ends a credential plugin that runs. Requests fail from then on where they
// need one.
func (c *Cluster) Close() { c.route.Load().close() }

// Login waits until the credential plugin, if there is one, has given credentials.
// It asks the API server nothing. The error is that of the plugin, or ctx's with the
// plugin's name; Explain puts it into words.
func (c *Cluster) Login(ctx context.Context) error {
	plugin := c.route.Load().plugin
	if plugin == nil {
		return nil
	}
	_, err := plugin.credentials(ctx)
	return err
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
	log, hear := o.Log, o.PluginOutput
	o.PluginOutput = func(said PluginOutput) {
		if said.Running && len(said.Lines) > 0 {
			log.Info("the credential plugin says", "plugin", said.Plugin, "text", said.Lines[len(said.Lines)-1])
		}
		if hear != nil {
			hear(said)
		}
	}
	if o.Warn == nil {
		o.Warn = func(text string) { log.Warn("API server warns", "text", text) }
	}
	return o
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
	return config
}

// Ping asks the server whether it is ready. Only what an API server answers counts
// as life: "ok", or a Status that says that the path is not permitted or not known.
// The error is the client's own: Explain puts it into words. It does not wait behind
// other requests and ends with ctx. Where credentials are lacking, or the server is
// not there or not the one that is trusted, the kubeconfig is read again: somebody may
// have logged in meanwhile, or made the cluster anew.
func (c *Cluster) Ping(ctx context.Context) error {
	err := c.askReadyz(ctx)
	if err != nil && mayBeOutdated(err) && c.reread() {
		err = c.askReadyz(ctx)
	}
	return err
}

func (c *Cluster) askReadyz(ctx context.Context) error {
	code := 0
	answer := c.probe.Get().AbsPath("/readyz").
		Throttle(flowcontrol.NewFakeAlwaysRateLimiter()).
		MaxRetries(0).
		Do(ctx).StatusCode(&code)
	said, _ := answer.Raw() // its error is less precise
	err := answer.Error()
	var status errors.APIStatus
	switch {
	case err == nil && bytes.HasPrefix(bytes.TrimSpace(said), []byte("ok")):
		return nil
	case err == nil && len(bytes.TrimSpace(said)) == 0:
		return c.foreign(foreignAnswer{kind: noBody, code: code})
	case err == nil:
		return c.foreign(foreignAnswer{kind: noReadyz, code: code})
	case !asStatus(err, &status):
		return err
	}
	code = int(status.Status().Code)
	switch {
	case code == http.StatusUnauthorized, code >= http.StatusInternalServerError:
		return err
	case code == http.StatusTooManyRequests, !errors.IsUnexpectedServerError(err):
		return nil // an API server that is busy, or does not show everybody its health
	}
	return c.foreign(foreignAnswer{kind: noReadyz, code: code})
}

// foreign names the server beside what it answered.
func (c *Cluster) foreign(answer foreignAnswer) error {
	return &url.Error{Op: "Get", URL: c.Server, Err: answer}
}

// mayBeOutdated reports whether a request failed by what a new kubeconfig may mend.
func mayBeOutdated(err error) bool {
	var authority x509.UnknownAuthorityError
	var name *net.DNSError
	var timeout interface{ Timeout() bool }
	return lacksCredentials(err) || stderrors.As(err, &authority) || stderrors.As(err, &name) ||
		stderrors.As(err, &timeout) && timeout.Timeout() || stderrors.Is(err, syscall.ECONNREFUSED) ||
		stderrors.Is(err, syscall.EHOSTUNREACH) || stderrors.Is(err, syscall.ENETUNREACH)
}

// lacksCredentials reports whether a request failed for want of credentials.
func lacksCredentials(err error) bool {
	var failed *PluginError
	return errors.IsUnauthorized(err) || stderrors.As(err, &failed) ||
		strings.Contains(err.Error(), "remote error: tls:")
}

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
