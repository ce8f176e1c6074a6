package traffic

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// TestDialects looks for a line of each series, and checks that all add up.
func TestDialects(t *testing.T) {
	for _, test := range []struct {
		dialect, latency string
		count            string // the series that counts requests
		want             []string
	}{
		{dialectHTTP, "80ms p99", "http_requests_total", []string{
			"# TYPE http_request_duration_seconds histogram\n",
			"# TYPE http_requests_total counter\n",
			`http_request_duration_seconds_bucket{namespace="shop",pod="web-1",code="200",le="0.075"} `,
			`http_request_duration_seconds_bucket{namespace="shop",pod="web-1",code="500",le="+Inf"} `,
			`http_request_duration_seconds_sum{namespace="shop",pod="web-0",code="200"} `,
			`http_request_duration_seconds_count{namespace="shop",pod="web-0",code="500"} `,
			`http_requests_total{namespace="shop",pod="web-0",code="200"} `,
		}},
		{dialectIstio, "80ms p99", "istio_requests_total", []string{
			"# TYPE istio_request_duration_milliseconds histogram\n",
			`istio_request_duration_milliseconds_bucket{namespace="shop",pod="web-0",reporter="destination",destination_workload="web",destination_workload_namespace="shop",destination_version="v1",request_protocol="http",response_code="200",le="2500.0"} `,
			`istio_requests_total{namespace="shop",pod="web-0",reporter="destination",destination_workload="web",destination_workload_namespace="shop",destination_version="v1",request_protocol="http",response_code="500"} `,
		}},
		{dialectVLLM, "9s p99", "vllm:request_success_total", []string{
			"# TYPE vllm:num_requests_waiting gauge\n",
			`vllm:e2e_request_latency_seconds_bucket{namespace="shop",pod="web-0",model_name="llama",le="5.0"} `,
			`vllm:time_to_first_token_seconds_bucket{namespace="shop",pod="web-0",model_name="llama",le="0.25"} `,
			`vllm:request_success_total{namespace="shop",pod="web-0",model_name="llama",finished_reason="stop"} `,
			`vllm:kv_cache_usage_perc{namespace="shop",pod="web-0",model_name="llama"} 0.`,
			`vllm:num_requests_running{namespace="shop",pod="web-0",model_name="llama"} `,
		}},
	} {
		t.Run(test.dialect, func(t *testing.T) {
			f, w := New(1, epoch()), web(2, 8, "metrics", test.dialect, "latency", test.latency, "errors", "10%", "model", "llama", "workers", "64")
			pass(f, w, epoch(), 10*time.Minute)
			var text bytes.Buffer
			if err := Expose(&text, f.Gather()); err != nil {
				t.Fatal(err)
			}
			for _, want := range test.want {
				if !strings.Contains(text.String(), want) {
					t.Errorf("no line %s", want)
				}
			}
			if total := sum(f.Gather(), test.count); !near(total, 8*600, 0.1) {
				t.Errorf("%v requests, want about %v", total, 8*600)
			}
			if t.Failed() {
				t.Log(text.String())
			}
		})
	}
}

func TestUnitsAndFirstTokens(t *testing.T) {
	f, w := New(1, epoch()), web(2, 100, "metrics", "istio", "latency", "80ms p99")
	pass(f, w, epoch(), 5*time.Minute)
	if p99 := quantile(0.99, f.Gather(), "istio_request_duration_milliseconds"); !near(p99, 80, 0.15) {
		t.Errorf("p99 is %v ms, want about 80", p99)
	}
	f, w = New(1, epoch()), web(2, 8, "metrics", "vllm", "latency", "3s p50 9s p99", "workers", "64")
	pass(f, w, epoch(), 30*time.Minute)
	if p50 := quantile(0.5, f.Gather(), "vllm:time_to_first_token_seconds"); !near(p50, 3*firstToken, 0.2) {
		t.Errorf("the median of the first token is %v s, want about %v", p50, 3*firstToken)
	}
	// With a line before it, what comes first comes late.
	f, w = New(1, epoch()), web(1, 8, "metrics", "vllm", "latency", "3s p50 9s p99", "workers", "16", "queue", "50")
	pass(f, w, epoch(), 10*time.Minute)
	samples := f.Gather()
	if p50 := quantile(0.5, samples, "vllm:time_to_first_token_seconds"); p50 < 5 {
		t.Errorf("with a full line the median of the first token is %v s", p50)
	}
	if waiting := sum(samples, "vllm:num_requests_waiting"); waiting < 30 || waiting > 50 {
		t.Errorf("%v wait, want almost 50", waiting)
	}
}

func TestLabelsStayOnTheirLine(t *testing.T) {
	var text bytes.Buffer
	err := Expose(&text, []Sample{{Metric: Metric{"a", gauge, "A."}, Labels: []Label{{"l", "x\"y\\z\nw"}}, Value: 1}})
	if want := "# HELP a A.\n# TYPE a gauge\na{l=\"x\\\"y\\\\z\\nw\"} 1\n"; err != nil || text.String() != want {
		t.Errorf("got %q, %v, want %q", text.String(), err, want)
	}
}
