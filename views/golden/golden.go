package golden

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
)

// Flag defines -update; call it once in a package of tests.
func Flag() *bool { return flag.Bool("update", false, "write testdata/*.golden anew") }

// Equal compares a frame, without its colours, with testdata/name.golden.
func Equal(t *testing.T, update bool, name string, frame []string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	lines := make([]string, len(frame))
	for i, line := range frame {
		lines[i] = strings.TrimRight(ansi.Strip(line), " ")
	}
	text := strings.Join(lines, "\n") + "\n"
	if update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run with -update to write it")
	require.Equal(t, string(want), text)
}

// Sized checks that a frame is exactly h lines of w cells.
func Sized(t require.TestingT, frame []string, w, h int) {
	require.Len(t, frame, h)
	for i, line := range frame {
		require.Equal(t, w, ansi.StringWidth(line), "line %d: %q", i, line)
	}
}
