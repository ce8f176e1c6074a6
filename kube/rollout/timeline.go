package rollout

import (
	"cmp"
	"fmt"
	"slices"
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
	// Shown are the events that are told; "" is ShowWarnings.
	Shown ShownEvents
	// Measured is what Prometheus says of the target of a move before and after it; nil where
	// it was not asked.
	Measured func(Receipt) (before, after Measurement)
	// Made is when it was put together, in the zone in which moments are told.
	Made time.Time
}

// ShownEvents says which events a timeline tells.
type ShownEvents string

// The choices. What Kubernetes writes about every pod that is well drowns the rest.
const (
	ShowWarnings ShownEvents = "warnings"
	ShowAll      ShownEvents = "all"
	ShowNone     ShownEvents = "none"
)

// Measurement is how an object did for some minutes. What is nil is not known.
type Measurement struct {
	P99      *time.Duration
	Errors   *float64 // ratio
	Requests *float64 // per second
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
		if t.Shown == ShowAll || t.Shown != ShowNone && e.Warning {
			moments = append(moments, eventMoment(e))
		}
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
		text += fmt.Sprintf(" (%d times, latest at this time)", e.Count)
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

// distinct are the texts in order, each once.
func distinct(texts []string) []string { return slices.Compact(slices.Sorted(slices.Values(texts))) }

func orNone(value string) string {
	if value == "" {
		return "(none)"
	}
	return code(value)
}
