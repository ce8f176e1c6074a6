// Package guard draws guards: the line above the footer that every page shows of
// them, and the words for how one stands, which toasts and the form of a guard say
// too.
//
// tui gives it how a guard stands. It knows the words of limits by kube/guard, and
// does nothing itself.
package guard
