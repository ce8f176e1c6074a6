package rollout

import (
	"strconv"
	"strings"

	"fader/kube"
)

// sameness is what events must have in common to be told in one line. Those of a
// Deployment are its history and stay apart.
type sameness struct {
	kind    kube.Kind
	name    string // "" for pods: they are told by their number
	warning bool
	reason  string
	message string // without what differs from pod to pod; "" where it does not matter
	single  string // the event itself, where it stands alone
}

// group is events that are told in one line.
type group struct {
	newest  *kube.Event
	about   map[string]bool
	count   int32
	differs bool // messages do
	plain   string
}

// eventRows are a rollout's events, equal ones of many pods in one line.
func eventRows(r *kube.Rollout) []newsRow {
	addresses := map[string]string{}
	for _, rev := range r.Revisions {
		for _, p := range rev.Pods {
			addresses[p.Ref.Name] = p.IP
		}
	}
	groups := map[sameness]*group{}
	var order []sameness
	for _, e := range r.Events {
		plain := impersonal(e, addresses[e.About.Name])
		same := sameOf(e, plain)
		g := groups[same]
		if g == nil {
			g = &group{newest: e, about: map[string]bool{}, plain: plain}
			groups[same] = g
			order = append(order, same)
		}
		g.add(e, plain)
	}
	rows := make([]newsRow, len(order))
	for i, same := range order {
		rows[i] = groups[same].row(r, same)
	}
	return rows
}

// sameOf puts warnings together that say the same, and other events that have
// the same reason: where which pod was scheduled is no news on its own.
func sameOf(e *kube.Event, plain string) sameness {
	same := sameness{kind: e.About.Kind, warning: e.Warning, reason: e.Reason}
	switch {
	case e.About.Kind == kube.KindDeployment:
		same.single = e.UID
	case e.About.Kind != kube.KindPod:
		same.name = e.About.Name
	}
	if e.Warning {
		same.message = plain
	}
	return same
}

// impersonal is an event's message without its pod's name, UID and address.
func impersonal(e *kube.Event, address string) string {
	message := e.Message
	for _, own := range [...]string{e.About.Name, e.About.UID, address} {
		if own != "" {
			message = strings.ReplaceAll(message, own, "")
		}
	}
	return message
}

func (g *group) add(e *kube.Event, plain string) {
	g.about[e.About.Name] = true
	g.count += max(e.Count, 1)
	g.differs = g.differs || plain != g.plain
	if e.Last.After(g.newest.Last) {
		g.newest = e
	}
}

func (g *group) row(r *kube.Rollout, same sameness) newsRow {
	e := g.newest
	row := newsRow{
		key: strings.Join([]string{"event", string(same.kind), same.name, same.reason, same.message, same.single}, "\x00"), warning: e.Warning,
		what: about(r, e.About), reason: e.Reason, message: e.Message, count: g.count, at: e.Last,
	}
	if n := len(g.about); n > 1 {
		row.what = strconv.Itoa(n) + " pods"
	}
	if g.differs {
		row.message = "newest: " + row.message
	}
	return row
}
