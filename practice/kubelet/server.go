package kubelet

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"k8s.io/client-go/kubernetes"

	"fader/practice/story"
)

// readTimeout bounds how long the head of a request may take.
const readTimeout = 10 * time.Second

// Server answers for the kubelets of all nodes.
type Server struct {
	client  kubernetes.Interface
	stories story.Library
	speed   float64
	now     func() time.Time
	also    map[string]http.Handler
}

// New makes a Server that reads pods through client. Times that annotations of pods state
// are divided by speed.
func New(client kubernetes.Interface, speed float64, now func() time.Time) (*Server, error) {
	stories, err := story.NewLibrary()
	if err != nil {
		return nil, err
	}
	return &Server{client: client, stories: stories, speed: speed, now: now, also: map[string]http.Handler{}}, nil
}

// Handle lets something else answer requests that match a pattern of http.ServeMux. It
// must be called before Serve.
func (s *Server) Handle(pattern string, handler http.Handler) { s.also[pattern] = handler }

// Handler returns what the server answers.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", s.containerLogs)
	mux.HandleFunc("GET "+metricsPath, s.metricsResources)
	mux.HandleFunc("GET "+metricsPath+"/nodes", s.nodeMetrics)
	mux.HandleFunc("GET "+metricsPath+"/nodes/{node}", s.nodeMetrics)
	mux.HandleFunc("GET "+metricsPath+"/pods", s.podMetrics)
	mux.HandleFunc("GET "+metricsPath+"/namespaces/{namespace}/pods", s.podMetrics)
	mux.HandleFunc("GET "+metricsPath+"/namespaces/{namespace}/pods/{pod}", s.podMetrics)
	for pattern, handler := range s.also {
		mux.Handle(pattern, handler)
	}
	return mux
}

// Serve answers on listener until ctx is cancelled, which also ends the logs that are
// being followed. config says who is answered.
func (s *Server) Serve(ctx context.Context, listener net.Listener, config *tls.Config) error {
	server := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: readTimeout,
		BaseContext: func(net.Listener) context.Context { return ctx },
		// A client that goes away in the middle of a handshake is nobody's concern.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })()
	if err := server.Serve(tls.NewListener(listener, config)); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the kubelets' port: %w", err)
	}
	return nil
}
