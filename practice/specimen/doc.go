// Package specimen makes pods of every form that the STATUS, READY and RESTARTS columns
// of `kubectl get pods` know, to compare the server's own Table with somebody else's.
//
//	practice pods generate ──▶ New(seed, count) ──▶ Create ──▶ API server: pods, their status,
//	                           pure, reproducible              the deletion of some
//
// Only cmd/practice calls it. A form is a row of the table in form.go; each is made in
// turn, with random details, so that a thousand pods have dozens of each form and no two
// alike.
//
// Promises. The same seed and count give the same pods, apart from the dates in them.
// The pods are in a namespace of their own, bound to a node of their own that takes no
// other pod, and carry the annotation by which the simulated kubelets leave them alone:
// they stay as they were made. Those that are being deleted keep a finalizer. Dates are
// in the middle of what the column rounds to, so that a comparison has half a minute.
package specimen
