package rollout

import (
	"strings"

	"fader/kube"
	"fader/views/age"
	"fader/views/box"
	"fader/views/phase"
	"fader/views/remedy"
	"fader/views/theme"
)

func (v *View) draw(w, h int) []string {
	if v.rollout == nil {
		return v.nothing(w, h)
	}
	head := v.head(w, h)
	v.slots = plan(area{w, h, len(head), v.figured()}, v.focus)
	canvas := box.Fill(head, w, h)
	for _, left := range [...]bool{true, false} { // a line's left half is there before its right one
		for _, s := range v.slots {
			if left != (s.x == 0) {
				continue
			}
			for y, line := range v.pane(s) {
				if left {
					canvas[s.y+y] = line
				} else {
					canvas[s.y+y] += line
				}
			}
		}
	}
	return canvas
}

// head are the lines above the panes; their number depends on h alone, but for
// an alarm, which takes the place of the strategy or of a line below it.
func (v *View) head(w, h int) []string {
	head := []string{v.title(w)}
	alarm, loud := v.notice(w)
	switch {
	case h >= 17:
		if loud {
			return append(head, alarm)
		}
		return append(head, v.strategy(w))
	case h >= 3 && loud:
		return append(head, alarm)
	case h >= 3:
		return append(head, v.worst(w))
	}
	return head[:min(h, 1)]
}

// worst is the first cause in one line, for screens without a pane of causes.
func (v *View) worst(w int) string {
	c := v.rollout.Worst()
	if c == nil {
		return v.strategy(w)
	}
	text := box.Cut(v.told(*c), max(w-1, 0), v.theme.Glyphs.Ellipsis)
	return box.Fit(" "+v.ink(phase.Severe(v.theme, c.Severity)).Paint(text), w)
}

// told is a cause with its age.
func (v *View) told(c kube.Cause) string {
	since := ""
	if !c.Since.IsZero() {
		since = age.Since(v.clock(), c.Since)
	}
	return c.Sentence(since, v.theme.Glyphs.Dot)
}

// pane draws one slot.
func (v *View) pane(s slot) []string {
	w, h := s.w-2*s.border(), s.h-2*s.border()
	body := v.body(s.pane, w, h)
	if s.bare {
		return box.Fill(body, s.w, s.h)
	}
	style := v.theme.Dim
	if s.pane == v.focus {
		style = v.theme.Strong
	}
	title := style.Paint(s.pane.title())
	switch s.pane {
	case paneTraffic:
		title += v.theme.Dim.Paint(v.trafficTitle())
	case paneRevisions:
		title = box.Cut(title+v.figureTitle(), max(s.w-4, 0), v.theme.Glyphs.Ellipsis)
	}
	return box.Frame(v.theme, title, v.word(s.pane), body, s.w, s.h, s.pane == v.focus)
}

func (v *View) body(p pane, w, h int) []string {
	switch p {
	case paneRevisions:
		return v.allRevisions(w, h)
	case panePods:
		if _, n := v.pods.Counts(); n == 0 {
			return []string{" " + v.theme.Dim.Paint(v.noPods())}
		}
		return v.pods.Render(w, h)
	case paneTraffic:
		if v.traffic.empty() {
			return v.noTraffic(w)
		}
		return v.traffic.table.Render(w, h)
	case paneEvents:
		return v.events.Render(w, h)
	case paneSetting:
		return v.setting.Cut(v.settings(w), h)
	}
	return v.causes.Cut(v.allCauses(w), h)
}

// word stands at the right of a pane's title.
func (v *View) word(p pane) string {
	_, pods := v.pods.Counts()
	switch {
	case p == panePods && pods > 0:
		return v.slowPods() + v.theme.Dim.Paint(number(int64(pods)))
	case p == paneTraffic && !v.traffic.empty():
		return v.theme.Dim.Paint(v.trafficCount())
	case p == paneCauses && v.causes.Below() > 0, p == paneSetting && v.setting.Below() > 0:
		return v.theme.Waiting.Paint("more " + v.theme.Glyphs.Down)
	}
	return ""
}

// noPods says why there is none: there are none, or they cannot be seen.
func (v *View) noPods() string {
	if pods, ok := v.snapshot.Health.Resources["pods"]; ok && pods.State != kube.Live {
		return "pods: " + string(pods.State) + " " + pods.Message
	}
	return "no pods"
}

// allCauses are all causes in full, with their hints.
func (v *View) allCauses(w int) []string {
	t := v.theme
	if len(v.rollout.Causes) == 0 {
		return []string{" " + v.ink(t.Dim).Paint(v.rollout.Status)}
	}
	var lines []string
	for _, c := range v.rollout.Causes {
		style := v.ink(phase.Severe(t, c.Severity))
		text := v.ink(t.Text)
		if c.Severity == kube.Info {
			text = style
		}
		lines = append(lines, hang(style.Paint(v.severitySign(c.Severity)), v.told(c), text, w)...)
		if hint := remedy.Hint(v.keys, c); hint != "" {
			lines = append(lines, hang(v.ink(t.Accent).Paint(t.Glyphs.Arrow), hint, v.ink(t.Dim), w)...)
		}
	}
	return lines
}

func (v *View) severitySign(s kube.Severity) string {
	g := v.theme.Glyphs
	switch s {
	case kube.Broken:
		return g.No
	case kube.Attention:
		return g.Warning
	}
	return g.Waiting
}

// hang wraps text behind a sign, the further lines under the first.
func hang(sign, text string, style theme.Style, w int) []string {
	indent := box.Width(sign) + 2
	lines := box.Wrap(text, w-indent-1)
	for i, line := range lines {
		lead := strings.Repeat(" ", indent)
		if i == 0 {
			lead = " " + sign + " "
		}
		lines[i] = lead + style.Paint(line)
	}
	return lines
}

// nothing is the page before its Deployment was seen: it says why.
func (v *View) nothing(w, h int) []string {
	t, g := v.theme, v.theme.Glyphs
	v.slots = nil
	lines := hang(t.Dim.Paint(g.Waiting), "reading "+v.ref.String()+" "+g.Ellipsis, t.Dim, w)
	switch sign, text, style := v.fresh.Trouble(t, v.now); {
	case v.ref == kube.Ref{}:
		lines = hang(t.Dim.Paint(g.Dot), "no Deployment is open", t.Dim, w)
	case v.Gone():
		lines = hang(t.Broken.Paint(g.No), v.ref.String()+": "+v.whyGone(), t.Broken, w)
	case text != "":
		lines = hang(style.Paint(sign), v.ref.String()+" has not been read: "+text, style, w)
	}
	return box.Fill(append([]string{""}, lines...), w, h)
}

// hue is a revision's colour on this page and all others.
func (v *View) hue(revision int64) theme.Style { return v.ink(v.theme.Hue(revision)) }
