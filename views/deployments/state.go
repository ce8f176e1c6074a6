package deployments

import (
	"strconv"
	"strings"

	"fader/keymap"
	"fader/kube"
	"fader/views/box"
	"fader/views/freshness"
	"fader/views/theme"
)

// old says that rows are shown which nobody vouches for any more.
func (v *View) old() bool { return v.fresh.Old() }

// state of one resource, or of the connection where the resource is not watched yet.
func (v *View) state(resource string) kube.ResourceHealth {
	h := v.snapshot.Health
	if r, ok := h.Resources[resource]; ok {
		return r
	}
	return kube.ResourceHealth{State: h.State, Message: h.Message}
}

func (v *View) reading(resource string) bool { return v.state(resource).State == kube.Syncing }

// counted says that the number of Deployments is known.
func (v *View) counted() bool {
	return v.snapshot != nil && v.state("deployments").State == kube.Live
}

// sentence is what the page says instead of a table.
type sentence struct {
	text  string
	style theme.Style
}

// instead is what stands in place of the table when there are no rows; false
// where there are.
func (v *View) instead() ([]sentence, bool) {
	t := v.theme
	shown, total := v.table.Counts()
	switch {
	case shown > 0:
		return nil, false
	case v.snapshot == nil:
		return []sentence{{t.Glyphs.Waiting + " connecting " + t.Glyphs.Ellipsis, t.Dim}}, true
	case total > 0:
		return []sentence{
			{"none of " + freshness.Thousands(total) + " Deployments match " + strconv.Quote(v.filter), t.Text},
			{v.press(keymap.Back) + " clears the filter", t.Dim},
		}, true
	}
	return v.nothing(), true
}

// nothing says why there is no row at all.
func (v *View) nothing() []sentence {
	t, g, h := v.theme, v.theme.Glyphs, v.snapshot.Health
	d := v.state("deployments")
	state, message := d.State, d.Message
	if h.State == kube.Disconnected || h.State == kube.NeedsLogin {
		state, message = h.State, h.Message
	}
	switch state {
	case kube.Syncing:
		return []sentence{{g.Waiting + " reading Deployments " + g.Ellipsis, t.Text}, {v.progress(), t.Dim}}
	case kube.Forbidden:
		return []sentence{
			{g.No + " forbidden: you may not list Deployments " + v.where(), t.Broken},
			{message, t.Dim},
			{v.press(keymap.Namespaces) + " chooses another namespace; or ask for list and watch on deployments.apps", t.Dim},
		}
	case kube.NeedsLogin:
		return []sentence{
			{g.Waiting + " needs login: the server does not accept your credentials", t.Waiting}, {message, t.Dim},
		}
	case kube.Disconnected:
		return []sentence{
			{g.Dead + " not connected" + v.fresh.For(v.now) + ": nothing has been read yet", t.Broken}, {message, t.Dim},
		}
	case kube.Live:
		return v.empty()
	}
	return []sentence{{g.Unknown + " nothing is known: " + string(state), t.Waiting}, {message, t.Dim}}
}

func (v *View) empty() []sentence {
	hint := v.press(keymap.Namespaces) + " chooses a namespace"
	if v.snapshot.Scope.Namespace != "" {
		hint = v.press(keymap.AllScope) + " shows all namespaces, " + hint
	}
	return []sentence{{"no Deployments " + v.where(), v.theme.Text}, {hint, v.theme.Dim}}
}

// progress is how far a first list is, for those resources that have begun.
func (v *View) progress() string {
	var parts []string
	for _, resource := range [...]string{"deployments", "replicasets", "pods"} {
		if r, ok := v.snapshot.Health.Resources[resource]; ok && r.Count > 0 {
			parts = append(parts, freshness.Thousands(r.Count)+" "+resource)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, " "+v.theme.Glyphs.Dot+" ") + " so far"
}

// where names the scope.
func (v *View) where() string {
	where := "in any namespace"
	if ns := v.snapshot.Scope.Namespace; ns != "" {
		where = "in namespace " + ns
	}
	if sel := v.snapshot.Scope.Selector; sel != "" {
		where += " with " + sel
	}
	return where
}

// press is the key for an action, as the key table has it.
func (v *View) press(a keymap.Action) string {
	for _, b := range v.keys {
		if b.Action == a && len(b.Keys) > 0 {
			return b.Keys[0]
		}
	}
	return ""
}

// center puts a few sentences, wrapped, into the upper middle of the page.
func (v *View) center(says []sentence, w, h int) []string {
	var lines []string
	for _, s := range says {
		if s.text == "" {
			continue
		}
		for _, line := range box.Wrap(s.text, min(w-2, 90)) {
			pad := max(w-box.Width(line), 0) / 2
			lines = append(lines, strings.Repeat(" ", pad)+s.style.Paint(line))
		}
	}
	above := make([]string, max(h-len(lines), 0)/3)
	return v.fill(append(above, lines...), w, h)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
