// Package scenario holds the situations of the practice cluster and plays them.
//
// A scenario is data: a folder under data/ with scenario.yaml (its name, what to look
// for, its steps) and the manifests it applies. Steps are few and plain: apply, set,
// scale, traffic, pause, resume, wait, sleep, and a loop that ends the list and never ends.
//
// The supervisor (package cluster) owns the one Runner of a cluster. It starts
// scenarios when the cluster starts, and again when `practice scenario` asks for it.
//
// Promises. Scenarios do not know of each other: each works alone and beside any
// others. One that needs nodes brings them, and they stay. Steps wait for states, never
// for the API server's mood: while it is away they try again. Started again, a scenario
// first removes what it made before, whatever finalizer or grace holds it. A scenario
// only writes in its steps, so what a user changes afterwards stays changed.
package scenario
