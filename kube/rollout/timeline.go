package rollout

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fader/kube"
)

// mostEvents of a timeline are told: the latest.
const mostEvents = 500

// Timeline is what happened to the objects of some moves, for the review of an
// incident: the moves, what came of them, and what the cluster said meanwhile.
type Timeline struct {
	Receipts []Receipt // in any order
	// Events of the cluster, in any order, those of other objects included.
	Events []*kube.Event
	// More are moments that are no move of their own: where a course was.
	More []Moment
	// Unread says what could not be read, a sentence each: without it a reader
	// would take silence for calm.
	Unread  []string
	Damaged int // lines of the journal that cannot be read
	// Made is when it was put together, in the zone in which moments are told.
	Made time.Time
}

// Moment is one line of a timeline. Its texts are plain, not Markdown.
type Moment struct {
	At      time.Time
	What    string // "move", "outcome", "event", "course"
	Object  string
	Text    string
	Warning bool
	// like is equal for events that say the same of several objects; "" where
	// nothing is like it.
	like string
}

// together is how far apart events may be that are told as one.
const together = 30 * time.Second

// Moments are all there is, the oldest first: of one time the moves before what
// came of them.
func (t Timeline) Moments() []Moment {
	moments := slices.Clone(t.More)
	for _, r := range t.moves() {
		moments = append(moments, t.moveMoments(r)...)
	}
	for _, e := range t.concerning() {
		moments = append(moments, eventMoment(e))
	}
	slices.SortStableFunc(moments, func(a, b Moment) int { return a.At.Compare(b.At) })
	return folded(moments)
}

// folded tells events that are alike once, as long as nobody made a move in
// between: ten pods that are scheduled are one thing that happened.
func folded(moments []Moment) []Moment {
	type fold struct{ at, more int }
	var told []Moment
	open := map[string]*fold{}
	folds := map[int]*fold{}
	for _, m := range moments {
		f := open[m.like]
		switch {
		case m.like == "":
			clear(open)
		case f != nil && m.At.Sub(told[f.at].At) <= together:
			f.more++
			continue
		default:
			f = &fold{at: len(told)}
			open[m.like], folds[f.at] = f, f
		}
		told = append(told, m)
	}
	for at, f := range folds {
		if f.more > 0 {
			told[at].Text += fmt.Sprintf(" (and %d more like it)", f.more)
		}
	}
	return told
}

// moves of the timeline, the oldest first.
func (t Timeline) moves() []Receipt {
	moves := slices.Clone(t.Receipts)
	slices.SortStableFunc(moves, func(a, b Receipt) int { return a.Started.Compare(b.Started) })
	return moves
}

func (t Timeline) moveMoments(r Receipt) []Moment {
	object := objectName(r.Plan.Target())
	text := r.Plan.Title + " by " + r.Who
	if r.Why != "" {
		text += " (" + r.Why + ")"
	}
	text += ": " + string(r.Result)
	if r.Result != Applied && r.Message != "" {
		text += ", " + r.Message
	}
	moments := []Moment{{At: r.Started, What: "move", Object: object, Text: text, Warning: r.Result != Applied}}
	for _, o := range r.Outcomes {
		moments = append(moments, Moment{
			At: o.At, What: "outcome", Object: object, Warning: o.State != Complete,
			Text: string(o.State) + ": " + o.Text + " (" + r.Plan.Title + ")",
		})
	}
	return moments
}

func eventMoment(e *kube.Event) Moment {
	text := e.Reason + ": " + e.Message
	if e.Count > 1 {
		text += fmt.Sprintf(" (%d times, the last then)", e.Count)
	}
	m := Moment{At: e.Last, What: "event", Object: objectName(e.About), Text: text, Warning: e.Warning}
	m.like = strings.Join([]string{string(e.About.Kind), e.About.Namespace, parent(e.About), e.Reason}, " ")
	if e.Warning {
		m.like += " " + e.Message // what is wrong with one need not be with the other
	}
	return m
}

// parent is what a pod's name begins with; of another object its own name.
func parent(ref kube.Ref) string {
	if last := strings.LastIndexByte(ref.Name, '-'); ref.Kind == kube.KindPod && last > 0 {
		return ref.Name[:last]
	}
	return ref.Name
}

func objectName(ref kube.Ref) string { return strings.TrimSpace(string(ref.Kind) + " " + ref.String()) }

// concerning are the events of the objects that were moved, and of theirs, from a
// minute before the first move on; the latest where they are too many.
func (t Timeline) concerning() []*kube.Event {
	moves := t.moves()
	if len(moves) == 0 {
		return nil
	}
	from := moves[0].Started.Add(-time.Minute)
	var found []*kube.Event
	for _, e := range t.Events {
		if e.Last.Before(from) || !slices.ContainsFunc(moves, func(r Receipt) bool { return concerns(r.Plan.Target(), e.About) }) {
			continue
		}
		found = append(found, e)
	}
	slices.SortStableFunc(found, func(a, b *kube.Event) int {
		return cmp.Or(a.Last.Compare(b.Last), cmp.Compare(a.UID, b.UID))
	})
	return found[max(0, len(found)-mostEvents):]
}

// generated are the characters of the names that Kubernetes generates.
const generated = "bcdfghjklmnpqrstvwxz2456789"

// concerns says that an object is the target of a move or one of its children,
// which may be gone by now: ReplicaSets and pods are known by their names.
func concerns(target, about kube.Ref) bool {
	if about.Namespace != target.Namespace {
		return false
	}
	if about.Name == target.Name && about.Kind == target.Kind {
		return true
	}
	rest, child := strings.CutPrefix(about.Name, target.Name+"-")
	if !child {
		return false
	}
	parts := strings.Split(rest, "-")
	for _, part := range parts {
		if part == "" || strings.Trim(part, generated) != "" {
			return false
		}
	}
	switch {
	case target.Kind == kube.KindDeployment && about.Kind == kube.KindReplicaSet, target.Kind == kube.KindService && about.Kind == kube.KindEndpointSlice:
		return len(parts) == 1
	case target.Kind == kube.KindDeployment && about.Kind == kube.KindPod:
		return len(parts) == 2
	}
	return false
}

// Markdown is the timeline as a document: what was done, then all there is by time.
func (t Timeline) Markdown() string {
	var b strings.Builder
	moves := t.moves()
	b.WriteString("# Timeline\n\n")
	fmt.Fprintf(&b, "%s, put together %s.\n", escape(t.summary(moves)), t.clock(t.Made))
	for _, sentence := range t.missing() {
		b.WriteString("\n- " + escape(sentence))
	}
	if len(t.missing()) > 0 {
		b.WriteByte('\n')
	}
	b.WriteString("\n## Moves\n\n")
	if len(moves) == 0 {
		b.WriteString("None.\n")
		return b.String()
	}
	row(&b, "time", "who", "cluster", "object", "move", "before → after", "result", "outcome", "took")
	row(&b, slices.Repeat([]string{"---"}, 9)...)
	for _, r := range moves {
		state, took := outcomeCells(r)
		row(&b, t.clock(r.Started), escape(r.Who), escape(r.Plan.Cluster.String()), escape(objectName(r.Plan.Target())),
			escape(r.Plan.Title), changesCell(r.Plan.Changes), escape(string(r.Result)), state, took)
	}
	b.WriteString("\n## By time\n\n")
	row(&b, "time", "what", "object", "")
	row(&b, slices.Repeat([]string{"---"}, 4)...)
	for _, m := range t.Moments() {
		what := m.What
		if m.Warning {
			what = "**" + what + "**"
		}
		row(&b, t.clock(m.At), what, escape(m.Object), escape(m.Text))
	}
	return b.String()
}

// summary is what it is about, in a line.
func (t Timeline) summary(moves []Receipt) string {
	if len(moves) == 0 {
		return "No move in this time"
	}
	var clusters, objects, people []string
	for _, r := range moves {
		clusters = append(clusters, r.Plan.Cluster.String())
		objects = append(objects, objectName(r.Plan.Target()))
		people = append(people, r.Who)
	}
	return fmt.Sprintf("%s on %s of %s, by %s", count(int64(len(moves)), "move"), count(int64(len(distinct(objects))), "object"),
		strings.Join(distinct(clusters), ", "), strings.Join(distinct(people), ", "))
}

// distinct are the texts in order, each once.
func distinct(texts []string) []string { return slices.Compact(slices.Sorted(slices.Values(texts))) }

// missing is what a reader has to know is not there.
func (t Timeline) missing() []string {
	missing := slices.Clone(t.Unread)
	if t.Damaged > 0 {
		missing = append(missing, count(int64(t.Damaged), "line")+" of the journal cannot be read: moves are missing here")
	}
	if len(t.Unread) == 0 && len(t.Receipts) > 0 {
		missing = append(missing, "Events are those that the API server still keeps, an hour unless it is told otherwise.")
	}
	return missing
}

// clock tells moments to the tenth of a second: of a flip that matters.
func (t Timeline) clock(at time.Time) string {
	return at.In(t.Made.Location()).Format("2006-01-02 15:04:05.0 MST")
}

func outcomeCells(r Receipt) (state, took string) {
	o := r.Outcome
	switch {
	case o != nil:
		return escape(string(o.State) + ": " + o.Text), strconv.FormatFloat(o.Took.Seconds(), 'f', 1, 64) + "s"
	case r.Result == Applied:
		return "not watched to its end", "?"
	}
	return "", ""
}

func changesCell(changes []Change) string {
	var cells []string
	for _, c := range changes {
		cells = append(cells, code(c.Path)+" "+orNone(c.Before)+" → "+orNone(c.After))
	}
	return strings.Join(cells, "<br>")
}

func orNone(value string) string {
	if value == "" {
		return "(none)"
	}
	return code(value)
}
