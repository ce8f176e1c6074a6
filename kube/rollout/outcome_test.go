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
