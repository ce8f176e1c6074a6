// Package cluster is the practice cluster's supervisor: one process that starts the
// components of a Kubernetes control plane as children of itself, keeps them, and
// takes them away again.
//
//	practice up ── Up ──┬─ etcd
//	                    ├─ kube-apiserver           every child is this same binary,
//	                    ├─ kube-controller-manager  run as `practice component NAME`
//	                    ├─ kube-scheduler
//	                    ├─ kwok (the simulated kubelets; stages from package stage)
//	                    ├─ what kubelets answer (package kubelet), on one port for all nodes
//	                    ├─ the scenarios (package scenario), as goroutines
//	                    └─ DIR/control.sock ◂── Ask ── practice stop|kill|start|freeze|thaw|scenario
//
// cmd/practice calls Up once, and Ask from every command about components and scenarios.
// DIR/audit.log has one line of JSON (audit.k8s.io/v1, level Metadata) for every create,
// update, patch and delete of pods, Services and whatever is in group apps that did not
// come from the control plane itself, dry runs included; it is there before the answer is.
// A Tenant is a user with rights in one namespace, made through the API server.
//
// Promises. Everything listens on 127.0.0.1 only, with TLS, and needs a key or token
// that is in DIR, which only its owner can read. DIR/kubeconfig is written before
// `ready` is printed. When Up returns, every child is gone and every port is free;
// when Up is killed, the kernel kills the children (Linux). A cluster's data lives as
// long as the cluster: a DIR left over by an earlier one starts afresh.
package cluster
