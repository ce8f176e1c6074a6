package metrics

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

// surveyed answers parts of surveys: those whose expression contains a key.
type surveyed map[string]model.Vector

// answer to one query of a survey, each series with the mark of its part.
func (s surveyed) answer(expr string) model.Vector {
	var out model.Vector
	for want, series := range s {
		if !strings.Contains(expr, want) {
			continue
		}
		text := ""
		for _, part := range strings.Split(expr, "label_replace(") {
			if found := regexp.MustCompile(`"` + surveyMark + `","(\d+)"`).FindStringSubmatch(part); found != nil && strings.Contains(part, want) {
				text = found[1]
			}
		}
		for _, one := range series {
			m := one.Metric.Clone()
			if text != "" {
				m[surveyMark] = model.LabelValue(text)
			}
			out = append(out, &model.Sample{Metric: m, Value: one.Value})
		}
	}
	return out
}

func sample(value float64, labels ...string) *model.Sample {
	m := model.Metric{}
	for i := 0; i < len(labels); i += 2 {
		m[model.LabelName(labels[i])] = model.LabelValue(labels[i+1])
	}
	return &model.Sample{Metric: m, Value: model.SampleValue(value)}
}

// pictureWith a survey of these answers; found presets are read already.
func pictureWith(t *testing.T, s surveyed, found ...string) *Picture {
	t.Helper()
	presets := Presets()
	var read []int
	for i, p := range presets {
		for _, name := range found {
			if p.Name == name {
				read = append(read, i)
			}
		}
	}
	f := &fake{presets: presets, scrape: 15 * time.Second, survey: s.answer}
	p := emptyPicture(Scope{Namespaces: []string{"shop"}})
	p.survey = asker{presets: presets, scope: p.Scope}.survey(context.Background(), f, read)
	for _, text := range p.survey.warnings() {
		p.Warnings = addRemark(p.Warnings, text)
	}
	return p
}

func TestAbsence(t *testing.T) {
	pod := []string{"namespace", "shop", "pod", "web-1"}
	up := func(value float64) model.Vector { return model.Vector{sample(value, pod...)} }
	elsewhere := model.Vector{sample(1, "namespace", "shop", "pod", "other-1")}
	for name, c := range map[string]struct {
		answers surveyed
		found   []string
		kind    AbsenceKind
		says    string
	}{
		"nothing is known": {surveyed{}, nil, AbsenceUnknown, ""},
		"other pods are scraped": {
			surveyed{"(up": elsewhere}, nil, NotScraped, "Prometheus does not scrape these pods",
		},
		"the scrape fails": {
			surveyed{"(up": up(0)}, nil, ScrapeFails, "Prometheus cannot scrape these pods (up is 0)",
		},
		"scraped without metrics that a preset reads": {
			surveyed{"(up": up(1)}, nil, NoKnownSeries, "Prometheus scrapes these pods, but they export no metric that fader knows",
		},
		"the first scrape": {
			surveyed{"(up": up(1), "count by (namespace,pod)(http_request_duration_seconds_count{namespace=\"shop\",exported_pod=\"\"}),": {sample(1, pod...)}},
			[]string{"http"},
			FirstScrape, "no rate yet: it takes two scrapes",
		},
		"a native histogram": {
			surveyed{"histogram_sum(http_request_duration_seconds{": {sample(0.14, pod...)}, "(up": up(1)},
			nil,
			NativeHistogram, "http_request_duration_seconds is a native histogram only, which fader does not read yet",
		},
		"a summary": {
			surveyed{`http_request_duration_seconds_count{namespace="shop",exported_pod=""}) unless`: {sample(1, pod...)}, "(up": up(1)},
			[]string{"http"},
			NoBuckets, "http_request_duration_seconds has no buckets (a summary?), so there are no quantiles",
		},
		"labels of the OpenTelemetry collector": {
			surveyed{`http_server_request_duration_seconds_count{namespace=""}`: {sample(1, "k8s_namespace_name", "shop", "k8s_pod_name", "web-1")}},
			nil, OtherLabels,
			"http_server_request_duration_seconds_count names these pods by k8s_namespace_name and k8s_pod_name, not by namespace and pod: add a preset to the configuration",
		},
		"labels of an old scrape configuration": {
			surveyed{`http_request_duration_seconds_count{namespace=""}`: {sample(1, "kubernetes_namespace", "shop", "kubernetes_pod_name", "web-1")}},
			nil, OtherLabels,
			"http_request_duration_seconds_count names these pods by kubernetes_namespace and kubernetes_pod_name, not by namespace and pod: add a preset to the configuration",
		},
		"a label for the pod alone": {
			surveyed{`http_request_duration_seconds_count{namespace=""}`: {sample(1, "pod_name", "web-1")}},
			nil, OtherLabels,
			"http_request_duration_seconds_count names these pods by pod_name, not by namespace and pod: add a preset to the configuration",
		},
		"series that name no pod at all": {
			surveyed{`http_request_duration_seconds_count{namespace=""}`: {sample(1, "job", "web")}},
			nil, OtherLabels,
			"http_request_duration_seconds_count has neither namespace nor pod: add a preset to the configuration",
		},
		"a collector that names the pod alone": {
			surveyed{`http_request_duration_seconds_count{exported_pod!="",pod!="",namespace!="",exported_namespace=""}`: {sample(1, "namespace", "otel", "pod", "otel-1", "exported_pod", "web-1")}},
			nil, OtherLabels,
			"http_request_duration_seconds_count names these pods by exported_pod, not by namespace and pod: add a preset to the configuration",
		},
		"ambient mesh": {
			surveyed{`reporter!="destination"`: {sample(1, "destination_workload_namespace", "shop", "destination_workload", "web", "pod", "waypoint-1", "reporter", "waypoint")}},
			nil, OtherMatch,
			"istio_requests_total is there with reporter=waypoint only; the preset reads reporter=destination",
		},
		"an outbound proxy": {
			surveyed{`direction!="inbound"`: {sample(1, "namespace", "shop", "pod", "web-1", "deployment", "web", "direction", "outbound")}},
			nil, OtherMatch,
			"response_total is there with direction=outbound only; the preset reads direction=inbound",
		},
		"a hostile label": {
			surveyed{`reporter!="destination"`: {sample(1, "destination_workload_namespace", "shop", "destination_workload", "web", "reporter", "way\x1b[31mpoint")}},
			nil, OtherMatch,
			"istio_requests_total is there with reporter=way[31mpoint only; the preset reads reporter=destination",
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := pictureWith(t, c.answers, c.found...)
			found := p.Absence("shop", "web", []PodKey{{"shop", "web-1"}})
			require.Equal(t, c.kind, found.Kind)
			require.Equal(t, c.says, found.String())
		})
	}
	require.Equal(t, Absence{}, emptyPicture(Scope{}).Absence("shop", "web", []PodKey{{"shop", "web-1"}}), "no survey was taken")
}

func TestDoubts(t *testing.T) {
	pod := []string{"namespace", "shop", "pod", "web-1"}
	target := append(pod[:4:4], "instance", "10.0.0.1:8080")
	mine := []PodKey{{"shop", "web-1"}}
	for name, c := range map[string]struct {
		answers surveyed
		found   string
		says    []string
	}{
		"none": {surveyed{}, "http", nil},
		"one target in two jobs": {
			surveyed{"http_request_duration_seconds_count{namespace=\"shop\",exported_pod=\"\"})) > 1": {sample(2, target...)}},
			"http",
			[]string{"http_request_duration_seconds_count is stored 2 times per target: request rates are that much too high"},
		},
		"pushed metrics have no target": {
			surveyed{"http_request_duration_seconds_count{namespace=\"shop\",exported_pod=\"\"})) > 1": {sample(2, pod...)}}, "http", nil,
		},
		"two servers that store it": {
			surveyed{`or (max by (namespace,pod,cluster,cluster_name,k8s_cluster_name,kubernetes_cluster,instance)(count by (`: {sample(2, target...)}},
			"http",
			[]string{"http_request_duration_seconds_count is stored 2 times per target: request rates are that much too high"},
		},
		"one process on two ports": {
			surveyed{`>= 0.9 * max by`: {sample(2, pod...)}},
			"http",
			[]string{"http_request_duration_seconds_count comes from 2 targets of one pod that count the same: if they are one process, request rates are that much too high"},
		},
		"counters that begin anew": {
			surveyed{"resets(http_request_duration_seconds_count": {sample(9, pod...)}},
			"http",
			[]string{"http_request_duration_seconds_count was reset 9 times in 5 min: rates may be far too high"},
		},
		"milliseconds called seconds": {
			surveyed{"http_request_duration_seconds_sum": {sample(9600, pod...)}},
			"http",
			[]string{"http_request_duration_seconds would mean 9 600 requests in flight in one pod: is it really in seconds?"},
		},
		"another unit": {
			surveyed{"response_latency_ms_sum": {sample(700, pod...)}},
			"linkerd",
			[]string{"response_latency_ms would mean 700 requests in flight in one pod: is it really in milliseconds?"},
		},
		"the worst of several": {
			surveyed{"http_request_duration_seconds_sum": {sample(600, pod...), sample(9600, pod...), sample(700, pod...)}},
			"http",
			[]string{"http_request_duration_seconds would mean 9 600 requests in flight in one pod: is it really in seconds?"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := pictureWith(t, c.answers, c.found)
			var says []string
			for _, d := range p.Doubts(mine) {
				says = append(says, d.String())
			}
			require.Equal(t, c.says, says)
			require.Empty(t, p.Doubts([]PodKey{{"shop", "web-2"}}), "another pod")
			require.Equal(t, len(c.says), len(p.Warnings), p.Warnings)
			for i, text := range c.says {
				require.Equal(t, "shop/web-1: "+text, p.Warnings[i])
			}
		})
	}
}

// A survey that fails, or hangs, leaves the metrics as they are.
func TestSurveyIsOptional(t *testing.T) {
	f := fleet(noon().Add(-10 * time.Minute))
	p := readFake(t, f, ReadOptions{Scope: Scope{Namespaces: []string{"shop"}}})
	require.Positive(t, f.surveys)
	require.Equal(t, Live, p.State)
	require.Empty(t, p.Warnings)
}
