package kubelet

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// logOptions is the query of a request for a log.
type logOptions struct {
	follow, previous, timestamps bool

	since time.Time // zero: from the beginning
	tail  int       // negative: all
	limit int       // bytes; negative: all
}

func readOptions(query url.Values, now time.Time) (logOptions, error) {
	o := logOptions{tail: -1, limit: -1}
	for name, value := range map[string]*bool{"follow": &o.follow, "previous": &o.previous, "timestamps": &o.timestamps} {
		if text := query.Get(name); text != "" {
			is, err := strconv.ParseBool(text)
			if err != nil {
				return o, fmt.Errorf("%s: %q is neither true nor false", name, text)
			}
			*value = is
		}
	}
	seconds := -1
	for name, value := range map[string]*int{"tailLines": &o.tail, "limitBytes": &o.limit, "sinceSeconds": &seconds} {
		if text := query.Get(name); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil || n < 0 {
				return o, fmt.Errorf("%s: %q is not a number of them", name, text)
			}
			*value = n
		}
	}
	if seconds >= 0 {
		o.since = now.Add(-time.Duration(seconds) * time.Second)
	}
	if text := query.Get("sinceTime"); text != "" {
		since, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return o, fmt.Errorf("sinceTime: %q is not a time", text)
		}
		o.since = since
	}
	return o, nil
}

// containerLogs answers a request for a container's log.
func (s *Server) containerLogs(w http.ResponseWriter, r *http.Request) {
	options, err := readOptions(r.URL.Query(), s.now())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	namespace, name := r.PathValue("namespace"), r.PathValue("pod")
	pod, err := s.client.CoreV1().Pods(namespace).Get(r.Context(), name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		http.Error(w, fmt.Sprintf("pod %q not found", name), http.StatusNotFound)
		return
	case err != nil:
		http.Error(w, fmt.Sprintf("read pod %q: %v", name, err), http.StatusInternalServerError)
		return
	}
	instance, err := s.stories.Find(pod, r.PathValue("container"), options.previous, s.speed)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	reader := newReader(w, options, s.stories.Log(instance), s.now())
	reader.upTo(s.now())
	if options.follow && instance.Ended.IsZero() {
		s.follow(r.Context(), reader, pod)
	}
}
