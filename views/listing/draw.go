package listing

import (
	"strings"
	"time"

	"fader/views/box"
	"fader/views/freshness"
	"fader/views/theme"
)

// aboutHeight is how many lines of h are about the row under the cursor, the rule
// not counted: it depends on nothing but h and on whether figures are shown at
// all, so that the table never jumps.
func (p *Page[K, T]) aboutHeight(h int) int {
	n := aboutHeight(h)
	if p.gauge == nil {
		return n
	}
	return n + max(min(p.kind.Measured, n-1), 0)
}

func aboutHeight(h int) int {
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

func (p *Page[K, T]) tableHeight(h int) int {
	if n := p.aboutHeight(h); n > 0 {
		return h - n - 1
	}
	return h
}

func (p *Page[K, T]) draw(w, h int) []string {
	if says, ok := p.instead(); ok {
		return p.center(says, w, h)
	}
	lines := make([]string, 0, h)
	lines = append(lines, p.table.Render(w, p.tableHeight(h))...)
	if room := h - len(lines) - 1; room >= 0 {
		lines = append(lines, p.rule(w))
		lines = append(lines, p.fill(p.about(w, room), w, room)...)
	}
	return lines
}

func (p *Page[K, T]) about(w, h int) []string {
	row, ok := p.table.Cursor()
	if !ok || w < 3 || h < 1 {
		return nil
	}
	return p.kind.About(row, w, h)
}

// fill is box.Fill with the theme's ellipsis, at the end of lines and of the page.
func (p *Page[K, T]) fill(lines []string, w, h int) []string {
	more := p.theme.Glyphs.Ellipsis
	lines = box.Shorten(lines, h, more)
	for i, line := range lines {
		lines[i] = box.Cut(line, w, more)
	}
	return box.Fill(lines, w, h)
}

// rule divides the table from what is below. While what is shown is not the truth
// of this moment, or not what was asked for, it says so.
func (p *Page[K, T]) rule(w int) string {
	text, style := p.fresh.BannerOf(p.theme, p.now, p.needs()...)
	if text == "" && p.kind.Caveat != nil {
		text, style = p.kind.Caveat(), p.theme.Waiting
	}
	if text == "" {
		text, style = p.unmeasured(), p.theme.Waiting
	}
	if text == "" && p.table.Loosely() {
		text = p.theme.Glyphs.Unknown + " nothing has " + quoted(p.filter) + " as written: these come near"
		style = p.theme.Waiting
	}
	if text != "" {
		return box.Fit(style.Paint(" "+box.Cut(text, max(w-1, 0), p.theme.Glyphs.Ellipsis)), w)
	}
	return p.theme.Faint.Paint(strings.Repeat(p.theme.Glyphs.Border[0], w))
}

// needs are the page's own resource, whose rows may still be coming in, and those
// of others.
func (p *Page[K, T]) needs() []freshness.Need {
	if p.kind.Resource == "" {
		return p.kind.Needs
	}
	return append([]freshness.Need{{Resource: p.kind.Resource, Lacks: "rows"}}, p.kind.Needs...)
}

// Paragraph wraps text behind the name it is about, which may be "".
func (p *Page[K, T]) Paragraph(name, text string, style theme.Style, w int) []string {
	if name != "" {
		name += ":"
		text = name + " " + text
	}
	lines := box.Wrap(text, w-2)
	for i, line := range lines {
		rest, named := strings.CutPrefix(line, name)
		if i == 0 && named && name != "" {
			lines[i] = " " + p.Ink(p.theme.Strong).Paint(name) + style.Paint(rest)
			continue
		}
		lines[i] = " " + style.Paint(line)
	}
	return lines
}

// Hint is a line that says what can be done.
func (p *Page[K, T]) Hint(text string) string {
	return " " + p.Ink(p.theme.Accent).Paint(p.theme.Glyphs.Arrow) + " " + p.theme.Dim.Paint(text)
}

// Facts is a line of short facts, the most important first.
func (p *Page[K, T]) Facts(facts []string) string {
	return " " + p.Quiet(true).Paint(strings.Join(facts, " "+p.theme.Glyphs.Dot+" "))
}

// Old says that rows are shown which nobody vouches for any more.
func (p *Page[K, T]) Old() bool { return p.fresh.Old() }

// Ink is a style, dimmed while what is shown is old.
func (p *Page[K, T]) Ink(s theme.Style) theme.Style {
	if p.Old() {
		return p.theme.Dim
	}
	return s
}

// Quiet is the style of a row's plain text: dim when nothing is the matter with it.
func (p *Page[K, T]) Quiet(quiet bool) theme.Style {
	switch {
	case p.Old():
		return p.theme.Faint
	case quiet:
		return p.theme.Dim
	}
	return p.theme.Text
}

// Clock is the present while it is known, else the moment to which rows are true.
func (p *Page[K, T]) Clock() time.Time { return p.fresh.Clock(p.now) }
