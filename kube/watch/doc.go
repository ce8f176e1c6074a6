// Package watch keeps a picture of one scope of one cluster and hands it out as
// immutable snapshots.
//
//	API server ── list+watch ──▶ reflector ──▶ feed (one per resource)
//	                                            │ marks dirty
//	Ping ──▶ pulse ──▶ loop ◀───────────────────┘
//	                    │ paced; kube.Build; equal to the last: dropped
//	                    ▼
//	                 mailbox (one slot, newest wins) ──▶ Next
//
// It is called by tui, which shows what Next returns, by the headless commands,
// which print it, and by the write gateway, which asks Health before every move.
//
// It promises:
//   - Next never returns a picture that pretends: before the first lists are
//     complete there are no rollouts and the state is Syncing, with a count that
//     grows; once complete, rollouts stay until something newer replaces them;
//   - State is Live only while the server answers Ping and every essential
//     resource (deployments, replicasets, pods) is either in step with its watch
//     or forbidden. All the rest (events, services, endpointslices, nodes,
//     autoscalers, budgets) never makes a picture stale and never holds one up:
//     each joins when it is there, and may be Forbidden or Missing for itself;
//   - what was never read, or may not be seen any more, is nil and not empty;
//   - a server that refuses connections is Disconnected within a second, one
//     that hangs within three and a half; a restarted one is Live again as soon
//     as it has answered one Ping and the lists, whatever client-go's back-off;
//   - while the lists are read again after an outage the old contents are shown,
//     State is Syncing, and there is no empty picture in between;
//   - an object deleted and made again is another object, and an older version
//     of an object never takes the place of a newer one;
//   - 1 000 changes in a burst are a few snapshots; nothing changed is none;
//   - Stop returns at once. What it started ends by itself soon after: at the
//     latest when a back-off under way (15 s) is over.
//
// Outages. Misses of the heartbeat count, not errors of the watches: reflectors
// keep refused connections to themselves. A failure other than silence drops the
// generation of reflectors (and the connections) at once, silence after five
// seconds; the next answered Ping starts a new generation on the same feeds. A
// server that only paused for a moment keeps its watches and is Live again with
// its first answer.
//
// Not seen at once: a proxy that swallows one watch's stream while it lets Ping
// through on another connection. Where the watches share one HTTP/2 connection
// with Ping (the rule without proxies) that cannot happen; otherwise a stream
// without event or bookmark for Options.Silence is opened again.
package watch
