package cluster

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/client-go/tools/clientcmd"
)

func TestPrepareDirRefusesAForeignDirectory(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := prepareDir(dir); err == nil || !strings.Contains(err.Error(), "something else") {
		t.Errorf("prepareDir = %v, want a refusal", err)
	}
}

func TestLock(t *testing.T) {
	l, err := prepareDir(filepath.Join(t.TempDir(), "deep", "dir"))
	if err != nil {
		t.Fatal(err)
	}
	lock, err := takeLock(l)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := takeLock(l); err == nil || !strings.Contains(err.Error(), "already running") {
		t.Errorf("second lock: %v, want already running", err)
	}
	if err := lock.Close(); err != nil {
		t.Fatal(err)
	}
	// What a killed cluster leaves behind is in nobody's way.
	if err := os.Mkdir(l.path("data"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := prepareDir(l.root); err != nil {
		t.Errorf("a left directory is refused: %v", err)
	}
	again, err := takeLock(l)
	if err != nil {
		t.Fatalf("lock again: %v", err)
	}
	_ = again.Close()
}

// TestSecretsAreTheOwnersOnly prepares a whole cluster's files under a generous umask.
func TestSecretsAreTheOwnersOnly(t *testing.T) {
	l, err := prepareDir(filepath.Join(t.TempDir(), "c"))
	if err != nil {
		t.Fatal(err)
	}
	s := &supervisor{options: Options{Speed: 1, ScrapeInterval: DefaultScrapeInterval, Now: time.Now(), Self: "/bin/false"}, layout: l, processes: map[string]*process{}}
	config, err := s.prepare()
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	err = filepath.WalkDir(l.root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		files++
		return nil
	})
	if err != nil || files < 10 {
		t.Fatalf("walked %d files: %v", files, err)
	}
	kubeconfig, err := clientcmd.LoadFromFile(l.kubeconfig())
	if err != nil {
		t.Fatal(err)
	}
	server := kubeconfig.Clusters["practice"].Server
	token := kubeconfig.AuthInfos[Admin].Token
	if kubeconfig.CurrentContext != "practice" || server != config.Host || token != config.BearerToken || len(token) != 64 {
		t.Errorf("kubeconfig: context %q, server %q, token of %d characters", kubeconfig.CurrentContext, server, len(token))
	}
	if !strings.HasPrefix(server, "https://127.0.0.1:") {
		t.Errorf("server %q is not on loopback", server)
	}
}

func TestEveryListenerIsOnLoopback(t *testing.T) {
	l := layout{root: "/x"}
	p := ports{etcd: 1, etcdPeer: 2, api: 3, controllers: 4, scheduler: 5, prometheus: 6}
	for _, name := range []string{APIServer, ControllerManager, Scheduler} {
		if args := strings.Join(arguments(l, p, name), " "); !strings.Contains(args, "--bind-address=127.0.0.1 ") {
			t.Errorf("%s: %s", name, args)
		}
	}
	if args := strings.Join(arguments(l, p, Prometheus), " "); !strings.Contains(args, "--web.listen-address=127.0.0.1:6 ") {
		t.Errorf("prometheus: %s", args)
	}
	for _, arg := range arguments(l, p, Kwok) {
		if strings.Contains(arg, "address") || strings.Contains(arg, "port") {
			t.Errorf("kwok would listen: %s", arg)
		}
	}
}
