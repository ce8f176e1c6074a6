package listing_test

import (
	"testing"

	"fader/kube"
	"fader/metrics"
	"fader/views/fixture"
	"fader/views/listing"

	"github.com/stretchr/testify/require"
)

func TestWhatWasWorkedOutHoldsForAnEdition(t *testing.T) {
	p, worked := gauged(), 0
	var memo listing.Memo[string, int]
	look := func(key string) int {
		return memo.Of(p.Edition(), key, func() int { worked++; return worked })
	}
	require.Equal(t, []int{1, 2, 1, 2}, []int{look("a"), look("b"), look("a"), look("b")})
	g := pictured(metrics.Live, fixture.Now(), nil)
	for name, change := range map[string]func(){
		"other figures": func() { p.SetGauge(g) },
		"other rows":    func() { p.Show(snapshot(kube.Live, kube.Live, kube.Live), []string{"a"}) },
		"other ways":    func() { p.Renew() },
	} {
		before := worked
		change()
		look("a")
		require.Equal(t, before+1, worked, name)
	}
	before := worked
	p.SetGauge(g)
	p.SetNow(fixture.Now())
	p.SetFilter("b")
	look("a")
	require.Equal(t, before, worked, "nothing of it is about figures or rows")
}
