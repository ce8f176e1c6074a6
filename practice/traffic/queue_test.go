package traffic

import (
	"testing"
)

func TestQueueServesInOrder(t *testing.T) {
	q := newQueue(2, 2)
	for i, test := range []struct {
		at, service float64
		end         float64
		ok          bool
	}{
		{0, 10, 10, true}, // the first worker
		{1, 4, 5, true},   // the second
		{2, 3, 8, true},   // waits for the second
		{3, 1, 9, true},   // waits for it too
		{4, 1, 0, false},  // two wait already
		{6, 1, 10, true},  // one of them has begun
		{20, 1, 21, true}, // nobody is there
	} {
		if end, ok := q.offer(test.at, test.service); end != test.end || ok != test.ok {
			t.Errorf("request %d ends at %v, %v, want %v, %v", i, end, ok, test.end, test.ok)
		}
		if i == 3 && (q.waiting(3) != 2 || q.running(3) != 2) {
			t.Errorf("at 3: %d wait and %d are served, want 2 and 2", q.waiting(3), q.running(3))
		}
	}
	if q.running(30) != 0 || q.waiting(30) != 0 {
		t.Errorf("at 30: %d wait and %d are served", q.waiting(30), q.running(30))
	}
}
