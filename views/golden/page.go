package golden

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/views/fixture"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Page is what all pages have.
type Page interface {
	SetSnapshot(*kube.Snapshot)
	SetNow(time.Time)
	SetTheme(theme.Theme)
	Handle(keymap.Action) bool
	Click(x, y int) bool
	Wheel(n int) bool
	Render(w, h int) []string
}

// List is a page of rows.
type List interface {
	Page
	SetFilter(string)
	Filter() string
	Cursor() (kube.Ref, bool)
	SetCursor(kube.Ref) bool
	Counts() (shown, total int)
	Marked() []kube.Ref
}

// Open gives a page theme, clock and snapshot.
func Open[P Page](p P, s *kube.Snapshot) P {
	p.SetTheme(theme.Dark(false))
	p.SetNow(fixture.Now())
	if s != nil {
		p.SetSnapshot(s)
	}
	return p
}

// Text is a frame of a page without its colours.
func Text(p Page, w, h int) string { return ansi.Strip(strings.Join(p.Render(w, h), "\n")) }

// Frames compares every page with its files at the four sizes.
func Frames[P Page](t *testing.T, update bool, pages map[string]P) {
	for name, p := range pages {
		for _, size := range fixture.Sizes() {
			name := fmt.Sprintf("%s-%dx%d", name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				frame := p.Render(size[0], size[1])
				Sized(t, frame, size[0], size[1])
				Equal(t, update, name, frame)
			})
		}
	}
}

// ASCII checks that pages in the ASCII theme draw nothing else.
func ASCII[P Page](t *testing.T, pages map[string]P) {
	for name, p := range pages {
		p.SetTheme(theme.Dark(true))
		for _, size := range append(fixture.Sizes(), [2]int{30, 9}) {
			for _, r := range Text(p, size[0], size[1]) {
				require.Less(t, r, rune(0x7f), "%s: %q", name, r)
			}
		}
	}
}

// AnySize checks that a list has the size asked for whatever the cluster holds
// and whatever is done to it; more are actions of its own.
func AnySize[L List](t *testing.T, open func() L, more ...keymap.Action) {
	actions := append(more, keymap.Down, keymap.Bottom, keymap.PageUp, keymap.Mark, keymap.SortColumn, keymap.SortReverse)
	rapid.Check(t, func(t *rapid.T) {
		p := Open(open(), fixture.Hostile(t))
		p.SetTheme(theme.Light(rapid.Bool().Draw(t, "ascii")))
		for range rapid.IntRange(1, 3).Draw(t, "times") {
			w, h := rapid.IntRange(0, 220).Draw(t, "w"), rapid.IntRange(0, 60).Draw(t, "h")
			Sized(t, p.Render(w, h), w, h)
			p.Handle(rapid.SampledFrom(actions).Draw(t, "action"))
			p.SetFilter(rapid.SampledFrom([]string{"", "a", "!a", "-l a", "-l ((", "no such thing"}).Draw(t, "filter"))
			p.Click(1, rapid.IntRange(0, 60).Draw(t, "y"))
			Sized(t, p.Render(w, h), w, h)
		}
	})
}

// Contract checks what every list of rows promises: the cursor stays on its
// object, marks follow theirs, every column can be sorted by, a filter that finds
// nothing says so, and nothing is drawn again while nothing has changed.
func Contract[L List](t *testing.T, p L) {
	p.Render(200, 50)
	p.Handle(keymap.Top)
	first, ok := p.Cursor()
	require.True(t, ok)
	p.Handle(keymap.Mark)
	require.Equal(t, []kube.Ref{first}, p.Marked())
	require.Contains(t, Text(p, 200, 50), "\n"+theme.Unicode().Marked)

	titles := map[string]bool{}
	for range 12 {
		title, _, _ := strings.Cut(Text(p, 200, 50), "\n")
		before := title[:max(strings.Index(title, theme.Unicode().Down), 0)]
		titles[before[strings.LastIndexByte(before, ' ')+1:]] = true
		require.True(t, p.Handle(keymap.SortColumn))
		here, _ := p.Cursor()
		require.Equal(t, first, here, "the cursor stays on its object")
		require.True(t, p.Handle(keymap.SortReverse))
		title, _, _ = strings.Cut(Text(p, 200, 50), "\n")
		require.Contains(t, title, theme.Unicode().Up)
		p.Handle(keymap.SortReverse)
	}
	require.Greater(t, len(titles), 5, "%v", titles)

	_, total := p.Counts()
	p.SetFilter("no such thing")
	require.Contains(t, Text(p, 120, 30), `match "no such thing"`)
	require.Contains(t, Text(p, 120, 30), "esc clears the filter")
	require.Empty(t, p.Marked(), "what is hidden is not acted on")
	shown, all := p.Counts()
	require.Equal(t, []int{0, total}, []int{shown, all})
	p.SetFilter("-l a==b==c")
	require.Contains(t, Text(p, 120, 30), "-l")
	require.NotContains(t, Text(p, 120, 30), "match", "the filter is wrong, the rows are not")
	p.SetFilter("")
	require.Equal(t, []kube.Ref{first}, p.Marked())

	require.True(t, p.SetCursor(first))
	require.False(t, p.SetCursor(kube.Ref{Name: "nobody"}))
	require.False(t, p.Handle(keymap.Quit))
	frame := p.Render(120, 30)
	require.Same(t, &frame[0], &p.Render(120, 30)[0])
	p.SetNow(fixture.Now().Add(300 * time.Millisecond))
	require.Same(t, &frame[0], &p.Render(120, 30)[0], "the second is the same")
	p.SetNow(fixture.Now().Add(time.Second))
	require.NotSame(t, &frame[0], &p.Render(120, 30)[0])
}
