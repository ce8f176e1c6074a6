package main

import (
	"context"

	"fader/metrics"
	"fader/tui"
)

// prometheus is where figures of this cluster come from, as it is set.
func (c *connection) prometheus(context.Context) (tui.Prometheus, error) {
	set := c.settings.Prometheus
	if set.Is == "" {
		return tui.Prometheus{}, nil
	}
	client, err := metrics.Open(metrics.Options{URL: set.Is})
	if err != nil {
		return tui.Prometheus{}, err
	}
	return tui.Prometheus{Client: client, From: set.From}, nil
}
