// Package owner tells to which Deployment and revision a pod belongs. Pages of
// pods, ReplicaSets and endpoints ask it once per snapshot.
//
// It promises nothing about pods of no Deployment but to say so.
package owner
