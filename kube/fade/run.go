package fade

// Run is a course under way. Its methods may be called from several goroutines at
// once, and none of them waits for the cluster.
type Run struct{}

// Progress is the latest.
func (r *Run) Progress() Progress { return Progress{} }

// Changed rings when Progress has changed since it was last asked for; it has one
// slot and is never closed. One reader at a time.
func (r *Run) Changed() <-chan struct{} { return nil }

// Continue ends the pause between two steps.
func (r *Run) Continue() {}

// Stop leaves the course where it is, after the write under way. It is over then;
// where it is half-way between the two writes of a step, it stays Unfinished.
func (r *Run) Stop() {}

// TakeBack turns round: back to where it began, by the same rules.
func (r *Run) TakeBack() {}

// Close ends the course because the process ends. It does not wait. The journal
// keeps the course unfinished.
func (r *Run) Close() {}

// Done is closed when the course is over and its last line is in the journal.
func (r *Run) Done() <-chan struct{} { return nil }
