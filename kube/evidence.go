package kube

import "time"

// evidence is what the detectors weigh besides the objects' present state: all
// events of the rollout, and the time.
type evidence struct {
	// now is the latest moment that is known to have come.
	now time.Time
	// events of the rollout, newest first. Only where they are known does it mean
	// something that there is none.
	events      []*Event
	eventsKnown bool
	homeland    *home          // made when the first detector asks
	locked      []*deadlock    // one, be it nil, once it was looked for
	taken       *taken         // of the nodes; nil where no pod waits for room
	devices     *deviceSources // nil where no GPUs are asked for
	// byUID and byName hold the events by the object they are about; by name only
	// those that carry no UID. They are made when the first detector asks.
	byUID  map[string][]*Event
	byName map[Ref][]*Event
}

// read takes in the events, newest first, and the time.
func (s *situation) read(in inputs, events []*Event) {
	s.events, s.eventsKnown = events, in.eventsKnown
	s.taken, s.devices = in.taken, in.devices
	s.now = s.latest()
	if in.now.After(s.now) {
		s.now = in.now
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
	if s.byUID == nil {
		s.index()
	}
	found := firstEvent(s.byUID[p.Ref.UID], match)
	if len(s.byName) == 0 {
		return found
	}
	named := p.Ref
	named.UID = ""
	if e := firstEvent(s.byName[named], match); found == nil || e != nil && e.Last.After(found.Last) {
		return e
	}
	return found
}

// index the events by their objects.
func (s *situation) index() {
	s.byUID, s.byName = make(map[string][]*Event, len(s.events)/2), make(map[Ref][]*Event)
	for _, e := range s.events {
		if e.About.UID != "" {
			s.byUID[e.About.UID] = append(s.byUID[e.About.UID], e)
		} else {
			s.byName[e.About] = append(s.byName[e.About], e)
		}
	}
}

func firstEvent(events []*Event, match func(*Event) bool) *Event {
	for _, e := range events {
		if match(e) {
			return e
		}
	}
	return nil
}
