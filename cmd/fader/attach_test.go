package main

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"fader/kube"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
)

// timed is a feed whose snapshots come at a time after its beginning; then none.
type timed struct {
	begun time.Time
	next  []timedSnapshot
}

type timedSnapshot struct {
	at     time.Duration
	health kube.Health
}

func (f *timed) Next(ctx context.Context) (*kube.Snapshot, error) {
	if len(f.next) == 0 {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	select {
	case <-time.After(time.Until(f.begun.Add(f.next[0].at))):
		s := &kube.Snapshot{Health: f.next[0].health}
		f.next = f.next[1:]
		return s, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func health(state kube.State, message string) kube.Health {
	return kube.Health{State: state, Message: message}
}

// The deadline of a command without a screen has the reason with it.
func TestWholeSaysWhyItGivesUp(t *testing.T) {
	reading := health(kube.Syncing, "")
	reading.Resources = map[string]kube.ResourceHealth{
		"pods": {State: kube.Syncing, Count: 4512, Unread: true}, "deployments": {State: kube.Live, Count: 3},
		"replicasets": {State: kube.Syncing, Unread: true},
	}
	for name, c := range map[string]struct {
		snapshots []timedSnapshot
		took      time.Duration
		want      string // "" for none
	}{
		"live":          {[]timedSnapshot{{0, health(kube.Syncing, "")}, {time.Second, health(kube.Live, "")}}, time.Second, ""},
		"slow":          {[]timedSnapshot{{0, health(kube.Syncing, "no answer")}, {20 * time.Second, health(kube.Live, "")}}, 20 * time.Second, ""},
		"lists fail":    {[]timedSnapshot{{0, health(kube.Syncing, "")}, {time.Second, health(kube.Syncing, "a page came")}}, connectTime, "the cluster could not be read within 30s: a page came"},
		"lagging":       {[]timedSnapshot{{0, health(kube.Lagging, "the watch hung")}}, connectTime, "the cluster could not be read within 30s: the watch hung"},
		"still reading": {[]timedSnapshot{{0, reading}}, connectTime, "the cluster could not be read within 30s: still reading pods (4512 so far), replicasets (0 so far)"},
		"nothing":       {nil, connectTime, "the cluster could not be read within 30s"},
		"refused":       {[]timedSnapshot{{time.Second, health(kube.Disconnected, "refused")}}, time.Second, "refused"},
		"forbidden":     {[]timedSnapshot{{time.Second, health(kube.Forbidden, "403")}}, time.Second, "403"},
		"login":         {[]timedSnapshot{{time.Second, health(kube.NeedsLogin, "401")}}, time.Second, "401"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				_, err := whole(t.Context(), &timed{begun, c.snapshots})
				require.Equal(t, c.took, time.Since(begun))
				if c.want == "" {
					require.NoError(t, err)
					return
				}
				require.EqualError(t, err, c.want)
			})
		})
	}
}

// denials are what --watch and --wait see, and when they end by it; 0 for never.
func denials() map[string]struct {
	snapshots []timedSnapshot
	ends      time.Duration
	says      string
} {
	const s = time.Second
	live, lost := health(kube.Live, ""), health(kube.Disconnected, "refused")
	forbidden, login := health(kube.Forbidden, "not permitted (403)"), health(kube.NeedsLogin, "log in again (401)")
	return map[string]struct {
		snapshots []timedSnapshot
		ends      time.Duration
		says      string
	}{
		"403 from the start":         {[]timedSnapshot{{s, forbidden}}, s, "not permitted (403)"},
		"403 later":                  {[]timedSnapshot{{s, live}, {5 * s, forbidden}}, 25 * s, "not permitted (403)"},
		"401 from the start":         {[]timedSnapshot{{s, login}}, 21 * s, "log in again (401)"},
		"401 later":                  {[]timedSnapshot{{s, live}, {5 * s, login}}, 25 * s, "log in again (401)"},
		"a token that is renewed":    {[]timedSnapshot{{s, live}, {5 * s, login}, {20 * s, live}}, 0, ""},
		"401, read again, 401":       {[]timedSnapshot{{s, live}, {5 * s, login}, {10 * s, health(kube.Syncing, "")}, {12 * s, login}}, 25 * s, "log in again (401)"},
		"401 after a long while":     {[]timedSnapshot{{s, live}, {5 * s, login}, {10 * s, live}, {100 * s, login}}, 120 * s, "log in again (401)"},
		"the server is gone":         {[]timedSnapshot{{s, live}, {5 * s, lost}}, 0, ""},
		"401, then the server goes":  {[]timedSnapshot{{s, live}, {5 * s, login}, {10 * s, lost}}, 0, ""},
		"a watch that hangs":         {[]timedSnapshot{{s, live}, {5 * s, health(kube.Lagging, "hung")}}, 0, ""},
		"syncing for ever, no reply": {[]timedSnapshot{{s, health(kube.Syncing, "")}}, 0, ""},
	}
}

// TestWatchThatReadsNothing: what was never read is not under way.
func TestWatchThatReadsNothing(t *testing.T) {
	reading := []timedSnapshot{{0, health(kube.Syncing, "")}, {2 * time.Second, health(kube.Syncing, "a page came")}}
	for name, c := range map[string]struct {
		timeout, ends time.Duration
		snapshots     []timedSnapshot
		says          string
	}{
		"a list that fails":              {0, connectTime, reading, "the cluster could not be read within 30s: a page came"},
		"a list that fails, and a limit": {12 * time.Second, 12 * time.Second, reading, "the cluster could not be read within 12s: a page came"},
		"nothing, and a limit":           {12 * time.Second, 12 * time.Second, nil, "the cluster could not be read within 12s"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out, errs bytes.Buffer
				o := statusOptions{streams: streams{out: &out, err: &errs}, now: time.Now, form: statusForms()[""], timeout: c.timeout}
				begun := time.Now()
				err := o.follow(t.Context(), &busy{timed{begun, c.snapshots}}, o.measure(t.Context()))
				var exit exitError
				require.ErrorAs(t, err, &exit)
				require.Equal(t, exitFailed, exit.status)
				require.Equal(t, c.says, exit.Error())
				require.WithinDuration(t, begun.Add(c.ends), time.Now(), 2*time.Second)
				if c.snapshots != nil {
					require.Equal(t, "fader: syncing: a page came\n", errs.String(), "told once")
				}
			})
		})
	}
}

func TestWatchEndsWhereItMayNotRead(t *testing.T) {
	for name, c := range denials() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				defer cancel()
				var out, errs bytes.Buffer
				o := statusOptions{streams: streams{out: &out, err: &errs}, now: time.Now, form: statusForms()[""]}
				begun := time.Now()
				err := o.follow(ctx, &busy{timed{begun, c.snapshots}}, o.measure(ctx))
				var exit exitError
				require.ErrorAs(t, err, &exit)
				if c.ends == 0 {
					require.Equal(t, 10*time.Minute, time.Since(begun), "%v", err)
					return
				}
				require.WithinDuration(t, begun.Add(c.ends), time.Now(), time.Second)
				require.Equal(t, exitFailed, exit.status)
				require.Contains(t, exit.Error(), c.says)
			})
		})
	}
}

// busy has one rollout under way in each snapshot.
type busy struct{ timed }

func (f *busy) Next(ctx context.Context) (*kube.Snapshot, error) {
	s, err := f.timed.Next(ctx)
	if err == nil {
		s.Rollouts = []*kube.Rollout{{Phase: kube.Progressing, Deployment: &kube.Deployment{
			Ref: shopWeb(), ResourceVersion: "1", Generation: 2, Observed: 1, Replicas: kube.Replicas{Desired: 3},
		}}}
	}
	return s, err
}

func shopWeb() kube.Ref { return kube.Ref{Kind: kube.KindDeployment, Namespace: "shop", Name: "web"} }

func TestWaitEndsWhereItMayNotRead(t *testing.T) {
	for name, c := range denials() {
		if name == "403 from the start" { // a move was made, so something was read
			continue
		}
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				defer cancel()
				var errs bytes.Buffer
				x := waiter{streams: streams{err: &errs}, journal: rollout.NewJournal(t.TempDir() + "/journal"), now: time.Now, told: map[kube.Ref]string{}}
				receipts := []rollout.Receipt{{Result: rollout.Applied, ResourceVersion: "900", Started: time.Now()}}
				receipts[0].Plan.Intent.Target = shopWeb()
				begun := time.Now()
				err := x.wait(ctx, &busy{timed{begun, c.snapshots}}, &kube.Snapshot{Health: health(kube.Syncing, "")}, receipts)
				var exit exitError
				require.ErrorAs(t, err, &exit)
				if c.ends == 0 {
					require.Equal(t, exitTimedOut, exit.status)
					return
				}
				require.WithinDuration(t, begun.Add(c.ends), time.Now(), 2*time.Second)
				require.Equal(t, exitFailed, exit.status)
				require.Contains(t, exit.Error(), "the move was made; how it ended is not known: not readable for ")
				require.Contains(t, exit.Error(), c.says)
				require.False(t, errors.Is(err, context.DeadlineExceeded))
			})
		})
	}
}
