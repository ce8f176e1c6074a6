package e2e

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// promptness is how long after the cluster knows it fader may take to say it.
const promptness = 5 * time.Second

// board is a running `fader status --watch`: what it said last of every Deployment.
type board struct {
	mu    sync.Mutex
	items map[string]item
}

func (p *practice) board() *board {
	p.t.Helper()
	fader, _ := binaries(p.t)
	cmd := exec.Command(fader, "status", "-A", "-o", "json", "--watch")
	cmd.Env = append(os.Environ(), p.env()...)
	out, err := cmd.StdoutPipe()
	require.NoError(p.t, err)
	require.NoError(p.t, cmd.Start())
	p.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	b := &board{items: map[string]item{}}
	go func() {
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			b.take(lines.Bytes())
		}
	}()
	return b
}

func (b *board) take(line []byte) {
	var list struct{ Items []item }
	if json.Unmarshal(line, &list) != nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, i := range list.Items {
		b.items[i.Namespace+"/"+i.Name] = i
	}
}

func (b *board) cause(ref string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if cause := b.items[ref].Cause; cause != nil {
		return *cause
	}
	return ""
}

// Every situation of the practice cluster is said in words that name the object,
// the reason and the number, soon after the cluster knows it. What the cluster
// knows is asked of kubectl: a path that has a value, or contains one.
func TestEveryCauseIsSaidSoon(t *testing.T) {
	p := up(t, "all")
	b := p.board()
	const (
		waiting    = "{range .items[*]}{.status.containerStatuses[*].state.waiting.reason} {end}"
		terminated = "{range .items[*]}{.status.containerStatuses[*].lastState.terminated.reason} {end}"
		scheduled  = `{range .items[*]}{.status.conditions[?(@.type=="PodScheduled")].message} {end}`
		starting   = "{range .items[*]}{.status.initContainerStatuses[*].state.running.startedAt} {end}"
		leaving    = "{.items[*].metadata.deletionTimestamp}"
		serving    = "{range .items[*]}{.spec.containers[0].image}={.status.containerStatuses[0].ready} {end}"
		reasons    = "{.items[*].status.conditions[*].reason}"
		messages   = "{.items[*].message}"
	)
	for _, c := range []struct {
		scenario, deployment string
		in, path, fact, says string // in: the resource that the fact is read from
	}{
		{"bad-image", "shop/web", "pods", waiting, "ErrImagePull", `^5 new pods cannot pull "registry.example/shop/web:v1.21.0-does-not-exist" \(ErrImagePull\): .* · revision 3 still serves 8 of 10`},
		{"crash-loop", "payments/ledger", "pods", terminated, "Error", `^1 new pod crashes: container "ledger" exits with code 1 \((CrashLoopBackOff|Error)\)`},
		{"oom", "search/reranker", "pods", terminated, "OOMKilled", `^1 new pod runs out of memory: container "reranker" is OOMKilled at its limit of 512Mi`},
		{"gpu-full", "ml/ranker", "pods", scheduled, "Insufficient", `^surge deadlock: 1 new pod Pending \(0/\d+ nodes: .*Insufficient nvidia.com/gpu`},
		{"anti-affinity", "data/session-store", "pods", scheduled, "anti-affinity", `^1 of 3 new pods Pending: 0/\d+ nodes: .*anti-affinity`},
		{"spread", "platform/edge-proxy", "pods", scheduled, "topology spread", `^1 of 3 new pods Pending: 0/\d+ nodes: .*topology spread`},
		{"mig", "ml/speech", "pods", scheduled, "mig-2g", `^1 of 2 new pods Pending: 0/\d+ nodes: .*nvidia.com/mig-2g.20gb`},
		{"slow-init", "ml/summarizer", "pods", starting, "20", `^1 new pod waits for init container "download-weights"`},
		{"quota", "tenant-a/portal", "deployments", reasons, "FailedCreate", `cannot be created \(FailedCreate\): exceeded quota: compute, requested: requests.cpu=200m`},
		{"paused", "search/query-api", "deployments", reasons, "DeploymentPaused", `^paused with 1 of 6 pods updated`},
		{"probe-failing", "platform/login-api", "events", messages, "statuscode: 503", `Readiness probe failed: HTTP probe failed with statuscode: 503`},
		{"stuck-terminating", "shop/basket", "pods", leaving, "20", `terminating pods? (is|are) kept by finalizer "mesh.example/drained"`},
		{"premature-ready", "ml/toxicity-model", "pods", serving, "toxicity:v3.0.0=true", `^1 new pod ready, waiting for minReadySeconds \(2m\)`},
		{"stuck-terminating", "search/live-updates", "pods", leaving, "20", `Service live-updates has no ready endpoint|terminating, and Recreate waits`},
		{"hpa-limited", "shop/offers", "hpa", reasons, "TooManyReplicas", `(HPA|HorizontalPodAutoscaler).*(4|maximum)`},
	} {
		t.Run(c.scenario, func(t *testing.T) {
			namespace, name, _ := strings.Cut(c.deployment, "/")
			ask := []string{"-n", namespace, "get", c.in, "-o", "jsonpath=" + c.path}
			switch c.in {
			case "pods":
				ask = append(ask, "-l", "app="+name)
			case "deployments":
				ask = append(ask, "--field-selector", "metadata.name="+name)
			}
			p.eventually("the cluster says "+c.fact, func() bool {
				out, err := p.tryKubectl(ask...)
				return err == nil && strings.Contains(out, c.fact)
			})
			said := time.Now()
			require.Eventually(t, func() bool { return regexpMatch(c.says, b.cause(c.deployment)) }, promptness, 20*time.Millisecond,
				"fader says of %s: %q", c.deployment, b.cause(c.deployment))
			t.Logf("%s after %s: %s", c.deployment, time.Since(said).Round(time.Millisecond), b.cause(c.deployment))
		})
	}

	// What is no Deployment's trouble is said where it belongs.
	desk := p.desk(200, 50, "-A")
	desk.see(`● live`)
	desk.press("4")
	for service, says := range map[string]string{
		"reports": "selector matches no pod", "mainframe": `other endpoints x3 of 4`, "peer-cache": "headless",
	} {
		t.Run("headless, "+service, func(*testing.T) { desk.line(service, says) })
	}
	t.Run("premature-ready, on its page", func(t *testing.T) {
		p.desk(200, 50, "-n", "ml", "deploy/toxicity-model").see(`no readiness probe`)
	})
}
