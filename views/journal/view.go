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

// key of a move.
type key struct {
	started int64 // nanoseconds
	intent  rollout.Intent
}

// View is the page. Make it with New.
type View struct {
	*listing.Page[key, rollout.Receipt]
	damaged int
}

// New is the page before the journal was read.
func New() *View {
	v := &View{}
	v.Page = listing.New(listing.Kind[key, rollout.Receipt]{
		Noun: "moves", Before: "reading the journal",
		Key: func(r rollout.Receipt) key { return key{r.Started.UnixNano(), r.Plan.Intent} },
		Ref: func(r rollout.Receipt) kube.Ref { return r.Plan.Target() }, Columns: v.columns,
		Order: newestFirst, Sorted: table.Mark{Title: titleTime, Down: true},
		Row: filterRow, About: v.about, Caveat: v.caveat, Empty: v.empty,
	})
	return v
}

// SetSnapshot is there because pages have it: the journal is of no snapshot.
func (v *View) SetSnapshot(*kube.Snapshot) {}

// SetReceipts shows the moves of a journal, in any order.
func (v *View) SetReceipts(receipts []rollout.Receipt) {
	v.Show(&kube.Snapshot{Health: kube.Health{State: kube.Live}}, receipts)
}

// SetDamaged says how many lines of the journal cannot be read.
func (v *View) SetDamaged(lines int) {
	v.damaged = lines
	v.Invalidate()
}

// Receipt is the move under the cursor.
func (v *View) Receipt() (rollout.Receipt, bool) { return v.Row() }

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

func filterRow(r rollout.Receipt, texts []string) filter.Row {
	texts = append(texts, r.Plan.Title, r.Who, r.Plan.Cluster.Context, string(r.Result), string(r.Plan.Intent.Verb), r.Message)
	return filter.Row{Name: r.Plan.Target().String(), Texts: texts}
}

func newestFirst(a, b rollout.Receipt) int { return b.Started.Compare(a.Started) }

func byResult(a, b rollout.Receipt) int { return cmp.Compare(weight(a), weight(b)) }

func byObject(a, b rollout.Receipt) int {
	return cmp.Compare(a.Plan.Target().String(), b.Plan.Target().String())
}

func byWho(a, b rollout.Receipt) int { return cmp.Compare(a.Who, b.Who) }

func byCluster(a, b rollout.Receipt) int {
	return cmp.Compare(a.Plan.Cluster.Context, b.Plan.Cluster.Context)
}

func byTitle(a, b rollout.Receipt) int { return cmp.Compare(a.Plan.Title, b.Plan.Title) }

func byDuration(a, b rollout.Receipt) int { return cmp.Compare(took(b), took(a)) }

// weight puts first what somebody has to look after.
func weight(r rollout.Receipt) int {
	for i, result := range [...]rollout.Result{rollout.Sent, rollout.Unclear, rollout.Conflict, rollout.Refused, rollout.Applied} {
		if r.Result == result {
			return i
		}
	}
	return 0
}
