package e2e

import (
	"strings"
	"testing"
)

// TestEveryScenario plays all of them and looks for what each is about.
func TestEveryScenario(t *testing.T) {
	p := start(t)
	for _, test := range []struct {
		name string
		want string
		args string // of kubectl
	}{
		{"oom", `OOMKilled 137`, `get pods -n search -l app=reranker -o jsonpath={range.items[*].status.containerStatuses[*].lastState.terminated}{.reason}{" "}{.exitCode}{end}`},
		{"oom", `0/1 +CrashLoopBackOff`, "get pods -n search -l app=reranker"},
		{"probe-failing", `Readiness probe failed: HTTP probe failed with statuscode: 503`, "get events -n platform"},
		{"probe-failing", `0/1 +Running`, "get pods -n platform -l app=login-api"},
		{"quota", `FailedCreate: .*exceeded quota: compute, requested: requests.cpu=200m`, `get deployment -n tenant-a portal -o jsonpath={range.status.conditions[?(@.type=="ReplicaFailure")]}{.reason}:{" "}{.message}{end}`},
		{"slow-init", `0/1 +Init:0/1`, "get pods -n ml -l app=summarizer"},
		{"stuck-terminating", `(?s)Terminating.*Terminating.*Terminating`, "get pods -n shop -l app=basket"},
		{"stuck-terminating", `1/1 +Terminating`, "get pods -n search -l app=live-updates"},
		{"headless", `(?s)mainframe .*peer-cache +ClusterIP +None .*reports .*warehouse +ExternalName +<none> +warehouse.db.example.net`, "get services -n data"},
		{"headless", `192.0.2.10,192.0.2.11,192.0.2.12`, "get endpointslices -n data"},
		{"premature-ready", `toxicity-model +4/3 +1 +3 `, "get deployment -n ml toxicity-model --no-headers"},
		{"spread", `2 node\(s\) didn't match pod topology spread constraints`, "get events -n platform"},
		{"hpa-limited", `TooManyReplicas 143`, `get hpa -n shop offers -o jsonpath={.status.conditions[?(@.type=="ScalingLimited")].reason}{" "}{.status.currentMetrics[0].resource.current.averageUtilization}`},
		{"mig", `Insufficient nvidia.com/mig-2g.20gb`, "get events -n ml"},
		{"mig", `gpu-2 +Ready,SchedulingDisabled`, "get nodes"},
		{"mig", `batch-scorer.* gpu-2 `, "get pods -n ml -o wide"},
		// Those that were there before are what they were.
		{"gpu-full", `0/1 +Pending`, "get pods -n ml -l app=ranker"},
		{"gpu-full", `embedder +3/3`, "get deployment -n ml embedder"},
		{"steady", `cart +4/4 +4 +4 `, "get deployment -n shop cart --no-headers"},
		{"steady", `DesiredWithinRange`, `get hpa -n shop cart -o jsonpath={.status.conditions[?(@.type=="ScalingLimited")].reason}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := *p
			p.t = t
			p.eventually(test.want, split(test.args)...)
		})
	}

	t.Run("an autoscaler that may go further does", func(t *testing.T) {
		p := *p
		p.t = t
		p.must("kubectl", "patch", "hpa", "-n", "shop", "offers", `-p={"spec":{"maxReplicas":12}}`)
		p.eventually(`offers +(8|9)/`, "get", "deployment", "-n", "shop", "offers")
	})
	t.Run("again", func(t *testing.T) {
		p := *p
		p.t = t
		out := p.must("scenario", "stuck-terminating,quota,mig")
		if strings.Count(out, ": done\n") != 3 {
			t.Errorf("it said:\n%s", out)
		}
	})
	t.Run("specimens", func(t *testing.T) {
		p := *p
		p.t = t
		p.must("pods", "generate", "--count", "1000")
		out := p.must("kubectl", "get", "pods", "-n", "parity", "--no-headers")
		for _, form := range []string{"SchedulingGated", "Init:Signal:", "Init:ExitCode:", "Evicted", "NotReady", "Terminating", "Unknown", "Signal:", "ExitCode:"} {
			if !strings.Contains(out, form) {
				t.Errorf("no pod is %s", form)
			}
		}
		if n := strings.Count(out, "\n"); n != 1000 {
			t.Errorf("%d pods", n)
		}
	})
}

// split splits at spaces that are not inside of a jsonpath's quotes.
func split(line string) []string {
	var args []string
	quoted := false
	for _, field := range strings.Split(line, " ") {
		if quoted {
			args[len(args)-1] += " " + field
		} else {
			args = append(args, field)
		}
		if strings.Count(field, `"`)%2 == 1 {
			quoted = !quoted
		}
	}
	return args
}
