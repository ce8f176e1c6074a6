package keymap_test

import (
	"os"
	"strings"
	"testing"

	"fader/keymap"

	"github.com/stretchr/testify/require"
)

func TestAKeyHasOneMeaningInAScope(t *testing.T) {
	type place struct {
		scope keymap.Scope
		key   string
	}
	taken := map[place]keymap.Action{}
	for _, b := range keymap.Default() {
		require.NotEmpty(t, b.Keys, b.Action)
		require.NotEmpty(t, b.Help, b.Action)
		for _, key := range b.Keys {
			at := place{b.Scope, key}
			require.NotContains(t, taken, at, "two actions on one key")
			taken[at] = b.Action
		}
	}
}

func TestResolve(t *testing.T) {
	table := keymap.Default()
	for _, c := range []struct {
		key    string
		scopes []keymap.Scope
		want   keymap.Action
	}{
		{"j", []keymap.Scope{keymap.Deployments, keymap.List}, keymap.Down},
		{"u", []keymap.Scope{keymap.Deployments, keymap.List}, keymap.Undo},
		{"ctrl+c", []keymap.Scope{keymap.Deployments, keymap.List}, keymap.Interrupt},
		{"u", []keymap.Scope{keymap.FilterInput}, ""},
		{"u", []keymap.Scope{keymap.PlanDialog}, ""},
		{"y", []keymap.Scope{keymap.PlanDialog}, keymap.Confirm},
		{"n", []keymap.Scope{keymap.PlanDialog}, keymap.Cancel},
		{"n", nil, keymap.Namespaces},
		{"ctrl+c", []keymap.Scope{keymap.PlanDialog}, keymap.Interrupt},
		{"ctrl+c", []keymap.Scope{keymap.FilterInput}, keymap.Interrupt},
		{"ctrl+d", nil, keymap.Nothing},
		{"ctrl+k", nil, keymap.Nothing},
		{"no such key", nil, ""},
	} {
		got, ok := table.Resolve(c.key, c.scopes...)
		require.Equal(t, c.want, got, "%s in %v", c.key, c.scopes)
		require.Equal(t, c.want != "", ok)
	}
}

func TestKeyIsTheFirstOne(t *testing.T) {
	table := keymap.Default()
	require.Equal(t, "left", table.Key(keymap.ShiftDialog, keymap.Left))
	require.Empty(t, table.Key(keymap.PlanDialog, keymap.Restart))
}

// A way out and a way to quit exist wherever the keyboard can be.
func TestEveryScopeHasAWayOut(t *testing.T) {
	table := keymap.Default()
	for _, b := range table {
		if !b.Scope.Closed() {
			continue
		}
		_, ok := table.Resolve("esc", b.Scope)
		require.True(t, ok, "esc in %s", b.Scope)
		quit, _ := table.Resolve("ctrl+c", b.Scope)
		require.Equal(t, keymap.Interrupt, quit, "ctrl+c in %s", b.Scope)
	}
}

func TestFooterShowsOnlyWhatWorks(t *testing.T) {
	table := keymap.Default()
	for _, scopes := range [][]keymap.Scope{
		{keymap.Deployments, keymap.List}, {keymap.Rollout, keymap.List}, {keymap.PlanDialog}, {keymap.FilterInput},
	} {
		footer := table.Footer(scopes...)
		require.NotEmpty(t, footer)
		for _, b := range footer {
			action, ok := table.Resolve(b.Keys[0], scopes...)
			require.True(t, ok)
			require.Equal(t, b.Action, action)
		}
	}
}

const (
	readme = "../README.md"
	begin  = "<!-- keys: written by make readme -->\n"
	end    = "<!-- end of keys -->"
)

// The README's table of keys is this package's; make readme writes it anew.
func TestReadmeHasTheKeysAsTheyAre(t *testing.T) {
	text, err := os.ReadFile(readme)
	require.NoError(t, err)
	head, rest, found := strings.Cut(string(text), begin)
	require.True(t, found, "the README has no place for the keys")
	_, tail, found := strings.Cut(rest, end)
	require.True(t, found, "the place for the keys has no end")
	want := head + begin + "\n" + keymap.Default().Markdown() + end + tail
	if os.Getenv("README_UPDATE") != "" {
		require.NoError(t, os.WriteFile(readme, []byte(want), 0o644))
		return
	}
	require.Equal(t, want, string(text), "the README's keys are stale: run make readme")
}
