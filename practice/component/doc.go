// Package component holds the servers a practice cluster is made of, linked into
// this binary: etcd, kube-apiserver, kube-controller-manager, kube-scheduler, KWOK
// and kubectl.
//
// Only cmd/practice calls it, and only in a process of its own per server: each of
// them owns the process's signals, logging flags and exit code, so two can never
// share one. It is the only package that imports Kubernetes' servers. Nothing with
// tests may import it, or those tests take minutes to link.
//
// Run promises to return only when its server has stopped.
package component
