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
//   - no request follows a redirect, and an answer that no API server gives is an
//     error that says what came instead;
//   - Ping answers whether an API server is there and ready, on the same
//     connection as the watches, so that a dead connection cannot hide;
//   - a credential plugin runs at most once at a time and not longer than its
//     limit, in a session of its own unless it may ask on the terminal
//     (Options.Interactive), and ends with fader (Close); what it writes to stderr
//     is passed on, sanitised and bounded, and no request is deaf to its context
//     while it waits for one;
//   - credentials that change in the kubeconfig are used once the old ones are not
//     accepted; another server or user is not taken over;
//   - UID tells the cluster apart whatever its address is;
//   - a Service is reached through the API server (Proxy) with the kubeconfig's
//     credentials, which go to that Service's path and nowhere else; what the API
//     server answers in its place is a Refusal that names the missing right;
//   - no token, key or certificate is ever logged or put into a sentence.
package cluster
