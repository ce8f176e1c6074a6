// Package metrics reads Prometheus.
package metrics
