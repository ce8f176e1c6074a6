package metrics

import (
	"context"
	"sync"
)

// mailbox holds the newest picture until somebody takes it.
type mailbox struct {
	mu     sync.Mutex
	latest *Picture
	taken  bool
	err    error
	bell   chan struct{} // one slot: there may be something new
}

func newMailbox(first *Picture) *mailbox {
	return &mailbox{bell: make(chan struct{}, 1), latest: first, taken: true}
}

// put replaces what is in the box.
func (m *mailbox) put(p *Picture) {
	m.mu.Lock()
	m.latest, m.taken = p, false
	m.mu.Unlock()
	ring(m.bell)
}

// fail lets every take return err, the first one given.
func (m *mailbox) fail(err error) {
	m.mu.Lock()
	if m.err == nil {
		m.err = err
	}
	m.mu.Unlock()
	ring(m.bell)
}

// take waits for a picture that nobody took yet.
func (m *mailbox) take(ctx context.Context) (*Picture, error) {
	for {
		if p, err := m.look(); p != nil || err != nil {
			return p, err
		}
		select {
		case <-m.bell:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (m *mailbox) look() (*Picture, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		ring(m.bell) // for whoever else waits
		return nil, m.err
	}
	if m.taken {
		return nil, nil
	}
	m.taken = true
	return m.latest, nil
}

// peek is the newest picture, taken or not.
func (m *mailbox) peek() *Picture {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.latest
}

// ring a bell that may be ringing.
func ring(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}
