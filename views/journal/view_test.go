package journal_test

import (
	"testing"
	"time"

	"fader/kube/rollout"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/journal"

	"github.com/stretchr/testify/require"
)

func TestNewestFirstWithAllThereIs(t *testing.T) {
	frame := golden.Text(page(), 220, 30)
	require.Regexp(t, `(?s)14:02:42 +✔ applied +shop/web +Undo to revision 4 +containers\[web\].image web:nope → web:v2.4.0 \+1 +✔ complete +14.0s +ada +prod-eu.*14:02:12 +✖ conflict`, frame)
	require.Regexp(t, `05-01 14:03:22 +✔ applied +infra/gateway +Pause +paused false → true +- +- +ada`, frame, "nobody watched it: no outcome, no duration")
	require.Regexp(t, `\? unclear +shop/payments-api .* - +3.0s`, frame)
	require.Regexp(t, `✔ applied +ml/ranker .* ‖ held +300ms`, frame)
	require.Regexp(t, `✔ applied +shop/web +Set images .* ✖ stalled +2m05s`, frame)
	require.Contains(t, frame, " spec.template.spec.containers[web].image web:nope → web:v2.4.0")
	require.Contains(t, frame, "shop/web: undone: revision 4 comes back as revision 6; rolled out in 14s: 10 of 10 pods of revision 6 ready")
	require.Contains(t, frame, "kubectl --context prod-eu -n shop rollout undo deployment/web")
}

func TestCoursesHaveTheirNameAndState(t *testing.T) {
	frame := golden.Text(page(), 220, 30)
	require.Regexp(t, `◌ left +shop/checkout +Shift: canary 1 to 8 of 8 +left at 2 of 8 +- +- +ada`, frame)
	require.Regexp(t, `✔ ended +shop/search +Shift: canary 1 to 4 of 8 +done: the canary has 4 of 8 +- +2m00s`, frame)
}

func TestTheEntryUnderTheCursor(t *testing.T) {
	v := page()
	e, ok := v.Entry()
	require.True(t, ok)
	require.Equal(t, rollout.Applied, e.Receipt.Result)
	ref, _ := v.Cursor()
	require.Equal(t, "shop/web", ref.String())
	v.SetFilter("checkout")
	e, _ = v.Entry()
	require.Equal(t, "c2", e.Course.ID)
}

func TestAReceiptInFull(t *testing.T) {
	r := fixture.Receipts()[6]
	r.Plan.Warnings = []string{"Flux will take it back"}
	r.Plan.Checks = []rollout.Check{{Name: "permitted", Passed: true}, {Name: "server dry run", Detail: "denied"}}
	r.Plan.ResourceVersion, r.ResourceVersion, r.Course = "81733", "81740", "c7"
	full := journal.Text(journal.Entry{Receipt: r}, time.UTC, "u plans it")
	for _, want := range []string{
		"Undo shop/web to revision 4\n\nresult    applied: undone: revision 4 comes back as revision 6\n",
		"outcome   complete: rolled out in 14s: 10 of 10 pods of revision 6 ready\n          at 2026-05-04 14:02:56.000 UTC, 14s after it was begun\n",
		"who       ada\nwhen      2026-05-04 14:02:42.000 UTC, answered after 210ms\ncluster   prod-eu  https://10.1.2.3:6443\n",
		"object    Deployment shop/web  uid uid-shop-web\nversion   81733 → 81740\nstep of   course c7\nkubectl   kubectl --context prod-eu -n shop rollout undo deployment/web\nway back  u plans it\n",
		"\nChanges\n  spec.template.spec.containers[web].image\n    web:nope → web:v2.4.0\n",
		"\nWarnings\n  Flux will take it back\n\nChecks\n  passed  permitted\n  failed  server dry run: denied\n",
	} {
		require.Contains(t, full, want)
	}
	require.Contains(t, journal.Text(journal.Entry{Receipt: fixture.Receipts()[0]}, time.UTC, ""), "outcome   not known: fader was not there to watch it\n")
	refused := journal.Text(journal.Entry{Receipt: fixture.Receipts()[1]}, time.UTC, "")
	require.NotContains(t, refused, "outcome")
	require.NotContains(t, refused, "way back")
	require.Contains(t, journal.Text(journal.Entry{Course: &courses()[1]}, time.UTC, ""),
		"state     left: left at 2 of 8\nwho       ada\nwhen      2026-05-04 13:54:22.000 UTC\n")
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
	for input, want := range map[string]int{"ada": 9, "refused": 1, "shop !conflict": 5, "quota": 1, "stalled": 1, "cannot pull": 1, "course": 2} {
		v := page()
		v.SetFilter(input)
		shown, _ := v.Counts()
		require.Equal(t, want, shown, input)
	}
}
