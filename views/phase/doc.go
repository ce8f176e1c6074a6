// Package phase is how a rollout's phase looks on every page: a sign, a word and
// a style. Pages that show a phase call it, so that no two show it differently.
//
// It promises that the sign alone tells what is broken from what is not, for
// screens without colour.
package phase
