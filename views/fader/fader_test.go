package fader_test

import (
	"strings"
	"testing"

	"fader/kube"
	"fader/views/box"
	"fader/views/fader"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func draw(w int, f func(*box.Pen)) string {
	var b strings.Builder
	pen := box.NewPen(&b, theme.Dark(true), theme.Style{}, w)
	f(&pen)
	return ansi.Strip(b.String())
}

func TestMix(t *testing.T) {
	th := theme.Dark(true)
	for want, m := range map[string]fader.Mix{
		"##########": {New: 3},
		"##::oooooo": {New: 1, Rising: 1, Old: 3},
		":::::ooooo": {Rising: 5, Old: 5},
		"#####.....": {New: 2, Lack: 2},
		"..........": {},
		"#########.": {New: 999, Lack: 1},
		"#ooooooooo": {New: 1, Old: 999},
	} {
		require.Equal(t, want, draw(10, func(p *box.Pen) { m.Draw(p, th, 10) }))
	}
	require.Equal(t, "##o", draw(3, func(p *box.Pen) { fader.Mix{New: 2, Old: 1}.Draw(p, th, 10) }), "no wider than the pen")
}

func TestMixOfARollout(t *testing.T) {
	rev := func(number int64, isNew bool, current, ready int32) *kube.Revision {
		return &kube.Revision{New: isNew, ReplicaSet: &kube.ReplicaSet{Revision: number, Current: current, Ready: ready}}
	}
	r := &kube.Rollout{
		Deployment: &kube.Deployment{Replicas: kube.Replicas{Desired: 10}, Revision: 5},
		Revisions:  []*kube.Revision{rev(5, true, 4, 1), rev(4, false, 5, 3), rev(3, false, 1, 1), rev(2, false, 0, 0)},
	}
	m := fader.Of(theme.Dark(false), r)
	require.Equal(t, []int{1, 3, 4, 2}, []int{m.New, m.Rising, m.Old, m.Lack})
	require.Equal(t, theme.Dark(false).Hue(4).Paint("x"), m.OldHue.Paint("x"), "the newest of the old that has pods")
}

func TestLevel(t *testing.T) {
	th := theme.Dark(true)
	for _, c := range []struct {
		ready, rising, full int
		want                string
	}{
		{3, 0, 3, "##########"},
		{1, 1, 4, "##+++....."},
		{0, 0, 3, ".........."},
		{0, 0, 0, ".........."},
		{1, 0, 1000, "#........."},
		{999, 0, 1000, "#########."},
	} {
		got := draw(10, func(p *box.Pen) { fader.Level(p, th, th.Text, c.ready, c.rising, c.full, 10) })
		require.Len(t, got, 10)
		require.Equal(t, strings.Count(c.want, "#") > 0, strings.Count(got, "#") > 0, got)
		require.Equal(t, strings.HasSuffix(c.want, "."), strings.HasSuffix(got, "."), got)
	}
}

func TestShareNeverLies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.IntRange(-2, 3000), 1, 5).Draw(t, "counts")
		w := rapid.IntRange(0, 60).Draw(t, "w")
		before := append([]int(nil), counts...)
		cells := fader.Share(w, counts)
		sum, total, parts := 0, 0, 0
		for i, n := range before {
			require.GreaterOrEqual(t, cells[i], 0)
			sum += cells[i]
			total += max(n, 0)
			if n > 0 {
				parts++
			} else {
				require.Zero(t, cells[i], "nothing has no cell")
			}
		}
		if total == 0 {
			require.Zero(t, sum)
			return
		}
		require.Equal(t, w, sum)
		for i, n := range before {
			if n > 0 && w >= parts {
				require.Positive(t, cells[i], "what is there has a cell")
			}
		}
	})
}
