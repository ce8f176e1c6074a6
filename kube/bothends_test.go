package kube

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBothEndsStay(t *testing.T) {
	require.Equal(t, "short", bothEnds("short", 12))
	require.Equal(t, "failed …up: no such host", bothEnds("failed to pull: lookup: no such host", 24))
	for _, text := range []string{strings.Repeat("ab ", 300), strings.Repeat("名前", 200), strings.Repeat("x", 161)} {
		short := bothEnds(text, 160)
		cells := 0
		for _, r := range short {
			cells += cellsOf(r)
		}
		require.LessOrEqual(t, cells, 161)
		require.Greater(t, cells, 150)
		require.True(t, strings.HasSuffix(text, short[len(short)-20:]))
	}
}
