package tui

import (
	"context"
	"log/slog"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/fade"
	"fader/kube/gauge"
	"fader/kube/inspect"
	"fader/kube/rollout"
	"fader/metrics"
)

// Feed delivers snapshots, the newest first: kube/watch.
type Feed interface {
	Next(context.Context) (*kube.Snapshot, error)
	Stop()
}

// Desk makes and executes plans: kube/rollout.
type Desk interface {
	Plan(context.Context, rollout.Intent) (rollout.Plan, error)
	Execute(context.Context, rollout.Plan, rollout.Confirmation) rollout.Receipt
	History(context.Context, kube.Ref) (rollout.History, error)
	PlanAll(context.Context, []rollout.Intent) rollout.Batch
	ExecuteAll(ctx context.Context, b rollout.Batch, c rollout.Confirmation, limit int, tell func(rollout.Receipt)) []rollout.Receipt
	// Last move of this session that was not taken back yet.
	Last() (rollout.Receipt, bool)
	// LastMoves are the last move, or all of the batch it belongs to.
	LastMoves() []rollout.Receipt
}

// Courses conducts moves that take time: kube/fade.
type Courses interface {
	Plan(context.Context, fade.Course) (rollout.Plan, error)
	Start(fade.Course, rollout.Confirmation) (Run, error)
	Unfinished() ([]fade.Leftover, error)
	Leave(fade.Course) error
}

// Run is a course under way: *fade.Run.
type Run interface {
	Progress() fade.Progress
	Changed() <-chan struct{}
	Continue()
	Stop()
	TakeBack()
	Close()
	Done() <-chan struct{}
}

// Prometheus is where figures come from.
type Prometheus struct {
	// Client of it; nil where there is none.
	Client *metrics.Client
	// From says who named it, as "--prometheus" or "found in monitoring".
	From string
	// Found says that nobody named it: it looks like one, to whoever made it so.
	Found bool
	// Poll are presets and intervals as they are set; the scope is the desk's.
	Poll metrics.PollOptions
}

// Session is one cluster as one user.
type Session struct {
	Cluster rollout.Identity
	// ClusterUID reads Cluster's UID from the cluster; it may take a moment. Nil, or
	// an answer of "", leaves it unknown.
	ClusterUID func() string
	// Home is the namespace that the namespace picker falls back to.
	Home string
	// ReadOnly refuses every move; ReadOnlyBy names what says so, as "--readonly".
	ReadOnly   bool
	ReadOnlyBy string
	// Colour behind the context's name, as theme.Badge takes it; "" for none.
	Colour string
	// Watch starts a feed of a scope; the one before has been stopped by then.
	Watch      func(kube.Scope) Feed
	Desk       Desk
	Courses    Courses
	Namespaces func(context.Context) ([]string, error)
	Inspect    Inspector
	// Logs follows containers until the context ends.
	Logs func(ctx context.Context, of []inspect.Source, previous bool) LogStream
	// Journal reads what was done, on whichever cluster.
	Journal func() (rollout.Entries, error)
	// Prometheus finds out where figures come from; it may ask the cluster. The
	// error is one sentence. Nil finds none.
	Prometheus func(context.Context) (Prometheus, error)
	// Limits of a Deployment's metrics, as they are configured; nil for none.
	Limits func(kube.Ref) gauge.Limits
	// Settle writes into the journal what came of an applied move; nil writes nothing.
	Settle func(rollout.Receipt, rollout.Outcome) error
}

// Options are everything the desk is given.
type Options struct {
	Session
	Scope kube.Scope
	// Contexts of the kubeconfig, and how to connect to another one.
	Contexts func() ([]string, error)
	Connect  func(name string) (Session, error)
	// Warnings of the API server, already sanitised; nil for none.
	Warnings <-chan string
	// Logins are what credential plugins say; nil for none.
	Logins <-chan Login
	Keys   keymap.Table
	// Theme is one of theme.Names.
	Theme string
	ASCII bool
	// Open names a Deployment ("namespace/name") whose page is shown as soon as it is known.
	Open   string
	Notify Notify
	// Log takes what is not for the screen; nil drops it.
	Log *slog.Logger
	Now func() time.Time
}

// Notify is how the end of a move, or what stalls it, reaches a person who is not looking.
type Notify struct {
	Bell bool // the terminal's bell
	OSC9 bool // the desktop's notification, where the terminal passes it on
	// Command is run without a shell; nil runs none.
	Command []string
}
