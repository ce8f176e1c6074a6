package journal

import (
	"cmp"
	"strconv"

	"fader/kube"
	"fader/kube/rollout"
	"fader/views/filter"
	"fader/views/listing"
	"fader/views/table"
)

// key of an entry.
type key struct {
	started int64 // nanoseconds
	intent  rollout.Intent
	course  string
}

func keyOf(e Entry) key {
	if e.Course != nil {
		return key{course: e.Course.ID}
	}
	return key{started: e.Receipt.Started.UnixNano(), intent: e.Receipt.Plan.Intent}
}

// View is the page. Make it with New.
type View struct {
	*listing.Page[key, Entry]
	damaged int
}

// New is the page before the journal was read.
func New() *View {
	v := &View{}
	v.Page = listing.New(listing.Kind[key, Entry]{
		Noun: "moves", Before: "reading the journal",
		Key: keyOf, Ref: Entry.target, Columns: v.columns,
		Order: newestFirst, Sorted: table.Mark{Title: titleTime, Down: true},
		Row: filterRow, About: v.about, Caveat: v.caveat, Empty: v.empty,
	})
	return v
}

// SetSnapshot is there because pages have it: the journal is of no snapshot.
func (v *View) SetSnapshot(*kube.Snapshot) {}

// SetEntries shows the moves of a journal and its courses, in any order.
func (v *View) SetEntries(receipts []rollout.Receipt, courses []Course) {
	entries := make([]Entry, 0, len(receipts)+len(courses))
	for _, r := range receipts {
		entries = append(entries, Entry{Receipt: r})
	}
	for i := range courses {
		entries = append(entries, Entry{Course: &courses[i]})
	}
	v.Show(&kube.Snapshot{Health: kube.Health{State: kube.Live}}, entries)
}

// SetDamaged says how many lines of the journal cannot be read.
func (v *View) SetDamaged(lines int) {
	v.damaged = lines
	v.Invalidate()
}

// Entry is what is under the cursor.
func (v *View) Entry() (Entry, bool) { return v.Row() }

func (v *View) caveat() string {
	switch v.damaged {
	case 0:
		return ""
	case 1:
		return v.Theme().Glyphs.Unknown + " 1 line of the journal cannot be read: a move is missing here"
	}
	return v.Theme().Glyphs.Unknown + " " + strconv.Itoa(v.damaged) + " lines of the journal cannot be read: moves are missing here"
}

func (v *View) empty() []listing.Sentence {
	t := v.Theme()
	says := []listing.Sentence{
		{Text: "no move has been made yet", Style: t.Text},
		{Text: "whatever is done with fader on this machine is written down here", Style: t.Dim},
	}
	if text := v.caveat(); text != "" {
		says[0] = listing.Sentence{Text: text, Style: t.Waiting}
	}
	return says
}

func filterRow(e Entry, texts []string) filter.Row {
	r := e.Receipt
	texts = append(texts, e.title(), e.who(), e.cluster().Context, e.result(), string(e.state()), string(r.Plan.Intent.Verb), r.Message)
	if r.Outcome != nil {
		texts = append(texts, r.Outcome.Text)
	}
	if e.Course != nil {
		texts = append(texts, "course", e.Course.last().Text)
	}
	return filter.Row{Name: e.target().String(), Texts: texts}
}

func newestFirst(a, b Entry) int { return b.started().Compare(a.started()) }

func byResult(a, b Entry) int { return cmp.Compare(weight(a), weight(b)) }

func byOutcome(a, b Entry) int { return cmp.Compare(gravity(a), gravity(b)) }

func byObject(a, b Entry) int { return cmp.Compare(a.target().String(), b.target().String()) }

func byWho(a, b Entry) int { return cmp.Compare(a.who(), b.who()) }

func byCluster(a, b Entry) int { return cmp.Compare(a.cluster().Context, b.cluster().Context) }

func byTitle(a, b Entry) int { return cmp.Compare(a.title(), b.title()) }

func byDuration(a, b Entry) int { return cmp.Compare(b.took(), a.took()) }

// weight puts first what somebody has to look after.
func weight(e Entry) int {
	if e.Course != nil {
		if e.Course.over() {
			return len(results())
		}
		return 0
	}
	for i, result := range results() {
		if e.Receipt.Result == result {
			return i
		}
	}
	return 0
}

func results() []rollout.Result {
	return []rollout.Result{rollout.Sent, rollout.Unclear, rollout.Conflict, rollout.Refused, rollout.Applied}
}

// gravity puts first what went worst.
func gravity(e Entry) int {
	states := [...]rollout.State{rollout.Stalled, rollout.Unknown, rollout.Gone, rollout.Superseded, rollout.Held, rollout.Pending, rollout.Complete}
	for i, state := range states {
		if e.state() == state {
			return i
		}
	}
	return len(states)
}
