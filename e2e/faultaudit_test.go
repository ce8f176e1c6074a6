package e2e

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
)

// write is a line of the API server's audit log.
type write struct {
	Verb       string
	RequestURI string
	UserAgent  string
	ObjectRef  struct{ Namespace, Name, Resource, Subresource string }
	Status     struct{ Code int } `json:"responseStatus"`
}

// requests of fader's to write to an object that reached the API server since the cluster
// started, whatever became of them and dry runs included.
func (s *site) requests(name string) []write {
	s.t.Helper()
	return slices.DeleteFunc(s.requestsIn(faults), func(w write) bool { return w.ObjectRef.Name != name })
}

// requestsIn a namespace is requests of all of its objects.
func (s *site) requestsIn(namespace string) []write {
	s.t.Helper()
	f, err := os.Open(filepath.Join(s.dir, "audit.log"))
	require.NoError(s.t, err)
	defer f.Close()
	var out []write
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var w write
		require.NoError(s.t, json.Unmarshal(lines.Bytes(), &w))
		if w.ObjectRef.Namespace == namespace && strings.HasPrefix(w.UserAgent, "fader") {
			out = append(out, w)
		}
	}
	require.NoError(s.t, lines.Err())
	return out
}

// patches of an object that fader sent and the API server got, dry runs aside; with
// codes, only those that it answered so.
func (s *site) patches(name string, codes ...int) int {
	s.t.Helper()
	n := 0
	for _, w := range s.requests(name) {
		if w.patches() && (len(codes) == 0 || slices.Contains(codes, w.Status.Code)) {
			n++
		}
	}
	return n
}

// patches says that the request was meant: a patch, and no dry run.
func (w write) patches() bool { return w.Verb == "patch" && !strings.Contains(w.RequestURI, "dryRun") }

// writes of fader's in a namespace that the API server took.
func (s *site) writes(namespace string) int {
	s.t.Helper()
	n := 0
	for _, w := range s.requestsIn(namespace) {
		if w.patches() && w.Status.Code == http.StatusOK {
			n++
		}
	}
	return n
}
