package traffic

// The dialects: by which names, in which units and with which labels a pod tells what it
// has served.
const (
	dialectHTTP  = "http"  // as most instrumented servers do
	dialectIstio = "istio" // as the proxy beside a server does
	dialectVLLM  = "vllm"  // as a server of language models does
)

// dialect is one way to tell.
type dialect struct {
	bounds     []float64 // of latencies, in its unit
	unit       float64   // what a second is in that
	firstToken []float64 // bounds of the time to first token; nil if it does not tell
	tell       func(p *pod, now float64, tell teller)
}

func dialectOf(name string) (dialect, bool) {
	switch name {
	case dialectHTTP:
		return dialect{bounds: secondsBounds(), unit: 1, tell: tellHTTP}, true
	case dialectIstio:
		return dialect{
			bounds: []float64{0.5, 1, 5, 10, 25, 50, 75, 100, 150, 200, 250, 500, 1000, 2500, 5000, 10000}, unit: 1000, tell: tellIstio,
		}, true
	case dialectVLLM:
		return dialect{
			bounds: []float64{0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120}, unit: 1, tell: tellVLLM,
			firstToken: []float64{0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80},
		}, true
	default:
		return dialect{}, false
	}
}

// secondsBounds are the usual ones, 5 ms to 10 s, with some between them: the nearer bounds
// are to each other, the nearer is a quantile worked out from them to the truth.
func secondsBounds() []float64 {
	return []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 3.5, 5, 10}
}

func tellHTTP(p *pod, _ float64, tell teller) {
	p.eachCode(func(code string, h *histogram) {
		tell.histogram(Metric{"http_request_duration_seconds", buckets, "Time to answer a request."}, h, Label{"code", code})
		tell(Metric{"http_requests_total", counter, "Requests by the status they were answered with."}, "", float64(h.count()), Label{"code", code})
	})
}

func tellIstio(p *pod, _ float64, tell teller) {
	p.eachCode(func(code string, h *histogram) {
		labels := []Label{
			{"reporter", "destination"},
			{"destination_workload", p.Workload},
			{"destination_workload_namespace", p.Namespace},
			{"destination_version", p.Version},
			{"request_protocol", "http"},
			{"response_code", code},
		}
		tell.histogram(Metric{"istio_request_duration_milliseconds", buckets, "Time to answer a request."}, h, labels...)
		tell(Metric{"istio_requests_total", counter, "Requests by the code of their response."}, "", float64(h.count()), labels...)
	})
}

func tellVLLM(p *pod, now float64, tell teller) {
	model := Label{"model_name", p.Behaviour.Model}
	tell.histogram(Metric{"vllm:e2e_request_latency_seconds", buckets, "End to end request latency."}, p.histogram(codeOK), model)
	tell.histogram(Metric{"vllm:time_to_first_token_seconds", buckets, "Time to first token."}, p.first, model)
	ended := Metric{"vllm:request_success_total", counter, "Requests that were finished, by the reason."}
	stopped, full := p.histogram(codeOK).count(), uint64(0)
	for _, c := range []code{codeError, codeLost, codeOverloaded} {
		if h := p.answers[c]; h != nil {
			full += h.count()
		}
	}
	tell(ended, "", float64(stopped), model, Label{"finished_reason", "stop"})
	tell(ended, "", float64(full), model, Label{"finished_reason", "abort"})
	running := float64(p.queue.running(now))
	tell(Metric{"vllm:num_requests_running", gauge, "Requests in the batch that is being worked on."}, "", running, model)
	tell(Metric{"vllm:num_requests_waiting", gauge, "Requests that wait for their turn."}, "", float64(p.queue.waiting(now)), model)
	tell(Metric{"vllm:kv_cache_usage_perc", gauge, "Share of the KV cache that is in use, from 0 to 1."}, "",
		0.95*running/float64(p.Behaviour.Workers), model)
}

// eachCode passes what was answered so far, in the order of the codes.
func (p *pod) eachCode(f func(code string, h *histogram)) {
	for c, h := range p.answers {
		if h != nil {
			f(code(c).String(), h)
		}
	}
}
