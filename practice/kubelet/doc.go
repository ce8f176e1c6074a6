// Package kubelet is the part of a kubelet that answers: the simulated ones of KWOK only
// report. One server stands for all nodes.
//
//	kubectl logs ─▶ API server ─▶ /containerLogs/… ─▶ pod's status ─▶ package story ─▶ lines
//	HPA, top     ─▶ API server ─▶ /apis/metrics.k8s.io/… ─▶ requests of the pods ─▶ usage
//
// The supervisor (package cluster) serves it on the port that every node names as its
// kubelet's. KWOK has a server for logs too: it asks nobody who they are, needs a file and
// an object for every container, and following a log there never ends.
//
// Promises. It only answers who has a certificate of the cluster's authority: the API
// server. A log behaves as a kubelet's: tail, since, timestamps, limit, previous, and
// follow, which ends when the container does. It keeps nothing: what it says follows from
// the pod as the API server has it now.
package kubelet
