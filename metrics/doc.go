// Package metrics is what Prometheus knows of the pods on the screen: how long
// requests take, how many there are, how many fail, per pod, per revision, per
// Deployment; and whether one revision is worse than another.
//
//	Open ──▶ Client ──▶ door ──▶ Prometheus
//	            │ Poll (again and again) or Read (once)
//	            ▼
//	         reader   who exports what (one query, now and then)
//	            │     latency: bucket rates of every pod in scope (one query)
//	            │     traffic: requests, failures, gauges (one query)
//	            │     GPUs (one query, where DCGM is)
//	            ▼
//	         sheet    columns of float32, one per point in time, shared between pictures
//	            ▼
//	         Picture ──▶ mailbox (one slot, newest wins) ──▶ Next
//	            │ Of(pods), OfReplicaSet, OfWorkload, OfService, Serving, GPUs, Outliers
//	            ▼
//	         Group    series and current values; Compare(a, b) → Verdict; Guard.Observe → Reading
//
// It is called by cmd, which opens a client and hands it on; by tui, which waits
// for pictures and gives them to the views; and by the views, which draw Groups and
// Series. It knows nothing of Kubernetes but names, and nothing of terminals.
//
// It promises:
//   - a query does not grow with the rows on the screen: it asks for a scope, and
//     for all presets at once. After the history (read newest first, in pieces that
//     fit into Options.MaxBody) only the newest three points are asked for;
//   - quantiles are those of PromQL's histogram_quantile over sum by (le) of the
//     same rates. Beyond the last finite bucket a value is marked as a lower bound
//     (Value.AtLeast). Only where the pods of a group have different buckets they
//     are better than PromQL's, which would add up apples and pears;
//   - unknown is a gap (NaN in a Series, Known false in a Value) and never 0; no
//     traffic is known, and a state of its own; what is old is not current;
//   - points lie on whole multiples of the step, and the window of rate() is a
//     multiple of the step and at least four scrapes. The interval of the scrapes is
//     found out, unless it is given;
//   - a picture never changes, and says how old its newest sample is, by the
//     server's clock;
//   - Prometheus may be down, hang, ask for a login, redirect, answer with a web
//     page, break off, answer without end, or answer nonsense: the old figures stay,
//     the picture is Stale (or Slow, after three seconds) since a moment, with one
//     sentence (Fault) that says what, where and what to do. Nobody but Next waits;
//     Stop and SetScope return at once, and late answers are dropped;
//   - credentials go to the address that they were given for, and nowhere else:
//     redirects are not followed. They are in no error and no name;
//   - text from Prometheus is sanitised where it enters; labels that can be no name
//     of an object join nothing; values in queries are quoted.
//
// Series belong to pods by the labels namespace and pod; callers join pods to
// revisions. The pods of a ReplicaSet are told by their names (OfReplicaSet), so
// that the history of a revision does not forget the pods that are gone.
//
// Verdicts. Points of rate() overlap and are no independent observations. Compare
// takes windows that do not overlap and in which both sides had requests, gives
// each window the same weight on both sides, and asks how many independent requests
// would vary as much as these do from window to window. From that follow order
// statistics of the bucket counts for quantiles (with the binomial's skewness),
// score intervals for error ratios, and the interval of the difference. What is
// shown is a 95 % interval; "slower" is said only when the difference is one at
// 99.9 % and the whole 95 % interval lies beyond the tolerance, because whoever
// watches a rollout looks hundreds of times.
package metrics
