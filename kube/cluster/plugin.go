package cluster

import (
	"cmp"
	"context"
	"crypto/tls"
	"log/slog"
	"net/http"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"time"

	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd/api"

	"fader/kube"
)

const (
	// pluginPause is how long a plugin is not run again after it failed; after
	// credentials that the server refused it doubles up to longestPluginPause.
	pluginPause        = 10 * time.Second
	longestPluginPause = 80 * time.Second
	// expiredUse is how long credentials are used that had expired before they came.
	expiredUse = time.Minute
	// pluginGrace is how long a plugin runs on that no request waits for.
	pluginGrace = 15 * time.Second
)

// plugin runs the credential plugin of a kubeconfig and keeps what it answered. At
// most one run is under way. Unlike client-go's own runner it has a limit, passes
// on what the plugin says, lets a request give up waiting, and ends the plugin with
// fader. Safe for use by many goroutines.
type plugin struct {
	context string // of the kubeconfig
	name    string // the command and its subcommands, for sentences
	command command
	limit   time.Duration
	said    func(PluginOutput)
	log     *slog.Logger
	rotated func() // the client certificate is another one
	clock   func() time.Time
	grace   time.Duration

	mu          sync.Mutex
	held        *credentials
	refused     bool      // by the server: the held ones
	failure     error     // of the last run; nil after a success
	again       time.Time // no run before it
	pause       time.Duration
	run         *pluginRun // under way; nil for none
	isClosed    bool
	toldExpired bool // that its credentials expire before they come
}

// credentials are what a plugin answered.
type credentials struct {
	token       string
	certificate *tls.Certificate
	expires     time.Time // zero: never
}

// pluginRun is one run of the plugin.
type pluginRun struct {
	began   time.Time
	cancel  context.CancelFunc
	done    chan struct{} // closed when it is over
	waiting int           // requests
	output  []string      // lines it wrote to stderr, the first ones
}

// PluginOutput is what a credential plugin has written to stderr in one run so far.
// Lines are none at the beginning.
type PluginOutput struct {
	Context string // of the kubeconfig
	Plugin  string
	Began   time.Time
	// Lines are sanitised; links in them are whole.
	Lines []string
	// Running is false once the run is over.
	Running bool
}

// newPlugin prepares the plugin that a kubeconfig names.
func newPlugin(context string, config *rest.Config, o Options, rotated func()) (*plugin, error) {
	c, err := newCommand(config, o)
	if err != nil {
		return nil, err
	}
	return &plugin{
		context: context, name: pluginName(config.ExecProvider), command: c, limit: cmp.Or(o.PluginLimit, 30*time.Second),
		said: o.PluginOutput, log: o.Log, rotated: rotated, clock: time.Now, grace: pluginGrace,
	}, nil
}

// subcommand is an argument that says what a plugin does; anything else may be a secret.
var subcommand = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)

// pluginName is the command with its first subcommands: "kubectl oidc-login get-token".
func pluginName(e *api.ExecConfig) string {
	words := []string{filepath.Base(e.Command)}
	for _, arg := range e.Args {
		if len(words) > 2 || !subcommand.MatchString(arg) {
			break
		}
		words = append(words, arg)
	}
	return kube.Clean(strings.Join(words, " "))
}

// credentials returns the held ones, or waits for a run of the plugin until ctx ends.
func (p *plugin) credentials(ctx context.Context) (*credentials, error) {
	p.mu.Lock()
	now := p.clock()
	switch {
	case p.isClosed:
		p.mu.Unlock()
		return nil, &PluginError{Plugin: p.name, kind: pluginEnded}
	case p.held != nil && !p.held.expired(now) && (!p.refused || now.Before(p.again)):
		defer p.mu.Unlock()
		return p.held, nil
	case p.failure != nil && now.Before(p.again):
		defer p.mu.Unlock()
		return nil, p.failure
	case p.run == nil:
		p.start(now)
	}
	run := p.run
	run.waiting++
	p.mu.Unlock()
	select {
	case <-run.done:
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.failure != nil {
			return nil, p.failure
		}
		return p.held, nil
	case <-ctx.Done():
		return nil, p.giveUp(ctx, run)
	}
}

func (c *credentials) expired(now time.Time) bool { return !c.expires.IsZero() && now.After(c.expires) }

// giveUp is the error of a request that stops waiting. The last one that does lets
// the plugin run on for a while, since another may come.
func (p *plugin) giveUp(ctx context.Context, run *pluginRun) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	run.waiting--
	if run.waiting == 0 {
		time.AfterFunc(p.grace, func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			if run.waiting == 0 {
				run.cancel()
			}
		})
	}
	waiting := &PluginWaiting{Plugin: p.name, For: p.clock().Sub(run.began), err: context.Cause(ctx)}
	if n := len(run.output); n > 0 {
		waiting.Said = run.output[n-1]
	}
	return waiting
}

// start begins a run. The lock is held.
func (p *plugin) start(now time.Time) {
	ctx, cancel := context.WithTimeout(context.Background(), p.limit)
	run := &pluginRun{began: now, cancel: cancel, done: make(chan struct{})}
	p.run = run
	beginning := p.output(run, true)
	go func() {
		defer cancel()
		p.said(beginning)
		got, err := p.command.run(ctx, func(line string) { p.hear(run, line) })
		if err != nil {
			err = p.explainFailure(ctx, run, err)
		}
		p.finish(run, got, err)
	}()
}

// finish takes what a run came to.
func (p *plugin) finish(run *pluginRun, got *credentials, err error) {
	p.mu.Lock()
	now, before := p.clock(), p.held
	p.run, p.failure = nil, err
	if err == nil {
		p.held, p.refused = p.usable(run, got, now), false
	} else {
		p.again = now.Add(pluginPause)
	}
	output := p.output(run, false)
	p.mu.Unlock()
	close(run.done)
	p.said(output)
	p.log.Info("the credential plugin has run", "plugin", p.name, "took", now.Sub(run.began).Round(time.Millisecond), "error", err)
	if err == nil && before != nil && !reflect.DeepEqual(before.certificate, got.certificate) {
		p.rotated() // a connection keeps the certificate that it was made with
	}
}

// usable are the credentials of a run. Those that expired before they came, by this
// machine's clock, are used for a while all the same: the server may think otherwise,
// and the plugin would be run for each request. The lock is held.
func (p *plugin) usable(run *pluginRun, got *credentials, now time.Time) *credentials {
	if !got.expired(now) {
		return got
	}
	if !p.toldExpired {
		run.output = append(run.output, "the credentials had expired before they came, at "+got.expires.Local().Format(time.DateTime)+": check this machine's clock")
		p.toldExpired = true
	}
	until := *got
	until.expires = now.Add(expiredUse)
	return &until
}

// hear keeps a line of output and passes it on.
func (p *plugin) hear(run *pluginRun, line string) {
	p.mu.Lock()
	run.output = append(run.output, line)
	output := p.output(run, true)
	p.mu.Unlock()
	p.said(output)
}

// output of a run so far. The lock is held.
func (p *plugin) output(run *pluginRun, running bool) PluginOutput {
	return PluginOutput{Context: p.context, Plugin: p.name, Began: run.began, Lines: run.output[:len(run.output):len(run.output)], Running: running}
}

// explainFailure gives a failed run its sentence.
func (p *plugin) explainFailure(ctx context.Context, run *pluginRun, err error) error {
	failed, ok := err.(*PluginError)
	if !ok {
		failed = &PluginError{kind: pluginBroken, detail: shorten(err.Error())}
	}
	failed.Plugin = p.name
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.isClosed, context.Cause(ctx) == context.Canceled:
		failed.kind = pluginEnded
	case ctx.Err() != nil:
		failed.kind, failed.detail = pluginHung, p.limit.String()
	}
	if n := len(run.output); n > 0 {
		failed.Said = run.output[n-1]
	}
	return failed
}

// reject notes that the server did not accept credentials. They are fetched anew by
// the next request, but not again and again.
func (p *plugin) reject(c *credentials) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c != p.held || p.refused {
		return
	}
	p.refused, p.again = true, p.clock().Add(p.pause)
	p.pause = min(max(2*p.pause, pluginPause), longestPluginPause)
}

// accept notes that the server took credentials.
func (p *plugin) accept(c *credentials) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c == p.held {
		p.pause = 0
	}
}

// certificate is what TLS asks for while it makes a connection: the request that
// wants it has waited for the plugin.
func (p *plugin) certificate() (*tls.Certificate, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held == nil {
		return nil, nil
	}
	return p.held.certificate, nil
}

// hasCertificate reports whether the plugin gave one.
func (p *plugin) hasCertificate() bool {
	c, _ := p.certificate()
	return c != nil
}

// close ends a run that is under way and waits for its end, which takes moments.
func (p *plugin) close() {
	p.mu.Lock()
	p.isClosed = true
	run := p.run
	p.mu.Unlock()
	if run == nil {
		return
	}
	run.cancel()
	<-run.done
}

// authenticated is a RoundTripper that adds a plugin's credentials.
type authenticated struct {
	next   http.RoundTripper
	plugin *plugin
}

func (a authenticated) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Header.Get("Authorization") != "" {
		return a.next.RoundTrip(request)
	}
	c, err := a.plugin.credentials(request.Context())
	if err != nil {
		return nil, err
	}
	if c.token != "" {
		request = utilnet.CloneRequest(request)
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := a.next.RoundTrip(request)
	switch {
	case err != nil:
		return nil, err
	case response.StatusCode == http.StatusUnauthorized:
		a.plugin.reject(c)
	default:
		a.plugin.accept(c)
	}
	return response, nil
}

// WrappedRoundTripper lets apimachinery reach the transport below.
func (a authenticated) WrappedRoundTripper() http.RoundTripper { return a.next }
