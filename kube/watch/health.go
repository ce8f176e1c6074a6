package watch

import (
	"time"

	"fader/kube"
)

// health of the whole: what the heartbeat says, and where that is well, the worst
// that an essential resource says.
func (l *loop) health() kube.Health {
	h := kube.Health{State: l.pulse.state, Resources: make(map[string]kube.ResourceHealth, len(l.feeds))}
	worst := kube.Live
	for _, f := range l.feeds {
		resource := f.health(l.Grace, l.Explain)
		if l.pulse.state == kube.Disconnected || l.pulse.state == kube.NeedsLogin {
			resource = unreachable(resource, l.pulse.state)
		}
		h.Resources[f.resource.name] = resource
		if state := weight(f.resource, resource.State); rank[state] > rank[worst] {
			worst, h.Message = state, resource.Message
		}
	}
	switch {
	case !l.pulse.healthy():
		h.Message = l.Explain(l.pulse.err)
	case rank[worst] > rank[l.pulse.state]:
		h.State = worst
	case l.pulse.state == kube.Syncing:
		h.State = kube.Syncing // lists may be complete, but the server never answered Ping
	}
	if h.State == kube.Syncing && h.Message == "" && l.number > 1 {
		h.Message = "the connection is back; reading everything again"
	}
	h.Since = l.since(h.State)
	return h
}

// unreachable is a resource of a server that does not answer. What is forbidden
// stays forbidden.
func unreachable(r kube.ResourceHealth, state kube.State) kube.ResourceHealth {
	if r.State != kube.Forbidden {
		r.State, r.Message = state, ""
	}
	return r
}

// weight is what a resource's state means for the whole. Without the right to
// see Deployments there is nothing to show; whatever else is forbidden is missing
// for good and must not hold up the rest. Events never count.
func weight(r resource, state kube.State) kube.State {
	if !r.essential || (state == kube.Forbidden && r.name != deployments) {
		return kube.Live
	}
	return state
}

// rank orders states, the worst last.
var rank = map[kube.State]int{
	kube.Live:         0,
	kube.Syncing:      1,
	kube.Disconnected: 2,
	kube.Forbidden:    3,
	kube.NeedsLogin:   4,
}

// since is when a state began: with the first missed answer for a lost
// connection, otherwise now if it is new.
func (l *loop) since(state kube.State) (since time.Time) {
	switch {
	case l.last.Number > 0 && l.last.Health.State == state:
		return l.last.Health.Since
	case !l.pulse.healthy():
		return l.pulse.since
	}
	return l.Clock()
}
