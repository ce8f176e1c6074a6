package tui

import (
	"errors"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/rollout"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAMoveFromKeyToReceiptAndBack(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/cart", "shop/web"))
	d.press("t")
	d.sees("Do pause shop/cart", "spec.x", "[ Cancel ]", "kubectl do")
	require.Empty(t, d.desk.executed)
	d.press("y")
	require.Len(t, d.desk.executed, 1)
	d.sees("receipt: applied", "U takes it back")
	d.misses("[ Cancel ]")
	d.press("U")
	d.sees("takes back: Do pause shop/cart")
	require.Equal(t, rollout.Resume, d.desk.planned[1].Verb)
}

func TestTheTargetIsCapturedWhenTheKeyIsPressed(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/cart", "shop/web"))
	answer := d.update(key_("r"))
	d.show(cluster("shop/api", "shop/web")) // cart is gone, another stands in its place
	d.run(answer)
	require.Equal(t, "uid-cart", d.desk.planned[0].Target.UID)
	d.press("y")
	require.Equal(t, "uid-cart", d.desk.executed[0].Intent.Target.UID)
}

func TestNoKeyBeforeThePreviewIsArmedConfirms(t *testing.T) {
	for _, keys := range [][]string{{"y"}, {"tab", "enter"}, {"y", "y", "y"}} {
		d := drive(t)
		d.show(cluster("shop/cart"))
		plan := d.update(key_("r"))()
		d.update(plan) // drawn, not armed
		for _, key := range keys {
			d.update(key_(key))
		}
		d.update(tea.PasteMsg{Content: "y\n"})
		require.Empty(t, d.desk.executed)
	}
}

func TestKeysThatKeepComingPutOffTheArming(t *testing.T) {
	d := drive(t)
	d.m.grace = grace
	d.show(cluster("shop/cart"))
	d.update(d.update(key_("r"))())
	d.now = d.now.Add(grace - 50*time.Millisecond)
	d.update(key_("y")) // a held key
	d.now = d.now.Add(50 * time.Millisecond)
	again := d.update(armMsg{d.m.question})
	require.NotNil(t, again, "armed too early: a key came 50 ms ago")
	d.update(key_("y"))
	require.Empty(t, d.desk.executed)
}

func TestCancelIsTheDefault(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/cart"))
	for _, key := range []string{"enter", "esc", "q", "n"} {
		d.press("r")
		d.sees("[ Cancel ]")
		d.press(key)
		d.misses("[ Cancel ]")
		d.sees("cancelled: nothing was changed")
	}
	require.Empty(t, d.desk.executed)
}

func TestABlockedPlanCannotBeConfirmed(t *testing.T) {
	d := drive(t)
	d.desk.checks = []rollout.Check{{Name: "permitted", Detail: "you may not patch deployments"}}
	d.show(cluster("shop/cart"))
	d.press("r")
	d.sees("Refused", "you may not patch deployments", "[ Close ]")
	d.press("y", "tab", "enter")
	require.Empty(t, d.desk.executed)
}

func TestMovesAreRefusedWithTheReason(t *testing.T) {
	stale := cluster("shop/cart")
	stale.Health = kube.Health{State: kube.Disconnected, Message: "the server does not answer"}
	syncing := cluster("shop/cart")
	syncing.Health = kube.Health{State: kube.Syncing}
	for _, c := range []struct {
		name string
		snap *kube.Snapshot
		ro   bool
		says string
	}{
		{"stale", stale, false, "the server does not answer"},
		{"syncing", syncing, false, "still reading"},
		{"read-only", cluster("shop/cart"), true, "read-only"},
		{"nothing there", cluster(), false, "no Deployment"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := drive(t, func(o *Options) { o.ReadOnly = c.ro })
			d.show(c.snap)
			d.m.top().page.Handle(keymap.Top)
			for _, key := range []string{"u", "t", "s", "r"} {
				d.m.toast = toast{}
				d.press(key)
				d.sees(c.says)
			}
			require.Empty(t, d.desk.planned)
		})
	}
}

func TestAnErrorOfThePlanIsOneSentence(t *testing.T) {
	d := drive(t)
	d.desk.planErr = errors.New("shop/cart has only one revision: nothing to go back to")
	d.show(cluster("shop/cart"))
	d.press("u")
	d.sees("only one revision")
	d.misses("[ Cancel ]")
}

func TestAConflictShowsTheNewPlan(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/cart"))
	d.press("r")
	d.desk.result = rollout.Conflict
	d.press("y")
	require.Len(t, d.desk.executed, 1, "never sent again by itself")
	require.Len(t, d.desk.planned, 2)
	d.sees("receipt: conflict", "[ Cancel ]")
}

func TestALateAnswerIsDropped(t *testing.T) {
	t.Run("a plan that was abandoned", func(t *testing.T) {
		d := drive(t)
		d.show(cluster("shop/cart"))
		plan := d.update(key_("r"))()
		d.press("esc")
		d.update(plan)
		d.misses("[ Cancel ]")
	})
	t.Run("a snapshot of the scope before", func(t *testing.T) {
		d := drive(t)
		d.show(cluster("shop/cart"))
		before := d.m.generation
		d.press("n", "m", "l", "enter")
		require.True(t, d.feeds[0].stopped)
		require.Equal(t, "ml", d.feeds[1].scope.Namespace)
		d.send(snapshotMsg{before, cluster("shop/cart")})
		d.misses("cart")
		d.show(cluster("ml/ranker"))
		d.sees("ranker")
	})
	t.Run("a plan made before the scope changed", func(t *testing.T) {
		d := drive(t)
		d.show(cluster("shop/cart"))
		plan := d.update(key_("r"))()
		d.m.setNamespace("ml")
		d.update(plan)
		d.misses("[ Cancel ]")
	})
}

func TestFilter(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/cart", "shop/web"))
	d.press("/", "w", "e", "b")
	d.misses("cart")
	d.press("enter", "r")
	require.Equal(t, "web", d.desk.planned[0].Target.Name)
	d.press("esc", "esc")
	d.sees("cart")
}

func TestReplicas(t *testing.T) {
	for text, want := range map[string]int32{"0": 0, "3": 3, "2147483647": 2147483647, "007": 7} {
		n, err := parseReplicas(text)
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
	for text, says := range map[string]string{
		"": "empty", "1e3": "not a whole number", "-1": "below zero", "+2": "not a whole number",
		"2147483648": "more than", "3 ": "not a whole number", "9999999999999999999999": "not a whole number", "３": "not a whole number",
	} {
		_, err := parseReplicas(text)
		require.ErrorContains(t, err, says, text)
	}
}

func TestScaleAsksThenPlans(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/cart"))
	d.press("s")
	d.sees("Scale shop/cart", "3 now")
	d.press("ctrl+u", "1", "e", "3", "enter")
	d.sees("not a whole number")
	require.Empty(t, d.desk.planned)
	d.press("ctrl+u", "5", "up", "enter")
	require.Equal(t, int32(6), d.desk.planned[0].Replicas)
}

func TestHistoryPlansAnUndoToTheChosenRevision(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/cart"))
	d.press("h")
	d.sees("History of shop/cart", "-image: web:3", "+image: web:2")
	d.press("j", "enter")
	require.Equal(t, int64(1), d.desk.planned[0].Revision)
	require.Equal(t, "web-a", d.desk.planned[0].ReplicaSet)
}

func TestKeysOfOtherToolsAreHarmless(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/cart"))
	d.press("ctrl+d", "ctrl+k", "x", "d", "D")
	require.Empty(t, d.desk.planned)
	require.False(t, d.quit)
}

func TestInterruptQuitsFromAnywhere(t *testing.T) {
	for _, keys := range [][]string{{}, {"r"}, {"s"}, {"/"}, {"?"}, {"n"}, {"h"}, {"enter"}} {
		d := drive(t)
		d.show(cluster("shop/cart"))
		d.press(keys...)
		d.press("ctrl+c")
		require.True(t, d.quit, "after %v", keys)
	}
}

func TestOpensTheDeploymentOfTheCommandLine(t *testing.T) {
	d := drive(t, func(o *Options) { o.Open = "shop/web" })
	d.show(cluster("shop/cart", "shop/web"))
	require.Len(t, d.m.stack, 2)
	d.sees("shop/web")
	d = drive(t, func(o *Options) { o.Open = "shop/none" })
	d.show(cluster("shop/cart"))
	d.sees("there is no Deployment shop/none")
}

// Whatever is open and however large the terminal is, the screen is exactly as
// large as the terminal.
func TestTheScreenFitsTheTerminal(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := drive(t)
		d.show(cluster("shop/cart", "日本/a\u0301👩‍💻", "x/"+rapid.String().Draw(rt, "name")))
		d.press(rapid.SampledFrom([][]string{{}, {"enter"}, {"r"}, {"h"}, {"s"}, {"?"}, {"n"}, {"/", "a"}}).Draw(rt, "keys")...)
		w, h := rapid.IntRange(1, 220).Draw(rt, "w"), rapid.IntRange(1, 60).Draw(rt, "h")
		d.send(tea.WindowSizeMsg{Width: w, Height: h})
		lines := d.m.screen()
		require.Len(t, lines, h)
		for i, line := range lines {
			require.Equal(t, w, ansi.StringWidth(line), "line %d: %q", i, line)
		}
	})
}

func TestABrokenWatchEndsTheProgram(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/cart"))
	d.send(feedFailedMsg{d.m.generation - 1, errors.New("an old one")})
	require.False(t, d.quit)
	d.send(feedFailedMsg{d.m.generation, errors.New("panic in the watch")})
	require.True(t, d.quit)
	require.ErrorContains(t, d.m.Err(), "panic in the watch")
}

func TestCommandLine(t *testing.T) {
	type check func(*testing.T, *driver)
	opened := func(name string) check {
		return func(t *testing.T, d *driver) { require.Equal(t, name, d.m.top().about.String()) }
	}
	for typed, want := range map[string]check{
		"deployment web":      opened("shop/web"),
		"deploy web":          opened("shop/web"),
		"deployment shop/web": opened("shop/web"),
		"dp":                  func(t *testing.T, d *driver) { require.Equal(t, keymap.PageDeployments, d.m.root) },
		"ns ml":               func(t *testing.T, d *driver) { require.Equal(t, "ml", d.m.scope.Namespace) },
		"ns":                  func(t *testing.T, d *driver) { d.sees("Namespace", "all namespaces") },
		"ctx stage": func(t *testing.T, d *driver) {
			d.sees("this is stage now")
			require.Equal(t, "stage", d.m.opts.Cluster.Context)
		},
		"ctx nowhere x":   func(t *testing.T, d *driver) { require.Equal(t, "prod", d.m.opts.Cluster.Context) },
		"q":               func(t *testing.T, d *driver) { require.True(t, d.quit) },
		"q!":              func(t *testing.T, d *driver) { require.True(t, d.quit) },
		"deployment cart": opened("ml/cart"), // the one that is offered under the cursor
		"xyzzy":           func(t *testing.T, d *driver) { d.sees("there is no command xyzzy") },
	} {
		t.Run(typed, func(t *testing.T) {
			d := drive(t)
			d.show(cluster("ml/cart", "shop/cart", "shop/web"))
			d.press(":")
			for _, r := range typed {
				d.press(string(r))
			}
			d.press("enter")
			want(t, d)
		})
	}
	t.Run("tab completes", func(t *testing.T) {
		d := drive(t)
		d.show(cluster("shop/web"))
		d.press(":", "n", "a", "m", "tab")
		d.sees("> namespace")
		d.press("s", "h", "tab", "enter")
		require.Equal(t, "shop", d.m.scope.Namespace)
	})
}

// A change of context drops everything of the old cluster: no old plan can land on the new one.
func TestAChangeOfContextLeavesNothingBehind(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/cart"))
	plan := d.update(key_("r"))()
	d.m.switchContext("stage")
	d.run(d.m.switchContext("stage"))
	d.update(plan)
	d.misses("[ Cancel ]", "cart")
	require.True(t, d.feeds[0].stopped)
	require.Equal(t, "stage", d.m.opts.Cluster.Context)
}

// Bubble Tea sends the cells that differ: a screen on which nothing changed
// differs in its clock alone.
func TestATickChangesNothingButTheClock(t *testing.T) {
	d := drive(t)
	s := cluster("shop/cart", "shop/web")
	for _, r := range s.Rollouts {
		r.Deployment.Created = d.now.Add(-48 * time.Hour)
	}
	d.show(s)
	before := d.m.screen()
	d.now = d.now.Add(time.Second)
	d.update(tickMsg{d.now})
	after := d.m.screen()
	require.NotEqual(t, before[0], after[0])
	require.Equal(t, before[1:], after[1:])
}
