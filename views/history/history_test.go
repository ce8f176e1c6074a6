package history_test

import (
	"strings"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/rollout"
	"fader/views/history"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func past(n int64, isNew bool) rollout.Past {
	name := "web-" + string(rune('a'+n))
	return rollout.Past{Revision: n, ReplicaSet: name, New: isNew, Images: []string{name}, Template: "image: " + name + "\n"}
}

func newView(revisions ...rollout.Past) *history.View {
	ref := kube.Ref{Kind: kube.KindDeployment, Namespace: "shop", Name: "web"}
	return history.New(ref, rollout.History{Target: ref, Revisions: revisions}, time.Unix(0, 0))
}

func render(v *history.View) string {
	return ansi.Strip(strings.Join(v.Render(theme.Dark(false), 90, 20), "\n"))
}

func TestTheCursorBeginsAtTheRevisionBefore(t *testing.T) {
	v := newView(past(3, true), past(2, false), past(1, false))
	chosen, ok := v.Chosen()
	require.True(t, ok)
	require.Equal(t, int64(2), chosen.Revision)
	text := render(v)
	require.Contains(t, text, "undo to revision 2 changes")
	require.Contains(t, text, "-image: web-d")
	require.Contains(t, text, "+image: web-c")
}

func TestWhatRunsNowCannotBeChosen(t *testing.T) {
	v := newView(past(3, true), past(2, false))
	v.Handle(keymap.Up)
	_, ok := v.Chosen()
	require.False(t, ok)
	require.Contains(t, render(v), "the template the Deployment has now")
}

func TestAnyTwoRevisionsCanBeCompared(t *testing.T) {
	v := newView(past(3, true), past(2, false), past(1, false))
	v.Handle(keymap.Mark)
	v.Handle(keymap.Down)
	require.Contains(t, render(v), "from revision 2 to revision 1")
	from, to, ok := v.Compared()
	require.True(t, ok)
	require.Equal(t, []int64{2, 1}, []int64{from.Revision, to.Revision})
	v.Handle(keymap.Up)
	v.Handle(keymap.Mark) // again: the present one
	require.Contains(t, render(v), "undo to revision 2")
}

func TestWhatImagesDoNotTellIsSaid(t *testing.T) {
	restarted, caused := past(3, true), past(2, false)
	restarted.Changed = "restarted"
	caused.Changed, caused.ChangeCause = "env LOG_LEVEL", "more logs"
	text := render(newView(restarted, caused, past(1, false)))
	require.Contains(t, text, "0/0  restarted ")
	require.Contains(t, text, "0/0  env LOG_LEVEL · more logs")
}

func TestNothingToGoBackTo(t *testing.T) {
	require.Contains(t, render(newView()), "nothing to go back to")
	_, ok := newView(past(1, true)).Chosen()
	require.False(t, ok)
}

func TestItFitsAnySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := past(2, false)
		p.ChangeCause, p.Images = rapid.String().Draw(t, "cause"), []string{rapid.String().Draw(t, "image")}
		v := newView(past(3, true), p)
		w, h := rapid.IntRange(4, 200).Draw(t, "w"), rapid.IntRange(4, 50).Draw(t, "h")
		lines := v.Render(theme.Dark(false), w, h)
		require.LessOrEqual(t, len(lines), h)
		for _, line := range lines {
			require.Equal(t, min(w, 120), ansi.StringWidth(line))
		}
	})
}
