// Package fake is a Prometheus that answers fader's own queries from memory: pods
// whose requests, failures and medians are given as functions of time, and GPUs.
// It knows no PromQL: it reads the marks by which fader tells the parts of its
// queries apart. Only tests use it; what Prometheus really answers is proven
// against a real one.
package fake
