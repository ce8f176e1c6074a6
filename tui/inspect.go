package tui

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/views/age"
	"fader/views/text"

	tea "charm.land/bubbletea/v2"
)

// Inspector reads one object when somebody looks closer: kube/inspect.
type Inspector interface {
	YAML(context.Context, kube.Ref) (string, error)
	Describe(context.Context, kube.Ref) (string, error)
}

// readTime is how long a single object may take to be read.
const readTime = 20 * time.Second

// textMsg: what was asked for a viewer has been read, or why not.
type textMsg struct {
	view *text.View
	text string
	err  error
}

// viewer is a text as a page; update, if any, takes what a snapshot says anew.
type viewer struct {
	*text.View
	update func(*kube.Snapshot)
}

func (v viewer) SetSnapshot(s *kube.Snapshot) {
	if v.update != nil {
		v.update(s)
	}
}

func (viewer) SetNow(time.Time)    {}
func (viewer) Click(int, int) bool { return false }

// look opens a viewer on the object under the cursor and reads into it.
func (m *Model) look(what string, kind text.Kind, read func(context.Context, kube.Ref) (string, error)) tea.Cmd {
	ref, ok := m.subject()
	if !ok {
		m.say(warn, nothingHere)
		return nil
	}
	v := text.New(what+" of "+string(ref.Kind)+" "+ref.String(), kind)
	v.SetNote("reading" + m.theme.Glyphs.Ellipsis)
	ctx, cancel := context.WithTimeout(context.Background(), readTime)
	s := m.textSheet(viewer{View: v}, what+" "+ref.String(), ref)
	s.end = cancel
	s.start = func() tea.Msg {
		defer cancel()
		got, err := read(ctx, ref)
		return textMsg{v, got, err}
	}
	return m.push(s)
}

func (m *Model) textSheet(v viewer, trail string, about kube.Ref) *sheet {
	s := newSheet(v, keymap.Viewer, keymap.List).narrowed(v.SetFind)
	s.trail, s.about = trail, about
	return s
}

func (m *Model) takeText(msg textMsg) tea.Cmd {
	if msg.err != nil {
		msg.view.SetNote(msg.err.Error())
		return nil
	}
	msg.view.SetNote("")
	msg.view.SetText(msg.text)
	return nil
}

// events opens a viewer on the events of the object under the cursor and of its
// children, which follows the snapshots.
func (m *Model) events() tea.Cmd {
	ref, ok := m.subject()
	if !ok {
		m.say(warn, nothingHere)
		return nil
	}
	v := viewer{View: text.New("events of "+string(ref.Kind)+" "+ref.String(), text.Plain)}
	v.update = func(s *kube.Snapshot) {
		found := m.eventsOf(s, ref)
		v.SetNote("")
		if len(found) == 0 {
			v.SetNote(noEvents(s))
		}
		v.SetText(strings.Join(found, "\n"))
	}
	return m.push(m.textSheet(v, "events of "+ref.String(), ref))
}

func noEvents(s *kube.Snapshot) string {
	if h := s.Health.Resources["events"]; h.State == kube.Forbidden {
		return h.Message
	}
	return "no events: the API server keeps them for an hour"
}

// eventsOf are lines, the newest first.
func (m *Model) eventsOf(s *kube.Snapshot, ref kube.Ref) []string {
	var lines []string
	for _, r := range s.Rollouts {
		if r.Ref().Namespace != ref.Namespace {
			continue
		}
		within := withinOf(r, ref)
		for _, e := range r.Events {
			if within == nil || within[e.About.Name] {
				lines = append(lines, m.eventLine(e))
			}
		}
	}
	return lines
}

// withinOf names the objects of a rollout that count as the object or its
// children; nil for all of them, empty where none does.
func withinOf(r *kube.Rollout, ref kube.Ref) map[string]bool {
	names := map[string]bool{}
	if ref == r.Ref() {
		return nil
	}
	for _, rev := range r.Revisions {
		all := rev.ReplicaSet.Ref == ref
		names[ref.Name] = names[ref.Name] || all
		for _, pod := range rev.Pods {
			if all || pod.Ref == ref {
				names[pod.Ref.Name] = true
			}
		}
	}
	return names
}

func (m *Model) eventLine(e *kube.Event) string {
	kind := "Normal "
	if e.Warning {
		kind = "Warning"
	}
	times := ""
	if e.Count > 1 {
		times = fmt.Sprintf(" (%d times)", e.Count)
	}
	return fmt.Sprintf("%5s  %s  %-20s %s %s: %s%s",
		age.Short(m.now.Sub(e.Last)), kind, e.Reason, e.About.Kind, e.About.Name, e.Message, times)
}
