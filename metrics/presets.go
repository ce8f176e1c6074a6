package metrics

// Presets are the kinds of software that fader knows, in the order in which they
// are taken: a pod that exports several is shown by the first. What says most
// comes first: a server of language models is asked for tokens before it is asked
// for HTTP, and a service is believed before the mesh around it.
func Presets() []Preset {
	own := []Preset{vllm(), triton(), generic("http", "http_request_duration_seconds"), generic("otel", "http_server_request_duration_seconds")}
	all := append(own[:4:4], linkerd(), istio(), ingress("ingress-nginx-exported", "exported_"), ingress("ingress-nginx", ""))
	for _, p := range own {
		all = append(all, exported(p))
	}
	return all
}

// exported is what pods export through another one: a collector, a gateway. Unless the
// scrape honours its labels, Prometheus renames those that name the pods, since the
// collector has a namespace and a name of its own.
func exported(p Preset) Preset {
	p.Name += "-exported"
	p.Labels.Namespace, p.Labels.Pod = "exported_"+podLabels().Namespace, exportedPod
	return p
}

// exportedPod names the pod that series are about where the label pod names a collector.
const exportedPod = "exported_pod"

func podLabels() Labels { return Labels{Namespace: "namespace", Pod: "pod"} }

// usual labels are those that a scrape adds.
func (l Labels) usual() bool {
	l.Cluster = ""
	return l == podLabels()
}

// generic is what most libraries export, with a label for the status that goes by
// several names.
func generic(name, histogram string) Preset {
	return Preset{
		Name: name, Latency: histogram, Unit: Seconds,
		Failures: []Failure{status("code"), status("status"), status("status_code"), status("http_response_status_code")},
		Labels:   podLabels(),
	}
}

func istio() Preset {
	return Preset{
		Name: "istio", Latency: "istio_request_duration_milliseconds", Unit: Milliseconds,
		Requests: "istio_requests_total",
		Failures: []Failure{
			{"response_code", httpFailed + "|0", httpServed}, // 0: the connection ended without an answer
			// Unknown, DeadlineExceeded, Unimplemented, Internal, Unavailable,
			// DataLoss: what a server is to blame for, answered with HTTP 200.
			{"grpc_response_status", grpcFailedNumbers, ""},
		},
		Labels: Labels{Namespace: "destination_workload_namespace", Pod: "pod", Workload: "destination_workload"},
		Match:  map[string]string{"reporter": "destination"},
	}
}

func linkerd() Preset {
	return Preset{
		Name: "linkerd", Latency: "response_latency_ms", Unit: Milliseconds,
		Requests: "response_total",
		Failures: []Failure{{"classification", "failure", ""}},
		Labels:   Labels{Namespace: "namespace", Pod: "pod", Workload: "deployment"},
		Match:    map[string]string{"direction": "inbound"},
	}
}

// ingress-nginx times requests for a Service. Unless the scrape honours its
// labels, Prometheus renames them, since the controller has a namespace and a
// Service of its own.
func ingress(name, prefix string) Preset {
	return Preset{
		Name: name, Latency: "nginx_ingress_controller_request_duration_seconds", Unit: Seconds,
		Requests: "nginx_ingress_controller_requests",
		Failures: []Failure{{"status", httpFailed, httpServed}},
		Labels:   Labels{Namespace: prefix + "namespace", Service: prefix + "service"},
	}
}

func vllm() Preset {
	return Preset{
		Name: "vllm", Latency: "vllm:e2e_request_latency_seconds", Unit: Seconds,
		Requests: "vllm:request_success_total", // counts every request that ended
		Failures: []Failure{{"finished_reason", "abort|error", ""}},
		Labels:   podLabels(),

		FirstToken: "vllm:time_to_first_token_seconds",
		Waiting:    []string{"vllm:num_requests_waiting"},
		CacheUse:   []string{"vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc"}, // ratios, whatever they are called
	}
}

// triton counts the time of all requests together: there is a mean and no quantile.
func triton() Preset {
	return Preset{
		Name: "triton", Duration: "nv_inference_request_duration_us", Unit: Microseconds,
		Requests: "nv_inference_request_success", Failed: "nv_inference_request_failure",
		Labels: podLabels(),
	}
}
