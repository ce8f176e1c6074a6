// Package prometheus is a Prometheus linked into this binary: its own TSDB, PromQL engine,
// scrape manager and HTTP API v1, without rules, alerts, service discovery and pages.
//
//	practice component prometheus ── Run ──┬─ scrape manager ──▶ TSDB ◀── /api/v1/write (with a token)
//	                                       │                      │
//	                                       └─ /api/v1/… ◀── PromQL engine
//
// Only cmd/practice calls it, in a process of its own: the supervisor (package cluster)
// starts, stops, kills and freezes it like the other components. It is apart from package
// component, so that a change here does not link Kubernetes anew, nor one there Prometheus.
// Its configuration is a file in Prometheus' own format; what it scrapes are static targets.
//
// Promises. It listens where it is told and answers anybody there who reads, as
// Prometheus does; only who knows the token can write. What was written survives a kill.
// Run returns only when the server has stopped.
package prometheus
