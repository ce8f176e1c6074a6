package traffic

import "math"

// queue is a pod's workers and the line before them, first come, first served. Times are
// seconds. Requests must be offered in the order of their times.
type queue struct {
	free  []float64 // when each worker is free again
	line  []float64 // when each of those that wait will begin, in order
	limit int       // how many may wait
}

func newQueue(workers, limit int) *queue {
	q := &queue{free: make([]float64, workers), limit: limit}
	for i := range q.free {
		q.free[i] = math.Inf(-1) // a history is before zero
	}
	return q
}

// offer gives the queue a request that takes service seconds once it is its turn. It
// returns when it ends, or false when the line is full.
func (q *queue) offer(at, service float64) (end float64, ok bool) {
	first := 0
	for i, free := range q.free {
		if free < q.free[first] {
			first = i
		}
	}
	begin := at
	if q.free[first] > at {
		if q.waiting(at) >= q.limit {
			return 0, false
		}
		begin = q.free[first]
		q.line = append(q.line, begin)
	}
	q.free[first] = begin + service
	return q.free[first], true
}

// waiting returns how many wait at now.
func (q *queue) waiting(now float64) int {
	begun := 0
	for begun < len(q.line) && q.line[begun] <= now {
		begun++
	}
	q.line = q.line[begun:]
	return len(q.line)
}

// running returns how many are being served at now.
func (q *queue) running(now float64) int {
	n := 0
	for _, free := range q.free {
		if free > now {
			n++
		}
	}
	return n
}
