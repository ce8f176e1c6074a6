package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What can be typed for a number of replicas, and cannot.
func replicasByKeyboard(t *testing.T, s *site) {
	d := s.create(deployment("typed", 2))
	desk := s.screen(d.Name, s.kubeconfig())
	for _, c := range []struct{ typed, says string }{
		{"", `replicas is empty: give a whole number from 0`},
		{"-1", `replicas -1 is below zero`},
		{"1e3", `replicas "1e3" is not a whole number`},
		{"+3", `replicas "\+3" is not a whole number`},
		{"0x10", `replicas "0x10" is not a whole number`},
		{"2.0", `replicas "2.0" is not a whole number`},
		{"٣", `replicas "٣" is not a whole number`},
		{"3 pods", `replicas "3 pods" is not a whole number`},
		{"2147483648", `replicas 2147483648 is more than Kubernetes can count`},
		{"99999999999999999999", `replicas "?99999999999999999999"? is (more than|not a whole)`},
		{"\x1b[200~3\ny\n\x1b[201~", `replicas "3 y ?" is not a whole number`},
		{"\x1b[200~\x1b[2J\x1b]0;owned\x075\x1b[201~x", `replicas ".*5x" is not a whole number`},
	} {
		desk.press("s")
		desk.see(`Scale faults/typed`)
		desk.press("ctrl+u")
		if c.typed != "" {
			desk.press(c.typed)
		}
		desk.press("enter")
		screen := desk.see(c.says)
		require.Contains(t, screen, "fader", "the screen was cleared")
		desk.press("esc")
		desk.miss(`Scale faults/typed`)
	}
	for _, c := range []struct{ typed, change, says string }{
		{"0", `spec.replicas\s+2 → 0`, `nothing will serve: all 2 pods of faults/typed go`},
		{"2147483647", `spec.replicas\s+2 → 2147483647`, `2147483645 pods more at once is 1073741823 times what runs now`},
	} {
		desk.press("s")
		desk.see(`Scale faults/typed`)
		desk.press("ctrl+u", c.typed, "enter")
		desk.see(c.change)
		desk.see(c.says)
		desk.see(`\[ Scale \] y`)
		desk.press("enter") // Cancel is marked
		desk.see(`cancelled: nothing was changed`)
		desk.miss(`Scale faults/typed`)
	}
	require.Zero(t, s.patches(d.Name))
	s.unchanged(d)
}

// A preview that waits for its y does not take one from a paste. The terminal marks
// pastes because fader asked it to: unmarked, they would be keys.
func pasteOverPreview(t *testing.T, s *site) {
	d := s.create(deployment("pasted", 1))
	desk := s.screen(d.Name, s.kubeconfig())
	for _, pasted := range []string{"y\n", "y\ny\n", "\ty\r\n", "yes\n"} {
		desk.press("r")
		desk.see(`\[ Restart \] y`)
		desk.screen.Paste(pasted)
		// Keys are taken in turn: what comes after the paste, by the same way, says what
		// became of it.
		desk.screen.SendText("\x1b")
		desk.see(`cancelled: nothing was changed`)
		desk.miss(`\[ Cancel \]`)
		desk.press("?") // away with the toast, so that the next one is a new one
		desk.see(`┌ Keys`)
		desk.press("esc")
		desk.miss(`┌ Keys`)
	}
	require.Zero(t, s.patches(d.Name))
	s.unchanged(d)
}
