package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fader/kube"
	"fader/kube/gauge"

	"github.com/spf13/cobra"
)

// statusOptions are what `fader status` was asked.
type statusOptions struct {
	streams
	scope   *scopeFlags
	name    string // "" for every Deployment in scope
	output  string
	watch   bool
	timeout time.Duration
	form    form
	now     func() time.Time
	figures *measurer // nil where the form has none
	limits  func(kube.Ref) gauge.Limits
	exists  func(context.Context, string) (exists, known bool) // a namespace

	told    string // the last sentence about figures
	nothing bool   // it was said that there is nothing to show
}

// connectTime is how long status waits for the first full picture.
const connectTime = 30 * time.Second

func newStatus(s streams, scope *scopeFlags) *cobra.Command {
	o := statusOptions{streams: s, scope: scope, now: time.Now}
	cmd := &cobra.Command{
		Use:   "status [TYPE/NAME]",
		Short: "Print what the desk shows, without a terminal",
		Long: "Print every Deployment in scope with its phase and why it is not complete, the most harmful\n" +
			"first: outage (wants pods and none serves), reduced (fewer serve than wanted), impaired\n" +
			"(errors or latency), stalled, waiting (for a person), moving, quiet. json, yaml and wide\n" +
			"have latency, errors and requests per second too, where there is a Prometheus.\n\n" +
			"Exit status: 0 every rollout is complete, 1 one failed (or the cluster could not be read),\n" +
			"2 usage, 3 one is paused, 4 one is still under way (with --watch: when the time was up).",
		Example: "  fader status -A\n  fader status -n shop deploy/web --watch --timeout 5m\n  fader status -A -o json",
		Args:    maximumOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.complete(args); err != nil {
				return err
			}
			return o.run(cmd.Context())
		},
	}
	cmd.Flags().StringVarP(&o.output, "output", "o", "", "json, yaml, wide or name")
	cmd.Flags().BoolVarP(&o.watch, "watch", "w", false, "print changes until no rollout is under way")
	cmd.Flags().DurationVar(&o.timeout, "timeout", 0, "with --watch: give up after this time; 0 never does")
	return cmd
}

func (o *statusOptions) complete(args []string) error {
	if len(args) == 1 {
		name, err := deploymentName(args[0])
		if err != nil {
			return err
		}
		if o.scope.allNamespaces {
			return usage("%s names a Deployment, but -A no namespace: give -n instead", args[0])
		}
		o.name = name
	}
	if o.timeout < 0 {
		return usage("--timeout %s is below zero", o.timeout)
	}
	form, ok := statusForms()[o.output]
	if !ok {
		return usage("-o %q is unknown: give json, yaml, wide or name", o.output)
	}
	o.form = form
	return nil
}

func (o *statusOptions) run(ctx context.Context) error {
	return attached(ctx, o.scope, o.streams, o.report)
}

// report what the cluster shows.
func (o *statusOptions) report(ctx context.Context, c *connection) error {
	if o.form.figures {
		o.figures = c.measurer()
	}
	o.limits, o.exists = c.limits, c.cluster.NamespaceExists
	measured := o.measure(ctx)
	w := c.start(c.scope)
	defer w.Stop()
	if o.watch {
		return o.follow(ctx, w, measured)
	}
	s, err := whole(ctx, w)
	if err != nil {
		return err
	}
	if s.Health.Warning != "" {
		fmt.Fprintln(o.err, "fader: "+s.Health.Warning)
	}
	rollouts, err := o.select_(s)
	if err == nil {
		err = o.tellNothing(ctx, s.Scope, rollouts)
	}
	if err != nil {
		return err
	}
	if err := o.print(rollouts, measured().here(s), true); err != nil {
		return err
	}
	return verdict(rollouts)
}

// tellNothing says once on stderr that nothing is in scope: no rows and exit status 0
// look as if every rollout were complete. A namespace known not to exist is an error.
func (o *statusOptions) tellNothing(ctx context.Context, scope kube.Scope, rollouts []*kube.Rollout) error {
	if len(rollouts) > 0 || o.nothing {
		return nil
	}
	if err := o.namespace(ctx, scope); err != nil {
		return err
	}
	text, where := "no Deployments", " in any namespace"
	if scope.Selector != "" {
		text += " match -l " + scope.Selector
	}
	if scope.Namespace != "" {
		where = " in namespace " + scope.Namespace
	}
	fmt.Fprintln(o.err, "fader: "+text+where)
	o.nothing = true
	return nil
}

// namespace is an error where the scope's is known not to exist.
func (o *statusOptions) namespace(ctx context.Context, scope kube.Scope) error {
	if scope.Namespace == "" || o.exists == nil {
		return nil
	}
	if exists, known := o.exists(ctx, scope.Namespace); known && !exists {
		return fmt.Errorf("namespace %s not found", scope.Namespace)
	}
	return nil
}

// measure begins to read figures, where there are to be any; what it returns waits
// for them, but not long.
func (o *statusOptions) measure(ctx context.Context) func() figures {
	if o.figures == nil {
		return func() figures { return figures{} }
	}
	begun := o.figures.begin(ctx)
	return func() figures { return o.figures.end(ctx, begun) }
}

// print rollouts with their figures, the worst first, and on stderr, once, why there
// are none.
func (o *statusOptions) print(rollouts []*kube.Rollout, f figures, head bool) error {
	if f.state == figuresUnavailable && f.message != o.told && !o.form.quiet {
		fmt.Fprintf(o.err, "fader: figures are unknown: %s\n", f.message)
	}
	o.told = f.message
	now := o.now()
	rows := ranked(rollouts, f.gauge, o.limits, now)
	if err := o.form.print(o.out, shown{rows: rows, figures: f, now: now, head: head}); err != nil {
		return fmt.Errorf("print the status: %w", err)
	}
	return nil
}

// feed is what status reads: kube/watch.
type feed interface {
	Next(context.Context) (*kube.Snapshot, error)
}

// select_ picks the Deployment that was asked for, or all.
func (o *statusOptions) select_(s *kube.Snapshot) ([]*kube.Rollout, error) {
	if h, ok := s.Health.Resources["deployments"]; ok && h.State == kube.Forbidden {
		return nil, errors.New(h.Message)
	}
	if o.name == "" {
		return s.Rollouts, nil
	}
	for _, r := range s.Rollouts {
		if r.Ref().Name == o.name {
			return []*kube.Rollout{r}, nil
		}
	}
	return nil, fmt.Errorf("deployment %s not found in namespace %s", o.name, s.Scope.Namespace)
}

// follow prints every change until nothing is under way any more. The figures of
// the first print are those that were begun.
func (o *statusOptions) follow(ctx context.Context, f feed, measured func() figures) error {
	if o.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.timeout)
		defer cancel()
	}
	shown := map[kube.Ref]string{}
	head, lost, begun := true, "", time.Now()
	var denied denial
	var s *kube.Snapshot
	var last kube.Health
	for {
		var err error
		s, err = nextWithin(ctx, f, time.Second, s)
		if err == nil {
			last = s.Health
			if why := denied.observe(s.Health, time.Now()); why != nil {
				return exitError{exitFailed, why}
			}
		}
		switch {
		case errors.Is(err, context.DeadlineExceeded) && head:
			return exitError{exitFailed, fmt.Errorf("the cluster could not be read within %s%s", o.timeout, delay(last))}
		case errors.Is(err, context.DeadlineExceeded):
			return exitError{exitTimedOut, fmt.Errorf("still under way after %s", o.timeout)}
		case err != nil:
			return exitError{exitFailed, nil} // interrupted: whoever did it knows
		case s.Health.State == kube.Syncing && head && s.Health.Message == "":
			continue
		case s.Health.State == kube.Syncing && head && time.Since(begun) >= connectTime:
			return exitError{exitFailed, fmt.Errorf("the cluster could not be read within %s%s", connectTime, delay(s.Health))}
		case s.Health.State != kube.Live:
			lost = o.tellLost(lost, s.Health)
			continue
		}
		lost = ""
		rollouts, err := o.select_(s)
		if err == nil {
			err = o.tellNothing(ctx, s.Scope, rollouts)
		}
		if err != nil {
			return err
		}
		if changed := changes(shown, rollouts); len(changed) > 0 {
			if !head {
				measured = o.measure(ctx)
			}
			if err := o.print(changed, measured().here(s), head); err != nil {
				return err
			}
			head = false
		}
		if v := verdict(rollouts); !underWay(v) {
			return v
		}
	}
}

// tellLost says once that the connection is gone, and why; the watch goes on. told is
// what was said last.
func (o *statusOptions) tellLost(told string, h kube.Health) string {
	text := fmt.Sprintf("%s: %s", h.State, h.Message)
	if told != text {
		fmt.Fprintln(o.err, "fader: "+text)
	}
	return text
}

// changes are the rollouts whose line differs from the one shown last.
func changes(shown map[kube.Ref]string, rollouts []*kube.Rollout) []*kube.Rollout {
	var changed []*kube.Rollout
	for _, r := range rollouts {
		line := fmt.Sprint(r.Phase, r.Deployment.Revision, r.Deployment.Replicas, causeText(r))
		if shown[r.Ref()] != line {
			shown[r.Ref()] = line
			changed = append(changed, r)
		}
	}
	return changed
}

// verdict is the exit status for these rollouts: the worst counts.
func verdict(rollouts []*kube.Rollout) error {
	found := map[int]bool{}
	for _, r := range rollouts {
		found[statusOf(r)] = true
	}
	return worst(found)
}

// worst of some exit statuses.
func worst(found map[int]bool) error {
	for _, status := range []int{exitFailed, exitTimedOut, exitPaused} {
		if found[status] {
			return exitError{status, nil}
		}
	}
	return nil
}

func underWay(err error) bool {
	var exit exitError
	return errors.As(err, &exit) && exit.status == exitTimedOut
}

func statusOf(r *kube.Rollout) int {
	switch {
	case r.Phase == kube.Terminating:
		return exitTimedOut // whatever its numbers are: it is on its way out
	case r.Verdict() == kube.VerdictFailed:
		return exitFailed
	case r.Verdict() == kube.VerdictSuccess:
		return exitComplete
	case r.Phase == kube.Paused:
		return exitPaused
	}
	return exitTimedOut
}
