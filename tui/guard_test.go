package tui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/guard"
	"fader/kube/rollout"
	"fader/metrics"
	"fader/metrics/fake"

	"github.com/stretchr/testify/require"
)

// guardDesk is a gateway to a cluster that may be protected, and hears what was typed.
type guardDesk struct {
	*desk
	protected bool
	word      []string
}

func (d *guardDesk) Plan(ctx context.Context, i rollout.Intent) (rollout.Plan, error) {
	p, err := d.desk.Plan(ctx, i)
	p.Protected, p.Cluster = d.protected, rollout.Identity{Context: "prod", Server: "https://127.0.0.1:6443"}
	return p, err
}

func (d *guardDesk) Execute(ctx context.Context, p rollout.Plan, c rollout.Confirmation) rollout.Receipt {
	d.word = append(d.word, c.Typed, c.Why)
	return d.desk.Execute(ctx, p, c)
}

// rolling is a snapshot in which shop/cart rolls from revision 2 to revision 3.
func rolling(change ...func(*kube.Rollout)) *kube.Snapshot {
	s := cluster("shop/cart", "shop/web")
	r := s.Rollouts[0]
	old := *r.Revisions[0].ReplicaSet
	old.Ref = kube.Ref{Kind: kube.KindReplicaSet, Namespace: "shop", Name: "cart-old", UID: "uid-rs-old"}
	old.Revision = 2
	r.Revisions = append(r.Revisions, &kube.Revision{ReplicaSet: &old})
	r.Phase, r.Deployment.Replicas.Updated = kube.Progressing, 1
	for _, f := range change {
		f(r)
	}
	return s
}

// watched is a desk with figures of shop/cart: 95 ms or so on revision 2, and on
// revision 3 whatever load is.
type watched struct {
	*driver
	gate *guardDesk
	load fake.Load
	err  error
}

func guarded(t *testing.T, change ...func(*Options)) *watched {
	w := &watched{load: fake.Load{Rate: 20, Median: 0.02}}
	w.driver = drive(t, append([]func(*Options){func(o *Options) {
		w.gate = &guardDesk{desk: o.Desk.(*desk)}
		o.Desk = w.gate
	}}, change...)...)
	w.show(rolling())
	w.look(1)
	return w
}

// look so many times at new figures.
func (w *watched) look(times int) {
	w.t.Helper()
	for range times {
		w.now = w.now.Add(fake.Scrape)
		w.m.now = w.now
		p := &fake.Prometheus{Pods: []fake.Pod{
			{Namespace: "shop", Name: "cart-pod", At: fake.Steady(w.load)},
			{Namespace: "shop", Name: "cart-old-aaaaa", At: fake.Steady(fake.Load{Rate: 20, Median: 0.02})},
		}}
		picture := p.Picture(w.now, 2*time.Minute)
		if w.err != nil {
			picture.State, picture.Err, picture.Since = metrics.Stale, w.err, w.now
		}
		w.send(pictureMsg{w.m.figures.generation, picture, nil})
	}
}

// arm with these values of "on breach" by the keyboard.
func (w *watched) arm(action string) {
	w.t.Helper()
	w.press("w")
	w.sees("Guard shop/cart", "p99 up to", "errors up to", "on breach")
	w.press("tab", "tab", "tab")
	for range len("propose") {
		w.press("backspace")
	}
	for _, letter := range action {
		w.press(string(letter))
	}
	w.press("enter")
}

func bad_() fake.Load { return fake.Load{Rate: 20, Errors: 0.06, Median: 0.02} }

func TestAGuardIsArmedAndSeenOnEveryPage(t *testing.T) {
	w := guarded(t)
	w.press("w")
	w.sees("of the new revision, like 300ms (revision 2 has 95ms now)", "twice what revision 2 takes now", "p99 up to     190ms", "errors up to  1%", "propose", "enter arm ")
	w.misses("preview ")
	w.press("enter")
	require.Nil(t, w.m.dialog)
	w.sees("guard on shop/cart armed: on a breach it will propose")
	for _, page := range []string{"1", "2", "3", "4", "5", "6"} {
		w.press(page)
		w.sees("guard shop/cart: p99 95ms of 190ms, errors 0% of 1% · watching")
		require.Len(t, w.m.screen(), 36)
	}
	require.Contains(t, strings.Split(w.screen(), "\n")[34], "w on it changes it", "above the footer")
	w.press("1", "w")
	w.sees("p99 95ms of 190ms, errors 0% of 1% · watching", "enter arms it anew")
	w.press("tab", "tab", "tab", "down", "down", "down", "down", "enter")
	require.Empty(t, w.m.guards)
	w.sees("no guard on shop/cart any more")
	w.misses("guard shop/cart: p99")
}

func TestWhatIsFilledInWronglyStays(t *testing.T) {
	w := guarded(t)
	w.press("w", "5", "enter")
	w.sees(`"190ms5" is no latency`, "190ms5")
	require.Empty(t, w.m.guards)
	w.press("esc")
	w.arm("explode")
	w.sees(`"explode" is nothing that a guard does`)
}

// Whoever may make a Service can make it look like a Prometheus: what acts without
// asking is not fed by it.
func TestAGuardThatActsWantsAPrometheusThatWasNamed(t *testing.T) {
	w := guarded(t)
	w.m.figures.prometheus = Prometheus{Client: (&fake.Prometheus{}).Client(time.Now), From: "found in lab", Found: true}
	w.arm("pause")
	w.sees("was found, not named", "on breach     pause")
	require.Empty(t, w.desk.planned)
	w.press("esc")
	w.arm("notify")
	w.sees("watching")
}

func TestAGuardHaltsAndSaysSo(t *testing.T) {
	w := guarded(t, func(o *Options) { o.Notify.Bell = true })
	w.press("w", "enter")
	w.err = &metrics.Fault{Sentence: "Prometheus cannot be reached"}
	w.look(1)
	w.sees("HALTED since 03:00:30: Prometheus cannot be reached")
	w.look(30)
	w.sees("HALTED since 03:00:30")
	w.err = nil
	w.look(1)
	w.sees("watching")

	for name, c := range map[string]struct {
		change func()
		text   string
	}{
		"another namespace": {func() { w.m.scope.Namespace = "ml" }, "namespace shop is not shown: n chooses it"},
		"disconnected": {func() {
			w.m.scope.Namespace = ""
			s := rolling()
			s.Health.State, s.Health.Message = kube.Disconnected, "connection refused"
			w.show(s)
		}, "what is shown is not live: disconnected, connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			c.change()
			w.look(1)
			w.sees("HALTED", c.text)
			w.m.scope.Namespace = ""
			w.show(rolling())
			w.look(1)
		})
	}
}

func TestTheEndsOfAGuard(t *testing.T) {
	for name, c := range map[string]struct {
		snapshot *kube.Snapshot
		text     string
	}{
		"gone":       {cluster("shop/web"), "gone: shop/cart is gone"},
		"superseded": {rolling(func(r *kube.Rollout) { r.Deployment.TemplateDigest = 9 }), "superseded: revision 3 has taken the place"},
	} {
		t.Run(name, func(t *testing.T) {
			w := guarded(t)
			w.press("w", "enter")
			w.show(c.snapshot)
			w.look(1)
			w.sees(c.text)
			require.Empty(t, w.m.guards)
		})
	}
}

func TestACompleteRolloutWithinItsLimitsIsToldSo(t *testing.T) {
	w := guarded(t, func(o *Options) { o.Notify.OSC9 = true })
	w.press("w", "tab", "tab", "tab", "tab", "up", "enter")
	require.Equal(t, 5*time.Minute, w.m.guards[0].guard.For)
	w.show(rolling(func(r *kube.Rollout) {
		r.Deployment.Replicas.Updated = 3
	}))
	w.look(20)
	require.Len(t, w.m.guards, 1)
	w.look(2)
	require.Empty(t, w.m.guards)
	w.sees("done: revision 3 of shop/cart is complete and its limits were kept for 5m0s")
}

func TestGuardsEndWithTheirContextAndAskBeforeTheProgramDoes(t *testing.T) {
	w := guarded(t)
	w.press("w", "enter", "q")
	require.False(t, w.quit)
	w.sees("the guard on shop/cart ends with fader: q again quits")
	w.press("q")
	require.True(t, w.quit)
	w.run(w.m.switchContext("stage"))
	require.Empty(t, w.m.guards)
	w.sees("this is stage now; the guard on the cluster before has ended")
}

func TestWithoutFiguresNoGuard(t *testing.T) {
	d := drive(t)
	d.press("w")
	d.sees("no Deployment is under the cursor")
	d.show(rolling())
	d.press("w")
	d.sees("a guard needs figures, and there is no Prometheus here")
	require.Nil(t, d.m.dialog)
}

func TestWhatAGuardTellsTheOperatorsCommand(t *testing.T) {
	w := guarded(t)
	w.m.opts.Notify.Bell = true
	w.press("w", "enter")
	p := w.m.guards[0]
	before := p.guard
	for event, to := range map[string]guard.State{"breached": guard.Breached, "halted": guard.Halted, "done": guard.Done, "gone": guard.Gone} {
		p.guard = before
		p.guard.State = to
		news := guard.News{Changed: true, Before: guard.Watching}
		if to == guard.Breached {
			news.Do = guard.Notify
		}
		require.Equal(t, "\a", rung(messages(w.m.tellGuard(p, news))), event)
	}
	p.guard.State = guard.Watching
	require.Empty(t, messages(w.m.tellGuard(p, guard.News{Changed: true})), "that it goes on is on the screen")
}

func TestSeveralGuardsAreOneLine(t *testing.T) {
	w := guarded(t)
	w.press("w", "enter")
	for n := range 3 {
		p := *w.m.guards[0]
		p.guard.Target.Name = fmt.Sprint("other", n)
		if n == 1 {
			p.guard.State, p.guard.Text = guard.Breached, "errors"
		}
		w.m.guards = append(w.m.guards, &p)
	}
	w.sees("guard shop/cart:", "+3 more · w changes it")
	w.press("j")
	w.sees("guard shop/other1:", "BREACHED", "+3 more · w on it changes it")
	require.Len(t, w.m.guardLine(), 1)
}
