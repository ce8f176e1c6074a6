package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
)

// Read-only: nothing is sent, dry runs included.
func readOnlyMode(t *testing.T, s *site) {
	desk := s.gateway(s.kubeconfig(), func(o *rollout.Options) { o.ReadOnly = true })
	writer := s.gateway(s.kubeconfig())
	for name, intent := range moves() {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			s.create(deployment("read-only-"+name, 0))
			d := s.edit("read-only-"+name, image("v2"))
			plan, err := desk.Plan(t.Context(), intent(d))
			require.NoError(t, err)
			require.NotNil(t, plan.Blocked())
			require.Contains(t, plan.Blocked().Detail, "read-only")
			require.Empty(t, s.requests(d.Name), "not even a dry run")
			for what, p := range map[string]rollout.Plan{"its own plan": plan, "another's": s.plan(writer, intent(d))} {
				receipt := desk.Execute(soon(t), p, rollout.Confirmation{Typed: d.Name})
				require.Equal(t, rollout.Refused, receipt.Result, what)
				require.Contains(t, receipt.Message, "read-only", what)
			}
			require.Zero(t, s.patches(d.Name))
			s.unchanged(d)
		})
	}
}

// A protected context: the name is typed, or nothing is sent.
func protectedContext(t *testing.T, s *site) {
	desk := s.gateway(s.kubeconfig(), func(o *rollout.Options) { o.Protected = true })
	d := s.create(deployment("protected", 0))
	plan := s.plan(desk, rollout.Intent{Verb: rollout.Restart, Target: at(d)})
	require.True(t, plan.Protected)
	for _, typed := range []string{"", "y", "protecte", "Protected", "protected ", "faults/protected"} {
		receipt := desk.Execute(soon(t), plan, rollout.Confirmation{Typed: typed})
		require.Equal(t, rollout.Refused, receipt.Result, "%q", typed)
		require.Contains(t, receipt.Message, "practice is protected: type protected to confirm")
	}
	require.Zero(t, s.patches(d.Name))
	s.unchanged(d)
	receipt := desk.Execute(soon(t), plan, rollout.Confirmation{Typed: "protected"})
	require.Equal(t, rollout.Applied, receipt.Result, receipt.Message)
	require.Equal(t, 1, s.patches(d.Name))
}

// A journal that cannot be written: what cannot be written down is not done.
func journalNotWritable(t *testing.T, s *site) {
	for name, spoil := range map[string]func(t *testing.T, path string){
		"directory": func(t *testing.T, path string) { require.NoError(t, os.MkdirAll(path, 0o700)) },
		"no-directory": func(t *testing.T, path string) {
			require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Dir(path)), 0o700))
			require.NoError(t, os.WriteFile(filepath.Dir(path), nil, 0o600))
		},
		"device": func(t *testing.T, path string) {
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
			require.NoError(t, os.Symlink("/dev/full", path))
		},
		"rights": func(t *testing.T, path string) {
			if os.Geteuid() == 0 {
				t.Skip("root may write to any file")
			}
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
			require.NoError(t, os.WriteFile(path, nil, 0o400))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			path := filepath.Join(t.TempDir(), "state", "journal.jsonl")
			spoil(t, path)
			desk := s.gateway(s.kubeconfig(), func(o *rollout.Options) { o.Journal = rollout.NewJournal(path) })
			d := s.create(deployment("journal-"+name, 0))
			plan := s.plan(desk, rollout.Intent{Verb: rollout.Restart, Target: at(d)})
			receipt := desk.Execute(soon(t), plan, rollout.Confirmation{})
			require.Equal(t, rollout.Refused, receipt.Result)
			require.Contains(t, receipt.Message, "the journal cannot be written, so nothing was sent: ")
			require.Contains(t, receipt.Message, filepath.Dir(path), "where")
			require.Zero(t, s.patches(d.Name))
			s.unchanged(d)
		})
	}
}
