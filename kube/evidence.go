package kube

import "time"

// evidence is what the detectors weigh besides the objects' present state: all
// events of the rollout, and the time.
type evidence struct {
	// now is the latest moment that is known to have come.
	now time.Time
	// events of the rollout, newest first.
	events []*Event
	// about holds the events by the object they are about: by UID, or by name for
	// those that carry none. It is made when the first detector asks for it.
	about map[Ref][]*Event
}

// read takes in the events, newest first, and the time; zero for a time that is
// not known.
func (s *situation) read(now time.Time, events []*Event) {
	s.events = events
	s.now = s.latest()
	if now.After(s.now) {
		s.now = now
	}
}

// passed reports whether that moment is over. If it is not, the rollout is derived
// again when it comes.
func (s *situation) passed(moment time.Time) bool {
	if !s.now.Before(moment) {
		return true
	}
	s.Rollout.recheck = earlier(s.Rollout.recheck, moment)
	return false
}

// newest event about the pod that matches, nil for none.
func (s *situation) newest(p *Pod, match func(*Event) bool) *Event {
	if len(s.events) == 0 {
		return nil
	}
	if s.about == nil {
		s.about = eventsByObject(s.events)
	}
	named := p.Ref
	named.UID = ""
	found := firstEvent(s.about[Ref{UID: p.Ref.UID}], match)
	if e := firstEvent(s.about[named], match); found == nil || e != nil && e.Last.After(found.Last) {
		return e
	}
	return found
}

func eventsByObject(events []*Event) map[Ref][]*Event {
	about := make(map[Ref][]*Event, len(events)/2)
	for _, e := range events {
		key := e.About
		if key.UID != "" {
			key = Ref{UID: key.UID}
		}
		about[key] = append(about[key], e)
	}
	return about
}

func firstEvent(events []*Event, match func(*Event) bool) *Event {
	for _, e := range events {
		if match(e) {
			return e
		}
	}
	return nil
}
