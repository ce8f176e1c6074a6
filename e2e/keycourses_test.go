package e2e

import "fader/keymap"

// A shift from its first key to leaving it under way, on shop/checkout-stable.
func courseSteps() []step {
	const g, s, p, c = keymap.Global, keymap.ShiftDialog, keymap.PlanDialog, keymap.CourseView
	const still = `nothing moves yet`
	return []step{
		{g, keymap.PageServices, keys("4"), `checkout +ClusterIP`, ""},
		{keymap.List, keymap.Filter, keys("1", "/", "checkout-stable", "enter"), `1 of \d+ Deployments`, ""},
		{g, keymap.HoldAt, keys("T"), `Hold shop/checkout-stable`, ""},
		{keymap.PromptInput, keymap.Cancel, keys("esc"), "", `┌ Hold`},
		{g, keymap.Shift, keys("m"), still, ""},
		{s, keymap.Right, keys("\x1b[C"), `1 → 2 replicas`, ""},
		{s, keymap.Left, keys("\x1b[D"), still, ""},
		{s, keymap.FarRight, keys("\x1b[1;2C"), `1 → 2 replicas`, ""},
		{s, keymap.FarLeft, keys("\x1b[1;2D"), still, ""},
		{s, keymap.ShareNone, keys("0"), `1 → 0 replicas`, ""},
		{s, keymap.ShareTenth, keys("1"), still, ""},
		{s, keymap.ShareQuart, keys("2"), `1 → 2 replicas`, ""},
		{s, keymap.ShareHalf, keys("3"), `1 → 5 replicas`, ""},
		{s, keymap.ShareAll, keys("4"), `1 → 10 replicas`, ""},
		{s, keymap.Steps, keys("s"), `all at once`, ""},
		{s, keymap.Steps, keys("s"), `canary 1 → 2 → 5 → 10`, ""},
		{s, keymap.StepPause, keys("w"), `2m between steps`, ""},
		{s, keymap.NextPane, keys("tab"), still, ""},
		{s, keymap.Cancel, keys("esc"), "", still},
		{s, keymap.Promote, keys("m", "p"), `\[ Promote \] y`, ""},
		{p, keymap.Cancel, keys("esc"), closed, preview},
		{s, keymap.Abort, keys("m", "a"), `\[ Abort \] y`, ""},
		{p, keymap.Cancel, keys("esc"), closed, preview},
		{g, keymap.Shift, keys("m", "4", "w", "w"), `until you continue`, ""},
		{s, keymap.Enter, keys("enter"), `\[ Shift \] y`, ""},
		{p, keymap.Confirm, keys("y"), `c goes on`, ""},
		{c, keymap.NextPane, keys("tab"), `✔ 2`, ""},
		{c, keymap.UndoMove, keys("U"), `U again takes it back`, ""},
		{c, keymap.Continue, keys("c"), `✔ 5`, `U again`},
		{c, keymap.Cancel, keys("esc"), `m opens it`, `✔ 5`},
		{g, keymap.Quit, keys("q"), `q again leaves it there`, ""},
		{g, keymap.Quit, keys("q"), "", ""},
	}
}

// The next start, which finds it.
func leftSteps() []step {
	const g, u, p, c = keymap.Global, keymap.Unfinished, keymap.PlanDialog, keymap.CourseView
	return []step{
		{u, keymap.Down, keys("j"), `f +finish it`, ""},
		{u, keymap.Up, keys("k"), `● live`, ""},
		{u, keymap.Cancel, keys("esc"), `offered again`, `Left half-way`},
		{g, keymap.PageServices, keys("4"), `checkout +ClusterIP`, ""},
		{keymap.List, keymap.Filter, keys("1", "/", "checkout-stable", "enter"), `1 of \d+ Deployments`, ""},
		{g, keymap.Shift, keys("m"), `U +take it back`, ""},
		{u, keymap.UndoMove, keys("U"), `\[ Take back \] y`, ""},
		{p, keymap.Cancel, keys("esc"), closed, preview},
		{g, keymap.Shift, keys("m"), `f +finish it`, ""},
		{u, keymap.Finish, keys("f"), `\[ Shift \] y`, ""},
		{p, keymap.Confirm, keys("y"), `◌ 10|· 10`, ""},
		{c, keymap.Cancel, keys("esc"), `m opens it`, `│  Now `},
		{g, keymap.Quit, keys("q"), `q again leaves it there`, ""},
		{g, keymap.Quit, keys("q"), "", ""},
	}
}

// The start after that, where it is left alone and another one stopped.
func leaveSteps() []step {
	const g, s, u, p, c = keymap.Global, keymap.ShiftDialog, keymap.Unfinished, keymap.PlanDialog, keymap.CourseView
	return []step{
		{u, keymap.Down, keys("j"), `│ +l +leave it`, ""},
		{u, keymap.Leave, keys("l", "l"), `not asked about again`, `Left half-way`},
		{g, keymap.PageServices, keys("4"), `checkout +ClusterIP`, ""},
		{keymap.List, keymap.Filter, keys("1", "/", "checkout-stable", "enter"), `1 of \d+ Deployments`, ""},
		{g, keymap.Shift, keys("m", "0", "s"), `all at once`, ""},
		{s, keymap.Enter, keys("enter"), `\[ Shift \] y`, ""},
		{p, keymap.Confirm, keys("y"), `◌ 0`, ""},
		{c, keymap.StopCourse, keys("s"), `‖ stopped`, ""},
		{c, keymap.Cancel, keys("esc"), "", `│  Now `},
		{g, keymap.Quit, keys("q"), "", ""},
	}
}
