package tui

import (
	"testing"

	"fader/kube/fade"

	"github.com/stretchr/testify/require"
)

func TestHoldAtANumber(t *testing.T) {
	d := at(t, checkout(9, 1), "checkout-stable")
	d.m.snapshot.Rollouts[2].Deployment.Paused = true
	d.press("T")
	d.sees("Hold shop/checkout-stable", "only while fader runs")
	d.press("ctrl+u", "3", "up", "down", "down", "enter")
	d.sees("Hold shop/checkout-stable at 2 of 9 updated pods", "[ Cancel ]")
	d.press("y")
	c := d.fleet.started[0]
	require.Equal(t, fade.Hold, c.Kind)
	require.Equal(t, []int32{2}, c.Steps)
	require.True(t, c.Paused)
	d.news(0, func(p *fade.Progress) {
		p.State, p.Text, p.Stable = fade.Rolling, "1 of 2 updated pods are available", fade.Level{Updated: 1}
	})
	d.sees("1 of 2 updated pods available")
	d.press("esc")
	d.sees("hold shop/checkout-stable at 1 of 2")
}

func TestHoldTakesPercentages(t *testing.T) {
	d := at(t, checkout(9, 1), "checkout-stable")
	d.press("T", "ctrl+u", "2", "5", "%", "enter")
	require.Equal(t, []int32{2}, d.fleet.planned[0].Steps)
}

func TestHoldRefuses(t *testing.T) {
	for _, c := range []struct{ typed, want string }{
		{"", "it is empty"},
		{"0", "0 is not between 1 and the 9"},
		{"10", "10 is not between 1 and the 9"},
		{"x", "neither a whole number"},
		{"101%", "not between 1 and 100"},
		{"0%", "not between 1 and 100"},
		{"%", "neither a whole number"},
		{"+2", "neither a whole number"},
		{"99999999999", "neither a whole number"},
		{"1e1", "neither a whole number"},
	} {
		d := at(t, checkout(9, 1), "checkout-stable")
		d.press("T", "ctrl+u")
		for _, r := range c.typed {
			d.press(string(r))
		}
		d.press("enter")
		d.sees(c.want)
		require.Empty(t, d.fleet.planned, c.typed)
		d.press("esc")
		require.Nil(t, d.m.dialog)
	}
	d := drive(t)
	d.show(cluster())
	d.press("T")
	d.sees(noDeployment)
}
