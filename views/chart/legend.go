package chart

import (
	"strings"

	"fader/kube/gauge"
	"fader/views/box"
	"fader/views/figure"
	"fader/views/theme"
)

// entry of the legend: a line's sign and name, and what is known of it now.
func (v *View) entry(f frame, i, w int) string {
	l, t, p := f.lines[i], v.theme, f.pencil(i)
	var b strings.Builder
	pen := box.NewPen(&b, t, theme.Style{}, w)
	pen.Blank(1)
	pen.Write(p.style, v.sign(p)+" ")
	name := pen.Part(min(v.nameWidth(), w/3))
	name.Write(p.style.Bold(), l.name)
	if l.fresh {
		name.Write(v.ink(t.Accent), " "+t.Glyphs.New+"new")
	}
	name.Fill()
	for _, of := range v.told(l) {
		const between = 3
		if between+box.Width(of.word)+1+figure.Width > pen.Left() {
			break
		}
		pen.Blank(between)
		pen.Write(t.Dim, of.word)
		value := pen.Part(1 + figure.Width)
		value.Right(v.ink(t.Text), of.text)
		value.Fill()
	}
	pen.Fill()
	return b.String()
}

// sign of a line: a piece of it.
func (v *View) sign(p pencil) string {
	if v.ascii {
		return p.sign + p.sign
	}
	return strings.Repeat(v.theme.Glyphs.Border[0], 2)
}

func (v *View) nameWidth() int {
	w := 0
	for _, l := range v.lines() {
		n := box.Width(l.name)
		if l.fresh {
			n += 1 + box.Width(v.theme.Glyphs.New) + len("new")
		}
		w = max(w, n)
	}
	return w
}

// told is a figure in words.
type told struct{ word, text string }

func (v *View) told(l line) []told {
	figures := []gauge.Figure{v.figure}
	for _, f := range [...]gauge.Figure{gauge.P99, gauge.P95, gauge.P50} {
		if f != v.figure {
			figures = append(figures, f)
		}
	}
	var all []told
	for _, f := range append(figures[:1:1], gauge.Errors, gauge.Requests) {
		all = append(all, v.tell(l, f))
	}
	for _, f := range figures[1:] {
		all = append(all, v.tell(l, f))
	}
	return all
}

// tell a figure as it is now, by the poller: a long window's last point may be
// of the last hour.
func (v *View) tell(l line, f gauge.Figure) told {
	for _, now := range v.drawn.now {
		if now.name == l.name {
			l = now
		}
	}
	r := l.latency
	if f != v.figure {
		r = gauge.Read(l.group, f)
	}
	return told{f.String(), figure.Text(v.theme, r)}
}
