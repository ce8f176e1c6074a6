package tui

import (
	"testing"
	"time"

	"fader/kube/guard"
	"fader/metrics"

	"github.com/stretchr/testify/require"
)

func now(v float64) metrics.Value { return metrics.Value{V: v, Known: true} }

// values that a form begins with.
func values(o guardOffer) (all []string) {
	for _, f := range o.fields() {
		all = append(all, f.Value)
	}
	return all
}

func TestWhatIsOfferedToAGuard(t *testing.T) {
	for name, c := range map[string]struct {
		offer guardOffer
		want  []string
	}{
		"nothing known":   {guardOffer{}, []string{"", "1%", "no", "propose", "10m"}},
		"quiet":           {guardOffer{of: "revision 8", p99: now(0.084), errors: now(0.0004)}, []string{"170ms", "1%", "no", "propose", "10m"}},
		"failing already": {guardOffer{of: "revision 8", p99: now(0.084), errors: now(0.021)}, []string{"170ms", "4.2%", "no", "propose", "10m"}},
		"without errors":  {guardOffer{of: "revision 8", p99: now(0.084)}, []string{"170ms", "", "no", "propose", "10m"}},
		"armed": {guardOffer{p99: now(9), armed: &guard.Order{
			Limits: metrics.Limits{MaxErrors: 0.02, NotWorse: true}, OnBreach: guard.Undo, For: 90 * time.Minute,
		}}, []string{"", "2%", "yes", "undo", "1h30m"}},
	} {
		require.Equal(t, c.want, values(c.offer), name)
		read, err := readGuardFields(values(c.offer))
		require.NoError(t, err, "what is offered can be taken as it is")
		if c.offer.armed != nil {
			require.Equal(t, *c.offer.armed, read)
		}
	}
}

func TestWhatIsTypedIntoAGuard(t *testing.T) {
	o, err := readGuardFields([]string{" 1.2s ", "0.5%", "Y", " PAUSE", "30m"})
	require.NoError(t, err)
	require.Equal(t, guard.Order{
		Limits: metrics.Limits{MaxP99: 1200 * time.Millisecond, MaxErrors: 0.005, NotWorse: true}, OnBreach: guard.Pause, For: 30 * time.Minute,
	}, o)
	o, err = readGuardFields([]string{"nonsense", "", "", "off", ""})
	require.NoError(t, err, "whoever disarms it is not asked for limits")
	require.Equal(t, disarmed, o.OnBreach)
	for want, typed := range map[string][]string{
		"has no unit":          {"300", "", "", "notify", ""},
		"no part of":           {"", "few", "", "notify", ""},
		"yes or no":            {"", "1%", "perhaps", "notify", ""},
		"give one like 10m":    {"", "1%", "", "notify", "long"},
		"no duration: give on": {"", "1%", "", "notify", "-5m"},
	} {
		_, err := readGuardFields(typed)
		require.ErrorContains(t, err, want)
	}
}
