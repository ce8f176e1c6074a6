package keymap

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"fader/keymap/nearest"
)

// Refusal is why an override cannot be: one sentence about one of its actions.
type Refusal struct {
	Action Action
	text   string
}

func (r *Refusal) Error() string { return r.text }

func refuse(a Action, format string, args ...any) error {
	return &Refusal{a, fmt.Sprintf(format, args...)}
}

// change is what an override does to one action.
type change struct {
	old []string // the keys the action has in its first binding: those that go
	new []string
}

// Override is the table with other keys for some actions. The keys that an
// action has where the table names it first go, wherever the action is bound,
// and the new ones come; keys that it has only in a dialog stay there. Where text
// is typed only new keys that type nothing come, and where none does, nothing
// changes.
//
// The error is a *Refusal: an action or a key that does not exist, a key that
// would have two meanings in one place, or a way out that would be lost.
func (t Table) Override(wanted map[Action][]string) (Table, error) {
	changes := map[Action]change{}
	for _, a := range slices.Sorted(maps.Keys(wanted)) {
		c, err := t.change(a, wanted[a])
		if err != nil {
			return nil, err
		}
		changes[a] = c
	}
	out := slices.Clone(t)
	for i, b := range t {
		if c, ok := changes[b.Action]; ok {
			out[i].Keys = c.apply(b.Keys, t.takesText(b.Scope))
		}
	}
	if err := out.checkMeanings(changes); err != nil {
		return nil, err
	}
	if err := t.checkWaysOut(out); err != nil {
		return nil, err
	}
	return out, nil
}

func (t Table) change(a Action, keys []string) (change, error) {
	i := slices.IndexFunc(t, func(b Binding) bool { return b.Action == a })
	switch {
	case i < 0:
		return change{}, refuse(a, "there is no action %q: %s", a, nearest.Hint(string(a), t.actions()))
	case a == Interrupt:
		return change{}, refuse(a, "%s always quits: its key cannot be changed", strings.Join(t[i].Keys, " and "))
	case a == Nothing:
		return change{}, refuse(a, "%s stay harmless: they cannot be changed", strings.Join(t[i].Keys, " and "))
	case len(keys) == 0:
		return change{}, refuse(a, "%s has no key: give it one, or leave it out", a)
	}
	for _, key := range keys {
		if why := misspelt(key); why != "" {
			return change{}, refuse(a, "%q cannot be a key of %s: %s", key, a, why)
		}
		if key == "ctrl+c" {
			return change{}, refuse(a, "ctrl+c always quits: it cannot be a key of %s", a)
		}
	}
	return change{t[i].Keys, keys}, nil
}

// apply puts the new keys where the first of the old ones was.
func (c change) apply(keys []string, text bool) []string {
	add := slices.DeleteFunc(slices.Clone(c.new), func(key string) bool { return text && types(key) })
	if len(add) == 0 {
		return keys
	}
	var out []string
	for _, key := range keys {
		if !slices.Contains(c.old, key) {
			out = append(out, key)
			continue
		}
		out, add = append(out, add...), nil
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(append(out, add...), func(key string) bool {
		twice := seen[key]
		seen[key] = true
		return twice
	})
}

// takesText says that characters are typed in a scope: it is closed and gives no
// character a meaning.
func (t Table) takesText(s Scope) bool {
	return s.Closed() && !slices.ContainsFunc(t.Of(s), func(b Binding) bool { return slices.ContainsFunc(b.Keys, types) })
}

// checkMeanings refuses a new key that means something else already: in the same
// scope, or on a page, where what lists do and what works everywhere are one.
func (t Table) checkMeanings(changes map[Action]change) error {
	for i, b := range t {
		for _, other := range t[i+1:] {
			if b.Action == other.Action || !meet(b.Scope, other.Scope) {
				continue
			}
			if a, key, ok := clash(b, other, changes); ok {
				return refuse(a, "%s would mean both %s (%s) and %s (%s)", key, b.Action, b.Scope, other.Action, other.Scope)
			}
		}
	}
	return nil
}

// clash finds a key of both bindings that one of them has got by a change.
func clash(b, other Binding, changes map[Action]change) (Action, string, bool) {
	for _, key := range b.Keys {
		for _, a := range []Action{b.Action, other.Action} {
			if slices.Contains(other.Keys, key) && slices.Contains(changes[a].new, key) {
				return a, key, true
			}
		}
	}
	return "", "", false
}

// meet says that two scopes are in force together, none of them on purpose over
// the other. What is bound in a viewer hides what works everywhere on purpose.
func meet(a, b Scope) bool {
	page := func(s Scope) bool { return s == Global || s == List || s == Deployments || s == Rollout }
	return a == b || page(a) && page(b)
}

// checkWaysOut refuses a table in which esc has lost its meaning somewhere.
func (t Table) checkWaysOut(changed Table) error {
	for _, b := range t {
		before, bound := t.in(b.Scope, "esc")
		if after, _ := changed.in(b.Scope, "esc"); bound && after != before {
			return refuse(before, "esc is the way out (%s): %s has to keep it", b.Scope, before)
		}
	}
	return nil
}

// actions are the names of all actions, in table order.
func (t Table) actions() []string {
	var names []string
	for _, b := range t {
		if !slices.Contains(names, string(b.Action)) {
			names = append(names, string(b.Action))
		}
	}
	return names
}
