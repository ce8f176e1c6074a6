package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/rollout"
	"fader/views/box"
	"fader/views/theme"

	tea "charm.land/bubbletea/v2"
)

const (
	planAllTime    = 60 * time.Second
	executeAllTime = 5 * time.Minute
)

type (
	// batchReadyMsg: the plans asked for by that question.
	batchReadyMsg struct {
		question int
		batch    rollout.Batch
		notice   string
	}
	// partMsg: one plan of a batch under way came to its end.
	partMsg struct {
		bulk    *bulkDialog
		receipt rollout.Receipt
	}
	// bulkDoneMsg: all of them did.
	bulkDoneMsg struct{ bulk *bulkDialog }
)

// meant are the marked objects of that kind on the page that is seen, else the
// one under the cursor where it is of that kind.
func (m *Model) meant(kind kube.Kind) []kube.Ref {
	if marked := m.marked(kind); len(marked) > 0 {
		return marked
	}
	if ref, ok := m.subject(); ok && ref.Kind == kind {
		return []kube.Ref{ref}
	}
	return nil
}

// marked objects of that kind on the page that is seen.
func (m *Model) marked(kind kube.Kind) []kube.Ref {
	page, ok := m.top().page.(interface{ Marked() []kube.Ref })
	if !ok {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(page.Marked()), func(r kube.Ref) bool { return r.Kind != kind })
}

// planAll plans one move on several objects. A single one is a plan like any other.
func (m *Model) planAll(intents []rollout.Intent, notice string) tea.Cmd {
	if len(intents) == 1 {
		return m.planCmd(intents[0], notice)
	}
	if m.refuse() {
		return nil
	}
	question, ctx := m.wait(fmt.Sprintf("%s %d objects", intents[0].Verb, len(intents)), planAllTime)
	desk := m.opts.Desk
	return func() tea.Msg { return batchReadyMsg{question, desk.PlanAll(ctx, intents), notice} }
}

func (m *Model) showBatch(msg batchReadyMsg) tea.Cmd {
	if msg.question != m.question {
		return nil
	}
	if len(msg.batch.Plans) == 0 && len(msg.batch.Failed) > 0 {
		m.failPlan(msg.batch.Failed[0].Err)
		return nil
	}
	return m.preview(msg.batch.Preview(), msg.notice, func(c rollout.Confirmation) tea.Cmd { return m.executeAll(msg.batch, c) })
}

// executeAll sends the plans of a confirmed batch, a few at a time.
func (m *Model) executeAll(b rollout.Batch, c rollout.Confirmation) tea.Cmd {
	m.abandon()
	able := rollout.Batch{Plans: slices.DeleteFunc(slices.Clone(b.Plans), func(p rollout.Plan) bool { return p.Blocked() != nil })}
	if c.Typed == b.Word() {
		c.Typed = able.Word()
	}
	ctx, cancel := context.WithTimeout(context.Background(), executeAllTime)
	d := &bulkDialog{title: b.Preview().Title, total: len(able.Plans), stop: cancel}
	m.dialog = d
	m.clearMarks()
	parts, desk := make(chan rollout.Receipt, len(able.Plans)), m.opts.Desk
	run := func() tea.Msg {
		desk.ExecuteAll(ctx, able, c, 0, func(r rollout.Receipt) { parts <- r })
		close(parts)
		return nil
	}
	return tea.Batch(run, partCmd(d, parts))
}

// partCmd waits for the next receipt of a batch.
func partCmd(d *bulkDialog, parts <-chan rollout.Receipt) tea.Cmd {
	d.next = func() tea.Msg {
		r, ok := <-parts
		if !ok {
			return bulkDoneMsg{d}
		}
		return partMsg{d, r}
	}
	return d.next
}

func (m *Model) clearMarks() {
	if page, ok := m.top().page.(interface{ ClearMarks() bool }); ok {
		page.ClearMarks()
	}
}

func (m *Model) takePart(msg partMsg) tea.Cmd {
	msg.bulk.receipts = append(msg.bulk.receipts, msg.receipt)
	return msg.bulk.next
}

// endBulk says what became of the whole; what failed stays on the screen.
func (m *Model) endBulk(d *bulkDialog) tea.Cmd {
	d.stop()
	d.over = true
	failed := d.failed()
	if failed == 0 {
		if m.dialog == d {
			m.abandon()
		}
		m.say(good, fmt.Sprintf("%s: done, %d of %d %s %s takes it back", d.title, d.total, d.total, m.theme.Glyphs.Dot, m.keyOf(keymap.UndoMove)))
		return m.journalCmd()
	}
	m.say(bad, fmt.Sprintf("%s: %d of %d done", d.title, d.total-failed, d.total))
	if m.dialog == nil {
		m.dialog = d
	}
	return m.journalCmd()
}

// bulkDialog shows a batch under way, then what failed of it.
type bulkDialog struct {
	title    string
	total    int
	receipts []rollout.Receipt
	stop     context.CancelFunc
	stopped  bool
	over     bool
	next     tea.Cmd
}

func (d *bulkDialog) failed() int {
	n := d.total - len(d.receipts)
	for _, r := range d.receipts {
		if r.Result != rollout.Applied {
			n++
		}
	}
	return n
}

func (d *bulkDialog) scope() keymap.Scope { return keymap.Picker }

// handle: esc stops what has not been sent yet; when all is over it closes.
func (d *bulkDialog) handle(m *Model, a keymap.Action) tea.Cmd {
	switch {
	case d.over && (a == keymap.Cancel || a == keymap.Enter):
		m.abandon()
	case a == keymap.Cancel:
		d.stopped = true
		d.stop()
	}
	return nil
}

func (d *bulkDialog) render(t theme.Theme, w, h int) []string {
	w = min(w, 100)
	state := fmt.Sprintf("%d of %d", len(d.receipts), d.total)
	body := []string{""}
	for _, r := range d.shown(h - 5) {
		sign, style := t.Glyphs.Yes, t.Good
		if r.Result != rollout.Applied {
			sign, style = t.Glyphs.No, t.Broken
		}
		for i, line := range box.Wrap(r.Plan.Target().String()+": "+r.Message, w-7) {
			if i > 0 {
				sign = " "
			}
			body = append(body, " "+style.Paint(sign)+" "+t.Text.Paint(line))
		}
	}
	foot := "esc stops what has not been sent yet"
	switch {
	case d.over:
		foot = "esc closes"
	case d.stopped:
		foot = "stopping: what was sent is awaited" + t.Glyphs.Ellipsis
	}
	body = append(body, "", " "+t.Dim.Paint(foot))
	return box.Frame(t, t.Strong.Paint(d.title), t.Dim.Paint(state), body, w, min(len(body)+2, h), true)
}

// shown are the receipts there is room for: failures first, then the latest.
func (d *bulkDialog) shown(room int) []rollout.Receipt {
	sorted := slices.Clone(d.receipts)
	slices.SortStableFunc(sorted, func(a, b rollout.Receipt) int {
		return strings.Compare(rank(a), rank(b))
	})
	return sorted[:min(len(sorted), max(room, 1))]
}

func rank(r rollout.Receipt) string {
	if r.Result == rollout.Applied {
		return "b"
	}
	return "a"
}
