package cluster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// newSleeper returns a process that runs script instead of a component.
func newSleeper(t *testing.T, script string) *process {
	t.Helper()
	dir := t.TempDir()
	self := filepath.Join(dir, "self")
	if err := os.WriteFile(self, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	p := &process{name: "sleeper", self: self, home: dir, log: filepath.Join(dir, "log"), launcher: newLauncher()}
	t.Cleanup(func() { _ = p.kill() })
	return p
}

func TestProcessStopsKillsAndStartsAgain(t *testing.T) {
	p := newSleeper(t, "exec sleep 1000")
	for _, end := range []func() error{p.stop, p.kill} {
		if err := p.start(); err != nil {
			t.Fatal(err)
		}
		if err := p.start(); err == nil || !strings.Contains(err.Error(), "already running") {
			t.Errorf("second start: %v", err)
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
		if ended, _ := p.ended(); ended {
			t.Error("what was asked for counts as an accident")
		}
		if err := end(); err == nil || !strings.Contains(err.Error(), "not running") {
			t.Errorf("second end: %v", err)
		}
	}
}

func TestFrozenProcessStops(t *testing.T) {
	p := newSleeper(t, "exec sleep 1000")
	if err := p.start(); err != nil {
		t.Fatal(err)
	}
	if err := p.freeze(); err != nil {
		t.Fatal(err)
	}
	if err := p.stop(); err != nil {
		t.Fatal(err)
	}
}

func TestProcessThatEndsByItself(t *testing.T) {
	p := newSleeper(t, "exit 3")
	if err := p.start(); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		if ended, why := p.ended(); ended {
			if why == nil || why.Error() != "exit status 3" {
				t.Errorf("it ended with %v, want exit status 3", why)
			}
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("its end was not noticed in 10 s")
}
