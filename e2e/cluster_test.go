package e2e

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// practice is a practice cluster of a test.
type practice struct {
	t   *testing.T
	bin string
	dir string
}

// binaries returns fader and practice as they were built, or skips.
func binaries(t *testing.T) (fader, practice string) {
	t.Helper()
	fader, practice = os.Getenv("FADER_BIN"), os.Getenv("PRACTICE_BIN")
	if fader == "" || practice == "" {
		t.Skip("FADER_BIN and PRACTICE_BIN name no binaries: run make test")
	}
	return fader, practice
}

// up starts a practice cluster; it is stopped with the test.
func up(t *testing.T, scenarios string) *practice {
	t.Helper()
	_, bin := binaries(t)
	p := &practice{t: t, bin: bin, dir: filepath.Join(t.TempDir(), "cluster")}
	cmd := exec.Command(bin, "up", "--dir", p.dir, "--scenario", scenarios)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	ended := make(chan struct{})
	ready := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(out).ReadString('\n')
		ready <- strings.TrimSpace(line)
		_ = cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			_ = cmd.Process.Kill()
		}
	})
	select {
	case line := <-ready:
		require.Equal(t, "ready", line, "practice up said: %s", stderr.String())
	case <-time.After(2 * patience):
		require.FailNow(t, "the practice cluster did not become ready", stderr.String())
	}
	return p
}

// do runs a practice command on the cluster, as in do("kill", "kube-apiserver").
func (p *practice) do(args ...string) {
	p.t.Helper()
	out, err := exec.Command(p.bin, append(args, "--dir", p.dir)...).CombinedOutput()
	require.NoError(p.t, err, "practice %v: %s", args, out)
}

// kubectl runs kubectl on the cluster and returns what it printed.
func (p *practice) kubectl(args ...string) string {
	p.t.Helper()
	out, err := p.tryKubectl(args...)
	require.NoError(p.t, err, "kubectl %v: %s", args, out)
	return out
}

func (p *practice) tryKubectl(args ...string) (string, error) {
	cmd := exec.Command(p.bin, append([]string{"kubectl"}, args...)...)
	cmd.Env = append(os.Environ(), "PRACTICE_DIR="+p.dir, "KUBECONFIG="+p.kubeconfig())
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func (p *practice) kubeconfig() string { return filepath.Join(p.dir, "kubeconfig") }

// env is the environment in which fader sees this cluster and nobody's files.
func (p *practice) env() []string {
	return []string{
		"KUBECONFIG=" + p.kubeconfig(), "HOME=" + p.dir,
		"XDG_STATE_HOME=" + filepath.Join(p.dir, "state"), "XDG_CONFIG_HOME=" + filepath.Join(p.dir, "config"),
	}
}

// desk opens fader on the cluster.
func (p *practice) desk(columns, rows int, args ...string) *terminal {
	p.t.Helper()
	fader, _ := binaries(p.t)
	return open(p.t, columns, rows, p.env(), fader, args...)
}

// result is what a command without a terminal printed and how it ended.
type result struct {
	out, err string
	status   int
}

// fader runs fader without a terminal.
func (p *practice) fader(args ...string) result {
	p.t.Helper()
	return run(p.t, p.env(), args...)
}

func run(t *testing.T, env []string, args ...string) result {
	t.Helper()
	fader, _ := binaries(t)
	cmd := exec.Command(fader, args...)
	cmd.Env = append(os.Environ(), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		require.NoError(t, err)
	}
	return result{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// eventually waits for a state of the cluster, looking again and again.
func (p *practice) eventually(what string, reached func() bool) {
	p.t.Helper()
	wait(p.t, what, 2*patience, 250*time.Millisecond, reached)
}

// wait until something is reached, in the test's own goroutine: what is required on
// the way ends the test at once, and says what was wrong.
func wait(t *testing.T, what string, limit, every time.Duration, reached func() bool) {
	t.Helper()
	for begun := time.Now(); !reached(); time.Sleep(every) {
		require.Less(t, time.Since(begun), limit, what)
	}
}

// field reads one field of a Deployment with a JSONPath.
func (p *practice) field(namespace, name, path string) string {
	p.t.Helper()
	return p.kubectl("-n", namespace, "get", "deployment", name, "-o", "jsonpath={"+path+"}")
}
