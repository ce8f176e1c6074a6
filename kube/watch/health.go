package watch

import (
	"errors"
	"fmt"
	"time"

	"fader/kube"
)

// health of the whole: what the heartbeat says, and where that is well, the worst
// that an essential resource says.
func (l *loop) health() kube.Health {
	h := kube.Health{State: l.pulse.state, Resources: make(map[string]kube.ResourceHealth, len(l.feeds))}
	worst := kube.Live
	for _, f := range l.feeds {
		resource := f.health(l.Grace, l.explain)
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
		h.Message = l.explain(l.pulse.err)
	case rank[worst] > rank[l.pulse.state]:
		h.State = worst
	case l.pulse.state == kube.Syncing:
		h.State = kube.Syncing // lists may be complete, but nothing came from the server
	}
	if h.State == kube.Syncing && h.Message == "" {
		h.Message = l.awaited()
	}
	l.vouch(&h)
	h.Since = l.since(h)
	if h.State == kube.Live {
		h.Warning = l.warning()
	}
	return h
}

// explain puts an error into a sentence. Those of this package are sentences.
func (l *loop) explain(err error) string {
	var foreign foreignAnswer
	var silent silentList
	switch {
	case errors.As(err, &foreign):
		return foreign.Error()
	case errors.As(err, &silent):
		return silent.Error()
	}
	return l.Explain(err)
}

// awaited is what is waited for while no list has failed.
func (l *loop) awaited() string {
	switch {
	case l.pulse.err != nil:
		return l.explain(l.pulse.err)
	case l.number > 1:
		return l.reread
	}
	return ""
}

// vouch says to which moment the picture is known to be true.
func (l *loop) vouch(h *kube.Health) {
	if h.State == kube.Live {
		l.vouched = l.pulse.heard
		if heard := l.lastHeard(); heard.After(l.vouched) {
			l.vouched = heard
		}
		return
	}
	for _, f := range l.feeds {
		if until := f.trueUntil(); f.resource.essential && !until.IsZero() && until.Before(l.vouched) {
			l.vouched = until
		}
	}
	h.Heard = wall(l.vouched)
}

// warningTime is how long a stream that hung is spoken of after it delivers again.
const warningTime = time.Minute

// warning is what is wrong with a connection that is live, "" for nothing.
func (l *loop) warning() string {
	for _, f := range l.feeds {
		if text := f.hungBefore(warningTime); text != "" {
			return text
		}
	}
	switch {
	case isSilence(l.pulse.warning):
		return fmt.Sprintf("reads and watches work, but /readyz does not answer within %s", l.pulse.patience(l.PingTimeout).Round(time.Second))
	case l.pulse.warning != nil:
		return "reads and watches work, but /readyz does not: " + l.explain(l.pulse.warning)
	case l.pulse.latency >= slow:
		return fmt.Sprintf("the API server is slow: it takes about %s to answer", l.pulse.latency.Round(time.Second))
	}
	return ""
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
	kube.Lagging:      2,
	kube.Disconnected: 3,
	kube.Forbidden:    4,
	kube.NeedsLogin:   5,
}

// since is when a state began: one that follows Live with the moment at which the
// server was last heard, otherwise now if it is new.
func (l *loop) since(h kube.Health) (since time.Time) {
	before := l.last.Health.State
	switch {
	case l.last.Number > 0 && before == h.State:
		return l.last.Health.Since
	case before == kube.Live && !h.Heard.IsZero():
		return h.Heard
	case !l.pulse.healthy():
		return wall(l.pulse.since)
	}
	return l.Clock()
}
