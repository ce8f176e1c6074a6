package watch

import (
	"context"
	"sync"

	"fader/kube"
)

// mailbox holds the newest snapshot until somebody takes it.
type mailbox struct {
	mu     sync.Mutex
	latest *kube.Snapshot
	taken  bool
	err    error
	bell   chan struct{} // one slot: there may be something new
}

func newMailbox() *mailbox {
	return &mailbox{bell: make(chan struct{}, 1), latest: &kube.Snapshot{}, taken: true}
}

// put replaces what is in the box.
func (m *mailbox) put(s *kube.Snapshot) {
	m.mu.Lock()
	m.latest, m.taken = s, false
	m.mu.Unlock()
	m.ring()
}

// fail lets every take return err, the first one given.
func (m *mailbox) fail(err error) {
	m.mu.Lock()
	if m.err == nil {
		m.err = err
	}
	m.mu.Unlock()
	m.ring()
}

func (m *mailbox) ring() {
	select {
	case m.bell <- struct{}{}:
	default:
	}
}

// take waits for a snapshot that nobody took yet.
func (m *mailbox) take(ctx context.Context) (*kube.Snapshot, error) {
	for {
		if s, err := m.look(); s != nil || err != nil {
			return s, err
		}
		select {
		case <-m.bell:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (m *mailbox) look() (*kube.Snapshot, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		m.ring() // for whoever else waits
		return nil, m.err
	}
	if m.taken {
		return nil, nil
	}
	m.taken = true
	return m.latest, nil
}

// peek is the newest snapshot, taken or not.
func (m *mailbox) peek() *kube.Snapshot {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.latest
}
