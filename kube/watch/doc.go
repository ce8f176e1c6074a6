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
//   - State is Live only while the server is alive and every essential resource
//     (deployments, replicasets, pods) is either in step with its watch or forbidden.
//     Watch events, bookmarks and reads prove that it is alive: a Ping that is slow or
//     fails beside them is a Warning. All the rest (events, services, endpointslices,
//     nodes, autoscalers, budgets) never makes a picture stale and never holds one up:
//     each joins when it is there, and may be Forbidden, Missing or Lagging for itself;
//   - what was never read, or may not be seen any more, is nil and not empty; what has
//     no resourceVersion was not read;
//   - a server that refuses connections is Disconnected within a second, one that hangs
//     within five, later where its answers took long before; a restarted one is Live
//     again as soon as it has answered and the lists are complete, whatever client-go's
//     back-off;
//   - Health.Heard is the last moment for which the picture is known to be true, also
//     after the process was stopped or the machine slept;
//   - while the lists are read again after an outage the old contents are shown,
//     State is Syncing, and there is no empty picture in between;
//   - an object deleted and made again is another object, and an older version
//     of an object never takes the place of a newer one;
//   - 1 000 changes in a burst are a few snapshots; nothing changed is none;
//   - Stop returns at once. What it started ends by itself soon after: at the
//     latest when a back-off under way (15 s) is over.
//
// Outages. Misses of the heartbeat count, not errors of the watches: reflectors
// keep refused connections to themselves. Where Ping fails, Read is asked. A failure
// other than silence drops the generation of reflectors (and the connections) at
// once, silence after five seconds; the next good answer starts a new generation on
// the same feeds. A server that only paused for a moment keeps its watches and is
// Live again with its first answer. After a sleep a new generation starts at once.
//
// Hanging watches. A proxy may swallow the stream of a watch and let everything else
// through. A stream without event or bookmark for Options.Silence is compared with a
// second watch from its last version. What only the second delivers was swallowed:
// the resource is Lagging, the second watch takes the place of the first, and every
// other stream is checked at once. On a server without bookmarks the second watch
// stays open beside the first, one for each resource, until either delivers. Events
// have no bookmarks: their watch is opened again after twice the time.
package watch
