// Package e2e drives the built fader on a pseudo-terminal against a practice
// cluster, as a person does: it presses keys and looks at the screen.
//
// The binaries are named by FADER_BIN and PRACTICE_BIN (make test sets them);
// without them the tests are skipped. Every test waits for a state of the screen
// or of the cluster, never for a time to pass, and every wait is bounded.
package e2e
