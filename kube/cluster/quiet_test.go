package cluster

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/klog/v2"
)

// record is a log that can be read while it is written.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// screen puts a pipe in the place of the terminal's stderr and returns what
// reached it.
func screen(t *testing.T) (read func() string) {
	t.Helper()
	terminal := os.Stderr
	file, err := os.CreateTemp(t.TempDir(), "screen")
	require.NoError(t, err)
	os.Stderr = file
	t.Cleanup(func() { os.Stderr = terminal })
	return func() string {
		text, err := os.ReadFile(file.Name())
		require.NoError(t, err)
		return string(text)
	}
}

func TestQuiet(t *testing.T) {
	seen, kept := screen(t), &record{}
	restore, err := Quiet(slog.New(slog.NewTextHandler(kept, nil)))
	require.NoError(t, err)
	klog.Error("from klog")
	log.Print("from net/http")
	utilruntime.HandleError(errors.New("from apimachinery"))
	fmt.Fprintln(os.Stderr, "from \x1b[31m a library")
	for _, words := range []string{`msg="from klog"`, `msg="from net/http"`, `err="from apimachinery"`, `text="from `} {
		require.Eventually(t, func() bool { return strings.Contains(kept.String(), words) }, 10*time.Second, time.Millisecond, words)
	}
	require.NotContains(t, kept.String(), "x1b", "escapes are not kept")
	restore()
	require.Empty(t, seen())
	fmt.Fprintln(os.Stderr, "a last word")
	require.Equal(t, "a last word\n", seen())
}
