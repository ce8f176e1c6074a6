package metrics

import (
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func TestPresetsAreValid(t *testing.T) {
	require.NoError(t, ReadOptions{}.withDefaults().check())
	for _, p := range Presets() {
		require.NoError(t, p.Validate())
		text, err := yaml.Marshal(p)
		require.NoError(t, err)
		var again Preset
		require.NoError(t, yaml.Unmarshal(text, &again))
		require.Equal(t, p, again)
	}
}

func TestPresetsThatCannotBeMeant(t *testing.T) {
	good := Preset{Name: "mine", Latency: "my_seconds", Labels: Labels{Namespace: "namespace", Pod: "pod"}}
	require.NoError(t, good.Validate())
	for want, change := range map[string]func(*Preset){
		"a preset has no name": func(p *Preset) { p.Name = "" },
		`the preset "mine" names neither latency (a histogram, without _bucket) nor duration (a counter of time)`: func(p *Preset) { p.Latency = "" },
		`the preset "mine" names both latency and duration: where there is a histogram, duration is not needed`:   func(p *Preset) { p.Duration = "d" },
		`the preset "mine" names no requests: with duration alone there is no mean`:                               func(p *Preset) { p.Latency, p.Duration = "", "d" },
		`the preset "mine" does not say which label holds the namespace (labels.namespace)`:                       func(p *Preset) { p.Labels.Namespace = "" },
		`the preset "mine" does not say which label holds the pod, the workload or the service (labels.pod, …)`:   func(p *Preset) { p.Labels.Pod = "" },
		`the preset "mine" has the unit "min": it is s, ms or us`:                                                 func(p *Preset) { p.Unit = "min" },
		`the preset "mine" names the histogram my_seconds_bucket: leave _bucket out`:                              func(p *Preset) { p.Latency = "my_seconds_bucket" },
		`the preset "mine" names the metric "a{} or b", which is no name of a metric`:                             func(p *Preset) { p.Requests = "a{} or b" },
		`the preset "mine" names the metric "0x", which is no name of a metric`:                                   func(p *Preset) { p.Waiting = []string{"0x"} },
		`the preset "mine" names the label "po:d", which is no name of a label`:                                   func(p *Preset) { p.Labels.Pod = "po:d" },
		`the preset "mine" names the label "a\"b", which is no name of a label`:                                   func(p *Preset) { p.Match = map[string]string{`a"b`: "x"} },
		`the preset "mine" has the pattern "(" for code, which is no regular expression`:                          func(p *Preset) { p.Failures = []Failure{{"code", "(", ""}} },
		`the preset "mine" has the pattern "" for code, which is no regular expression`:                           func(p *Preset) { p.Failures = []Failure{{"code", "", ""}} },
	} {
		p := good
		change(&p)
		require.EqualError(t, p.Validate(), want)
	}
}

func TestWhatIsAsked(t *testing.T) {
	a := asker{presets: []Preset{istio(), vllm()}, scope: Scope{Namespaces: []string{"ml", "shop"}}, rate: time.Minute}
	require.Equal(t, `label_replace(sum by (destination_workload_namespace,pod,destination_workload,cluster,cluster_name,k8s_cluster_name,kubernetes_cluster,le)(rate(istio_request_duration_milliseconds_bucket{reporter="destination",destination_workload_namespace=~"ml|shop"}[60s])),"fader","0.0","","")`,
		a.timing([]int{0}).expr)
	require.Equal(t, `label_replace(sum by (namespace,pod,cluster,cluster_name,k8s_cluster_name,kubernetes_cluster,finished_reason)(rate(vllm:request_success_total{namespace=~"ml|shop",exported_pod=""}[60s])),"fader","1.2","","")`+
		` or label_replace(sum by (namespace,pod,cluster,cluster_name,k8s_cluster_name,kubernetes_cluster)(vllm:num_requests_waiting{namespace=~"ml|shop",exported_pod=""}),"fader","1.5","","")`+
		` or label_replace((max by (namespace,pod,cluster,cluster_name,k8s_cluster_name,kubernetes_cluster)(vllm:kv_cache_usage_perc{namespace=~"ml|shop",exported_pod=""}) or max by (namespace,pod,cluster,cluster_name,k8s_cluster_name,kubernetes_cluster)(vllm:gpu_cache_usage_perc{namespace=~"ml|shop",exported_pod=""})),"fader","1.6","","")`+
		` or label_replace(max(timestamp(vllm:e2e_request_latency_seconds_count{namespace=~"ml|shop",exported_pod=""})),"fader","1.7","","")`,
		a.traffic([]int{1}).expr)
	require.Equal(t, `max by (__name__,node,kubernetes_node,nodename,node_name,k8s_node_name,exported_node,Hostname,instance,gpu,UUID,modelName,GPU_I_ID,GPU_I_PROFILE,namespace,pod,container,exported_namespace,exported_pod,cluster,cluster_name,k8s_cluster_name,kubernetes_cluster)({__name__=~"DCGM_FI_DEV_FB_FREE|DCGM_FI_DEV_FB_USED|DCGM_FI_DEV_GPU_UTIL|DCGM_FI_DEV_XID_ERRORS|DCGM_FI_PROF_GR_ENGINE_ACTIVE"})`, gpuQuery().expr)
	a.scope = Scope{}
	require.Contains(t, a.presence().expr, `max by (namespace)(count_over_time(vllm:e2e_request_latency_seconds_count{exported_pod=""}[120s]))`)
	require.Contains(t, a.presence().expr, `max by (namespace)(count_over_time(vllm:e2e_request_latency_seconds_count{exported_pod=""}[120s]) and `+
		`vllm:e2e_request_latency_seconds_count{exported_pod=""} and (vllm:e2e_request_latency_seconds_count{exported_pod=""} offset 120s))`)
}

// F45: values with quotes, backslashes and the signs of regular expressions.
func TestHostileValuesAreQuoted(t *testing.T) {
	require.Equal(t, `pod="a\"b\\c"`, matcher("pod", []string{`a"b\c`}))
	require.Equal(t, `pod=~"a\"\\.b|\\(x\\|y\\)\\\\"`, matcher("pod", []string{`a".b`, `(x|y)\`}))
	a := asker{presets: httpOnly(), scope: Scope{Namespaces: []string{`x"} or vector(1) or up{a="`}}, rate: time.Minute}
	_, quoted, _ := cutQuoted(a.timing([]int{0}).expr)
	require.Equal(t, `x"} or vector(1) or up{a="`, quoted)
	p := httpOnly()[0]
	p.Match = map[string]string{"path": `/a"\`}
	require.Equal(t, `m{path="/a\"\\",exported_pod=""}`, asker{}.selector(p, "m"))
}

// cutQuoted is the first quoted string of an expression.
func cutQuoted(expr string) (before, quoted, after string) {
	for i := range expr {
		if expr[i] != '"' {
			continue
		}
		for j := i + 1; j < len(expr); j++ {
			if text, err := strconv.Unquote(expr[i : j+1]); err == nil {
				return expr[:i], text, expr[j+1:]
			}
		}
	}
	return expr, "", ""
}

func TestSubjects(t *testing.T) {
	l := Labels{Namespace: "namespace", Pod: "pod", Workload: "deployment"}
	for _, c := range []struct {
		metric model.Metric
		want   Subject
		ok     bool
	}{
		{model.Metric{"namespace": "a", "pod": "p", "deployment": "d"}, Subject{Pod, "a", "p"}, true},
		{model.Metric{"namespace": "a", "deployment": "d"}, Subject{Workload, "a", "d"}, true},
		{model.Metric{"namespace": "a"}, Subject{}, false},
		{model.Metric{"pod": "p"}, Subject{}, false},
		{model.Metric{"namespace": "a", "pod": "P!"}, Subject{}, false},
	} {
		got, ok := l.subjectOf(c.metric)
		require.Equal(t, c.want, got)
		require.Equal(t, c.ok, ok)
	}
}

func TestPodsAreNamedAfterTheirReplicaSet(t *testing.T) {
	long := "a23456789-123456789-123456789-123456789-123456789-1234" // 54
	for replicaSet, pod := range map[string]string{
		"web-5c8b":           "web-5c8b-abcde",
		long + "567":         long + "567-abcde", // 57: fits
		long + "5678":        long + "5678abcde", // 58: the hyphen is cut off
		long + "-6f7d8c9":    long + "-6f7abcde", // longer: so is more
		long + "5-7-8f7d8c9": long + "5-7-abcde", // cut at a hyphen
	} {
		require.Equal(t, ownerNamed("n", replicaSet), ownerOf(Subject{Pod, "n", pod}), "%s %s", replicaSet, pod)
	}
	require.NotEqual(t, ownerNamed("n", "web-5c8b"), ownerOf(Subject{Pod, "n", "web-5c8b-x-abcde"}))
	require.NotEqual(t, ownerNamed("m", "web-5c8b"), ownerOf(Subject{Pod, "n", "web-5c8b-abcde"}))
	require.Equal(t, owner{"n", ""}, ownerOf(Subject{Pod, "n", "alone"}))
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"plain text":             "plain text",
		"":                       "",
		"  two  \n\t lines\r\n":  "two lines",
		"\x1b[31mred\x1b[0m\x07": "[31mred[0m",
		"a\u202eb\u200bc\ufeffd": "abcd",
		"e\u0301\u0301\u0301":    "e",
		"\xff\xfe":               "\ufffd\ufffd",
		"\u009b2J\u0085x":        "2J x",
		"Größe 日本":               "Größe 日本",
		"\u3164\u2800x":          "x",
	} {
		require.Equal(t, want, printable(in, 100))
		require.Equal(t, want, printable(want, 100))
	}
	require.Equal(t, "abcde…", printable("abcdefgh", 5))
	require.Equal(t, "日本…", printable("日本語だ", 2))
}
