package cluster

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestControlRoundTrip(t *testing.T) {
	for name, dir := range map[string]string{
		"short path":                 shortDir(t),
		"path too long for a socket": filepath.Join(shortDir(t), strings.Repeat("long", 30)),
	} {
		t.Run(name, func(t *testing.T) {
			l, err := prepareDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			listener, remove, err := listenControl(l)
			if err != nil {
				t.Fatal(err)
			}
			defer remove()
			defer listener.Close()
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			go serveControl(ctx, listener, func(_ context.Context, r Request, say func(string)) error {
				say(r.Verb)
				say(strings.Join(r.Names, "+"))
				if r.Verb == "kill" {
					return errors.New("it is not running")
				}
				return nil
			})
			var said []string
			say := func(line string) { said = append(said, line) }
			if err := Ask(ctx, dir, Request{Verb: "stop", Names: []string{"a", "b"}}, say); err != nil {
				t.Fatal(err)
			}
			if want := []string{"stop", "a+b"}; !slices.Equal(said, want) {
				t.Errorf("said %v, want %v", said, want)
			}
			if err := Ask(ctx, dir, Request{Verb: "kill"}, say); err == nil || err.Error() != "it is not running" {
				t.Errorf("error %v, want the handler's", err)
			}
		})
	}
}

func TestAskWithoutACluster(t *testing.T) {
	err := Ask(context.Background(), t.TempDir(), Request{Verb: "stop"}, func(string) {})
	if err == nil || !strings.Contains(err.Error(), "no practice cluster is running") {
		t.Errorf("Ask = %v, want a sentence that says that none is running", err)
	}
}

// shortDir is a temporary directory whose path fits into a socket address: the name of a
// test in it would not on every system.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "p")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
