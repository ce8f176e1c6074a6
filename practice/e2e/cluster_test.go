package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"k8s.io/client-go/tools/clientcmd"
)

// patience bounds every wait; nothing is expected to take nearly as long.
const patience = 90 * time.Second

// practice is one running cluster.
type practice struct {
	t   *testing.T
	bin string
	dir string
	up  *exec.Cmd
}

// start runs `practice up` and returns when it has said that it is ready.
func start(t *testing.T, args ...string) *practice {
	t.Helper()
	bin := os.Getenv("PRACTICE_BIN")
	if bin == "" {
		t.Skip("PRACTICE_BIN is not set: build bin/practice and set it to its absolute path")
	}
	p := &practice{t: t, bin: bin, dir: filepath.Join(t.TempDir(), "cluster")}
	p.up = exec.Command(bin, append([]string{"up", "--dir", p.dir}, args...)...)
	var log bytes.Buffer
	p.up.Stderr = &log
	out, err := p.up.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := p.up.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.up.Process.Kill() // an error when it has ended, which is fine
		_ = p.up.Wait()
		if t.Failed() {
			t.Logf("practice up said:\n%s", log.String())
		}
	})
	line := make(chan string, 1)
	go func() {
		text, _ := bufio.NewReader(out).ReadString('\n')
		line <- text
	}()
	select {
	case text := <-line:
		if text != "ready\n" {
			t.Fatalf("practice up printed %q, want ready; and said:\n%s", text, log.String())
		}
	case <-time.After(patience):
		t.Fatalf("practice up is not ready after %v", patience)
	}
	t.Logf("ready after %v", time.Since(began).Round(time.Millisecond)) // on an idle machine 4 to 7 s
	return p
}

// run runs another practice command on the cluster and returns its output.
func (p *practice) run(command string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	all := []string{command, "--dir", p.dir}
	out, err := exec.CommandContext(ctx, p.bin, append(all, args...)...).CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("%s %s: %w: %s", command, strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

func (p *practice) must(command string, args ...string) string {
	p.t.Helper()
	out, err := p.run(command, args...)
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

// eventually waits until kubectl prints want.
func (p *practice) eventually(want string, args ...string) {
	p.t.Helper()
	wanted := regexp.MustCompile(want)
	deadline := time.Now().Add(patience)
	var (
		out string
		err error
	)
	for time.Now().Before(deadline) {
		if out, err = p.run("kubectl", append(args, "--request-timeout=5s")...); err == nil && wanted.MatchString(out) {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	p.t.Fatalf("kubectl %s never printed %s; last: %s (%v)", strings.Join(args, " "), want, out, err)
}

// children returns the processes that `practice up` is the parent of.
func (p *practice) children() []int {
	p.t.Helper()
	var pids []int
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		p.t.Fatal(err)
	}
	for _, file := range files {
		pid, _ := strconv.Atoi(strings.Split(file, "/")[2])
		if state, parent := stat(pid); state != "" && parent == p.up.Process.Pid {
			pids = append(pids, pid)
		}
	}
	return pids
}

// stat returns the state letter and the parent of a process; "" when there is none.
func stat(pid int) (string, int) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", 0
	}
	// The program's name, in parentheses, may have spaces in it.
	fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
	parent, _ := strconv.Atoi(fields[1])
	return fields[0], parent
}

// gone waits until none of pids runs. A zombie that nobody reaps does not run.
func gone(t *testing.T, pids []int) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for _, pid := range pids {
		for state, _ := stat(pid); state != "" && state != "Z"; state, _ = stat(pid) {
			if time.Now().After(deadline) {
				t.Fatalf("process %d is still there", pid)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}

func (p *practice) apiAddress() string {
	p.t.Helper()
	config, err := clientcmd.LoadFromFile(filepath.Join(p.dir, "kubeconfig"))
	if err != nil {
		p.t.Fatal(err)
	}
	server, err := url.Parse(config.Clusters["practice"].Server)
	if err != nil {
		p.t.Fatal(err)
	}
	return server.Host
}

func TestBadImageAndAKilledAPIServer(t *testing.T) {
	p := start(t, "--scenario", "bad-image")
	children := p.children()
	// etcd, API server, controller manager, scheduler, simulated kubelets, Prometheus.
	if len(children) != 6 {
		t.Errorf("%d children, want 6", len(children))
	}
	p.eventually(`web +8/10 +5 +8 `, "get", "deploy", "-n", "shop", "web", "--no-headers")
	p.eventually(`ImagePullBackOff`, "get", "pods", "-n", "shop")

	if _, err := p.run("up"); err == nil || !strings.Contains(err.Error(), "already running") {
		t.Errorf("a second up: %v, want already running", err)
	}
	address := p.apiAddress()
	p.must("kill", "kube-apiserver")
	if _, err := p.run("kubectl", "get", "nodes", "--request-timeout=2s"); err == nil {
		t.Error("kubectl works without an API server")
	}
	p.must("start", "kube-apiserver")
	if again := p.apiAddress(); again != address {
		t.Errorf("the API server moved from %s to %s", address, again)
	}
	// Everything goes on by itself: controller, scheduler and simulated kubelets.
	p.eventually(`rolled back`, "rollout", "undo", "-n", "shop", "deployment/web")
	p.eventually(`web +10/10 +10 +10 `, "get", "deploy", "-n", "shop", "web", "--no-headers")
	if out := p.must("kubectl", "get", "nodes", "--no-headers"); strings.Contains(out, "NotReady") || strings.Count(out, "\n") != 8 {
		t.Errorf("nodes:\n%s", out)
	}

	children = p.children()
	began := time.Now()
	if err := p.up.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- p.up.Wait() }()
	select {
	case err := <-ended:
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Errorf("practice up: %v", err)
		}
	case <-time.After(patience):
		t.Fatal("practice up does not end")
	}
	t.Logf("stopped after %v", time.Since(began).Round(time.Millisecond))
	for _, pid := range children {
		if state, _ := stat(pid); state != "" {
			t.Errorf("process %d is still there", pid)
		}
	}
	listener, err := net.Listen("tcp4", address)
	if err != nil {
		t.Errorf("the API server's port is not free: %v", err)
	} else {
		_ = listener.Close()
	}
}

func TestChildrenDieWithAKilledSupervisor(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("only Linux ties children to their parent's life")
	}
	p := start(t, "--scenario", "none")
	children := p.children()
	if err := p.up.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	gone(t, children)
	if _, err := p.run("stop", "etcd"); err == nil || !strings.Contains(err.Error(), "no practice cluster is running") {
		t.Errorf("stop on a killed cluster: %v", err)
	}

	// The directory it left is good for another one.
	again := exec.Command(p.bin, "up", "--dir", p.dir, "--scenario", "none")
	out, err := again.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(patience, func() { _ = again.Process.Kill() })
	defer timer.Stop()
	if line, err := bufio.NewReader(io.LimitReader(out, 6)).ReadString('\n'); line != "ready\n" {
		t.Errorf("in the left directory it printed %q (%v), want ready", line, err)
	}
	_ = again.Process.Signal(syscall.SIGINT)
	if err := again.Wait(); err != nil {
		t.Errorf("practice up: %v", err)
	}
}
