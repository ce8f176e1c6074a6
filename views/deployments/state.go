package deployments

import (
	"strconv"
	"strings"

	"fader/keymap"
	"fader/kube"
	"fader/views/box"
	"fader/views/freshness"
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

// instead is what stands in place of the table when there are no rows; false
// where there are.
func (v *View) instead() ([]string, bool) {
	t := v.theme
	shown, total := v.table.Counts()
	switch {
	case shown > 0:
		return nil, false
	case v.snapshot == nil:
		return []string{t.Dim.Paint(t.Glyphs.Waiting + " connecting " + t.Glyphs.Ellipsis)}, true
	case total > 0:
		return []string{
			t.Text.Paint("none of " + freshness.Thousands(total) + " Deployments match " + strconv.Quote(v.filter)),
			t.Dim.Paint(v.press(keymap.Back) + " clears the filter"),
		}, true
	}
	return v.nothing(), true
}

// nothing says why there is no row at all.
func (v *View) nothing() []string {
	t, g := v.theme, v.theme.Glyphs
	d := v.state("deployments")
	state, message := d.State, d.Message
	if h := v.snapshot.Health; h.State == kube.Disconnected || h.State == kube.NeedsLogin {
		state, message = h.State, h.Message
	}
	switch state {
	case kube.Syncing:
		return append([]string{t.Text.Paint(g.Waiting + " reading Deployments " + g.Ellipsis)}, v.progress()...)
	case kube.Forbidden:
		return []string{
			t.Broken.Paint(g.No + " forbidden: you may not list Deployments " + v.where()), t.Dim.Paint(message),
			t.Dim.Paint(v.press(keymap.Namespaces) + " chooses another namespace; or ask for list and watch on deployments.apps"),
		}
	case kube.NeedsLogin:
		return []string{
			t.Waiting.Paint(g.Waiting + " needs login: the server does not accept your credentials"), t.Dim.Paint(message),
		}
	case kube.Disconnected:
		return []string{
			t.Broken.Paint(g.Dead + " not connected" + v.fresh.For(v.now) + ": nothing has been read yet"), t.Dim.Paint(message),
		}
	}
	return v.empty()
}

func (v *View) empty() []string {
	t := v.theme
	lines := []string{t.Text.Paint("no Deployments " + v.where())}
	hint := v.press(keymap.Namespaces) + " chooses a namespace"
	if v.snapshot.Scope.Namespace != "" {
		hint = v.press(keymap.AllScope) + " shows all namespaces, " + hint
	}
	return append(lines, t.Dim.Paint(hint))
}

// progress is how far a first list is, for those resources that have begun.
func (v *View) progress() []string {
	var parts []string
	for _, resource := range [...]string{"deployments", "replicasets", "pods"} {
		if r, ok := v.snapshot.Health.Resources[resource]; ok && r.Count > 0 {
			parts = append(parts, freshness.Thousands(r.Count)+" "+resource)
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{v.theme.Dim.Paint(strings.Join(parts, " "+v.theme.Glyphs.Dot+" ") + " so far")}
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

// center puts a few lines into the upper middle of the page.
func (v *View) center(lines []string, w, h int) []string {
	out := make([]string, 0, h)
	for range max((h-len(lines))/3, 0) {
		out = append(out, "")
	}
	for _, line := range lines {
		if n := box.Width(line); n < w {
			line = strings.Repeat(" ", (w-n)/2) + line
		}
		out = append(out, line)
	}
	return v.fill(out, w, h)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }
