package cluster

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// layout names the files of one cluster's directory.
type layout struct{ root string }

func (l layout) path(elem ...string) string {
	return filepath.Join(append([]string{l.root}, elem...)...)
}

func (l layout) kubeconfig() string { return l.path("kubeconfig") }
func (l layout) lock() string       { return l.path("lock") }
func (l layout) etcdData() string   { return l.path("data", "etcd") }

func (l layout) log(component string) string     { return l.path("logs", component+".log") }
func (l layout) config(name string) string       { return l.path("config", name) }
func (l layout) pki(name string) string          { return l.path("pki", name) }
func (l layout) kubeconfigOf(user string) string { return l.config(user + ".kubeconfig") }

// prepareDir makes root usable for a cluster: it exists, is ours alone, and is either
// empty or was a cluster's directory before. Somebody's home directory is neither.
func prepareDir(root string) (layout, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return layout{}, fmt.Errorf("find %s: %w", root, err)
	}
	l := layout{root: abs}
	if err := os.MkdirAll(abs, 0o700); err != nil {
		return layout{}, fmt.Errorf("make the cluster's directory: %w", err)
	}
	entries, err := os.ReadDir(abs)
	if err != nil {
		return layout{}, fmt.Errorf("read the cluster's directory: %w", err)
	}
	if _, err := os.Stat(l.lock()); len(entries) > 0 && errors.Is(err, fs.ErrNotExist) {
		return layout{}, fmt.Errorf("%s holds something else than a practice cluster; choose an empty or new --dir", abs)
	}
	if err := os.Chmod(abs, 0o700); err != nil {
		return layout{}, fmt.Errorf("protect the cluster's directory: %w", err)
	}
	return l, nil
}

// clear removes what an earlier cluster left. Only the holder of the lock may call it.
func (l layout) clear() error {
	for _, name := range []string{"data", "pki", "config", "logs", "users", "kubeconfig", prometheusURLName, auditLogName, socketName, socketPathName} {
		if err := os.RemoveAll(l.path(name)); err != nil {
			return fmt.Errorf("remove the earlier cluster's %s: %w", name, err)
		}
	}
	for _, name := range []string{"data", "pki", "config", "logs"} {
		if err := os.Mkdir(l.path(name), 0o700); err != nil {
			return fmt.Errorf("make the cluster's %s: %w", name, err)
		}
	}
	return nil
}

// writeSecret writes a file that only its owner can read.
func writeSecret(path string, data []byte) error {
	if err := os.WriteFile(path, data, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return nil
}
