package keymap_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"fader/keymap"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

type overrides = map[keymap.Action][]string

func keysOf(t keymap.Table, s keymap.Scope, a keymap.Action) []string {
	var keys []string
	for _, b := range t.Of(s) {
		if b.Action == a {
			keys = append(keys, b.Keys...)
		}
	}
	return keys
}

func TestOverride(t *testing.T) {
	for name, c := range map[string]struct {
		wanted overrides
		scope  keymap.Scope
		action keymap.Action
		keys   []string
	}{
		"the keys are those given":                 {overrides{keymap.Undo: {"é", "f5"}}, keymap.Global, keymap.Undo, []string{"é", "f5"}},
		"in a dialog its own keys stay":            {overrides{keymap.Undo: {"é"}}, keymap.HistoryPane, keymap.Undo, []string{"enter", "é"}},
		"wherever the action is bound":             {overrides{keymap.Up: {"é", "up"}}, keymap.HelpScreen, keymap.Up, []string{"é", "up"}},
		"characters do not come where text is":     {overrides{keymap.Up: {"é", "up"}}, keymap.Picker, keymap.Up, []string{"up", "ctrl+p"}},
		"and where nothing else comes, all stays":  {overrides{keymap.NextPane: {"z"}}, keymap.CommandLine, keymap.NextPane, []string{"tab"}},
		"two may change places":                    {overrides{keymap.Undo: {"r"}, keymap.Restart: {"u"}}, keymap.Global, keymap.Restart, []string{"u"}},
		"a key given twice is one":                 {overrides{keymap.Undo: {"é", "é"}}, keymap.Global, keymap.Undo, []string{"é"}},
		"a viewer hides what works everywhere":     {overrides{keymap.Wrap: {"u"}}, keymap.Viewer, keymap.Wrap, []string{"u"}},
		"cancel may have more keys":                {overrides{keymap.Cancel: {"esc", "x"}}, keymap.PlanDialog, keymap.Cancel, []string{"esc", "x", "q", "n"}},
		"but where text is typed it keeps its own": {overrides{keymap.Cancel: {"esc", "x"}}, keymap.FilterInput, keymap.Cancel, []string{"esc"}},
		"nothing changes nothing":                  {nil, keymap.Global, keymap.Undo, []string{"u"}},
	} {
		t.Run(name, func(t *testing.T) {
			before := keymap.Default()
			table, err := before.Override(c.wanted)
			require.NoError(t, err)
			require.Equal(t, c.keys, keysOf(table, c.scope, c.action))
			require.Equal(t, keymap.Default(), before, "the table it was made from is as it was")
		})
	}
}

func TestOverrideRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		wanted overrides
		of     keymap.Action
		says   string
	}{
		"an action that does not exist": {overrides{"unod": {"é"}}, "unod", `there is no action "unod": did you mean "undo"?`},
		"two meanings in a scope":       {overrides{keymap.Undo: {"r"}}, keymap.Undo, "r would mean both undo (everywhere) and restart (everywhere)"},
		"two meanings on a page":        {overrides{keymap.Mark: {"u"}}, keymap.Mark, "u would mean both undo (everywhere) and mark (lists)"},
		"two meanings in a dialog":      {overrides{keymap.Confirm: {"c"}}, keymap.Confirm, "c would mean both confirm (plan) and copy (plan)"},
		"two wishes for one key":        {overrides{keymap.Undo: {"é"}, keymap.Restart: {"é"}}, keymap.Undo, "é would mean both undo (everywhere) and restart (everywhere)"},
		"to take ctrl+c":                {overrides{keymap.Undo: {"ctrl+c"}}, keymap.Undo, "ctrl+c always quits: it cannot be a key of undo"},
		"to move ctrl+c":                {overrides{keymap.Interrupt: {"x"}}, keymap.Interrupt, "ctrl+c always quits: its key cannot be changed"},
		"to make ctrl+d harmful":        {overrides{keymap.Nothing: {"x"}}, keymap.Nothing, "ctrl+d and ctrl+k stay harmless: they cannot be changed"},
		"a dialog without a way out":    {overrides{keymap.Cancel: {"x"}}, keymap.Cancel, "esc is the way out (plan): cancel has to keep it"},
		"a page without a way out":      {overrides{keymap.Back: {"z"}}, keymap.Back, "esc is the way out (everywhere): back has to keep it"},
		"no key":                        {overrides{keymap.Undo: {}}, keymap.Undo, "undo has no key: give it one, or leave it out"},
		"a key that does not exist":     {overrides{keymap.Undo: {"escape"}}, keymap.Undo, `"escape" cannot be a key of undo: there is no such key: did you mean "esc"?`},
		"":                              {overrides{keymap.Undo: {""}}, keymap.Undo, `"" cannot be a key of undo: there is no such key: keys are spelled`},
	} {
		t.Run(name, func(t *testing.T) {
			table, err := keymap.Default().Override(c.wanted)
			var refusal *keymap.Refusal
			require.True(t, errors.As(err, &refusal), err)
			require.Contains(t, err.Error(), c.says)
			require.Equal(t, c.of, refusal.Action)
			require.Nil(t, table)
		})
	}
}

// What Bubble Tea sends can be written in a configuration, spelled the same.
func TestSpelling(t *testing.T) {
	for _, key := range []tea.Key{
		{Code: 'u', Text: "u"},
		{Code: 'u', Text: "U", Mod: tea.ModShift},
		{Code: 'z', Mod: tea.ModCtrl},
		{Code: 'x', Mod: tea.ModAlt},
		{Code: tea.KeySpace, Text: " "},
		{Code: tea.KeySpace, Mod: tea.ModCtrl},
		{Code: tea.KeyTab, Mod: tea.ModShift},
		{Code: tea.KeyTab},
		{Code: tea.KeyEnter},
		{Code: tea.KeyEscape},
		{Code: tea.KeyBackspace},
		{Code: tea.KeyUp, Mod: tea.ModCtrl | tea.ModShift},
		{Code: tea.KeyPgUp},
		{Code: tea.KeyPgDown},
		{Code: tea.KeyHome},
		{Code: tea.KeyEnd},
		{Code: tea.KeyInsert},
		{Code: tea.KeyDelete},
		{Code: tea.KeyLeft, Mod: tea.ModAlt},
		{Code: tea.KeyRight},
		{Code: tea.KeyDown},
		{Code: tea.KeyF1},
		{Code: tea.KeyF20},
		{Code: '+', Text: "+"},
		{Code: 'é', Text: "é"},
		{Code: 'x', Mod: tea.ModCtrl | tea.ModAlt},
	} {
		require.Empty(t, refusedSpelling(t, tea.KeyPressMsg(key).String()), key)
	}
	for spelled, says := range map[string]string{
		"Ctrl+F": "keys are spelled", "alt+ctrl+x": "keys are spelled", "ctrl+ctrl+x": "keys are spelled", "C-x": "keys are spelled",
		"Space": "keys are spelled", " ": `the space key is spelled "space"`, "ctrl+i": `terminals send it as "tab"`,
		"ctrl+m": `terminals send it as "enter"`, "ctrl+[": `terminals send it as "esc"`, "ctrl+1": "a to z", "ctrl+U": "a to z",
		"shift+u": `terminals send "U" for shift and u`, "pagedown": `did you mean "pgdown"`, "uu": "there is no such key",
		"f21": `did you mean "f1"`, "ctrl+": "there is no such key", "\x1b": "there is no such key", "\u0301": "there is no such key",
	} {
		require.Contains(t, refusedSpelling(t, spelled), says, spelled)
	}
}

// refusedSpelling is why a spelling is refused, "" where it is not.
func refusedSpelling(t *testing.T, spelled string) string {
	_, err := keymap.Table{{keymap.Global, keymap.Undo, []string{"u"}, "", ""}}.Override(overrides{keymap.Undo: {spelled}})
	if err == nil {
		return ""
	}
	require.Contains(t, err.Error(), "cannot be a key of undo")
	return err.Error()
}

// Whatever is accepted leaves every key with one meaning and every place with a
// way out, and text can still be typed where it is typed.
func TestAnAcceptedOverrideIsSafe(t *testing.T) {
	often := []keymap.Action{keymap.Cancel, keymap.Back, keymap.Confirm, keymap.Enter, keymap.Undo, keymap.Up, keymap.Quit, keymap.Mark}
	action := rapid.OneOf(rapid.SampledFrom(often), rapid.SampledFrom(actions()))
	pool := []string{"u", "r", "é", "i", "é", "q", "n", "y", "c", "esc", "ctrl+c", "ctrl+d", "enter", "tab", "space", "up", "f5", "ctrl+z", "alt+x", "1", "/"}
	accepted := 0
	safe := func(t *rapid.T) {
		wanted := rapid.MapOfN(action, rapid.SliceOfN(rapid.SampledFrom(pool), 1, 3), 1, 4).Draw(t, "wanted")
		table, err := keymap.Default().Override(wanted)
		if err != nil {
			return
		}
		accepted++
		for _, b := range table {
			require.NotEmpty(t, b.Keys, b.Action)
			for _, other := range table {
				if b.Scope == other.Scope && b.Action != other.Action {
					require.Empty(t, common(b.Keys, other.Keys), "%s and %s in %s", b.Action, other.Action, b.Scope)
				}
			}
			if !b.Scope.Closed() {
				continue
			}
			before, _ := keymap.Default().Resolve("esc", b.Scope)
			out, ok := table.Resolve("esc", b.Scope)
			require.True(t, ok && out == before, "esc in %s", b.Scope)
			quit, _ := table.Resolve("ctrl+c", b.Scope)
			require.Equal(t, keymap.Interrupt, quit, "ctrl+c in %s", b.Scope)
			if !typed(keymap.Default(), b.Scope) {
				require.False(t, typed(table, b.Scope), "a character means something in %s", b.Scope)
			}
		}
	}
	for range 5 { // few tables are accepted
		rapid.Check(t, safe)
	}
	require.Greater(t, accepted, 5, "the property was hardly tested")
}

func actions() []keymap.Action {
	var all []keymap.Action
	for _, b := range keymap.Default() {
		if !slices.Contains(all, b.Action) {
			all = append(all, b.Action)
		}
	}
	return all
}

func common(a, b []string) string {
	var both []string
	for _, key := range a {
		if slices.Contains(b, key) {
			both = append(both, key)
		}
	}
	return strings.Join(both, " ")
}

// typed says that a character has a meaning in a scope.
func typed(t keymap.Table, s keymap.Scope) bool {
	return slices.ContainsFunc(t.Of(s), func(b keymap.Binding) bool {
		return slices.ContainsFunc(b.Keys, func(k string) bool { return utf8.RuneCountInString(k) == 1 || k == "space" })
	})
}
