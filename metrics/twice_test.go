package metrics

import (
	"math"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

// What is asked about series that are counted twice, and of whom.
func TestWhoIsAskedForTwiceTheRequests(t *testing.T) {
	a := asker{presets: Presets(), scope: Scope{Namespaces: []string{"shop"}}}
	for i, p := range a.presets {
		ports, ups := 0, 0
		for _, q := range a.surveyQueries([]int{i}) {
			ports += strings.Count(q.expr, ">= 0.9 * max by (")
			ups += strings.Count(q.expr, ",job,service,endpoint,container,metrics_path)(up{")
		}
		require.Equal(t, p.Labels.Pod != "", ports == 1, "%s: controllers of an ingress are several pods", p.Name)
		require.Equal(t, p.Labels.usual(), ups == 1, "%s: up is the scraped pod's", p.Name)
	}
	http := a.presets[2]
	const of = "namespace,pod,cluster,cluster_name,k8s_cluster_name,kubernetes_cluster"
	const series = `(http_request_duration_seconds_count{namespace="shop",exported_pod="",pod!=""})`
	each := "(max by (" + of + ",instance)(sum by (" + of + ",instance,job,service,endpoint,prometheus,prometheus_replica,replica)" + series + "))"
	require.Equal(t, "count by ("+of+")"+each+" > 1 and min by ("+of+")"+each+" >= 0.9 * max by ("+of+")"+each+" and max by ("+of+")"+each+" >= 100", a.portsPart(http).expr)
}

// Buckets of milliseconds under a name that says seconds.
func TestBucketsThatAreTooLongForSeconds(t *testing.T) {
	inf := math.Inf(1)
	for name, c := range map[string]struct {
		bounds []float64
		unit   Unit
		says   string
	}{
		"milliseconds":             {[]float64{5, 10, 100, 1000, inf}, Seconds, "http_request_duration_seconds has buckets from 5 to 1 000 seconds: is it really in seconds?"},
		"no infinite bucket":       {[]float64{1, 500}, Seconds, "http_request_duration_seconds has buckets from 1 to 500 seconds: is it really in seconds?"},
		"microseconds":             {[]float64{5000, 500000, inf}, Milliseconds, "http_request_duration_seconds has buckets from 5 000 to 500 000 milliseconds: is it really in milliseconds?"},
		"seconds":                  {[]float64{0.005, 0.1, 10, inf}, Seconds, ""},
		"long requests":            {[]float64{0.5, 60, 600, inf}, Seconds, ""},
		"long ones, not very long": {[]float64{1, 60, 300, inf}, Seconds, ""},
		"called what they are":     {[]float64{5, 100, 1000, inf}, Milliseconds, ""},
		"one bucket":               {[]float64{1000, inf}, Seconds, ""},
		"only the infinite one":    {[]float64{inf}, Seconds, ""},
	} {
		t.Run(name, func(t *testing.T) {
			presets := httpOnly()
			presets[0].Unit = c.unit
			var answer model.Matrix
			for i, b := range c.bounds {
				s := bucket(flat(float64(i+1)), "a", model.SampleValue(b).String())
				answer = append(answer, s)
			}
			p, _ := merged(t, presets, answer)
			var says []string
			for _, d := range p.Doubts([]PodKey{{"shop", "a"}, {"shop", "b"}}) {
				says = append(says, d.String())
			}
			if c.says == "" {
				require.Empty(t, says)
				require.Empty(t, p.Warnings)
				return
			}
			require.Equal(t, []string{c.says}, says)
			require.Empty(t, p.Doubts([]PodKey{{"shop", "b"}}))
			require.Contains(t, p.Warnings, "shop/a: "+c.says)
		})
	}
}
