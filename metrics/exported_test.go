package metrics

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What a collector passes on is about the pods that it names, whatever is in scope.
func TestPodsBehindACollector(t *testing.T) {
	for _, scope := range []Scope{{}, {Namespaces: []string{"shop"}}} {
		for _, of := range []string{"vllm", "triton", "http", "otel"} {
			f := &fake{presets: Presets(), scrape: 15 * time.Second}
			f.with(fakePod{preset: of + "-exported", namespace: "shop", name: "c-5c8b-aaaaa", rate: 10, errors: 0.1, median: 0.02})
			p := readFake(t, f, ReadOptions{Scope: scope})
			require.InDelta(t, 10, p.OfReplicaSet("shop", "c-5c8b").Now.Requests.V, 1e-6, of)
			require.Equal(t, of+"-exported", p.Presets[0].Name)
		}
	}
}

// Nobody is given what another exports: each series has one reader.
func TestACollectorIsNotGivenWhatItPassesOn(t *testing.T) {
	a := asker{presets: Presets(), scope: Scope{Namespaces: []string{"shop"}}, rate: time.Minute}
	for i, p := range a.presets {
		asked := a.timing([]int{i}).expr + a.traffic([]int{i}).expr
		switch {
		case p.Labels.Pod == exportedPod:
			require.Contains(t, asked, `{exported_namespace="shop"}`, p.Name)
			require.Contains(t, asked, "by (exported_namespace,exported_pod,", p.Name)
		case p.Labels.usual():
			require.Equal(t, strings.Count(asked, `namespace="shop"`), strings.Count(asked, `{namespace="shop",exported_pod=""}`), p.Name)
		default:
			require.NotContains(t, asked, "exported_pod", p.Name)
		}
	}
	mine := Labels{Namespace: "namespace", Pod: "pod", Cluster: "region"}
	require.Contains(t, a.selector(Preset{Labels: mine}, "m"), `exported_pod=""`)
	require.Len(t, a.surveyQueries(nil), 9, "one for each histogram, and two")
}

// A user's preset has no second one for collectors: it is said why there are no figures.
func TestAUsersPresetBehindACollector(t *testing.T) {
	mine := Preset{Name: "mine", Latency: "my_seconds", Labels: podLabels()}
	asked := func(presets ...Preset) string { return asker{presets: presets}.otherLabelsPart(mine).expr }
	require.True(t, strings.HasSuffix(asked(mine), `(my_seconds_count{exported_pod!="",pod!="",namespace!=""})`), asked(mine))
	require.True(t, strings.HasSuffix(asked(mine, exported(mine)), `(my_seconds_count{exported_pod!="",pod!="",namespace!="",exported_namespace=""})`))
	s := &survey{absences: map[Subject]Absence{}}
	s.otherLabels(mine, sample(1, "namespace", "otel", "pod", "otel-1", "exported_namespace", "shop", "exported_pod", "c-1").Metric)
	require.Equal(t, Absence{OtherLabels, "my_seconds_count", []string{"exported_namespace", "exported_pod"}, []string{"namespace", "pod"}}, s.absences[Subject{Pod, "shop", "c-1"}])
	require.Empty(t, s.nobody)
}
