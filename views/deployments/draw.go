package deployments

import (
	"strings"
	"time"

	"fader/kube"
	"fader/views/age"
	"fader/views/box"
	"fader/views/theme"
)

// causeHeight is how many lines of h the cause takes, its rule not counted: it
// depends on nothing but h, so that the table never jumps.
func causeHeight(h int) int {
	switch {
	case h >= 21:
		return 3
	case h >= 11:
		return 2
	case h >= 6:
		return 1
	}
	return 0
}

func (v *View) tableHeight(h int) int {
	if n := causeHeight(h); n > 0 {
		return h - n - 1
	}
	return h
}

func (v *View) draw(w, h int) []string {
	if says, ok := v.instead(); ok {
		return v.center(says, w, h)
	}
	lines := make([]string, 0, h)
	lines = append(lines, v.table.Render(w, v.tableHeight(h))...)
	if len(lines) < h {
		lines = append(lines, v.rule(w))
		lines = append(lines, v.fill(v.causes(w, h-len(lines)), w, h-len(lines))...)
	}
	return lines
}

// fill is box.Fill with the theme's ellipsis, at the end of lines and of the page.
func (v *View) fill(lines []string, w, h int) []string {
	more := v.theme.Glyphs.Ellipsis
	lines = box.Shorten(lines, h, more)
	for i, line := range lines {
		lines[i] = box.Cut(line, w, more)
	}
	return box.Fill(lines, w, h)
}

// rule divides table and causes. While what is shown is not the truth of this
// moment, the banner that says so stands in it.
func (v *View) rule(w int) string {
	if text, style := v.fresh.Banner(v.theme, v.now, "replicasets", "pods"); text != "" {
		return box.Fit(style.Paint(" "+box.Cut(text, max(w-1, 0), v.theme.Glyphs.Ellipsis)), w)
	}
	return v.theme.Faint.Paint(strings.Repeat(v.theme.Glyphs.Border[0], w))
}

// causes are at most h lines about the row under the cursor.
func (v *View) causes(w, h int) []string {
	r, ok := v.table.Cursor()
	if !ok || w < 3 {
		return nil
	}
	style := v.look(r)
	if r.Phase == kube.Stalled || r.Phase == kube.Degraded {
		style = v.unless(v.theme.Text)
	}
	name := r.Ref().String()
	if len(r.Causes) == 0 {
		return v.paragraph(name, r.Status, style, w)
	}
	var lines []string
	for i, c := range r.Causes {
		if i == 0 {
			lines = v.paragraph(name, v.told(c), style, w)
		} else {
			lines = append(lines, v.paragraph("", c.Text, style, w)...)
		}
		if c.Hint != "" && len(lines) < h {
			lines = append(lines, " "+v.unless(v.theme.Accent).Paint(v.theme.Glyphs.Arrow)+" "+v.theme.Dim.Paint(c.Hint))
		}
		if len(lines) >= h {
			break
		}
	}
	return lines
}

// paragraph wraps text behind the name it is about.
func (v *View) paragraph(name, text string, style theme.Style, w int) []string {
	if name != "" {
		name += ":"
		text = name + " " + text
	}
	lines := box.Wrap(text, w-2)
	for i, line := range lines {
		rest, named := strings.CutPrefix(line, name)
		if i == 0 && named && name != "" {
			lines[i] = " " + v.unless(v.theme.Strong).Paint(name) + style.Paint(rest)
			continue
		}
		lines[i] = " " + style.Paint(line)
	}
	return lines
}

// told is a cause with its age, and what still serves meanwhile.
func (v *View) told(c kube.Cause) string {
	since := ""
	if !c.Since.IsZero() {
		since = age.Since(v.clock(), c.Since)
	}
	return c.Sentence(since, v.theme.Glyphs.Dot)
}

// clock is the present while it is known, else the moment to which rows are true.
func (v *View) clock() time.Time { return v.fresh.Clock(v.now) }
