package guard_test

import (
	"strings"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/guard"
	"fader/metrics"
	"fader/views/box"
	guardview "fader/views/guard"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func noon() time.Time { return time.Date(2026, 3, 4, 14, 3, 0, 0, time.UTC) }

func known(v float64) metrics.Value { return metrics.Value{V: v, Known: true} }

// standing is ml/x within its limits.
func standing(change func(*guard.Standing)) guard.Standing {
	s := guard.Standing{
		Order: guard.Order{
			Target: kube.Ref{Kind: kube.KindDeployment, Namespace: "ml", Name: "x"},
			Limits: metrics.Limits{MaxP99: 300 * time.Millisecond, MaxErrors: 0.01}, OnBreach: guard.Propose,
		},
		State: guard.Watching, Since: noon(), Text: "within limits", P99: known(0.212), Errors: known(0.004), Judged: true, Needed: 3,
	}
	change(&s)
	return s
}

func TestHowAGuardStandsInWords(t *testing.T) {
	for want, change := range map[string]func(*guard.Standing){
		"● guard ml/x: p99 212ms of 300ms, errors 0.4% of 1% · watching": func(*guard.Standing) {},
		"● guard ml/x: p99 212ms of 300ms · watching": func(s *guard.Standing) {
			s.Limits.MaxErrors = 0
		},
		"● guard ml/x: p99 412ms of 300ms, errors 0.4% of 1% · watching, 2 of 3 refreshes over a limit": func(s *guard.Standing) {
			s.P99, s.Broken, s.Text = known(0.412), 2, "p99 412 ms is over the limit of 300 ms (2 of 3 refreshes)"
		},
		"● guard ml/x: watching: p99 −1 ms · no difference": func(s *guard.Standing) {
			s.Limits, s.Text = metrics.Limits{NotWorse: true}, "p99 −1 ms · no difference"
		},
		"? guard ml/x: no data yet: Prometheus has no figures for these pods": func(s *guard.Standing) {
			s.State, s.Judged, s.Text = guard.Halted, false, "Prometheus has no figures for these pods"
		},
		"? guard ml/x: HALTED since 14:03:00: no traffic": func(s *guard.Standing) {
			s.State, s.Text = guard.Halted, "no traffic"
		},
		"✖ guard ml/x: BREACHED at 14:03:00 (paused ml/x): errors 6.0% are over the limit of 1.0%": func(s *guard.Standing) {
			s.State, s.Text, s.Note = guard.Breached, "errors 6.0% are over the limit of 1.0%", "paused ml/x"
		},
		"? guard ml/x: HALTED since 14:03:00: Prometheus cannot be reached": func(s *guard.Standing) {
			s.State, s.Text = guard.Halted, "no new figures: Prometheus cannot be reached"
		},
	} {
		line := ansi.Strip(guardview.Line(theme.Dark(false), standing(change), 2, "w changes it", noon(), 140))
		require.Contains(t, line, want)
		require.Contains(t, line, "+2 more · w changes it")
	}
}

func TestWhatIsLoudTakesTheRoomOfTheHint(t *testing.T) {
	s := standing(func(s *guard.Standing) {
		s.State, s.Text = guard.Halted, "no new figures: Prometheus cannot be reached: connection refused"
	})
	line := func(w int) string {
		return ansi.Strip(guardview.Line(theme.Dark(false), s, 1, "w changes it", noon(), w))
	}
	require.Contains(t, line(140), "connection refused ")
	s.Text = "no new figures: Prometheus cannot be reached: connection refused"
	alone := ansi.Strip(guardview.Line(theme.Dark(false), s, 0, "w changes it", noon(), 92))
	require.Contains(t, alone, "connection refused", "all of the room")
	require.Contains(t, line(140), "+1 more · w changes it")
	require.Contains(t, line(100), "connection refused ")
	require.Contains(t, line(100), "+1 more")
	require.NotContains(t, line(100), "w changes it")
}

func TestTheLineFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := standing(func(s *guard.Standing) {
			s.State = rapid.SampledFrom([]guard.State{guard.Halted, guard.Watching, guard.Breached, guard.Gone}).Draw(t, "state")
			s.Text = strings.Repeat("word ", rapid.IntRange(0, 40).Draw(t, "words"))
		})
		w := rapid.IntRange(60, 200).Draw(t, "w")
		line := guardview.Line(theme.Dark(rapid.Bool().Draw(t, "ascii")), s, rapid.IntRange(0, 3).Draw(t, "more"), "w on it changes it", noon(), w)
		require.Equal(t, w, box.Width(line))
		if s.State == guard.Watching {
			require.Contains(t, ansi.Strip(line), "w on it changes it")
		}
	})
}
