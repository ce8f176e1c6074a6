// Package story knows what the containers of the practice cluster write to their logs.
//
//	pod + container ─▶ Find ─▶ Instance (one run of it) ─▶ Log ─▶ line 0, 1, 2 … Count(now)
//
// Only package kubelet calls it, for every request for a log. Nothing is stored: line n of
// a run is worked out from the run and n. A log costs neither disk nor memory, an hour of
// it is there at once, and asking twice gives the same answer. A story is data: a file
// under data/ with what is said at the start, while it loads, again and again, and at the
// end for each reason to end. find.go says whose story is whose; stage/README.md lists the
// annotations.
//
// Promises. Log is a pure function of the Instance. Lines are in the order of their times,
// none is before the run began or after it ended. Only the last Kept lines can be read, as
// a kubelet that rotates its files.
package story
