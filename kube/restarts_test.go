package kube

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRestartsColumn(t *testing.T) {
	now := time.Unix(10_000, 0)
	for want, p := range map[string]*Pod{
		"0":             {LastRestart: now.Add(-time.Hour)},
		"4":             {Restarts: 4},
		"4 (3m12s ago)": {Restarts: 4, LastRestart: now.Add(-192 * time.Second)},
		"1 (50s ago)":   {Restarts: 1, LastRestart: now.Add(-50 * time.Second)},
		"12 (2d5h ago)": {Restarts: 12, LastRestart: now.Add(-53 * time.Hour)},
		"2 (119m ago)":  {Restarts: 2, LastRestart: now.Add(-119 * time.Minute)},
	} {
		require.Equal(t, want, p.RestartsColumn(now))
	}
}
