// Package fleet lets simulated traffic (package traffic) flow through a practice cluster,
// and tells a Prometheus about it.
//
//	API server ─ watch ─▶ reader ─▶ traffic.World ─ every second ─▶ traffic.Fleet
//	                                                                 │        │
//	Prometheus ◀─ scrape ─ Handler (all pods' and devices' series) ◀─┘        │
//	Prometheus ◀─ remote write ─ history of Services that are new ◀───────────┘
//
// The supervisor (package cluster) runs one, whether or not Prometheus does: traffic goes
// on while nobody measures it, and while the API server is away it goes to the endpoints
// that were ready last, as that of a real cluster. One target stands for all pods; it says
// namespace and pod itself, so the scrape has to honour labels. Annotations of Services,
// pods and nodes say how much traffic there is and how it is served: package traffic reads
// them, stage/README.md lists them.
//
// Promises. A pod is told about from when its container runs until it does not. The pods
// of a Service with a history are not told about before their history has arrived, so that
// their series begin with it. What annotations say wrongly is said once and left out.
package fleet
