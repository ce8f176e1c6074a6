package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/user"
	"sync"
	"time"

	"fader/cmd/fader/config"
	"fader/kube"
	"fader/kube/cluster"
	"fader/kube/gauge"
	"fader/kube/inspect"
	"fader/kube/rollout"
	"fader/kube/watch"
	"fader/tui"

	"k8s.io/apimachinery/pkg/labels"
)

const (
	// loginEvery is how often the server is asked while it wants a login: somebody
	// may have logged in. kube/cluster bounds how often a plugin runs for it.
	loginEvery = 2 * time.Second
	// identifyTime is how long a cluster may take to say which one it is.
	identifyTime = 5 * time.Second
)

// connection is a cluster, what of it is in scope, what is set for it, and the
// watch on it.
type connection struct {
	cluster  *cluster.Cluster
	scope    kube.Scope
	settings config.Settings
	log      *slog.Logger

	mu    sync.Mutex
	watch *watch.Watch // the latest: the gateway asks it how fresh things are
}

// connect reads the configuration and the kubeconfig; it makes no network call.
func connect(flags *scopeFlags, o cluster.Options) (*connection, error) {
	if _, err := labels.Parse(flags.selector); err != nil {
		return nil, usage("the selector %q is not one: %s", flags.selector, kube.Clean(err.Error()))
	}
	set, err := flags.sources()
	if err != nil {
		return nil, err
	}
	o.Flags, o.UserAgent = flags.config, "fader/"+version()
	c, err := cluster.Open(o)
	if err != nil {
		return nil, err
	}
	scope := kube.Scope{Namespace: c.Namespace, Selector: flags.selector}
	if flags.allNamespaces {
		scope.Namespace = ""
	}
	return &connection{cluster: c, scope: scope, settings: set.For(c.Context), log: o.Log}, nil
}

// open watches a scope beside what is on the screen.
func (c *connection) open(scope kube.Scope) *watch.Watch {
	return watch.Start(context.Background(), watch.Options{
		Client: c.cluster.Client, Scope: scope, Log: c.log,
		Ping: c.cluster.Ping, Reconnect: c.cluster.Reconnect, Explain: c.cluster.Explain,
		PingLogin:    loginEvery,
		GPUResources: c.settings.GPUResources.Is,
	})
}

// start watches a scope; the one before, if any, was stopped by its user.
func (c *connection) start(scope kube.Scope) *watch.Watch {
	w := c.open(scope)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.watch = w
	return w
}

// health is that of the latest watch.
func (c *connection) health() kube.Health {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.watch == nil {
		return kube.Health{State: kube.Syncing}
	}
	return c.watch.Health()
}

// snapshot of the latest watch, nil before the first.
func (c *connection) snapshot() *kube.Snapshot {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.watch == nil {
		return nil
	}
	return c.watch.Snapshot()
}

func (c *connection) identity() rollout.Identity {
	return rollout.Identity{Context: c.cluster.Context, Server: c.cluster.Server}
}

// clusterUID asks the cluster which one it is, until it was told once.
func (c *connection) clusterUID() string {
	ctx, cancel := context.WithTimeout(context.Background(), identifyTime)
	defer cancel()
	return c.cluster.UID(ctx)
}

// login waits for the credential plugin, if there is one, before anything is asked
// for that has a time limit of its own.
func (c *connection) login(ctx context.Context) error {
	if err := c.cluster.Login(ctx); err != nil { // the plugin's own limit ends it
		return errors.New(c.cluster.Explain(err))
	}
	return nil
}

// desk is the gateway for writes to this cluster, as far as it is set to have
// any; readOnly asks for one that writes nothing whatever is set.
func (c *connection) desk(readOnly bool) *rollout.Desk {
	return rollout.NewDesk(rollout.Options{
		Client: c.cluster.Client, Cluster: c.identity(), ClusterUID: c.clusterUID, Who: c.who(),
		ReadOnly: readOnly || c.settings.ReadOnly.Is, ReadOnlyBy: c.settings.ReadOnly.From, Protected: c.settings.Protected.Is,
		Journal: rollout.NewJournal(journalPath()), Health: c.health, Snapshot: c.snapshot, Now: time.Now,
	})
}

// who is written into the journal: the kubeconfig's user, and the machine's.
func (c *connection) who() string {
	who := c.cluster.User
	if u, err := user.Current(); err == nil {
		who = fmt.Sprintf("%s (%s)", who, u.Username)
	}
	return kube.Clean(who)
}

// session is what the desk is given of this cluster.
func (c *connection) session() tui.Session {
	return tui.Session{
		Cluster: c.identity(), ClusterUID: c.clusterUID, Home: c.cluster.Namespace, Colour: c.settings.Colour.Is,
		ReadOnly: c.settings.ReadOnly.Is, ReadOnlyBy: c.settings.ReadOnly.From,
		Watch: func(scope kube.Scope) tui.Feed { return c.start(scope) },
		Desk:  c.desk(false), Courses: conducted{c.runner(false)}, Namespaces: c.cluster.Namespaces,
		Inspect: inspect.New(c.cluster.Client), Journal: rollout.NewJournal(journalPath()).Read, Logs: c.logs,
		Settle: rollout.NewJournal(journalPath()).Settle, Prometheus: c.prometheus, Limits: c.limits,
	}
}

// limits of a Deployment's metrics, as the configuration has them for this context.
func (c *connection) limits(ref kube.Ref) gauge.Limits {
	l := config.LimitsFor(c.settings.Limits, ref.Namespace, ref.Name)
	return gauge.Limits{Errors: l.Errors.Is, P99: l.P99.Is}
}

func (c *connection) logs(ctx context.Context, of []inspect.Source, previous bool) tui.LogStream {
	return inspect.Follow(ctx, inspect.LogOptions{
		Client: c.cluster.Client, Sources: of, Previous: previous, Explain: c.cluster.Explain,
	})
}
