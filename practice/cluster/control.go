package cluster

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	socketName = "control.sock"
	// socketPathName holds the socket's path when DIR's own is too long for one.
	socketPathName = "control.path"
	// maxSocketPath is what fits into sockaddr_un everywhere (108 bytes on Linux, 104 on macOS).
	maxSocketPath = 100
	askTimeout    = 10 * time.Second
)

// Request is what one practice command asks the supervisor for.
type Request struct {
	// Verb is stop, kill, start, freeze, thaw or scenario.
	Verb string `json:"verb"`
	// Names are component names, or scenario names for the verb scenario.
	Names []string `json:"names"`
}

// reply is one line of the supervisor's answer; the last one has Done set.
type reply struct {
	Line  string `json:"line,omitempty"`
	Error string `json:"error,omitempty"`
	Done  bool   `json:"done,omitempty"`
}

// listenControl opens the control socket inside DIR, or in a private temporary
// directory when DIR's path is too long. The returned function removes it.
func listenControl(l layout) (net.Listener, func(), error) {
	path, remove := l.path(socketName), func() {}
	if len(path) > maxSocketPath {
		dir, err := os.MkdirTemp("", "practice-") // 0700
		if err != nil {
			return nil, nil, fmt.Errorf("make a directory for the control socket: %w", err)
		}
		path, remove = filepath.Join(dir, socketName), func() { _ = os.RemoveAll(dir) }
		if err := writeSecret(l.path(socketPathName), []byte(path)); err != nil {
			remove()
			return nil, nil, err
		}
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		remove()
		return nil, nil, fmt.Errorf("listen on the control socket: %w", err)
	}
	return listener, remove, nil
}

// serveControl answers requests until listener is closed. Each request is handled in a
// goroutine of its own; say sends a line to the asking command.
func serveControl(ctx context.Context, listener net.Listener, handle func(ctx context.Context, r Request, say func(string)) error) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return // closed
		}
		go answer(ctx, conn, handle)
	}
}

func answer(ctx context.Context, conn net.Conn, handle func(context.Context, Request, func(string)) error) {
	defer conn.Close()
	_ = conn.SetReadDeadline(time.Now().Add(askTimeout))
	var request Request
	if err := json.NewDecoder(conn).Decode(&request); err != nil {
		return
	}
	replies := json.NewEncoder(conn)
	last := reply{Done: true}
	// Encode's errors mean that the command has gone; what it asked for goes on.
	if err := handle(ctx, request, func(line string) { _ = replies.Encode(reply{Line: line}) }); err != nil {
		last.Error = err.Error()
	}
	_ = replies.Encode(last)
}

// Ask sends one request to the supervisor of the cluster in dir and returns when it is
// done, having passed each line of its answer to say. It ends early with ctx.
func Ask(ctx context.Context, dir string, request Request, say func(string)) error {
	conn, err := dialControl(ctx, dir)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	if err := json.NewEncoder(conn).Encode(request); err != nil {
		return fmt.Errorf("ask the cluster: %w", err)
	}
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		var r reply
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return fmt.Errorf("read the cluster's answer: %w", err)
		}
		if !r.Done {
			say(r.Line)
			continue
		}
		if r.Error != "" {
			return errors.New(r.Error)
		}
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("wait for the cluster: %w", ctx.Err())
	}
	return errors.New("the cluster stopped before it was done")
}

func dialControl(ctx context.Context, dir string) (net.Conn, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find %s: %w", dir, err)
	}
	l := layout{root: abs}
	path := l.path(socketName)
	if elsewhere, err := os.ReadFile(l.path(socketPathName)); err == nil {
		path = strings.TrimSpace(string(elsewhere))
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("no practice cluster is running in %s (start one with `practice up --dir %s`)", abs, dir)
	}
	return conn, nil
}
