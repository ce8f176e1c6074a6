package rollout

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheJournalTellsWhatCameOfAMove(t *testing.T) {
	j := NewJournal(filepath.Join(t.TempDir(), "journal.jsonl"))
	pause, restart := receipt(Pause, Applied, 0), receipt(Restart, Applied, time.Second)
	stalled := Outcome{State: Stalled, Text: "stalled after 12s: 1 pod cannot pull", Took: 12 * time.Second, At: noon().Add(13 * time.Second)}
	through := Outcome{State: Complete, Text: "rolled out after all in 2m00s", Took: 2 * time.Minute, At: noon().Add(2 * time.Minute)}
	require.NoError(t, j.Record(pause))
	require.NoError(t, j.Record(restart))
	require.NoError(t, j.Settle(restart, stalled))
	require.NoError(t, j.Record(receipt(Undo, Refused, time.Minute)))
	entries, err := j.Read()
	require.NoError(t, err)
	require.Equal(t, []Result{Applied, Applied, Refused}, results(entries))
	require.Equal(t, &stalled, entries.Receipts[1].Outcome)
	require.Nil(t, entries.Receipts[0].Outcome, "nobody watched it that long")

	require.NoError(t, j.Settle(restart, through))
	require.NoError(t, j.Settle(receipt(Restart, Applied, time.Hour), stalled)) // of a receipt that was lost
	entries, err = j.Read()
	require.NoError(t, err)
	require.Len(t, entries.Receipts, 3)
	require.Equal(t, &through, entries.Receipts[1].Outcome, "the last one counts")
	require.Equal(t, []Outcome{stalled, through}, entries.Receipts[1].Outcomes)
	require.Zero(t, entries.Damaged)
}

func TestALineThatIsOfNoKindIsDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	require.NoError(t, os.WriteFile(path, []byte("{}\n{\"settled\":null}\n{\"settled\":7}\n[]\n"), 0o600))
	entries, err := NewJournal(path).Read()
	require.NoError(t, err)
	require.Equal(t, Entries{Damaged: 4}, entries)
}

func TestOnlyAnEndIsSettled(t *testing.T) {
	for state, want := range map[State]bool{
		"": false, Pending: false, Stalled: false, Complete: true, Held: true, Gone: true, Superseded: true, Unknown: true,
	} {
		require.Equal(t, want, state.Settled(), state)
	}
}

// A journal is a file: what an editor has put into it is shown, not obeyed.
func TestWhatTheJournalHoldsIsFitForATerminal(t *testing.T) {
	const hostile = "a\x1b[2J\u202e\r\nb"
	j := NewJournal(filepath.Join(t.TempDir(), "journal.jsonl"))
	r := receipt(Restart, Applied, 0)
	r.Who, r.Message, r.Plan.Title, r.Plan.Cluster.Context, r.Plan.Kubectl = hostile, hostile, hostile, hostile, hostile
	r.Plan.Changes = []Change{{hostile, hostile, hostile}}
	r.Plan.Notes, r.Plan.Checks = []string{hostile}, []Check{{Name: hostile, Detail: hostile}}
	require.NoError(t, j.Record(r))
	require.NoError(t, j.Settle(r, Outcome{State: Complete, Text: hostile}))
	entries, err := j.Read()
	require.NoError(t, err)
	got := entries.Receipts[0]
	for _, text := range []string{
		got.Who, got.Message, got.Plan.Title, got.Plan.Cluster.Context, got.Plan.Kubectl, got.Plan.Notes[0], got.Outcome.Text,
		got.Plan.Changes[0].Path, got.Plan.Changes[0].Before, got.Plan.Changes[0].After, got.Plan.Checks[0].Name, got.Plan.Checks[0].Detail,
	} {
		require.Equal(t, "a b", text)
	}
}
