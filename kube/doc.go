// Package kube is fader's domain: what a rollout is, read from Kubernetes'
// objects by pure functions.
//
// It is called by kube/watch, whose informers turn every API object into one of
// the types here as it arrives (NewDeployment, NewPod, NewService, NewNode, …) and
// whose coalescer joins them (Build) into a Snapshot; by kube/rollout, which plans
// moves from live objects; and by the views, which draw a Snapshot.
//
// It promises:
//   - no I/O, no clock, no client: the same objects give the same snapshot;
//   - text from the cluster is sanitised (Clean) where it enters, so that every
//     string in a domain value can be printed on a terminal;
//   - the verdict on a rollout is that of `kubectl rollout status`, and a pod's STATUS
//     that of `kubectl get pods`, by the same rules;
//   - unknown is a nil pointer, a nil list or a zero time, never the number 0 and
//     never an empty list: what may not be seen is not shown as none;
//   - what is said for certain is certain: where only a part is in sight (one
//     namespace of a shared node) it says so, and claims only what holds anyway;
//   - values are never changed after they were made: a *Rollout may be shared by
//     any number of snapshots, goroutines and views;
//   - ages are not stored, only the moments they are counted from, so that two
//     snapshots are equal when the cluster is.
package kube
