package config_test

import (
	"testing"
	"time"

	"fader/cmd/fader/config"

	"github.com/stretchr/testify/require"
)

func TestLimits(t *testing.T) {
	file := loaded(t, `limits:
  errors: 1%
  p99: 500ms
  namespaces:
    batch: {errors: 20%}
    team-*: {p99: 2s}
  workloads:
    shop/web: {p99: 300ms}
    team-*/ranker: {errors: 0.02}
contexts:
  prod-*:
    limits:
      errors: 0.5%
      workloads: {shop/web: {errors: 0.1%}}
`)
	for _, c := range []struct {
		context, namespace, name string
		errors                   float64
		p99                      time.Duration
		from                     string
	}{
		{"stage", "shop", "cart", 0.01, 500 * time.Millisecond, "config.yaml:2"},
		{"stage", "shop", "web", 0.01, 300 * time.Millisecond, "config.yaml:2"},
		{"stage", "batch", "nightly", 0.2, 500 * time.Millisecond, "config.yaml:5"},
		{"stage", "team-a", "ranker", 0.02, 2 * time.Second, "config.yaml:9"},
		{"stage", "team-a", "other", 0.01, 2 * time.Second, "config.yaml:2"},
		{"prod-eu", "shop", "cart", 0.005, 500 * time.Millisecond, "config.yaml:13 (contexts.prod-*.limits)"},
		{"prod-eu", "shop", "web", 0.001, 300 * time.Millisecond, "config.yaml:14 (contexts.prod-*.limits.workloads.shop/web)"},
		{"prod-eu", "batch", "nightly", 0.2, 500 * time.Millisecond, "config.yaml:5"},
	} {
		s := config.Sources{File: file}.For(c.context)
		l := config.LimitsFor(s.Limits, c.namespace, c.name)
		require.InDelta(t, c.errors, l.Errors.Is, 1e-9, c)
		require.Equal(t, c.p99, l.P99.Is, c)
		require.Equal(t, c.from, l.Errors.From, c)
	}
	require.Equal(t, config.Limit{}, config.LimitsFor(config.Sources{}.For("x").Limits, "shop", "web"))
}

func TestLimitsThatAreNone(t *testing.T) {
	for text, says := range map[string]string{
		"limits: {errors: 5}":                       `limits.errors is "5": give a part of the requests, such as 1%`,
		"limits: {errors: 100%}":                    `give a part of the requests`,
		"limits: {p99: 500}":                        `limits.p99 is "500": give a latency, such as 500ms`,
		"limits: {p99: }":                           `give a latency`,
		"limits: {error: 1%}":                       `unknown key "error" in limits`,
		"limits: {workloads: {web: {errors: 1%}}}":  `"web" in limits.workloads is none: give NAMESPACE/NAME and its limits`,
		"limits: {namespaces: {a/b: {errors: 1%}}}": `"a/b" in limits.namespaces is none`,
		"limits: {namespaces: {a: {errors: -1%}}}":  `limits.namespaces.a.errors is "-1%"`,
		"contexts: {prod: {limits: {p99: fast}}}":   `contexts.prod.limits.p99 is "fast"`,
		"limits: 1%":                                `limits is "1%": give keys and values`,
	} {
		_, err := config.Load(written(t, text))
		require.ErrorContains(t, err, says, text)
	}
}
