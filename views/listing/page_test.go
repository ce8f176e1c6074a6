package listing_test

import (
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/views/filter"
	"fader/views/fixture"
	"fader/views/freshness"
	"fader/views/golden"
	"fader/views/listing"
	"fader/views/table"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
)

// things is a page of names.
type things struct {
	*listing.Page[string, string]
}

func newThings(change func(*listing.Kind[string, string])) things {
	kind := listing.Kind[string, string]{
		Noun: "things", Resource: "things", Grant: "things.example", Without: "the rest works",
		Needs: []freshness.Need{{Resource: "others", Lacks: "colours"}},
		Key:   func(s string) string { return s }, Ref: func(s string) kube.Ref { return kube.Ref{Name: s} },
		Columns: func(bool) []table.Column[string] {
			return []table.Column[string]{{Title: "NAME", Cell: func(s string) table.Cell { return table.Cell{Text: s} }}}
		},
		Row:   func(s string, texts []string) filter.Row { return filter.Row{Name: s, Texts: texts} },
		About: func(s string, w, h int) []string { return []string{"about " + s} },
	}
	if change != nil {
		change(&kind)
	}
	p := things{listing.New(kind)}
	p.SetNow(fixture.Now())
	return p
}

func snapshot(state, things, others kube.State) *kube.Snapshot {
	return &kube.Snapshot{Health: kube.Health{
		State: state, Since: fixture.Now().Add(-12 * time.Second), Message: "as a whole",
		Resources: map[string]kube.ResourceHealth{"things": {State: things, Count: 7, Message: "of things"}, "others": {State: others}},
	}}
}

func TestWithoutRowsItSaysWhy(t *testing.T) {
	unwatched := snapshot(kube.Live, kube.Live, kube.Live)
	delete(unwatched.Health.Resources, "things")
	unread := func(s *kube.Snapshot) *kube.Snapshot {
		things := s.Health.Resources["things"]
		things.Unread = true
		s.Health.Resources["things"] = things
		return s
	}
	for name, c := range map[string]struct {
		s    *kube.Snapshot
		want []string
	}{
		"none":      {snapshot(kube.Live, kube.Live, kube.Live), []string{"no things in any namespace"}},
		"reading":   {snapshot(kube.Live, kube.Syncing, kube.Live), []string{"reading things"}},
		"forbidden": {snapshot(kube.Live, kube.Forbidden, kube.Live), []string{"you may not list things in any namespace", "of things", "the rest works", "list and watch on things.example"}},
		"login":     {snapshot(kube.NeedsLogin, kube.NeedsLogin, kube.Live), []string{"needs login", "as a whole"}},
		"failing":   {unread(snapshot(kube.Syncing, kube.Syncing, kube.Live)), []string{"reading things", "of things"}},
		"lost":      {unread(snapshot(kube.Disconnected, kube.Disconnected, kube.Live)), []string{"not connected for 12s: nothing has been read yet", "as a whole"}},
		"lost none": {snapshot(kube.Disconnected, kube.Disconnected, kube.Live), []string{"not connected for 12s: there were no things in any namespace at 14:03:10", "as a whole"}},
		"lagging":   {snapshot(kube.Lagging, kube.Lagging, kube.Live), []string{"lagging: there may be things by now", "of things"}},
		"missing":   {snapshot(kube.Live, kube.Missing, kube.Live), []string{"nothing is known of things: missing", "of things"}},
		"unwatched": {unwatched, []string{"nothing is known of things: not watched"}},
		"others":    {snapshot(kube.Forbidden, kube.Live, kube.Forbidden), []string{"no things in any namespace"}},
	} {
		p := newThings(nil)
		p.Show(c.s, nil)
		frame := text(p, 100, 20)
		for _, words := range c.want {
			require.Contains(t, frame, words, name)
		}
	}
	require.Contains(t, text(newThings(nil), 100, 20), "connecting")
}

func TestRowsDependOnTheirOwnResourceOnly(t *testing.T) {
	for name, c := range map[string]struct {
		s    *kube.Snapshot
		old  bool
		says string
	}{
		"live":            {snapshot(kube.Live, kube.Live, kube.Live), false, ""},
		"others":          {snapshot(kube.Forbidden, kube.Live, kube.Forbidden), false, "others: forbidden, so colours are not complete"},
		"more are coming": {snapshot(kube.Live, kube.Syncing, kube.Live), false, "reading things … 7 so far: rows are not complete yet"},
		"lost":            {snapshot(kube.Disconnected, kube.Live, kube.Live), true, "not connected for 12s: what you see is from 14:03:10"},
		"lagging":         {snapshot(kube.Lagging, kube.Lagging, kube.Live), true, "lagging: what you see is from 14:03:10 · of things"},
		"others lag":      {snapshot(kube.Live, kube.Live, kube.Lagging), false, "others: lagging, so colours may be old"},
		"lost things":     {snapshot(kube.Live, kube.NeedsLogin, kube.Live), true, "needs login"},
	} {
		p := newThings(nil)
		p.Show(c.s, []string{"a"})
		require.Equal(t, c.old, p.Old(), name)
		require.Contains(t, text(p, 100, 20), c.says, name)
	}
}

func TestBackAfterALossIsNotYetTheTruth(t *testing.T) {
	p := newThings(nil)
	p.Show(snapshot(kube.Disconnected, kube.Disconnected, kube.Live), []string{"a"})
	p.Show(snapshot(kube.Syncing, kube.Live, kube.Live), []string{"a"})
	require.True(t, p.Old())
	p.Show(snapshot(kube.Live, kube.Live, kube.Live), []string{"a"})
	require.False(t, p.Old())
}

func TestWhatMustBeKnownStandsInTheRule(t *testing.T) {
	p := newThings(func(k *listing.Kind[string, string]) { k.Caveat = func() string { return "only a part" } })
	p.Show(snapshot(kube.Live, kube.Live, kube.Live), []string{"abc"})
	require.Contains(t, text(p, 60, 20), "only a part")
	p.Show(snapshot(kube.Live, kube.Live, kube.Forbidden), []string{"abc"})
	require.NotContains(t, text(p, 60, 20), "only a part", "what is missing is worse")
}

func TestAClusterWideResourceHasNoNamespaces(t *testing.T) {
	p := newThings(func(k *listing.Kind[string, string]) { k.Cluster = true })
	p.Show(snapshot(kube.Live, kube.Forbidden, kube.Live), nil)
	require.Contains(t, text(p, 100, 20), "you may not list things")
	require.NotContains(t, text(p, 100, 20), "namespace")
}

func TestTheRowOfACursorHasItsLinesAndAClickMovesIt(t *testing.T) {
	p := newThings(nil)
	p.Show(snapshot(kube.Live, kube.Live, kube.Live), []string{"a", "b"})
	require.Contains(t, text(p, 60, 20), "about a")
	require.True(t, p.Click(3, 2))
	require.Contains(t, text(p, 60, 20), "about b")
	require.False(t, p.Click(3, 19), "lines about a row are no row")
	require.True(t, p.Wheel(-1))
	require.True(t, p.Handle(keymap.Mark))
	require.Equal(t, []kube.Ref{{Name: "a"}}, p.Marked())
	require.True(t, p.ClearMarks())
	require.Empty(t, p.Marked())
	golden.Sized(t, p.Render(33, 7), 33, 7)
}

func text(p things, w, h int) string {
	out := ""
	for _, line := range p.Render(w, h) {
		out += ansi.Strip(line) + "\n"
	}
	return out
}
