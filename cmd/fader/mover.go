package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"fader/kube"
	"fader/kube/rollout"
)

const (
	planTime    = 15 * time.Second // for one plan
	executeTime = 30 * time.Second // for one move
)

// mover makes the moves of one command line.
type mover struct {
	streams
	scope  *scopeFlags
	flags  *moveFlags
	verb   verb
	wanted []wish
	now    func() time.Time
}

// run goes the way of every move.
func (m *mover) run(ctx context.Context) error {
	if err := m.askable(); err != nil {
		return err
	}
	return attached(ctx, m.scope, m.streams, m.move)
}

// move looks, plans, shows, confirms, executes and waits.
func (m *mover) move(ctx context.Context, c *connection) error {
	w := c.start(c.scope)
	defer w.Stop()
	snapshot, err := whole(ctx, w)
	if err != nil {
		return err
	}
	intents, err := m.intents(snapshot, c.cluster.Namespace)
	if err != nil {
		return err
	}
	batch, err := m.plan(ctx, c, intents)
	if err != nil {
		return err
	}
	if err := m.show(batch); err != nil {
		return err
	}
	if !m.flags.executes() {
		return m.rehearsed(batch)
	}
	if err := m.allOrNone(batch); err != nil {
		return errors.Join(err, m.print(documents(batch, nil, "")))
	}
	typed, err := m.confirm(ctx, batch)
	if err != nil {
		return err
	}
	receipts := m.execute(ctx, c.desk(false), batch, typed)
	if m.flags.wait {
		err = m.wait(ctx, w, snapshot, receipts)
	}
	return m.finish(batch, receipts, err)
}

// wait watches until the moves have settled.
func (m *mover) wait(ctx context.Context, f feed, s *kube.Snapshot, receipts []rollout.Receipt) error {
	if m.flags.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, m.flags.timeout)
		defer cancel()
	}
	x := &waiter{streams: m.streams, journal: rollout.NewJournal(journalPath()), now: m.now, bulk: !m.single(), told: map[kube.Ref]string{}}
	err := x.wait(ctx, f, s, receipts)
	for _, r := range receipts {
		if r.Outcome != nil && m.flags.output == "" {
			fmt.Fprintln(m.out, m.named(r)+r.Outcome.Text)
		}
	}
	return err
}

// named puts the object before what is said of it where there are several.
func (m *mover) named(r rollout.Receipt) string {
	if m.single() {
		return ""
	}
	return fmt.Sprintf("%-9s %s: ", r.Outcome.State, r.Plan.Target())
}

// askable refuses at once what would have to be asked where nobody can answer.
func (m *mover) askable() error {
	if m.flags.executes() && !m.flags.yes && m.flags.confirm == "" && !m.interactive {
		return usage("there is no terminal to ask on: give --yes to do it, or --dry-run=server to see the plan")
	}
	return nil
}

// intents are the wishes with their targets filled in.
func (m *mover) intents(s *kube.Snapshot, namespace string) ([]rollout.Intent, error) {
	var out []rollout.Intent
	for _, w := range m.wanted {
		for _, name := range w.names {
			intent := w.intent
			intent.Target = kube.Ref{Kind: cmp.Or(w.kind, m.verb.kind), Namespace: namespace, Name: name}
			out = append(out, intent)
		}
		if len(w.names) > 0 {
			continue
		}
		for _, r := range s.Rollouts {
			intent := w.intent
			intent.Target = r.Ref()
			out = append(out, intent)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no Deployment in scope has the labels %s: nothing was done", kube.Clean(m.scope.selector))
	}
	return out, nil
}

// single says that one object was named: what comes of it is one document.
func (m *mover) single() bool { return len(m.wanted) == 1 && len(m.wanted[0].names) == 1 }

func (m *mover) plan(ctx context.Context, c *connection, intents []rollout.Intent) (rollout.Batch, error) {
	ctx, cancel := context.WithTimeout(ctx, planTime*time.Duration(1+len(intents)/4))
	defer cancel()
	client := m.flags.dryRun == "client"
	batch := c.desk(client).PlanAll(ctx, intents)
	if m.single() && len(batch.Failed) > 0 {
		return batch, errors.New(batch.Failed[0].Err)
	}
	if client && !c.settings.ReadOnly.Is {
		for i := range batch.Plans {
			batch.Plans[i].Checks = nil // a desk that is read-only checks nothing but that
		}
	}
	return batch, nil
}

// execute makes the moves that may be made; the receipts are in the order of the plans.
func (m *mover) execute(ctx context.Context, desk *rollout.Desk, batch rollout.Batch, typed string) []rollout.Receipt {
	ctx, cancel := context.WithTimeout(ctx, executeTime*time.Duration(1+len(batch.Plans)/m.flags.concurrency))
	defer cancel()
	return desk.ExecuteAll(ctx, batch, rollout.Confirmation{Typed: typed}, m.flags.concurrency, m.tell)
}

// rehearsed ends a dry run.
func (m *mover) rehearsed(batch rollout.Batch) error {
	if err := m.print(documents(batch, nil, m.flags.dryRun)); err != nil {
		return err
	}
	if m.flags.output == "" {
		fmt.Fprintf(m.out, "dry run (%s): nothing was changed\n", m.flags.dryRun)
	}
	for _, p := range batch.Blocked() {
		return exitError{exitFailed, blocked(p)}
	}
	return leftOut(batch)
}

// blocked is why a plan may not be executed.
func blocked(p rollout.Plan) error {
	text := fmt.Sprintf("%s: %s: %s", p.Target(), p.Blocked().Name, p.Blocked().Detail)
	if p.Overrule {
		text += " · --unready goes on all the same"
	}
	return errors.New(text)
}

// allOrNone refuses the half of what belongs together.
func (m *mover) allOrNone(batch rollout.Batch) error {
	if !m.verb.together || m.single() {
		return nil
	}
	for _, p := range batch.Blocked() {
		return exitError{exitFailed, fmt.Errorf("nothing was changed, for all are moved or none: %w", blocked(p))}
	}
	for _, f := range batch.Failed {
		return exitError{exitFailed, fmt.Errorf("nothing was changed, for all are moved or none: %s", f.Err)}
	}
	return nil
}

// finish prints what came of the moves and says how the command ends. waited is
// why the waiting ended early.
func (m *mover) finish(batch rollout.Batch, receipts []rollout.Receipt, waited error) error {
	if err := m.print(documents(batch, receipts, "")); err != nil {
		return err
	}
	failed := 0
	for _, r := range receipts {
		if r.Result != rollout.Applied {
			failed++
		}
	}
	switch {
	case failed == 1 && m.single() && batch.Plans[0].Overrule:
		return exitError{exitFailed, blocked(batch.Plans[0])}
	case failed == 1 && m.single():
		return exitError{exitFailed, errors.New(receipts[0].Message)}
	case failed > 0:
		return exitError{exitFailed, fmt.Errorf("%d of %d moves were not made", failed+len(batch.Failed), len(receipts)+len(batch.Failed))}
	case leftOut(batch) != nil:
		return leftOut(batch)
	case waited != nil:
		return waited
	}
	return ending(receipts)
}

// ending is the exit status of moves that were waited for: the worst counts.
func ending(receipts []rollout.Receipt) error {
	found := map[int]bool{}
	for _, r := range receipts {
		if r.Outcome != nil {
			found[endings()[r.Outcome.State]] = true
		}
	}
	return worst(found)
}

// leftOut is the exit status of a batch of which something could not be planned.
func leftOut(batch rollout.Batch) error {
	if n := len(batch.Failed); n > 0 {
		return exitError{exitFailed, fmt.Errorf("%d of %d moves cannot be made: %s", n, n+len(batch.Plans), batch.Failed[0].Err)}
	}
	return nil
}
