package e2e

import (
	"slices"
	"testing"

	"fader/keymap"

	"github.com/stretchr/testify/require"
)

// step presses keys and looks at what they did. of names the binding it proves:
// its scope and action.
type step struct {
	scope  keymap.Scope
	action keymap.Action
	press  []string
	see    string // pattern that comes to be on the screen; "" for nothing to look for
	miss   string // pattern that goes
}

func keys(k ...string) []string { return k }

const (
	preview  = `\[ Cancel \]`
	closed   = `cancelled: nothing was changed`
	firstRow = `(?m)^ data/event-router:`
)

// On the list of Deployments, whose first row is data/event-router.
func listSteps() []step {
	const d, l, g = keymap.Deployments, keymap.List, keymap.Global
	return []step{
		{l, keymap.Top, keys("g"), firstRow, ""},
		{l, keymap.Down, keys("j"), `(?m)^ data/export-api:`, ""},
		{l, keymap.Up, keys("k"), firstRow, ""},
		{l, keymap.Bottom, keys("G"), `(?m)^ shop/recommendations:`, ""},
		{l, keymap.Top, keys("g"), firstRow, ""},
		{l, keymap.PageDown, keys("ctrl+f"), `(?m)^ \w+/[a-z-]+:`, firstRow},
		{l, keymap.PageUp, keys("ctrl+b"), firstRow, ""},
		{l, keymap.Mark, keys("space"), `•`, ""},
		{l, keymap.Mark, keys("space"), "", `•`},
		{l, keymap.SortColumn, keys("o"), "", `CAUSE▼`},
		{l, keymap.SortReverse, keys("O"), `▲`, ""},
		{d, keymap.SortName, keys("N"), `(NAMESPACE|DEPLOYMENT)[▼▲]`, ""},
		{d, keymap.SortReady, keys("R"), `READY[▼▲]`, ""},
		{d, keymap.SortAge, keys("A"), `AGE[▼▲]`, ""},
		{d, keymap.SortPhase, keys("P"), `(PHASE|CAUSE)[▼▲]`, ""},
		{l, keymap.Top, keys("g"), firstRow, ""},
		{l, keymap.Filter, keys("/", "shop/cart"), `1 of \d+ Deployments`, ""},
		{keymap.FilterInput, keymap.Cancel, keys("esc"), "", `of 22 Deployments`},
		{l, keymap.Filter, keys("/", "cart"), `1 of \d+ Deployments`, ""},
		{keymap.FilterInput, keymap.Enter, keys("enter"), `(?m)^ shop/cart:`, ""},
		{l, keymap.Enter, keys("enter"), `Revisions`, ""},
		{keymap.Rollout, keymap.NextPane, keys("tab"), `Revisions`, ""},
		{keymap.Rollout, keymap.PrevPane, keys("\x1b[Z"), `Revisions`, ""},
		{g, keymap.Backward, keys("["), "", `Revisions`},
		{g, keymap.Forward, keys("]"), `Revisions`, ""},
		{g, keymap.Back, keys("esc"), "", `Revisions`},
	}
}

// On the same list, narrowed to shop/cart.
func moveSteps() []step {
	const g, p, h, i = keymap.Global, keymap.PlanDialog, keymap.HistoryPane, keymap.PromptInput
	return []step{
		{g, keymap.Undo, keys("u"), `Undo shop/cart to revision`, ""},
		{p, keymap.Copy, keys("c"), `sent to the terminal's clipboard: kubectl`, ""},
		{p, keymap.Down, keys("j"), preview, ""},
		{p, keymap.Up, keys("k"), preview, ""},
		{p, keymap.PageDown, keys("ctrl+f"), preview, ""},
		{p, keymap.PageUp, keys("ctrl+b"), preview, ""},
		{p, keymap.Cancel, keys("esc"), closed, preview},
		{g, keymap.Restart, keys("r"), `\[ Restart \] y`, ""},
		{p, keymap.Enter, keys("enter"), closed, preview}, // Cancel is marked
		{g, keymap.Pause, keys("t"), `\[ Pause \] y`, ""},
		{p, keymap.Confirm, keys("y"), `U takes it back`, preview},
		{g, keymap.UndoMove, keys("U"), `takes back: Pause`, ""},
		{p, keymap.Toggle, keys("tab"), `\[ Resume \] y`, ""},
		{p, keymap.Cancel, keys("esc"), closed, preview},
		{g, keymap.UndoMove, keys("U"), `\[ Resume \] y`, ""},
		{p, keymap.Confirm, keys("y"), "", preview + `|waiting for the API server`},
		{g, keymap.Scale, keys("s"), `Scale shop/cart`, ""},
		{i, keymap.Up, keys("up"), `> 5`, ""},
		{i, keymap.Down, keys("down"), `> 4`, ""},
		{i, keymap.Cancel, keys("esc"), "", `Scale shop/cart`},
		{g, keymap.Scale, keys("s", "ctrl+u", "6"), `> 6`, ""},
		{i, keymap.Enter, keys("enter"), `spec.replicas\s+4 → 6`, ""},
		{p, keymap.Cancel, keys("esc"), closed, preview},
		{g, keymap.History, keys("h"), `History of shop/cart`, ""},
		{h, keymap.Up, keys("k"), `the template the Deployment has now`, ""},
		{h, keymap.Down, keys("j"), `undo to revision \d+ changes`, ""},
		{h, keymap.Mark, keys("space"), `compared with this one`, ""},
		{h, keymap.Mark, keys("space"), `undo to revision \d+ changes`, ""},
		{h, keymap.PageDown, keys("ctrl+f"), `History`, ""},
		{h, keymap.PageUp, keys("ctrl+b"), `History`, ""},
		{h, keymap.ExternDiff, keys("d"), `KUBECTL_EXTERNAL_DIFF`, ""},
		{h, keymap.Cancel, keys("esc"), "", `History of`},
		{g, keymap.History, keys("h"), `undo to revision \d+ changes`, ""},
		{h, keymap.Undo, keys("enter"), `Undo shop/cart to revision`, ""},
		{p, keymap.Cancel, keys("esc"), closed, preview},
	}
}

// Pages, viewers and dialogs; shop/cart is still under the cursor.
func lookSteps() []step {
	const g, v, l, k, c, h = keymap.Global, keymap.Viewer, keymap.LogViewer, keymap.Picker, keymap.CommandLine, keymap.HelpScreen
	return []step{
		{g, keymap.Copy, keys("c"), `sent to the terminal's clipboard: cart`, ""},
		{g, keymap.YAML, keys("y"), `kind: Deployment`, ""},
		{v, keymap.Find, keys("/", "name", "enter"), `1 of \d+ "name"`, ""},
		{v, keymap.NextMatch, keys("n"), `2 of \d+ "name"`, ""},
		{v, keymap.PrevMatch, keys("N"), `1 of \d+ "name"`, ""},
		{v, keymap.Wrap, keys("w"), `kind: Deployment|apiVersion`, ""},
		{v, keymap.Wrap, keys("w"), `name`, ""},
		{v, keymap.Right, keys("\x1b[C"), `YAML of`, ""},
		{v, keymap.Left, keys("\x1b[D"), `YAML of`, ""},
		{v, keymap.Copy, keys("c"), `the whole text was sent`, ""},
		{g, keymap.Back, keys("esc"), "", `of \d+ "name"`},
		{g, keymap.Back, keys("esc"), "", `YAML of`},
		{g, keymap.Describe, keys("d"), `StrategyType`, ""},
		{g, keymap.Back, keys("esc"), "", `StrategyType`},
		{g, keymap.Events, keys("e"), `ScalingReplicaSet`, ""},
		{g, keymap.Back, keys("esc"), "", `ScalingReplicaSet`},
		{g, keymap.Logs, keys("l"), `logs of shop/cart`, ""},
		{l, keymap.Follow, keys("f"), `paused`, ""},
		{l, keymap.Follow, keys("f"), `following \d+ container`, ""},
		{l, keymap.Timestamps, keys("T"), `\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`, ""},
		{l, keymap.Wrap, keys("w"), `logs of`, ""},
		{l, keymap.Wrap, keys("w"), `logs of`, ""},
		{l, keymap.Right, keys("\x1b[C"), `logs of`, ""},
		{l, keymap.Left, keys("\x1b[D"), `logs of`, ""},
		{l, keymap.Filter, keys("/", "zzzz-nothing", "enter"), `zzzz-nothing`, `level=info`},
		{g, keymap.Back, keys("esc"), "", `zzzz-nothing`},
		{g, keymap.Back, keys("esc"), "", `logs of`},
		{g, keymap.PrevLogs, keys("p"), `before the last restart`, ""},
		{g, keymap.Back, keys("esc"), "", `before the last restart`},
		{g, keymap.PageReplicaSets, keys("2"), `cart-[0-9a-f]+`, ""},
		{g, keymap.PagePods, keys("3"), `\d+ pods`, ""},
		{g, keymap.PageServices, keys("4"), `\d+ Services`, ""},
		{g, keymap.PageNodes, keys("5"), `nvidia.com/gpu`, ""},
		{g, keymap.PageJournal, keys("6"), `shop/cart +Pause`, ""},
		{keymap.Journal, keymap.Receipt, keys("enter"), `answered after`, ""},
		{g, keymap.Back, keys("esc"), "", `answered after`},
		{keymap.Journal, keymap.UndoEntry, keys("u"), `takes back: |taken back`, ""},
		{g, keymap.Back, keys("esc"), "", preview},
		{g, keymap.PageDeployments, keys("1"), `(?m)^ shop/cart:`, ""},
		{g, keymap.Namespaces, keys("n"), `all namespaces`, ""},
		{k, keymap.Down, keys("down"), `› data`, ""},
		{k, keymap.Up, keys("up"), `› all namespaces`, ""},
		{k, keymap.Cancel, keys("esc"), "", `› all namespaces`},
		{g, keymap.Namespaces, keys("n", "search"), `› search`, ""},
		{k, keymap.Enter, keys("enter"), `ns search`, ""},
		{g, keymap.AllScope, keys("0"), `ns all`, ""},
		{g, keymap.Command, keys(":"), `Command`, ""},
		{c, keymap.Down, keys("down"), `› replicasets`, ""},
		{c, keymap.Up, keys("up"), `› deployments`, ""},
		{c, keymap.NextPane, keys("names", "tab"), `> namespace`, ""},
		{c, keymap.Cancel, keys("esc"), "", `Command`},
		{g, keymap.Command, keys(":pods"), `> pods`, ""},
		{c, keymap.Enter, keys("enter"), `\d+ pods`, ""},
		{g, keymap.Help, keys("?"), `┌ Keys`, ""},
		{h, keymap.Down, keys("j"), `Keys`, ""},
		{h, keymap.Up, keys("k"), `Keys`, ""},
		{h, keymap.PageDown, keys("ctrl+f"), `Keys`, ""},
		{h, keymap.PageUp, keys("ctrl+b"), `Keys`, ""},
		{h, keymap.Cancel, keys("esc"), "", `┌ Keys`},
		{g, keymap.Nothing, keys("ctrl+d", "ctrl+k"), `\d+ pods`, ""},
		{g, keymap.Quit, keys("q"), "", ""},
	}
}

// Every key of the README's table does what it says.
func TestEveryKey(t *testing.T) {
	p := up(t, "steady,canary")
	desk := p.desk(140, 36, "-A")
	desk.see(`22 Deployments`)
	desk.until("everything complete", func(s string) bool { return !regexpMatch(`Progressing|\d Deployments.*reading`, s) })
	// Rows that were worse keep their places for some seconds: a new one has none of them.
	desk.press("q")
	require.Zero(t, desk.ended())
	desk = p.desk(140, 36, "-A")
	desk.see(`(?m)PHASE +NAMESPACE.*\n.{2}✔ Complete +data +event-router`)
	proven := map[keymap.Scope]map[keymap.Action]bool{}
	desk.play(proven, listSteps(), moveSteps(), formSteps(), lookSteps())
	for _, steps := range [][]step{courseSteps(), leftSteps(), leaveSteps()} {
		desk = p.desk(140, 36, "-A")
		desk.see(`● live`)
		desk.play(proven, steps)
	}
	for _, steps := range [][]step{chartSteps(), figureSteps()} {
		desk = p.measuredDesk(140, 36, "-A")
		desk.see(`prom ●`)
		desk.play(proven, steps)
	}
	for _, b := range keymap.Default() {
		if b.Action == keymap.Interrupt {
			continue // below
		}
		require.True(t, proven[b.Scope][b.Action], "no step proves %q in %q", b.Action, b.Scope)
	}
	interrupted := p.desk(100, 30, "-A")
	interrupted.see(`Deployments`)
	interrupted.press("ctrl+c")
	require.Zero(t, interrupted.ended())
}

// play presses the keys of all steps until the program ends. What a step makes go
// away has to be there first: in half a frame it is missing as well, and an esc
// that was not read yet makes one key of itself and the next.
func (x *terminal) play(proven map[keymap.Scope]map[keymap.Action]bool, all ...[]step) {
	x.t.Helper()
	for _, s := range slices.Concat(all...) {
		if s.miss != "" {
			x.see(s.miss)
		}
		x.press(s.press...)
		if s.see != "" {
			x.see(s.see)
		}
		if s.miss != "" {
			x.miss(s.miss)
		}
		if proven[s.scope] == nil {
			proven[s.scope] = map[keymap.Action]bool{}
		}
		proven[s.scope][s.action] = true
	}
	require.Zero(x.t, x.ended())
}
