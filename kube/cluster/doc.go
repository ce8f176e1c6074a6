// Package cluster is the way to one cluster: it reads the kubeconfig as kubectl
// does and makes the clients that kube/watch and kube/rollout are given.
//
// It is called by cmd/fader, once at the start and once more for every change of
// context. Before the first client call the caller redirects what libraries
// write by themselves (Quiet); after Open nothing here writes to the terminal.
//
// It promises:
//   - Open makes no network call and runs no credential plugin; what is wrong
//     with the kubeconfig is one sentence saying what, where and what to do;
//   - requests go out as protobuf, with limits fit for a screen that lists a
//     whole cluster, and client-go never repeats one behind the caller's back:
//     an answer with Retry-After comes back as an error at once, the delay kept
//     in its details (errors.SuggestsClientDelay reads it);
//   - Ping answers whether the server is there and ready, on the same
//     connection as the watches, so that a dead connection cannot hide;
//   - credential plugins never get the keyboard while a screen is open
//     (Options.Interactive), and what they write to stderr goes to the log;
//   - a Service is reached through the API server (Proxy) with the kubeconfig's
//     credentials, which go to that Service's path and nowhere else; what the API
//     server answers in its place is a Refusal that names the missing right;
//   - no token, key or certificate is ever logged or put into a sentence.
//
// What it cannot do: a credential plugin that opens the terminal itself
// (/dev/tty) still reaches it, because client-go starts plugins in fader's own
// session; and one that hangs blocks every request until it ends, whatever the
// request's context says. Callers give Ping a deadline of their own.
package cluster
