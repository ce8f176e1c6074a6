// Package verdict writes how one side of a rollout stands against the other: what
// is compared, by how much they differ, how sure that is, and the word for it. The
// Rollout page and the chart call it.
//
// It promises that the word is never cut: where the room is short the numbers of
// requests go, then the interval, then the difference.
package verdict
