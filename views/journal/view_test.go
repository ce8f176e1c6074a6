package journal_test

import (
	"testing"

	"fader/kube/rollout"
	"fader/views/golden"

	"github.com/stretchr/testify/require"
)

func TestNewestFirstWithAllThereIs(t *testing.T) {
	frame := golden.Text(page(), 200, 30)
	require.Regexp(t, `(?s)14:02:42 +✔ applied +shop/web +Undo shop/web to revision 4 +containers\[web\].image web:nope → web:v2.4.0 \+1 +ada +prod-eu +210ms.*14:02:12 +✖ conflict`, frame)
	require.Regexp(t, `05-01 14:03:22 +✔ applied +infra/gateway`, frame)
	require.Regexp(t, `\? unclear +shop/payments-api .* 3.0s`, frame)
	require.Contains(t, frame, " spec.template.spec.containers[web].image web:nope → web:v2.4.0")
	require.Contains(t, frame, "shop/web: undone: revision 4 comes back as revision 6")
	require.Contains(t, frame, "kubectl --context prod-eu -n shop rollout undo deployment/web")
}

func TestTheMoveUnderTheCursor(t *testing.T) {
	v := page()
	r, ok := v.Receipt()
	require.True(t, ok)
	require.Equal(t, rollout.Applied, r.Result)
	ref, _ := v.Cursor()
	require.Equal(t, "shop/web", ref.String())
}

func TestTheJournalDoesNotAgeWithTheConnection(t *testing.T) {
	require.NotContains(t, golden.Text(page(), 120, 30), "not connected")
	_, total := golden.Open(pages()["reading"], nil).Counts()
	require.Equal(t, -1, total)
	_, total = pages()["empty"].Counts()
	require.Zero(t, total)
	require.Contains(t, golden.Text(pages()["empty"], 120, 30), "no move has been made yet")
	require.Contains(t, golden.Text(pages()["reading"], 120, 30), "reading the journal")
	require.Contains(t, golden.Text(pages()["damaged"], 120, 30), "2 lines of the journal cannot be read: moves are missing here")
}

func TestFilter(t *testing.T) {
	for input, want := range map[string]int{"ada": 6, "refused": 1, "shop !conflict": 2, "quota": 1} {
		v := page()
		v.SetFilter(input)
		shown, _ := v.Counts()
		require.Equal(t, want, shown, input)
	}
}
