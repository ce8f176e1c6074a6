package verdict_test

import (
	"strings"
	"testing"
	"time"

	"fader/kube/gauge"
	"fader/metrics"
	"fader/metrics/fake"
	"fader/views/theme"
	"fader/views/verdict"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func against(outcome metrics.Outcome, sentence string, errors metrics.Outcome, errorSentence string) gauge.Against {
	a := gauge.Against{A: "9", B: "8", Verdict: metrics.Verdict{Outcome: outcome, Sentence: sentence, ErrorSentence: errorSentence}}
	a.Verdict.Errors.Outcome = errors
	a.GroupA.Found, a.GroupB.Found = 1, 1
	return a
}

func slower() gauge.Against {
	return against(metrics.Worse, "p99 +150 ms (95% CI 129…171, 15 898 vs 31 795 requests) · slower",
		metrics.Worse, "errors 2.1% against 0.1%, +2.0 points (95% CI 1.8…2.2, 15 898 vs 31 795 requests) · more errors")
}

func plain(lines []string) []string {
	return strings.Split(ansi.Strip(strings.Join(lines, "\n")), "\n")
}

func TestWhatIsLeftWhereTheRoomIsShort(t *testing.T) {
	dark := theme.Dark(false)
	for w, want := range map[int]string{
		100: "9 against 8: p99 +150 ms (95% CI 129…171, 15 898 vs 31 795 requests) · slower",
		76:  "9 against 8: p99 +150 ms (95% CI 129…171) · slower",
		49:  "9 against 8: p99 +150 ms · slower",
		32:  "9 against 8: slower",
		18:  "slower",
	} {
		require.Equal(t, want, plain(verdict.Lines(dark, slower(), false, w))[0], w)
	}
	require.Equal(t, "9 against 8: errors 2.1% against 0.1%, +2.0 points · more errors", plain(verdict.Lines(dark, slower(), false, 70))[1])
}

func TestErrorsAreOnlyToldWhereTheyDiffer(t *testing.T) {
	a := slower()
	a.Verdict.Errors.Outcome = metrics.NoDifference
	require.Len(t, verdict.Lines(theme.Dark(false), a, false, 100), 1)
}

func TestWordsHaveTheStyleOfWhatTheyMean(t *testing.T) {
	dark := theme.Dark(false)
	lines := verdict.Lines(dark, slower(), false, 100)
	require.Contains(t, lines[0], dark.Waiting.Bold().Paint("slower"))
	require.Contains(t, lines[1], dark.Broken.Bold().Paint("more errors"))
	require.Contains(t, verdict.Lines(dark, slower(), true, 100)[0], dark.Dim.Paint("slower"), "what is old is dim")
	faster := against(metrics.Better, "p99 −150 ms · faster", metrics.NotEnough, "")
	require.Contains(t, verdict.Lines(dark, faster, false, 100)[0], dark.Good.Bold().Paint("faster"))
}

func TestWhatIsNotKnownSaysOfWhom(t *testing.T) {
	a := against(metrics.Unknown, "unknown", metrics.Unknown, "unknown")
	dark := theme.Dark(false)
	require.Equal(t, []string{"9 against 8: unknown"}, plain(verdict.Lines(dark, a, false, 80)))
	a.GroupB.Found = 0
	require.Equal(t, []string{"9 against 8: unknown (there are no figures of 8)"}, plain(verdict.Lines(dark, a, false, 80)))
	a.GroupA.Found = 0
	require.Equal(t, []string{"9 against 8: unknown (there are no figures of 9)"}, plain(verdict.Lines(dark, a, false, 80)))
	few := against(metrics.NotEnough, "not enough data (12 vs 3 000 requests)", metrics.NotEnough, "")
	require.Equal(t, []string{"9 against 8: not enough data (12 vs 3 000 requests)"}, plain(verdict.Lines(dark, few, false, 80)))
}

// The sentences that metrics really makes are taken apart as they should be.
func TestSentencesOfMetrics(t *testing.T) {
	now := time.Date(2026, 5, 4, 14, 3, 22, 0, time.UTC)
	p := &fake.Prometheus{Pods: []fake.Pod{
		{Namespace: "a", Name: "slow-1-a", At: fake.Steady(fake.Load{Rate: 30, Median: 0.08, Errors: 0.05})},
		{Namespace: "a", Name: "fast-1-a", At: fake.Steady(fake.Load{Rate: 30, Median: 0.02})},
	}}
	picture := p.Picture(now, 30*time.Minute)
	a := gauge.Against{A: "slow", B: "fast", GroupA: picture.OfReplicaSet("a", "slow-1"), GroupB: picture.OfReplicaSet("a", "fast-1")}
	a.Verdict = metrics.Compare(a.GroupA, a.GroupB, metrics.CompareOptions{})
	lines := plain(verdict.Lines(theme.Dark(false), a, false, 40))
	require.Regexp(t, `^slow against fast: p99 \+\d+ ms · slower$`, lines[0])
	require.Equal(t, "slow against fast: more errors", lines[1])
}

func TestLinesFitAndKeepToTheThemesSigns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := slower()
		a.A = rapid.StringOf(rapid.RuneFrom([]rune("ab日é\u0301"))).Draw(t, "name")
		w := rapid.IntRange(0, 120).Draw(t, "w")
		for _, line := range verdict.Lines(theme.Dark(false), a, false, w) {
			require.LessOrEqual(t, ansi.StringWidth(line), w)
		}
	})
	for _, line := range plain(verdict.Lines(theme.Dark(true), against(metrics.Worse, "p99 ≥ −1 ms (95% CI ≤ 2…3, 1 vs 2 requests) · slower", 0, ""), false, 100)) {
		require.Equal(t, "9 against 8: p99 >= -1 ms (95% CI <= 2..3, 1 vs 2 requests) - slower", line)
	}
}
