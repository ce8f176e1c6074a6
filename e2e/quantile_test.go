package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"fader/metrics"

	"github.com/prometheus/client_golang/api"
	promapi "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

// What fader shows is what PromQL says, and it costs the server the same however
// many rows there are.
func TestFiguresArePrometheus(t *testing.T) {
	t.Parallel() // most of it is waiting for figures
	p := up(t, "steady,latency-regression")
	t.Run("quantiles", func(t *testing.T) { quantilesArePromQLs(t, p) })
	t.Run("screen", func(t *testing.T) { screenIsPromQL(t, p) })
	t.Run("cost", func(t *testing.T) { costDoesNotGrowWithRows(t, p) })
}

// tolerated difference between fader's quantiles and PromQL's.
const tolerated = 0.01

// sets are the ReplicaSets of the cluster with a Deployment, as "namespace/name".
func (p *practice) sets() map[string][]string {
	p.t.Helper()
	var list struct {
		Items []struct {
			Metadata struct {
				Name, Namespace string
				OwnerReferences []struct{ Name string }
			}
		}
	}
	require.NoError(p.t, json.Unmarshal([]byte(p.kubectl("get", "replicasets", "-A", "-o", "json")), &list))
	found := map[string][]string{}
	for _, set := range list.Items {
		if owners := set.Metadata.OwnerReferences; len(owners) == 1 {
			of := set.Metadata.Namespace + "/" + owners[0].Name
			found[of] = append(found[of], set.Metadata.Name)
		}
	}
	return found
}

// podsOf is the matcher of all pods that some ReplicaSets have or had.
func podsOf(sets []string) string {
	return "(" + strings.Join(sets, "|") + ")-[a-z0-9]{5}"
}

// quantileOf pods in seconds, as PromQL has it. Payments is behind a mesh, which
// counts in milliseconds, and at both ends.
func quantileOf(q float64, namespace string, sets []string, rate time.Duration) string {
	metric, more, unit := "http_request_duration_seconds_bucket", "", ""
	if namespace == "payments" {
		metric, more, unit = "istio_request_duration_milliseconds_bucket", `,reporter="destination"`, " / 1000"
	}
	return fmt.Sprintf(`histogram_quantile(%v, sum by (le) (rate(%s{namespace=%q,pod=~%q%s}[%ds])))%s`,
		q, metric, namespace, podsOf(sets), more, int(rate.Seconds()), unit)
}

func promQL(t *testing.T, prometheus string) promapi.API {
	t.Helper()
	c, err := api.NewClient(api.Config{Address: prometheus})
	require.NoError(t, err)
	return promapi.NewAPI(c)
}

func quantilesArePromQLs(t *testing.T, p *practice) {
	door := watched(t, p.prometheus())
	client, err := metrics.Open(metrics.Options{URL: door.url})
	require.NoError(t, err)
	reference, tries := promQL(t, p.prometheus()), 0
	p.eventually("every series of every revision is PromQL's", func() bool {
		tries++
		picture, err := client.Read(t.Context(), metrics.ReadOptions{})
		all := p.sets()
		sets := all["shop/shipping"]
		if err != nil || len(sets) != 3 || !picture.OfReplicaSets("shop", sets).Known() {
			return false
		}
		points, worst, odd := compareAll(t, reference, picture, all)
		if odd != "" { // the hour before the first scrape is written bit by bit
			t.Log(odd)
			return false
		}
		t.Logf("%d points of %d Deployments and their revisions: the furthest from histogram_quantile is off by %.4f %% (looked %d times)",
			points, len(all), worst*100, tries)
		require.Greater(t, points, 3000)
		require.Less(t, worst, tolerated)
		return true
	})
}

// compareAll series of all Deployments and of each of their revisions. odd is where
// one of both knows a value and the other does not, "" for nowhere.
func compareAll(t *testing.T, reference promapi.API, picture *metrics.Picture, all map[string][]string) (points int, worst float64, odd string) {
	for name, sets := range all {
		namespace, _, _ := strings.Cut(name, "/")
		groups := [][]string{sets}
		for _, set := range sets {
			groups = append(groups, []string{set})
		}
		for _, group := range groups {
			g := picture.OfReplicaSets(namespace, group)
			for q, s := range map[float64]metrics.Series{0.5: g.P50, 0.95: g.P95, 0.99: g.P99} {
				n, off, odd := compare(t, reference, quantileOf(q, namespace, group, picture.Rate), s)
				if odd != "" {
					return 0, 0, odd
				}
				points, worst = points+n, max(worst, off)
			}
		}
	}
	return points, worst, ""
}

// compare a series with what PromQL says of the same moments.
func compare(t *testing.T, reference promapi.API, expr string, s metrics.Series) (points int, worst float64, odd string) {
	t.Helper()
	over := promapi.Range{Start: s.Start, End: s.Time(s.Len() - 1), Step: s.Step}
	value, _, _, err := reference.QueryRange(t.Context(), expr, over)
	require.NoError(t, err, expr)
	theirs := make([]float64, s.Len())
	for i := range theirs {
		theirs[i] = math.NaN()
	}
	for _, stream := range value.(model.Matrix) {
		for _, v := range stream.Values {
			theirs[v.Timestamp.Time().Sub(s.Start)/s.Step] = float64(v.Value)
		}
	}
	for i, want := range theirs[:s.Len()-3] { // the newest points were still being scraped
		got := s.Values[i]
		if math.IsNaN(got) && math.IsNaN(want) {
			continue
		}
		if math.IsNaN(got) != math.IsNaN(want) {
			return 0, 0, fmt.Sprintf("%s at %s: %v, PromQL says %v", expr, s.Time(i), got, want)
		}
		points, worst = points+1, max(worst, math.Abs(got-want)/want)
	}
	return points, worst, ""
}

// The value in the row is that of PromQL at the newest point that was asked for.
func screenIsPromQL(t *testing.T, p *practice) {
	door := watched(t, p.prometheus())
	desk := p.desk(160, 44, "-A", "--prometheus", door.url)
	desk.see(`prom ●`)
	reference, sets := promQL(t, p.prometheus()), p.sets()
	for _, name := range []string{"shop/shipping", "shop/cart", "search/suggest", "payments/gateway"} {
		namespace, short, _ := strings.Cut(name, "/")
		row := regexp.MustCompile(`(?m)^.* ` + namespace + ` +` + short + ` .* (\d+(?:\.\d)?)(ms|s) +<?[\d.]+%`)
		p.eventually(name+" on the screen is what PromQL says", func() bool {
			found := row.FindStringSubmatch(desk.text())
			if found == nil {
				return false
			}
			shown, unit := number(t, found[1]), map[string]float64{"ms": 1e-3, "s": 1}[found[2]]
			var last query
			for _, a := range door.since(0) {
				if a.ranged() && a.latency() && a.end().After(last.end()) {
					last = a
				}
			}
			rate := regexp.MustCompile(`\[(\d+)s\]`).FindStringSubmatch(last.expr())
			require.NotNil(t, rate)
			window := time.Duration(number(t, rate[1])) * time.Second
			rounding := 0.5 * unit
			if strings.Contains(found[1], ".") {
				rounding /= 10
			}
			for back := range 3 { // the newest point may be empty yet
				step := time.Duration(number(t, last.form.Get("step"))) * time.Second
				want := instant(t, reference, quantileOf(0.99, namespace, sets[name], window), last.end().Add(-time.Duration(back)*step))
				if math.Abs(shown*unit-want) <= tolerated*want+rounding {
					t.Logf("%s: %s%s on the screen, %.4f s by PromQL", name, found[1], found[2], want)
					return true
				}
			}
			return false
		})
	}
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	require.NoError(t, err)
	return v
}

func instant(t *testing.T, reference promapi.API, expr string, at time.Time) float64 {
	t.Helper()
	value, _, _, err := reference.Query(context.Background(), expr, at)
	require.NoError(t, err, expr)
	vector := value.(model.Vector)
	if len(vector) == 0 {
		return math.NaN()
	}
	return float64(vector[0].Value)
}

// Two desks of different heights watch the same namespaces: what they ask is the
// same, and it is one query for latency and one for traffic at every refresh.
func costDoesNotGrowWithRows(t *testing.T, p *practice) {
	few, many := watched(t, p.prometheus()), watched(t, p.prometheus())
	low := p.desk(100, 16, "-A", "--prometheus", few.url)
	high := p.desk(200, 60, "-A", "--prometheus", many.url)
	low.see(`prom ●`)
	high.see(`prom ●`)
	const refreshes = 3
	tails := func(d *door) (latency, traffic, gpus []query) {
		for _, a := range d.since(0) {
			switch {
			case !a.ranged() || a.end().Sub(a.start()) > 5*time.Minute: // the history, once
			case a.gpus():
				gpus = append(gpus, a)
			case a.latency():
				latency = append(latency, a)
			default:
				traffic = append(traffic, a)
			}
		}
		return latency, traffic, gpus
	}
	p.eventually("some refreshes", func() bool {
		a, _, _ := tails(few)
		b, _, _ := tails(many)
		return len(a) > refreshes && len(b) > refreshes
	})
	a, trafficA, _ := tails(few)
	b, trafficB, _ := tails(many)
	require.InDelta(t, len(a), len(trafficA), 1, "one query for latency and one for traffic")
	require.InDelta(t, len(b), len(trafficB), 1)
	require.Equal(t, a[refreshes].expr(), b[refreshes].expr(), "what is asked does not depend on what is visible")
	// The two were not asked at the same moment, and a young revision gets more series
	// from one to the next. By rows it would be more than twice as much.
	require.InEpsilon(t, a[refreshes].bytes, b[refreshes].bytes, 0.4)

	// A namespace costs its own series, and all of them together cost their sum.
	one := url.Values{}
	for k, v := range b[refreshes].form {
		one[k] = v
	}
	whole := samples(t, p.prometheus(), b[refreshes].form)
	parts := 0
	for _, namespace := range []string{"data", "payments", "platform", "search", "shop"} {
		narrow := strings.NewReplacer("_bucket{", `_bucket{namespace="`+namespace+`",`, "_bucket[", `_bucket{namespace="`+namespace+`"}[`)
		one.Set("query", narrow.Replace(b[refreshes].expr()))
		parts += samples(t, p.prometheus(), one)
	}
	require.Greater(t, whole, 1000)
	require.InEpsilon(t, parts, whole, 0.05, "samples read for all namespaces at once, against one by one")
	t.Logf("a refresh of %d Deployments: %d samples read by the server, %d bytes for latency and %d for traffic, on 16 rows and on 60",
		len(p.sets()), whole, b[refreshes].bytes, trafficB[refreshes].bytes)
}
