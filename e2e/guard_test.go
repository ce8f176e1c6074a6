package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// breachTime is how long a breach may take to be certain of: three refreshes that
// bring something new, some scrapes before them, and what the machine does besides.
const breachTime = 3 * time.Minute

// measuredEnv is the environment in which fader knows the cluster's Prometheus.
func (p *practice) measuredEnv() []string {
	url, err := os.ReadFile(filepath.Join(p.dir, "prometheus.url"))
	require.NoError(p.t, err)
	return append(p.env(), "FADER_PROMETHEUS="+strings.TrimSpace(string(url)))
}

// watchman is `fader guard` under way.
type watchman struct {
	*practice
	cmd       *exec.Cmd
	out, errs transcript
	ended     chan error
}

func (p *practice) guard(args ...string) *watchman {
	p.t.Helper()
	fader, _ := binaries(p.t)
	w := &watchman{practice: p, ended: make(chan error, 1)}
	w.cmd = exec.Command(fader, append([]string{"guard", "-n", "shop"}, args...)...)
	w.cmd.Env, w.cmd.Stdout, w.cmd.Stderr = append(os.Environ(), p.measuredEnv()...), &w.out, &w.errs
	require.NoError(p.t, w.cmd.Start())
	go func() { w.ended <- w.cmd.Wait() }()
	p.t.Cleanup(func() { _ = w.cmd.Process.Signal(syscall.SIGTERM) })
	return w
}

// says waits for a text among its lines.
func (w *watchman) says(text string) {
	w.t.Helper()
	limit := time.After(breachTime)
	for !strings.Contains(w.errs.text(), text) {
		select {
		case err := <-w.ended:
			w.ended <- err
			if !strings.Contains(w.errs.text(), text) {
				require.FailNow(w.t, "the guard has ended and not said: "+text, "%v\n%s%s", err, w.out.text(), w.errs.text())
			}
		case <-limit:
			require.FailNow(w.t, "the guard has not said: "+text, "%s%s", w.out.text(), w.errs.text())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// status waits for the end.
func (w *watchman) status() int {
	w.t.Helper()
	select {
	case <-w.ended:
	case <-time.After(breachTime):
		require.FailNow(w.t, "the guard has not ended", "%s%s", w.out.text(), w.errs.text())
	}
	return w.cmd.ProcessState.ExitCode()
}

// guardItem is what it prints with -o json.
type guardItem struct {
	Revision      int64
	State, Text   string
	BrokenAt      *time.Time
	ErrorRatio    *float64
	Plan          *struct{ Title string }
	Receipt       *struct{ Result, Message, Why string }
	Ended         string
	ExitStatus    int
	Refused       string
	P99Seconds    *float64
	OnBreach      string
	Limits        struct{ ErrorRatio *float64 }
	DryRun, Since string
}

func (w *watchman) item() (i guardItem) {
	w.t.Helper()
	require.NoError(w.t, json.Unmarshal([]byte(w.out.text()), &i), w.out.text())
	return i
}

func (p *practice) paused() string { return p.field("shop", "wallet", ".spec.paused") }

// In error-regression 6 % of the new revision's requests fail.
func TestAGuardStopsABadRollout(t *testing.T) {
	t.Parallel() // most of it is waiting for figures
	p := up(t, "error-regression")
	p.eventually("the bad revision comes", func() bool {
		out, err := p.tryKubectl("-n", "shop", "get", "deployment", "wallet", "-o", "jsonpath={.spec.template.spec.containers[0].image} {.status.updatedReplicas}")
		return err == nil && strings.HasPrefix(out, "registry.example/shop/wallet:v2.9.0 ") && !strings.HasSuffix(out, " 8")
	})
	t.Run("headless", func(t *testing.T) { guardHeadless(&practice{t, p.bin, p.dir}) })
	t.Run("paused by somebody else", func(t *testing.T) {
		w := (&practice{t, p.bin, p.dir}).guard("deploy/wallet", "--max-errors", "1%")
		require.Equal(t, 3, w.status())
		require.Contains(t, w.errs.text(), "shop/wallet is paused")
	})
	t.Run("on the screen", func(t *testing.T) { guardOnScreen(&practice{t, p.bin, p.dir}) })
}

// Prometheus goes away and comes back while the guard stands: it halts, says so,
// goes on, and pauses the rollout once the limit is certain to be broken.
func guardHeadless(p *practice) {
	w := p.guard("deploy/wallet", "--max-errors", "1%", "--on-breach", "pause", "--yes", "-o", "json")
	w.says("watching")
	p.do("kill", "prometheus")
	w.says("halted     no new figures: ")
	require.Contains(p.t, w.errs.text(), "connection refused")
	p.do("start", "prometheus")
	w.says("breached")
	require.Equal(p.t, 1, w.status())
	i := w.item()
	require.Equal(p.t, "true", p.paused())
	require.Equal(p.t, 1, i.ExitStatus)
	require.Equal(p.t, "breached", i.State)
	require.Greater(p.t, *i.ErrorRatio, 0.02)
	require.Equal(p.t, "Pause shop/wallet", i.Plan.Title)
	require.Equal(p.t, "applied", i.Receipt.Result)
	require.Contains(p.t, i.Receipt.Why, "guard: errors ")
	require.Contains(p.t, p.fader("journal", "-o", "json").out, `"why":"guard: errors `)
	require.Less(p.t, strings.Count(w.errs.text(), "\n"), 12, "a line per change, and not per refresh")
}

// The same by keyboard: armed with w, it shows how it stands, halts without
// Prometheus, and pauses by itself.
func guardOnScreen(p *practice) {
	p.kubectl("-n", "shop", "rollout", "resume", "deployment/wallet")
	fader, _ := binaries(p.t)
	x := open(p.t, 120, 36, p.measuredEnv(), fader, "-n", "shop", "deploy/wallet")
	x.see("prom ●")
	x.see("wallet:v2.9.0")
	x.press("w")
	x.see(`p99 up to +\d+ms`)
	x.press("tab", "tab", "tab", "down", "down")
	x.see("on breach +pause")
	x.press("enter")
	x.confirm("Guard: on a breach, Pause shop/wallet", "Arm")
	x.see("guard shop/wallet: p99 .* watching")
	require.NotEqual(p.t, "true", p.paused(), "arming changes nothing")
	p.do("kill", "prometheus")
	x.see(`guard shop/wallet: HALTED since .*: Prometheus at .* cannot be reached`)
	p.do("start", "prometheus")
	x.see("guard shop/wallet: p99 .* watching")
	p.eventually("the guard pauses it", func() bool { return p.paused() == "true" })
	x.see(`guard shop/wallet: BREACHED at .*paused shop/wallet`)
	x.press("6")
	x.line("applied", "shop/wallet", "Pause")
	x.press("enter")
	x.see(`why +guard: errors .* over the limit of 1\.0%`)
	x.press("esc", "1", "q")
	x.see("the guard on shop/wallet ends with fader: q again quits")
	x.press("q")
	require.Equal(p.t, 0, x.ended())
}
