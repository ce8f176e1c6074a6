// Package stage is the behaviour of the simulated kubelets: KWOK Stages, as YAML.
//
// A Stage says: a pod (or node) that looks like this, after this delay, looks like
// that. Together they are a state machine that plays what a kubelet reports: init
// containers one by one, images that cannot be pulled, readiness later than start,
// crashes with back-off, a termination with grace. Pods steer it by annotations of
// their template; README.md beside this file lists them.
//
// The supervisor (package cluster) calls Render once and gives the result to KWOK as
// its configuration. Render promises that every delay is divided by the speed, also
// those that come from annotations, and that the result is a stream of Stage documents.
package stage
