package listing

import (
	"cmp"
	"strconv"
	"strings"

	"fader/keymap"
	"fader/kube"
	"fader/views/box"
	"fader/views/freshness"
)

// unwatched is the state of a resource that the snapshot does not know.
const unwatched kube.State = "not watched"

// health is that of the page's own resource: what is forbidden elsewhere does not
// make these rows old, but a lost connection does.
func (p *Page[K, T]) health() kube.Health {
	h := p.snapshot.Health
	if p.kind.Resource == "" {
		return kube.Health{State: kube.Live}
	}
	if h.State == kube.Disconnected || h.State == kube.NeedsLogin {
		return h
	}
	if h.State == kube.Syncing && p.fresh.Old() { // the connection is back, the rows are not yet
		return h
	}
	r, ok := h.Resources[p.kind.Resource]
	switch {
	case ok && r.State == h.State:
		h.Message = cmp.Or(r.Message, h.Message)
	case ok && r.State == kube.Syncing && h.State == kube.Live:
		// the first rows are true: the rule says that more are coming
	case ok:
		h.State, h.Message, h.Heard = r.State, r.Message, r.Heard
	case h.State == kube.Live:
		h.State, h.Message = unwatched, ""
	}
	return h
}

// own is the state of the page's own resource.
func (p *Page[K, T]) own() kube.ResourceHealth {
	h := p.health()
	if r, ok := h.Resources[p.kind.Resource]; ok && h.State != kube.Disconnected && h.State != kube.NeedsLogin {
		return r
	}
	return kube.ResourceHealth{State: h.State, Message: h.Message}
}

// counted says that the number of rows is known.
func (p *Page[K, T]) counted() bool { return p.snapshot != nil && p.own().State == kube.Live }

// instead is what stands in place of the table when there are no rows; false
// where there are.
func (p *Page[K, T]) instead() ([]Sentence, bool) {
	t := p.theme
	shown, total := p.table.Counts()
	clears := Sentence{p.Press(keymap.Back) + " clears the filter", t.Dim}
	switch {
	case shown > 0:
		return nil, false
	case p.snapshot == nil:
		return []Sentence{{t.Glyphs.Waiting + " " + cmp.Or(p.kind.Before, "connecting") + " " + t.Glyphs.Ellipsis, t.Dim}}, true
	case total > 0 && p.problem != nil:
		return []Sentence{{p.problem.Error(), t.Waiting}, clears}, true
	case total > 0:
		return []Sentence{
			{"none of " + freshness.Thousands(total) + " " + p.kind.Noun + " match " + quoted(p.filter), t.Text}, clears,
		}, true
	}
	return p.nothing(), true
}

// nothing says why there is no row at all.
func (p *Page[K, T]) nothing() []Sentence {
	t, g := p.theme, p.theme.Glyphs
	own := p.own()
	switch own.State {
	case kube.Syncing:
		return []Sentence{{g.Waiting + " reading " + p.kind.Noun + " " + g.Ellipsis, t.Text}, {p.progress(), t.Dim}, {p.fresh.Delay(p.now), t.Waiting}}
	case kube.Forbidden:
		return p.forbidden(own.Message)
	case kube.NeedsLogin:
		return []Sentence{
			{g.Waiting + " needs login: the server does not accept your credentials", t.Waiting}, {own.Message, t.Dim},
		}
	case kube.Disconnected:
		known := "nothing has been read yet"
		if freshness.Known(p.snapshot.Health, p.kind.Resource) {
			known = "there were no " + p.kind.Noun + " " + p.where() + " at " + p.fresh.From(p.now).Format("15:04:05")
		}
		return []Sentence{{g.Dead + " not connected" + p.fresh.For(p.now) + ": " + known, t.Broken}, {own.Message, t.Dim}}
	case kube.Lagging:
		return []Sentence{{g.Waiting + " lagging: there may be " + p.kind.Noun + " by now", t.Waiting}, {own.Message, t.Dim}}
	case kube.Live:
		return p.empty()
	}
	return []Sentence{{g.Unknown + " nothing is known of " + p.kind.Noun + ": " + string(own.State), t.Waiting}, {own.Message, t.Dim}}
}

func (p *Page[K, T]) forbidden(message string) []Sentence {
	t := p.theme
	what, ask := p.kind.Noun+" "+p.where(), p.Press(keymap.Namespaces)+" chooses another namespace; or ask"
	if p.kind.Cluster {
		what, ask = p.kind.Resource, "ask"
	}
	return []Sentence{
		{t.Glyphs.No + " forbidden: you may not list " + what, t.Broken},
		{message, t.Dim},
		{p.kind.Without, t.Text},
		{ask + " for list and watch on " + p.kind.Grant, t.Dim},
	}
}

func (p *Page[K, T]) empty() []Sentence {
	if p.kind.Empty != nil {
		return p.kind.Empty()
	}
	hint := p.Press(keymap.Namespaces) + " chooses a namespace"
	switch {
	case p.subject != "":
		hint = p.Press(keymap.Back) + " goes back"
	case p.snapshot.Scope.Namespace != "":
		hint = p.Press(keymap.AllScope) + " shows all namespaces, " + hint
	}
	return []Sentence{{"no " + p.kind.Noun + " " + p.where(), p.theme.Text}, {hint, p.theme.Dim}}
}

// progress is how far a first list is, for those resources that have begun.
func (p *Page[K, T]) progress() string {
	var parts []string
	for _, resource := range [...]string{
		"deployments", "replicasets", "pods", "services", "endpointslices", "nodes",
	} {
		if r, ok := p.snapshot.Health.Resources[resource]; ok && r.Count > 0 {
			parts = append(parts, freshness.Thousands(r.Count)+" "+resource)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, " "+p.theme.Glyphs.Dot+" ") + " so far"
}

// where names the scope.
func (p *Page[K, T]) where() string {
	if p.subject != "" {
		return "of " + p.subject
	}
	where := "in any namespace"
	if ns := p.snapshot.Scope.Namespace; ns != "" {
		where = "in namespace " + ns
	}
	if sel := p.snapshot.Scope.Selector; sel != "" {
		where += " with " + sel
	}
	return where
}

// Press is the key for an action, as the key table has it.
func (p *Page[K, T]) Press(a keymap.Action) string {
	for _, b := range p.keys {
		if b.Action == a && len(b.Keys) > 0 {
			return b.Keys[0]
		}
	}
	return ""
}

// center puts a few sentences, wrapped, into the upper middle of the page.
func (p *Page[K, T]) center(says []Sentence, w, h int) []string {
	var lines []string
	for _, s := range says {
		if s.Text == "" {
			continue
		}
		for _, line := range box.Wrap(s.Text, min(w-2, 90)) {
			pad := max(w-box.Width(line), 0) / 2
			lines = append(lines, strings.Repeat(" ", pad)+s.Style.Paint(line))
		}
	}
	above := make([]string, max(h-len(lines), 0)/3)
	return p.fill(append(above, lines...), w, h)
}

func quoted(filter string) string { return strconv.Quote(filter) }
