// Package traffic is the requests that the practice cluster serves, and what its pods would
// tell a Prometheus about them. It is arithmetic: no clock, no network, no Kubernetes.
//
//	World (Services, pods, nodes) ─▶ Fleet.Advance ─┬─▶ requests arrive, wait, are served, fail
//	                                                ├─▶ Gather: every series as it is now
//	                                                └─▶ Series: what a Service's pods did in the
//	                                                    hour before it was first seen
//
// Package fleet calls it: it watches the cluster and hands the World over every second.
//
// The requests of a Service come at random (Poisson), whether or not anybody is ready, and
// each goes to one of its ready endpoints. A pod has workers and a queue before them: a
// request waits for the first free worker, is served for a time drawn from a log-normal
// distribution, and is refused when the queue is full. So a pod that gets more than it can
// serve becomes slow, as a real one does. behaviour.go lists what annotations say about it,
// dialect.go what is exposed by which names.
//
// Promises. The same seed, Worlds and times give the same requests. Counters never go back
// while a container runs, and start at zero with it. History and what follows are one
// simulation: the same queue goes on. A World is not changed and not kept.
package traffic
