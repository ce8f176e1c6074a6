package metrics

import (
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

// stored is a counter of requests of a pod as a central store has it, with its cluster.
func stored(cluster, pod, code string, perSecond float64) *model.SampleStream {
	m := model.Metric{mark: "2.2", "namespace": "shop", "pod": model.LabelValue(pod), "code": model.LabelValue(code)}
	if cluster != "" {
		m["cluster"] = model.LabelValue(cluster)
	}
	return &model.SampleStream{Metric: m, Values: []model.SamplePair{{Value: model.SampleValue(perSecond)}}}
}

// centralStore answers with these series at any time.
type centralStore struct {
	*fake
	series []*model.SampleStream
}

func (c *centralStore) with(s span) *fake {
	c.extra = nil
	for _, series := range c.series {
		c.extra = append(c.extra, spread(series, s))
	}
	return c.fake
}

func pictureOf(t *testing.T, series ...*model.SampleStream) *Picture {
	t.Helper()
	now := noon()
	f := fleet(now.Add(-time.Minute))
	r := newReader(f, ReadOptions{Clock: func() time.Time { return now }}.withDefaults())
	require.NoError(t, r.detect(t.Context()))
	r.sheet = newSheet(r.grid)
	last := r.grid.tick(r.now())
	over := r.grid.span(last-5, last)
	store := &centralStore{fake: f, series: series}
	r.merge(r.asker.traffic(r.found.presets), store.with(over).extra, over, last)
	r.sheet = r.sheet.with(nil, r.sheet.index, last)
	return r.picture()
}

func TestClustersAreNotAddedUp(t *testing.T) {
	eu, us := stored("eu", "web-5c8b-aaaaa", "200", 10), stored("us", "web-5c8b-bbbbb", "500", 10)
	here, both := PodKey{"shop", "web-5c8b-aaaaa"}, []string{"eu", "us"}
	for name, c := range map[string]struct {
		series    []*model.SampleStream
		pods      []PodKey
		clusters  []string
		chosen    string
		ambiguous bool
		requests  float64 // of the ReplicaSet web-5c8b; 0: unknown
		errors    float64
	}{
		"one cluster without a label":         {[]*model.SampleStream{stored("", "web-5c8b-aaaaa", "200", 10)}, []PodKey{here}, nil, "", false, 10, 0},
		"one cluster with a label":            {[]*model.SampleStream{eu}, []PodKey{here}, []string{"eu"}, "", false, 10, 0},
		"two, of which one has our pods":      {[]*model.SampleStream{eu, us}, []PodKey{here}, both, "eu", false, 10, 0},
		"two, and none has our pods":          {[]*model.SampleStream{eu, us}, []PodKey{{"shop", "web-5c8b-ccccc"}}, both, "", true, 0, 0},
		"two, and no pod may be seen":         {[]*model.SampleStream{eu, us}, nil, both, "", true, 0, 0},
		"series without a label are read":     {[]*model.SampleStream{eu, us, stored("", "web-5c8b-ddddd", "200", 5)}, []PodKey{here}, both, "eu", false, 15, 0},
		"a label that is not a cluster's":     {[]*model.SampleStream{eu, stored("orders", "web-5c8b-bbbbb", "500", 10)}, []PodKey{here, {"shop", "web-5c8b-bbbbb"}}, []string{"eu", "orders"}, "", false, 20, 0.5},
		"one pod under two names":             {[]*model.SampleStream{eu, stored("orders", "web-5c8b-aaaaa", "500", 10)}, []PodKey{here}, []string{"eu", "orders"}, "", false, 20, 0.5},
		"a fixed name that both have":         {[]*model.SampleStream{eu, us, stored("eu", "db-0", "200", 1), stored("us", "db-0", "200", 1)}, []PodKey{here, {"shop", "db-0"}}, both, "eu", false, 10, 0},
		"one, and it is another":              {[]*model.SampleStream{us}, []PodKey{here}, []string{"us"}, "", true, 0, 0},
		"one, and no pod may be seen":         {[]*model.SampleStream{us}, nil, []string{"us"}, "", false, 10, 1},
		"one, of which a pod is here":         {[]*model.SampleStream{eu, stored("eu", "web-5c8b-eeeee", "200", 2)}, []PodKey{here, {"shop", "new-1-fffff"}}, []string{"eu"}, "", false, 12, 0},
		"one, of which another's pod is here": {[]*model.SampleStream{stored("eu", "web-5c8b-eeeee", "200", 2), stored("eu", "db-0", "200", 1)}, []PodKey{here, {"shop", "db-0"}}, []string{"eu"}, "", false, 2, 0},
		"one, and ours have no label":         {[]*model.SampleStream{us, stored("", "web-5c8b-aaaaa", "200", 5)}, []PodKey{here}, []string{"us"}, "", false, 5, 0},
		"two, and ours have no label":         {[]*model.SampleStream{eu, us, stored("", "web-5c8b-ccccc", "200", 5)}, []PodKey{{"shop", "web-5c8b-ccccc"}}, both, "", false, 5, 0},
		"two, and some of ours have no label": {[]*model.SampleStream{eu, us, stored("", "web-5c8b-ccccc", "200", 5)}, []PodKey{here, {"shop", "web-5c8b-ccccc"}}, both, "eu", false, 15, 0},
		"pods that have gone do not decide":   {[]*model.SampleStream{eu, us, stored("eu", "web-5c8b-eeeee", "200", 2)}, []PodKey{here}, both, "eu", false, 12, 0},
		"pods without series do not decide":   {[]*model.SampleStream{eu, us}, []PodKey{here, {"shop", "batch-1-zzzzz"}}, both, "eu", false, 10, 0},
	} {
		t.Run(name, func(t *testing.T) {
			p := pictureOf(t, c.series...).Within(c.pods)
			require.Equal(t, c.clusters, append([]string(nil), p.Clusters()...))
			require.Equal(t, c.chosen, p.Cluster())
			require.Equal(t, c.ambiguous, p.Ambiguous())
			now := p.OfReplicaSet("shop", "web-5c8b").Now
			require.InDelta(t, c.requests, now.Requests.V, 1e-6)
			require.Equal(t, c.requests > 0, now.Requests.Known)
			require.InDelta(t, c.errors, now.Errors.V, 1e-6)
			if c.ambiguous {
				says := "Prometheus holds several clusters (eu, us) and none of their pods is here"
				if len(c.clusters) == 1 {
					says = "Prometheus holds series of the cluster us, and none is of a pod that exists here"
				}
				require.Equal(t, Absence{Kind: OtherCluster, Has: c.clusters}, p.Absence("shop", "web", c.pods))
				require.Equal(t, says, p.Absent().String())
			}
		})
	}
}

// What was before is no other cluster: its pods may have been ours.
func TestALoneClusterOfPodsThatAreGone(t *testing.T) {
	p := pictureOf(t, stored("eu", "web-5c8b-aaaaa", "200", 10))
	p.sheet = p.sheet.with(nil, p.sheet.index, p.sheet.end()+9)
	young := []PodKey{{"shop", "web-5c8b-bbbbb"}}
	require.False(t, p.Within(young).Ambiguous())
	require.True(t, p.Within(young).OfReplicaSet("shop", "web-5c8b").Known())
}
