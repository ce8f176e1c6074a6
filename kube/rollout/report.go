package rollout

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fader/kube"
)

// Markdown is the timeline as a report for the review of an incident: a summary, the moves
// of each object, then everything by time.
func (t Timeline) Markdown() string {
	var b strings.Builder
	moves := t.moves()
	b.WriteString("# Incident report\n\n")
	if len(moves) == 0 {
		fmt.Fprintf(&b, "No move in this time, put together %s.\n", t.moment(t.Made))
		return b.String()
	}
	b.WriteString("## Summary\n\n")
	for _, line := range t.summary(moves) {
		b.WriteString("- " + line + "\n")
	}
	for _, moved := range objectsOf(moves) {
		t.object(&b, moved, slices.DeleteFunc(slices.Clone(moves), func(r Receipt) bool { return objectOf(r) != moved }))
	}
	t.timeline(&b)
	b.WriteString("\n## What this report is made of\n\n")
	for _, sentence := range t.sources() {
		b.WriteString("- " + escape(sentence) + "\n")
	}
	return b.String()
}

// movedObject is what a move was about, and the cluster that it is on.
type movedObject struct{ name, cluster string }

func objectOf(r Receipt) movedObject {
	return movedObject{objectName(r.Plan.Target()), r.Plan.Cluster.String()}
}

// objectsOf some moves, in the order in which they were moved first.
func objectsOf(moves []Receipt) []movedObject {
	var found []movedObject
	for _, r := range moves {
		if o := objectOf(r); !slices.Contains(found, o) {
			found = append(found, o)
		}
	}
	return found
}

// summary is what a reader wants to know first, a line each. The lines are Markdown.
func (t Timeline) summary(moves []Receipt) []string {
	var clusters, objects, people []string
	for _, r := range moves {
		clusters = append(clusters, r.Plan.Cluster.String())
		objects = append(objects, objectName(r.Plan.Target()))
		people = append(people, r.Who)
	}
	first, last := moves[0], moves[len(moves)-1]
	lines := []string{escape(fmt.Sprintf("%s on %s of %s, by %s", count(int64(len(moves)), "move"), count(int64(len(distinct(objects))), "object"),
		strings.Join(distinct(clusters), ", "), strings.Join(distinct(people), ", ")))}
	lines = append(lines, "First move "+t.moment(first.Started)+": "+escape(first.Plan.Title))
	if len(moves) > 1 {
		lines = append(lines, fmt.Sprintf("Last move %s, %s later: %s", t.moment(last.Started), span(last.Started.Sub(first.Started)), escape(last.Plan.Title)))
	}
	if early, late := t.warnings(); early != nil {
		lines = append(lines, "First warning of the cluster "+t.moment(early.Last)+": "+escape(objectName(early.About)+": "+early.Reason+": "+early.Message))
		if late != early {
			lines = append(lines, fmt.Sprintf("Latest warning %s, %s after the first", t.moment(late.Last), span(late.Last.Sub(early.Last))))
		}
	}
	for _, o := range objectsOf(moves) {
		lines = append(lines, "Now: "+t.ending(o, moves))
	}
	return lines
}

// warnings are the first and the latest warning about the objects; nil for none.
func (t Timeline) warnings() (first, latest *kube.Event) {
	for _, e := range t.concerning() {
		if !e.Warning {
			continue
		}
		if first == nil {
			first = e
		}
		latest = e
	}
	return first, latest
}

// ending is what the last move of an object came to.
func (t Timeline) ending(o movedObject, moves []Receipt) string {
	var last Receipt
	for _, r := range moves {
		if objectOf(r) == o && r.Result == Applied {
			last = r
		}
	}
	text := escape(o.name) + ": "
	switch {
	case last.Plan.Title == "":
		return text + "no move was applied"
	case last.Outcome == nil:
		return text + escape(last.Plan.Title) + ", outcome unknown (not watched to completion)"
	}
	return text + escape(last.Plan.Title+": "+string(last.Outcome.State)+", "+last.Outcome.Text)
}

// object writes the moves of one object as a table.
func (t Timeline) object(b *strings.Builder, o movedObject, moves []Receipt) {
	fmt.Fprintf(b, "\n## %s\n\n", escape(o.name+" on "+o.cluster))
	titles := []string{"time", "who", "move", "change", "result", "outcome", "took"}
	if t.Measured != nil {
		titles = append(titles, "p99", "errors", "requests")
	}
	row(b, titles...)
	row(b, slices.Repeat([]string{"---"}, len(titles))...)
	for _, r := range moves {
		state, took := outcomeCells(r)
		cells := []string{
			t.clock(r.Started), escape(r.Who), escape(r.Plan.Title), changeCell(r.Plan.Changes), escape(string(r.Result)), state, took,
		}
		if t.Measured != nil {
			before, after := t.Measured(r)
			cells = append(cells, measuredCells(before, after)...)
		}
		row(b, cells...)
	}
}

// timeline writes everything by time.
func (t Timeline) timeline(b *strings.Builder) {
	b.WriteString("\n## By time\n\n")
	row(b, "time", "what", "object", "")
	row(b, slices.Repeat([]string{"---"}, 4)...)
	day := ""
	for _, m := range t.Moments() {
		if today := m.At.In(t.Made.Location()).Format(time.DateOnly); today != day {
			day = today
			row(b, "**"+today+"**", "", "", "")
		}
		what := m.What
		if m.Warning {
			what = "**" + what + "**"
		}
		row(b, t.clock(m.At), what, escape(m.Object), escape(m.Text))
	}
}

// sources say where the report comes from and what it lacks.
func (t Timeline) sources() []string {
	lines := []string{"Put together " + t.moment(t.Made) + " from fader's journal on this machine."}
	if t.Damaged > 0 {
		lines = append(lines, count(int64(t.Damaged), "line")+" of the journal cannot be read: moves are missing here.")
	}
	lines = append(lines, t.Unread...)
	if len(t.Unread) == 0 {
		shown := "Warning events"
		if t.Shown == ShowAll {
			shown = "Events"
		}
		if t.Shown != ShowNone {
			lines = append(lines, shown+" are those that the API server still keeps, an hour unless it is told otherwise.")
		}
	}
	if t.Measured != nil {
		lines = append(lines, "Metrics are the median of the five minutes before a move and of the five minutes after it had settled.")
	}
	return lines
}

// moment is a time with its day; clock is one without.
func (t Timeline) moment(at time.Time) string {
	return at.In(t.Made.Location()).Format("2006-01-02 15:04:05 MST")
}

// clock has tenths of a second: of a flip they matter.
func (t Timeline) clock(at time.Time) string { return at.In(t.Made.Location()).Format("15:04:05.0") }

// span of time, to the second.
func span(d time.Duration) string { return kube.Brief(d.Round(time.Second)) }

func outcomeCells(r Receipt) (state, took string) {
	o := r.Outcome
	switch {
	case o != nil:
		return escape(string(o.State) + ": " + o.Text), strconv.FormatFloat(o.Took.Seconds(), 'f', 1, 64) + "s"
	case r.Result == Applied:
		return "unknown (not watched to completion)", "?"
	}
	return "", ""
}

// changeCell is what a reader looks for: the images where any changed, else everything
// but annotations, else everything.
func changeCell(changes []Change) string {
	images := slices.DeleteFunc(slices.Clone(changes), func(c Change) bool { return !strings.HasSuffix(c.Path, ".image") })
	plain := slices.DeleteFunc(slices.Clone(changes), func(c Change) bool { return strings.Contains(c.Path, "annotations[") })
	shown := changes
	switch {
	case len(images) > 0:
		shown = images
	case len(plain) > 0:
		shown = plain
	}
	var cells []string
	for _, c := range shown {
		cells = append(cells, code(c.Path)+" "+orNone(c.Before)+" → "+orNone(c.After))
	}
	if more := len(changes) - len(shown); more > 0 {
		cells = append(cells, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(cells, "<br>")
}

// measuredCells are p99, errors and requests, before and after.
func measuredCells(before, after Measurement) []string {
	return []string{
		beforeAfter(before.P99, after.P99, func(d time.Duration) string { return d.Round(time.Millisecond).String() }),
		beforeAfter(before.Errors, after.Errors, func(v float64) string { return strconv.FormatFloat(100*v, 'f', 1, 64) + "%" }),
		beforeAfter(before.Requests, after.Requests, func(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) + "/s" }),
	}
}

// beforeAfter is "420ms → 84ms", with a question mark for what is not known.
func beforeAfter[T any](before, after *T, text func(T) string) string {
	if before == nil && after == nil {
		return "?"
	}
	side := func(v *T) string {
		if v == nil {
			return "?"
		}
		return text(*v)
	}
	return side(before) + " → " + side(after)
}
