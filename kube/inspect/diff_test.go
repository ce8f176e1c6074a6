package inspect

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExternalDiffIsReadAsKubectlDoes(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, c := range []struct {
		variable, program string
		args              []string
	}{
		{"colordiff -N -u", "colordiff", []string{"-N", "-u"}},
		{"dyff between --color=on", "dyff", []string{"between", "--color=on"}},
		{"diff ; rm $(x) -u", "diff", []string{"rm", "-u"}},
	} {
		t.Setenv(externalDiff, c.variable)
		command, remove, err := ExternalDiff("a: 1\n", "a: 2\n")
		require.NoError(t, err)
		require.Equal(t, c.program, command.Args[0])
		require.Equal(t, c.args, command.Args[3:])
		for i, want := range []string{"a: 1\n", "a: 2\n"} {
			path := command.Args[1+i]
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, want, string(text))
			info, err := os.Stat(path)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		}
		dir := filepath.Dir(command.Args[1])
		remove()
		require.NoDirExists(t, dir)
	}
}

func TestExternalDiffUnset(t *testing.T) {
	t.Setenv(externalDiff, "")
	command, remove, err := ExternalDiff("a", "b")
	require.NoError(t, err)
	require.Nil(t, command)
	remove()
}

func TestExternalDiffRuns(t *testing.T) {
	t.Setenv(externalDiff, "diff -u")
	command, remove, err := ExternalDiff("a: 1\n", "a: 2\n")
	require.NoError(t, err)
	defer remove()
	out, err := command.Output()
	require.Equal(t, 1, command.ProcessState.ExitCode(), "they differ: %v", err)
	require.True(t, strings.HasSuffix(string(out), "-a: 1\n+a: 2\n"), "%s", out)
}

func TestExternalDiffWithoutAPlaceForFiles(t *testing.T) {
	t.Setenv(externalDiff, "diff")
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "not there"))
	_, remove, err := ExternalDiff("a", "b")
	require.ErrorContains(t, err, "make a place for the texts to compare")
	remove()
}
