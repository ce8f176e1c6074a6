package tui

import (
	"fader/keymap"
	"fader/kube"
	"fader/kube/fade"
	"fader/views/shift"
	"fader/views/theme"

	tea "charm.land/bubbletea/v2"
)

// shiftDialog moves replicas between the two Deployments of a pair. The pairs are
// those of the object that was under the cursor when it was opened.
type shiftDialog struct{ view *shift.View }

// askShift opens it; where a course is under way on what is under the cursor, or
// there is no pair, it opens that course instead, and where one was left half-way
// it asks about that.
func (m *Model) askShift() tea.Cmd {
	pairs, why := m.pairs()
	if c := m.courseHere(); c != nil && (why != "" || m.movesHere(c)) {
		return m.openCourse(c)
	}
	if left := m.leftHere(); len(left) > 0 && !m.refuse() {
		return m.askLeft(left)
	}
	if why != "" {
		m.say(warn, why)
		return nil
	}
	if !m.refuse() {
		m.abandon()
		m.dialog = &shiftDialog{shift.New(pairs, m.snapshot, m.opts.Keys)}
	}
	return nil
}

// pairs that may be meant by what is under the cursor, or why there is none.
func (m *Model) pairs() (pairs []fade.Pair, why string) {
	ref, ok := m.shifted()
	if !ok {
		return nil, "neither a Deployment nor a Service is under the cursor"
	}
	if pairs = fade.Pairs(m.snapshot, ref); len(pairs) > 0 {
		return pairs, ""
	}
	switch {
	case fade.Stable(m.snapshot, ref) != nil:
		return nil, "traffic between " + ref.String() + " and the revision before it is split by a Knative route, not by replicas: " +
			"set canaryTrafficPercent of the InferenceService, or spec.traffic of the Service"
	case m.snapshot.Backends == nil && m.snapshot.Health.Resources["services"].State == kube.Syncing:
		return nil, "Services are still being read: whether " + ref.String() + " has a partner is known in a moment"
	case m.snapshot.Backends == nil:
		return nil, "Services may not be read, so whether " + ref.String() + " has a partner is not known"
	case ref.Kind == kube.KindService:
		return nil, ref.String() + " has no canary: its selector does not select the pods of two Deployments"
	}
	return nil, ref.String() + " has no partner: no Service selects it and another Deployment"
}

// shiftReason says why neither a shift can begin nor a course be opened here.
func (m *Model) shiftReason() string {
	if m.courseHere() != nil || len(m.leftHere()) > 0 {
		return ""
	}
	if _, why := m.pairs(); why != "" {
		return why
	}
	return m.refusal()
}

// shifted is the Deployment or Service that a shift would be about.
func (m *Model) shifted() (kube.Ref, bool) {
	if ref, ok := m.target(); ok {
		return ref, true
	}
	for _, ref := range []kube.Ref{m.cursor(), m.top().about} {
		if ref.Kind == kube.KindService {
			return ref, true
		}
	}
	return kube.Ref{}, false
}

func (m *Model) cursor() kube.Ref {
	ref, _ := m.subject()
	return ref
}

func (d *shiftDialog) scope() keymap.Scope { return keymap.ShiftDialog }

func (d *shiftDialog) handle(m *Model, a keymap.Action) tea.Cmd {
	switch a {
	case keymap.Cancel:
		m.abandon()
	case keymap.Enter:
		c, why := d.view.Course()
		if why != "" {
			m.say(warn, why)
			return nil
		}
		return m.planCourse(passage{course: c})
	case keymap.Promote:
		return m.planCourse(passage{course: fade.NewPromote(d.view.Pair(), m.home(d.view.Pair()))})
	case keymap.Abort:
		return m.planCourse(passage{course: fade.NewAbort(d.view.Pair())})
	default:
		d.view.Handle(a)
	}
	return nil
}

// home is how many replicas the canary had before this session shifted it, since
// the last promotion or abort; 1 where nobody knows.
func (m *Model) home(p fade.Pair) int32 {
	home := int32(1)
	for _, c := range m.courses.ended {
		of := c.progress.Course
		if of.Canary != p.Canary.Ref() {
			continue
		}
		if of.Kind != fade.Shift {
			break
		}
		home = of.From
	}
	return home
}

// refresh keeps the counts true while the dialog is open.
func (d *shiftDialog) refresh(m *Model) { d.view.SetSnapshot(m.snapshot) }

func (d *shiftDialog) render(t theme.Theme, w, h int) []string { return d.view.Render(t, w, h) }
