package e2e

import "fader/keymap"

// Forms and typed plans, on the list narrowed to shop/cart.
func formSteps() []step {
	const g, f, p, t = keymap.Global, keymap.FieldsInput, keymap.PlanDialog, keymap.TypedPlan
	const typed = `to overrule, type cart >`
	return []step{
		{g, keymap.Image, keys("i"), `Set the image of shop/cart`, ""},
		{f, keymap.Down, keys("down"), `› cart +\S+/cart:v2\.3\.1`, ""},
		{f, keymap.Up, keys("up"), `› cart +\S+/cart:v2\.4\.0`, ""},
		{f, keymap.NextPane, keys("tab"), `› change-cause`, ""},
		{f, keymap.PrevPane, keys("\x1b[Z"), `› cart `, ""},
		{f, keymap.Cancel, keys("esc"), "", `Set the image`},
		{g, keymap.Image, keys("i", "0"), `cart:v2\.4\.00`, ""},
		{f, keymap.Enter, keys("enter"), `\[ Set image \] y`, ""},
		{p, keymap.Why, keys("w"), `Why: Set the image of shop/cart`, ""},
		{f, keymap.Enter, keys("ctrl+u", "INC-7", "enter"), `→ INC-7`, ""},
		{p, keymap.Cancel, keys("esc"), closed, preview},
		{g, keymap.Strategy, keys("S"), `Set the strategy of shop/cart`, ""},
		{f, keymap.Cancel, keys("esc"), "", `Set the strategy`},
		{g, keymap.Flip, keys("b"), `Flip shop/cart`, ""},
		{f, keymap.Enter, keys("ctrl+u", "app=nobody", "enter"), typed, ""},
		{t, keymap.Down, keys("down"), typed, ""},
		{t, keymap.Up, keys("up"), typed, ""},
		{t, keymap.PageDown, keys("ctrl+f"), typed, ""},
		{t, keymap.PageUp, keys("ctrl+b"), typed, ""},
		{t, keymap.Cancel, keys("esc"), closed, typed},
		{g, keymap.Flip, keys("b", "ctrl+u", "app=nobody", "enter"), typed, ""},
		{t, keymap.Enter, keys("cart", "enter"), `overruled: no pod matches`, ""},
		{p, keymap.Cancel, keys("esc"), closed, preview},
		{g, keymap.PagePods, keys("3"), `\d+ pods`, ""},
		{g, keymap.Label, keys("g", "L"), `┌ Label `, ""},
		{f, keymap.Cancel, keys("esc"), "", `┌ Label `},
		{g, keymap.PageDeployments, keys("1"), `(?m)^ shop/cart:`, ""},
	}
}
