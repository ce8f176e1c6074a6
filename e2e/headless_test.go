package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// moved is what a move prints with -o json.
type moved struct {
	Plan *struct {
		Title   string
		Changes []struct{ Path, Before, After string }
		Checks  []struct{ Name string }
	}
	Receipt  *receipt
	Receipts []receipt
	Outcome  *struct {
		State, Text string
		Seconds     float64
	}
	Failed *struct{ Error string }
	Course *struct{ Floor, Lowest *int32 }
	Moves  []moved
}

type receipt struct {
	Result, Message, Who, ResourceVersion string
	Started                               time.Time
}

// headless is fader without a terminal on one namespace of a cluster.
type headless struct {
	*practice
	env []string
	did *ledger
}

// ledger is what all of them said they did.
type ledger struct {
	mu       sync.Mutex
	receipts []receipt
}

// in is the same for a test of its own.
func (h *headless) in(t *testing.T) *headless {
	return &headless{&practice{t, h.bin, h.dir}, h.env, h.did}
}

// move runs a move, expects how it ends, and returns the one document it printed.
func (h *headless) move(status int, line string, more ...string) moved {
	h.t.Helper()
	r := run(h.t, h.env, append(strings.Fields(line), append(more, "-n", "shop", "-o", "json")...)...)
	require.Equal(h.t, status, r.status, "%s\n%s%s", line, r.out, r.err)
	var m moved
	if r.out != "" {
		require.NoError(h.t, json.Unmarshal([]byte(r.out), &m), r.out)
		require.Equal(h.t, 1, strings.Count(r.out, "\n"), "one document")
	}
	require.NotContains(h.t, r.out+r.err, "hunter2")
	h.did.mu.Lock()
	defer h.did.mu.Unlock()
	for _, one := range append(m.Moves, m) {
		if one.Receipt != nil && one.Receipt.Result == "applied" {
			h.did.receipts = append(h.did.receipts, *one.Receipt)
		}
		h.did.receipts = append(h.did.receipts, one.Receipts...)
	}
	return m
}

func (h *headless) get(kind, name, path string) string {
	h.t.Helper()
	return h.kubectl("-n", "shop", "get", kind, name, "-o", "jsonpath={"+path+"}")
}

const templateImage = ".spec.template.spec.containers[0].image"

// Every verb without a terminal: what it prints, how it ends, and what the
// cluster has afterwards.
func TestMovesWithoutATerminal(t *testing.T) {
	t.Parallel() // most of it is waiting for rollouts
	p := up(t, "bad-image,blue-green,canary,steady")
	h := &headless{p, p.env(), &ledger{}}
	p.eventually("shop/web is stuck", func() bool {
		return strings.Contains(h.get("deployment", "web", templateImage), "does-not-exist")
	})
	p.eventually("the Services stand", func() bool {
		return h.ready("storefront") == "3" && h.ready("checkout") == "10" && h.get("deployment", "cart", ".status.readyReplicas") == "4"
	})
	t.Run("each on its own objects", func(t *testing.T) {
		for name, moves := range map[string][]func(*headless){
			"web: undo, history, diff, stuck again, hold":  {undone, looked, stuck, paused},
			"cart: one by one, and pods by label":          {single, admitted},
			"pricing, catalog: several at once, protected": {bulk, guarded, asked},
			"storefront: flip":                             {flipped},
			"checkout: shift, abort, promote":              {shifted},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				for _, move := range moves {
					move(h.in(t))
				}
			})
		}
	})
	t.Run("the journal has each of them once", func(t *testing.T) { journalled(h.in(t)) })
}

// ready endpoints of a Service of the namespace.
func (h *headless) ready(service string) string {
	h.t.Helper()
	out := h.kubectl("-n", "shop", "get", "endpointslices", "-l", "kubernetes.io/service-name="+service,
		"-o", `jsonpath={.items[*].endpoints[?(@.conditions.ready==true)].addresses[0]}`)
	return strconv.Itoa(len(strings.Fields(out)))
}

func undone(h *headless) {
	r := run(h.t, h.env, "undo", "-n", "shop", "deploy/web")
	require.Equal(h.t, 2, r.status)
	require.Empty(h.t, r.out)
	require.Contains(h.t, r.err, "--yes", "nothing is asked without a terminal")

	server := h.move(0, "undo deploy/web --dry-run=server")
	require.Contains(h.t, server.Plan.Title, "Undo shop/web to revision")
	require.NotEmpty(h.t, server.Plan.Checks)
	require.Nil(h.t, server.Receipt)
	require.Empty(h.t, h.move(0, "undo deploy/web --dry-run=client").Plan.Checks)
	text := run(h.t, h.env, "undo", "-n", "shop", "deploy/web", "--dry-run=server")
	require.Regexp(h.t, `(?s)Changes.*does-not-exist →.*Checked.*server dry run.*kubectl --context`, text.out)
	require.Contains(h.t, h.get("deployment", "web", templateImage), "does-not-exist", "dry runs change nothing")

	m := h.move(0, "undo deploy/web --yes --wait --timeout 60s")
	require.Equal(h.t, "applied", m.Receipt.Result)
	require.Equal(h.t, "complete", m.Outcome.State, m.Outcome.Text)
	require.NotContains(h.t, h.get("deployment", "web", templateImage), "does-not-exist")
	h.kubectl("-n", "shop", "rollout", "status", "deployment/web", "--timeout=5s")
}

func looked(h *headless) {
	r := run(h.t, h.env, "history", "-n", "shop", "deploy/web", "-o", "json")
	require.Equal(h.t, 0, r.status, r.err)
	var list struct {
		Revisions []struct {
			Revision int64
			New      bool
			Images   []string
		}
	}
	require.NoError(h.t, json.Unmarshal([]byte(r.out), &list))
	require.True(h.t, list.Revisions[0].New)
	require.Contains(h.t, list.Revisions[1].Images[0], "does-not-exist")

	d := run(h.t, h.env, "diff", "-n", "shop", "deploy/web")
	require.Equal(h.t, 0, d.status, d.err)
	require.Regexp(h.t, `(?m)^-.*image: .*does-not-exist$`, d.out)
	require.Regexp(h.t, `(?m)^\+.*image: .*/web:v`, d.out)
	number := strconv.FormatInt(list.Revisions[0].Revision, 10)
	same := run(h.t, h.env, "diff", "-n", "shop", "deploy/web", "--revision", number, "--revision", number, "-o", "json")
	require.Contains(h.t, same.out, `"equal":true`)
	require.Equal(h.t, 1, run(h.t, h.env, "history", "-n", "shop", "nobody").status)
	require.Equal(h.t, 1, run(h.t, h.env, "diff", "-n", "shop", "web", "--revision", "77").status)
}

func stuck(h *headless) {
	m := h.move(4, "undo deploy/web --yes --wait --timeout 2s")
	require.Equal(h.t, "pending", m.Outcome.State)
	require.Contains(h.t, h.get("deployment", "web", templateImage), "does-not-exist")
	h.move(0, "undo deploy/web --yes")

	fader, _ := binaries(h.t)
	cmd := exec.Command(fader, "undo", "-n", "shop", "deploy/web", "--yes", "--wait")
	cmd.Env = append(os.Environ(), h.env...)
	errs := &transcript{}
	cmd.Stderr = errs
	require.NoError(h.t, cmd.Start())
	h.eventually("it waits", func() bool { return strings.Contains(errs.text(), "pods updated") })
	require.NoError(h.t, cmd.Process.Signal(syscall.SIGTERM))
	require.Error(h.t, cmd.Wait())
	require.Equal(h.t, 1, cmd.ProcessState.ExitCode())
	require.Contains(h.t, errs.text(), "interrupted: the move was made and stands")
	require.Contains(h.t, h.get("deployment", "web", templateImage), "does-not-exist")

	stalled := h.move(1, "scale deploy/web --replicas 11 --yes --wait --timeout 60s")
	require.Equal(h.t, "stalled", stalled.Outcome.State)
	require.Contains(h.t, stalled.Outcome.Text, "does-not-exist")
	h.move(0, "undo deploy/web --yes --wait --timeout 60s")
	h.move(1, "undo deploy/web --to-revision 77 --yes")
}

// transcript is what a program says while it runs.
type transcript struct {
	mu  sync.Mutex
	all []byte
}

func (s *transcript) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, b...)
	return len(b), nil
}

func (s *transcript) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.all)
}

func single(h *headless) {
	h.move(0, "pause deploy/cart --yes")
	require.Equal(h.t, "true", h.get("deployment", "cart", ".spec.paused"))
	h.move(1, "pause deploy/cart --yes")
	h.move(1, "restart deploy/cart --yes")
	h.kubectl("-n", "shop", "set", "env", "deployment/cart", "PASSWORD=hunter2")
	held := h.move(3, "image deploy/cart cart=registry.example/shop/cart:v9 --yes --wait --timeout 30s", "--cause", "cart nine")
	require.Equal(h.t, "held", held.Outcome.State)
	h.move(0, "resume deploy/cart --yes --wait --timeout 60s")
	require.Equal(h.t, "registry.example/shop/cart:v9", h.get("deployment", "cart", templateImage))
	require.Equal(h.t, "cart nine", h.get("deployment", "cart", `.metadata.annotations.kubernetes\.io/change-cause`))

	require.NotContains(h.t, run(h.t, h.env, "diff", "-n", "shop", "cart").out, "hunter2")
	undo := h.move(0, "undo deploy/cart --dry-run=server")
	require.NotEmpty(h.t, undo.Plan.Changes, "the variable goes, and its value is not told")
	require.NotContains(h.t, run(h.t, h.env, "undo", "-n", "shop", "cart", "--dry-run=server").out, "hunter2")
}

func bulk(h *headless) {
	scaled := h.move(0, "scale deploy/pricing --replicas 5 --yes --wait --timeout 60s")
	require.Equal(h.t, "complete", scaled.Outcome.State)
	require.Equal(h.t, "5", h.get("deployment", "pricing", ".status.readyReplicas"))
	h.move(0, "strategy deploy/pricing --max-surge 2 --max-unavailable 1 --yes")
	require.Equal(h.t, "2 1", h.get("deployment", "pricing", ".spec.strategy.rollingUpdate.maxSurge} {.spec.strategy.rollingUpdate.maxUnavailable"))

	m := h.move(1, "restart deploy/catalog deploy/pricing deploy/nobody --yes --wait --timeout 60s --concurrency 2")
	require.Len(h.t, m.Moves, 3)
	for _, one := range m.Moves[:2] {
		require.Equal(h.t, "applied", one.Receipt.Result)
		require.Equal(h.t, "complete", one.Outcome.State, one.Outcome.Text)
	}
	require.Contains(h.t, m.Moves[2].Failed.Error, "nobody")
	const restarted = `.spec.template.metadata.annotations.kubectl\.kubernetes\.io/restartedAt`
	require.NotEmpty(h.t, h.get("deployment", "catalog", restarted))
	require.NotEmpty(h.t, h.get("deployment", "pricing", restarted))

	all := h.move(0, "pause --yes -l app.kubernetes.io/name=catalog")
	require.Len(h.t, all.Moves, 1, "a selector makes a list, whatever it finds")
	require.Equal(h.t, "true", h.get("deployment", "catalog", ".spec.paused"))
	h.move(1, "resume deploy/catalog deploy/pricing --yes")
	require.Empty(h.t, h.get("deployment", "catalog", ".spec.paused"))
	none := run(h.t, h.env, "restart", "-n", "shop", "-l", "app=nobody", "--yes")
	require.Equal(h.t, 1, none.status)
	require.Contains(h.t, none.err, "no Deployment")
}

func flipped(h *headless) {
	h.move(1, "flip service/storefront version=purple --yes")
	h.move(1, "flip svc/storefront version=green svc/checkout track=nobody --yes")
	require.Equal(h.t, "blue", h.get("service", "storefront", ".spec.selector.version"), "all or none")
	h.move(2, "flip service/storefront version=purple --yes --unready")
	m := h.move(0, "flip service/storefront version=green --yes --wait --timeout 30s")
	require.Equal(h.t, "complete", m.Outcome.State, m.Outcome.Text)
	require.Equal(h.t, "storefront green", h.get("service", "storefront", ".spec.selector.app} {.spec.selector.version"))
	pods := h.kubectl("-n", "shop", "get", "endpointslices", "-l", "kubernetes.io/service-name=storefront", "-o", "jsonpath={.items[*].endpoints[*].targetRef.name}")
	require.Equal(h.t, 3, strings.Count(pods, "storefront-green-"), pods)
	require.NotContains(h.t, pods, "storefront-blue-")
}

const enabledService = `{"apiVersion":"v1","kind":"Service","metadata":{"name":"enabled","namespace":"shop"},
"spec":{"selector":{"app":"cart","status":"enabled"},"ports":[{"port":80,"targetPort":8080}]}}`

func admitted(h *headless) {
	file := filepath.Join(h.t.TempDir(), "service.json")
	require.NoError(h.t, os.WriteFile(file, []byte(enabledService), 0o600))
	h.kubectl("create", "-f", file)
	var pods []string
	h.eventually("the old pods are gone", func() bool {
		pods = strings.Fields(h.kubectl("-n", "shop", "get", "pods", "-l", "app=cart", "-o", "jsonpath={.items[*].metadata.name}"))
		return len(pods) == 4
	})
	m := h.move(0, "label --yes --wait --timeout 30s", "pod/"+pods[0], "pod/"+pods[1], "status=enabled")
	require.Len(h.t, m.Moves, 2)
	require.Equal(h.t, "2", h.ready("enabled"))
	out := h.move(0, "label --yes --wait --timeout 30s", "pod/"+pods[0], "status-")
	require.Equal(h.t, "complete", out.Outcome.State, out.Outcome.Text)
	require.Equal(h.t, "1", h.ready("enabled"))
	require.Empty(h.t, h.get("pod", pods[0], ".metadata.labels.status"))
}

func shifted(h *headless) {
	require.NotEmpty(h.t, h.move(0, "shift service/checkout --to 50% --dry-run=server").Plan.Changes)
	h.protected().move(2, "shift service/checkout --to 50% --yes")
	m := h.move(0, "shift service/checkout --to 50% --steps 10%,25%,50% --every 1s --yes --timeout 60s")
	require.Equal(h.t, "done", m.Outcome.State, m.Outcome.Text)
	require.Len(h.t, m.Receipts, 4, "two steps of two writes")
	require.Equal(h.t, "5", h.get("deployment", "checkout-canary", ".spec.replicas"))
	require.Equal(h.t, "5", h.get("deployment", "checkout-stable", ".spec.replicas"))
	require.GreaterOrEqual(h.t, *m.Course.Lowest, *m.Course.Floor)

	h.killed()
	h.move(1, "shift service/checkout --to 7 --yes")
	finished := h.move(0, "shift service/checkout --finish --yes --timeout 60s")
	require.Len(h.t, finished.Receipts, 1, "the second write of the step")
	require.Equal(h.t, "6 4", h.get("deployment", "checkout-canary", ".spec.replicas")+" "+h.get("deployment", "checkout-stable", ".spec.replicas"))
	h.move(1, "shift service/checkout --take-back --yes")
	h.move(4, "shift service/checkout --to 9 --yes --timeout 1ms")
	require.Equal(h.t, "6", h.get("deployment", "checkout-canary", ".spec.replicas"))
	h.move(0, "abort service/checkout --yes --timeout 60s")
	require.Equal(h.t, "0", h.get("deployment", "checkout-canary", ".spec.replicas"))
	require.Equal(h.t, "10", h.get("deployment", "checkout-stable", ".status.readyReplicas"))
	promoted := h.move(0, "promote service/checkout --yes --timeout 90s")
	require.Equal(h.t, "done", promoted.Outcome.State, promoted.Outcome.Text)
	require.Equal(h.t, h.get("deployment", "checkout-canary", templateImage), h.get("deployment", "checkout-stable", templateImage))
	require.Equal(h.t, "9", h.get("deployment", "checkout-stable", ".spec.replicas"))
	h.move(1, "shift service/storefront --to 50% --yes")
	h.move(1, "shift service/nobody --to 50% --yes")
}

// killed leaves a shift between its two writes.
func (h *headless) killed() {
	h.t.Helper()
	fader, _ := binaries(h.t)
	cmd := exec.Command(fader, "shift", "-n", "shop", "service/checkout", "--to", "6", "--yes")
	cmd.Env = append(os.Environ(), h.env...)
	require.NoError(h.t, cmd.Start())
	h.eventually("the canary is raised", func() bool { return h.get("deployment", "checkout-canary", ".spec.replicas") == "6" })
	require.NoError(h.t, cmd.Process.Kill())
	require.Error(h.t, cmd.Wait())
	require.Equal(h.t, "5", h.get("deployment", "checkout-stable", ".spec.replicas"))
}

func paused(h *headless) {
	h.move(1, "hold deploy/web --at 2 --yes")
	h.move(0, "image deploy/web web=registry.example/shop/web:v2 --yes")
	m := h.move(3, "hold deploy/web --at 2 --yes --timeout 60s")
	require.Equal(h.t, "held", m.Outcome.State, m.Outcome.Text)
	require.Equal(h.t, "true", h.get("deployment", "web", ".spec.paused"))
	h.move(0, "resume deploy/web --yes")
	h.move(1, "hold deploy/web --at 100% --dry-run=client")
}

// protected is the same with a configuration that protects the context.
func (h *headless) protected() *headless {
	h.t.Helper()
	file := filepath.Join(h.t.TempDir(), "config.yaml")
	require.NoError(h.t, os.WriteFile(file, []byte("contexts:\n  practice:\n    protected: true\n"), 0o600))
	return &headless{h.practice, append(slices.Clone(h.env), "FADER_CONFIG="+file), h.did}
}

func guarded(h *headless) {
	strict := h.protected()
	strict.move(2, "scale deploy/pricing --replicas 4 --yes")
	strict.move(2, "scale deploy/pricing --replicas 4 --confirm catalog")
	require.Equal(h.t, "5", h.get("deployment", "pricing", ".spec.replicas"))
	strict.move(0, "scale deploy/pricing --replicas 4 --confirm pricing")
	require.Equal(h.t, "4", h.get("deployment", "pricing", ".spec.replicas"))
	strict.move(2, "restart deploy/pricing deploy/catalog --confirm pricing")
	strict.move(0, "restart deploy/pricing deploy/catalog --confirm", "2 objects")
	strict.move(1, "scale deploy/pricing --replicas 3 --readonly --confirm pricing")
	require.Equal(h.t, "4", h.get("deployment", "pricing", ".spec.replicas"))
}

// asked: a person types the word; what was typed before the question counts for nothing.
func asked(h *headless) {
	fader, _ := binaries(h.t)
	no := open(h.t, 120, 40, h.env, fader, "scale", "-n", "shop", "pricing", "--replicas", "2")
	no.press("yes\r")
	no.see(`Ignored: it was typed before`)
	no.see(`spec.replicas   4 → 2`)
	h.eventually("it is cancelled", func() bool {
		no.press("y\r")
		return strings.Contains(no.text(), "cancelled: nothing was changed")
	})
	require.Equal(h.t, 1, no.ended())
	require.Equal(h.t, "4", h.get("deployment", "pricing", ".spec.replicas"))

	yes := open(h.t, 120, 40, h.env, fader, "scale", "-n", "shop", "pricing", "--replicas", "2")
	yes.see(`Type yes to go on`)
	h.eventually("it is scaled", func() bool {
		yes.press("yes\r")
		return h.get("deployment", "pricing", ".spec.replicas") == "2"
	})
	require.Equal(h.t, 0, yes.ended())

	gone := open(h.t, 120, 40, h.env, fader, "scale", "-n", "shop", "pricing", "--replicas", "1")
	gone.see(`Type yes to go on`)
	gone.press("ctrl+c")
	require.Equal(h.t, 1, gone.ended())
	require.Equal(h.t, "2", h.get("deployment", "pricing", ".spec.replicas"))
}

// journalled: each write once as it was sent and once as it ended, by the time it began.
func journalled(h *headless) {
	text, err := os.ReadFile(filepath.Join(h.dir, "state", "fader", "journal.jsonl"))
	require.NoError(h.t, err)
	require.NotContains(h.t, string(text), "hunter2")
	sent, applied := map[int64]int{}, map[int64]int{}
	for line := range bytes.Lines(text) {
		var r receipt
		require.NoError(h.t, json.Unmarshal(line, &r), string(line))
		switch r.Result {
		case "sent":
			sent[r.Started.UnixNano()]++
		case "applied":
			applied[r.Started.UnixNano()]++
		}
	}
	require.Greater(h.t, len(h.did.receipts), 20)
	for _, r := range h.did.receipts {
		require.Equal(h.t, 1, sent[r.Started.UnixNano()], r.Message)
		require.Equal(h.t, 1, applied[r.Started.UnixNano()], r.Message)
	}
}
