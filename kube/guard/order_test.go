package guard_test

import (
	"testing"

	"fader/kube/guard"

	"github.com/stretchr/testify/require"
)

// The revision that is gone back to keeps the words that people know it by.
func TestChangeCauseOfAnUndo(t *testing.T) {
	const why = "guard: errors 6.0% are over the limit of 1.0%"
	for before, want := range map[string]string{
		"":                         why,
		"model v2":                 "model v2 (" + why + ")",
		"model v2 (guard: p99 is)": "model v2 (" + why + ")",
		"guard: p99 is":            why,
	} {
		g := guard.Guard{Standing: guard.Standing{
			State: guard.Breached, Text: "errors 6.0% are over the limit of 1.0%", Release: guard.Release{BackCause: before},
		}}
		require.Equal(t, want, g.Intent(guard.Undo).Cause, before)
	}
}
