package e2e

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestLogs(t *testing.T) {
	p := start(t, "--scenario", "crash-loop,slow-init", "--speed", "3")
	stamped := `(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z level=`
	p.eventually(stamped, "logs", "-n", "payments", "deployment/ledger", "--timestamps", "--tail=3")
	p.eventually(`fetch:  10%`, "logs", "-n", "ml", "-l", "app=summarizer", "-c", "download-weights", "--tail=-1")

	p.eventually(`CrashLoopBackOff`, "get", "pods", "-n", "payments", "-l", "app=ledger")
	crashed := p.crashed("payments", "ledger")
	if out := p.must("kubectl", "logs", "-n", "payments", crashed); !strings.Contains(out, "panic: ledger: ") || !strings.HasSuffix(out, "exit status 1\n") {
		t.Errorf("the log of a crash: %s", out)
	}
	p.eventually(`panic: ledger: `, "logs", "-n", "payments", crashed, "--previous")
	// Following ends with the container, as a kubelet's does.
	p.eventually(` Running `, "get", "pod", "-n", "payments", crashed, "--no-headers")
	if out, err := p.run("kubectl", "logs", "-n", "payments", crashed, "--follow"); err != nil || !strings.HasSuffix(out, "exit status 1\n") {
		t.Errorf("followed: %s (%v)", out, err)
	}

	// On demand, a container writes as fast as a load test wants.
	p.must("kubectl", "patch", "deployment", "-n", "payments", "ledger", "--type=json",
		`-p=[{"op":"replace","path":"/spec/template/metadata/annotations","value":{"practice.fader/log-rate":"10000"}}]`)
	p.must("kubectl", "rollout", "status", "-n", "payments", "deployment/ledger")
	p.eventually(`(?:.*\n){1000}`, "logs", "-n", "payments", p.pods("payments", "ledger")[0], "--since=3s")

	// What a kubelet does not log cannot be had from it.
	if out, err := p.run("kubectl", "logs", "-n", "ml", "-l", "app=summarizer", "-c", "nobody"); err == nil {
		t.Errorf("a container that is not there has a log: %s", out)
	}
}

// crashed returns the pod of app that does not run.
func (p *practice) crashed(namespace, app string) string {
	p.t.Helper()
	out := p.must("kubectl", "get", "pods", "-n", namespace, "-l", "app="+app, "--no-headers")
	found := regexp.MustCompile(`(?m)^(\S+) +0/1 `).FindStringSubmatch(out)
	if found == nil {
		p.t.Fatalf("no pod of %s has crashed:\n%s", app, out)
	}
	return found[1]
}

// pods returns the pods of app that are not being deleted.
func (p *practice) pods(namespace, app string) []string {
	p.t.Helper()
	out := p.must("kubectl", "get", "pods", "-n", namespace, "-l", "app="+app, "--no-headers")
	var names []string
	for _, found := range regexp.MustCompile(`(?m)^(\S+) +1/1 +Running `).FindAllStringSubmatch(out, -1) {
		names = append(names, found[1])
	}
	if len(names) == 0 {
		p.t.Fatalf("no pod of %s runs:\n%s", app, out)
	}
	return names
}

func TestRightsInOneNamespace(t *testing.T) {
	p := start(t, "--scenario", "blue-green,paused")
	for _, test := range []struct {
		flags  []string
		writes bool
	}{{nil, true}, {[]string{"--readonly"}, false}} {
		path := strings.TrimSpace(p.must("kubeconfig", append([]string{"--namespace", "shop"}, test.flags...)...))
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("%s: %v, %v", path, info, err)
		}
		may := func(want bool, args ...string) {
			t.Helper()
			out, err := p.run("kubectl", append([]string{"--kubeconfig", path}, args...)...)
			if (err == nil) != want {
				t.Errorf("kubectl %s: %v, want it allowed: %v", strings.Join(args, " "), err, want)
			}
			if err != nil && !strings.Contains(strings.ToLower(out), "forbidden") {
				t.Errorf("kubectl %s: %s, want it to be forbidden", strings.Join(args, " "), out)
			}
		}
		for _, resource := range []string{"deployments", "replicasets", "pods", "events", "services", "endpointslices", "horizontalpodautoscalers", "poddisruptionbudgets"} {
			may(true, "get", resource)
			may(false, "get", resource, "-n", "search")
			may(false, "get", resource, "-A")
		}
		p.eventually(`level=info`, "--kubeconfig", path, "logs", "deployment/storefront-blue")
		may(test.writes, "rollout", "restart", "deployment/storefront-blue")
		may(test.writes, "scale", "deployment/storefront-blue", "--replicas=3")
		for _, args := range [][]string{
			{"get", "nodes"},
			{"get", "namespaces"},
			{"get", "secrets"},
			{"delete", "deployment", "storefront-blue"},
			{"patch", "service", "storefront", "-p={}"},
			{"scale", "deployment/query-api", "-n", "search", "--replicas=1"},
		} {
			may(false, args...)
		}
	}
	if out, err := p.run("kubeconfig", "--namespace", "nowhere"); err == nil || !strings.Contains(out, `"nowhere"`) {
		t.Errorf("a user of a namespace that is not there: %s", out)
	}
}
