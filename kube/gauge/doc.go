// Package gauge joins figures to rollouts: what a metrics.Picture says of a
// Deployment, a revision, a pod, a node with GPUs, and how a revision stands
// against the one that serves beside it.
//
//	metrics.Picture ─▶ New ─▶ Gauge ─▶ Deployment, Revision, Now, GPUs, Against
//	kube.Rollout ───────────────┘
//
// It is called by tui, which makes one Gauge of every picture and hands it to
// the pages; by the pages, for the rows they draw; by kube/guard; and by the
// commands without a screen.
//
// It promises that the pods of a revision that are gone count in its history,
// because Kubernetes names them after their ReplicaSet; that what a mesh says of
// a whole Deployment stands in where it says nothing of the pods; that nothing
// is worked out twice for the same rows; and that without figures everything is
// unknown, and nothing is 0.
package gauge
