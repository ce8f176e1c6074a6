package tui

import (
	"context"
	"errors"
	"slices"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/inspect"
	"fader/views/logs"

	tea "charm.land/bubbletea/v2"
)

// LogStream is the log of some containers: kube/inspect.
type LogStream interface {
	Next(context.Context) (inspect.Batch, error)
	SetSources([]inspect.Source)
	Stop()
}

// logsMsg: lines have come for a viewer; again waits for the next.
type logsMsg struct {
	page  *logPage
	batch inspect.Batch
	again tea.Cmd
}

// logPage is a log viewer that gets new sources as pods come.
type logPage struct {
	*logs.View
	stream  LogStream
	about   kube.Ref
	sources []inspect.Source
	names   map[inspect.Source]*logs.Source
}

func (*logPage) SetNow(time.Time)    {}
func (*logPage) Click(int, int) bool { return false }

// SetSnapshot follows the pods that have come since. Those that are gone stay:
// what they said last is what one looks for.
func (p *logPage) SetSnapshot(s *kube.Snapshot) {
	more := false
	for _, source := range sourcesOf(s, p.about) {
		if !slices.Contains(p.sources, source) {
			p.sources, more = append(p.sources, source), true
		}
	}
	if more {
		p.stream.SetSources(slices.Clone(p.sources))
	}
}

// noLogs says why there is no log of an object.
func noLogs(s *kube.Snapshot, ref kube.Ref) string {
	if s.Pods == nil {
		return "pods may not be seen, so that nobody can tell which are those of " + ref.String()
	}
	if r := s.Rollout(ref); r != nil && r.Deployment.Replicas.Current > 0 {
		return "the new revision of " + ref.String() + " has no pods: open the logs of an older one on page 2"
	}
	return ref.String() + " has no pods in sight"
}

// openLogs follows the pods of what is under the cursor: of a pod, of a
// ReplicaSet, of a Deployment's new revision, of a Service, or of a node.
func (m *Model) openLogs(previous bool) tea.Cmd {
	ref, ok := m.subject()
	if !ok {
		m.say(warn, nothingHere)
		return nil
	}
	sources := sourcesOf(m.snapshot, ref)
	if len(sources) == 0 {
		m.say(warn, noLogs(m.snapshot, ref))
		return nil
	}
	title := "logs of " + ref.String()
	if previous {
		title = "logs before the last restart of " + ref.String()
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := &logPage{
		View: logs.New(title), about: ref, sources: sources, names: map[inspect.Source]*logs.Source{},
		stream: m.opts.Logs(ctx, sources, previous),
	}
	s := newSheet(p, keymap.LogViewer, keymap.List).narrowed(p.SetFilter)
	s.trail, s.about = title, ref
	s.end = func() { cancel(); p.stream.Stop() }
	s.start = p.nextCmd(ctx)
	return m.push(s)
}

// nextCmd waits for lines; the stream itself keeps a distance between batches, so
// that a flood is taken over in few large ones.
func (p *logPage) nextCmd(ctx context.Context) tea.Cmd {
	var again tea.Cmd
	again = func() tea.Msg {
		batch, err := p.stream.Next(ctx)
		if err != nil && (len(batch.Lines) == 0 || errors.Is(err, context.Canceled)) {
			return nil
		}
		return logsMsg{p, batch, again}
	}
	return again
}

func (m *Model) takeLines(msg logsMsg) tea.Cmd {
	lines := make([]logs.Line, len(msg.batch.Lines))
	for i, line := range msg.batch.Lines {
		lines[i] = logs.Line{From: msg.page.name(line.From), Time: line.Time, Text: line.Text, Remark: line.Remark}
	}
	msg.page.Append(lines, msg.batch.Dropped)
	state := logs.State{Following: msg.batch.Following, Ended: msg.batch.Following == 0}
	for _, source := range msg.batch.LeftOut {
		state.LeftOut = append(state.LeftOut, source.Pod.Name)
	}
	msg.page.SetState(state)
	return msg.again
}

// name is the viewer's source of a stream's; lines of one share it.
func (p *logPage) name(from *inspect.Source) *logs.Source {
	if from == nil {
		return nil
	}
	if _, ok := p.names[*from]; !ok {
		p.names[*from] = &logs.Source{Pod: from.Pod.Name, Container: from.Container, Revision: from.Revision}
	}
	return p.names[*from]
}

// sourcesOf are the containers of the pods that an object stands for.
func sourcesOf(s *kube.Snapshot, about kube.Ref) []inspect.Source {
	var sources []inspect.Source
	for _, r := range s.Rollouts {
		for _, rev := range r.Revisions {
			all := rev.ReplicaSet.Ref == about || r.Ref() == about && rev.New
			for _, pod := range rev.Pods {
				if all || pod.Ref == about {
					sources = append(sources, containersOf(rev.ReplicaSet, pod)...)
				}
			}
		}
	}
	if len(sources) > 0 {
		return sources
	}
	if about.Kind == kube.KindPod {
		return []inspect.Source{{Pod: about}}
	}
	return wholePods(s, about)
}

// wholePods are the pods of what is no Deployment: of a ReplicaSet without one, of
// a Service, of a node. Which containers they have is not known here.
func wholePods(s *kube.Snapshot, about kube.Ref) []inspect.Source {
	of := func(*kube.Pod) bool { return false }
	switch about.Kind {
	case kube.KindReplicaSet:
		of = func(p *kube.Pod) bool { return p.OwnerUID == about.UID && about.UID != "" }
	case kube.KindNode:
		of = func(p *kube.Pod) bool { return p.Node == about.Name && !p.Finished }
	case kube.KindService:
		for _, b := range s.Backends {
			if b.Service.Ref == about {
				of = func(p *kube.Pod) bool {
					return p.Ref.Namespace == about.Namespace && !p.Finished && b.Service.Selects(p.Labels)
				}
			}
		}
	}
	var sources []inspect.Source
	for _, gpus := range [...]bool{true, false} { // what holds a node's GPUs comes first: not all may be followed at once
		for _, p := range s.Pods {
			if of(p) && gpus == (len(p.GPUs) > 0) {
				sources = append(sources, inspect.Source{Pod: p.Ref})
			}
		}
	}
	return sources
}

func containersOf(set *kube.ReplicaSet, pod *kube.Pod) []inspect.Source {
	var sources []inspect.Source
	for _, c := range set.Containers {
		sources = append(sources, inspect.Source{Pod: pod.Ref, Container: c.Name, Revision: set.Revision})
	}
	return sources
}
