package gauge

import (
	"testing"

	"fader/metrics"

	"github.com/stretchr/testify/require"
)

// A lower bound that is over a limit breaks it, and is said to be one.
func TestALowerBoundOfErrorsBreaksALimit(t *testing.T) {
	for want, p := range map[string]metrics.Value{
		"errors 6.4%":  {V: 0.064, Known: true},
		"errors ≥6.4%": {V: 0.064, Known: true, AtLeast: true},
		"":             {V: 0.01, Known: true, AtLeast: true},
	} {
		require.Equal(t, want, Limits{}.broken(metrics.Point{Errors: p}))
	}
	p := metrics.Point{Errors: metrics.Value{V: 0.064, Known: true, AtLeast: true}}
	require.Equal(t, "errors ≥6.4% (limit 2.0%)", Limits{Errors: 0.02}.broken(p))
}
