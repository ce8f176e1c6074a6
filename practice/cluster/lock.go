package cluster

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// takeLock makes this process the only one that runs a cluster in l's directory. The
// kernel drops the lock with the process, so a killed cluster leaves none behind.
func takeLock(l layout) (*os.File, error) {
	file, err := os.OpenFile(l.lock(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the cluster's lock: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer file.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock the cluster's directory: %w", err)
		}
		owner, _ := os.ReadFile(l.lock())
		return nil, fmt.Errorf("a practice cluster is already running in %s (process %s); stop it first or choose another --dir",
			l.root, strings.TrimSpace(string(owner)))
	}
	if err := file.Truncate(0); err != nil {
		return nil, errors.Join(fmt.Errorf("empty the cluster's lock: %w", err), file.Close())
	}
	if _, err := fmt.Fprintln(file, os.Getpid()); err != nil {
		return nil, errors.Join(fmt.Errorf("sign the cluster's lock: %w", err), file.Close())
	}
	return file, nil
}
