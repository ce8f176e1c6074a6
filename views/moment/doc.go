// Package moment marks on a time axis what happened: moves, and the first pod of
// a revision that was ready. A mark is a sign below the cell of its time; what the
// signs mean is said beside them. The Rollout page and the chart call it.
//
// It promises one sign per cell, the newest where several meet; that a moment
// outside of the axis is not drawn; and that where the room is short the newest
// moments are told.
package moment
