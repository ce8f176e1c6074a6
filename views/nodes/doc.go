// Package nodes is the page of GPU nodes: for every node and GPU resource what it
// has, what may be used, what is requested, what is free, and who holds it.
//
// tui gives it snapshots, the clock, a theme and actions, and draws what Render
// returns.
//
// Where Prometheus is configured and NVIDIA's exporter tells (SetGauge), it shows
// the mean utilisation of a row's GPUs, the memory used of all together, and their
// last error. GPUs that do nothing (less than 1 %) for a pod that is not ready are
// named: nobody else can have them. Whole GPUs and parts of them (MIG) are apart.
//
// It promises that what is free but helps nobody says why, that a sum over pods
// which are not all in sight says that it is one, and that without the right to
// see nodes the page says what works nevertheless.
package nodes
