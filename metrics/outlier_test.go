package metrics

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOutliers(t *testing.T) {
	f := &fake{presets: Presets(), scrape: simScrape}
	var pods []PodKey
	for name, p := range map[string]fakePod{
		"a": {rate: 10, median: 0.02}, "b": {rate: 10, median: 0.021}, "c": {rate: 10, median: 0.019},
		"slow": {rate: 10, median: 0.08}, "quiet": {rate: 0.2, median: 0.5}, "idle": {median: 0.5},
	} {
		p.preset, p.namespace, p.name = "http", "shop", name
		f.with(p)
		pods = append(pods, PodKey{"shop", name})
	}
	p := readFake(t, f, ReadOptions{})
	require.Equal(t, []PodKey{{"shop", "slow"}}, p.Outliers(append(pods, PodKey{"shop", "gone"})))
	require.Nil(t, p.Outliers([]PodKey{{"shop", "a"}, {"shop", "slow"}}), "two are no crowd")
}
