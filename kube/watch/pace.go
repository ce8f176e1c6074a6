package watch

import "time"

// pace decides when a change is let through. The first after silence passes at
// once, so that a single change is on the screen without delay; of a burst one
// picture goes out whenever it pauses (quiet), and one every quantum while it
// does not. The zero pace lets everything through.
type pace struct {
	quiet, quantum time.Duration

	pending     bool
	first, last time.Time // of the burst that is held back
	passed      time.Time // when something was last let through
}

// change notes a change and says how long to hold it back, 0 for not at all.
func (p *pace) change(now time.Time) time.Duration {
	if !p.pending {
		if now.Sub(p.passed) >= p.quantum && now.Sub(p.last) >= p.quiet {
			return 0
		}
		p.pending, p.first = true, now
	}
	p.last = now
	due := p.last.Add(p.quiet)
	if limit := p.first.Add(p.quantum); limit.Before(due) {
		due = limit
	}
	return max(due.Sub(now), 1)
}

// pass notes that what was held back went out. cost is how long making it took:
// pictures never take more than a quarter of the time.
func (p *pace) pass(now time.Time, cost, quantum time.Duration) {
	p.pending, p.passed = false, now
	p.quantum = max(quantum, 4*cost)
}
