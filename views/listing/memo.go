package listing

// Memo is what a page has worked out of its rows and figures, each once. Of others
// it knows nothing any more: what is known of rows must not keep them alive from
// snapshot to snapshot. The zero Memo is ready.
type Memo[K comparable, V any] struct {
	known   map[K]V
	edition int // of the page, when it was worked out
}

// Of a key, which is worked out where it is not known; edition is the page's.
func (m *Memo[K, V]) Of(edition int, key K, work func() V) V {
	if m.known == nil || m.edition != edition {
		m.known, m.edition = map[K]V{}, edition
	}
	v, ok := m.known[key]
	if !ok {
		v = work()
		m.known[key] = v
	}
	return v
}

// Edition is another number with every snapshot and every gauge: what was worked
// out under one holds as long as it is the same.
func (p *Page[K, T]) Edition() int { return p.edition }

// Renew begins another edition: what rows are judged by has changed.
func (p *Page[K, T]) Renew() {
	p.edition++
	p.Invalidate()
}
