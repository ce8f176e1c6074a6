package strip

import (
	"fmt"
	"strings"

	"fader/views/box"
	"fader/views/fader"
	"fader/views/theme"
)

const (
	meter  = 3 // cells of a level meter's width
	margin = 2
)

// Height is how many lines Strips gives for meters of that height.
func (d Desk) Height(meters int) int { return 3 + max(meters, 3) }

// Strips are the two channels: who they are, and below that their levels on one
// scale with the counts beside them. height is that of the meters, 3 at least.
func (d Desk) Strips(t theme.Theme, w, height int) []string {
	height = max(height, 3)
	lines := make([]string, 0, d.Height(height))
	for _, of := range []func(Side) (theme.Style, string){
		func(s Side) (theme.Style, string) { return s.Hue, s.Role },
		func(s Side) (theme.Style, string) { return t.Strong, s.Name },
		func(s Side) (theme.Style, string) { return t.Dim, s.Image },
	} {
		style, left := of(d.Stable)
		style2, right := of(d.Canary)
		lines = append(lines, facing(style.Paint(box.Cut(left, w/2-margin-1, t.Glyphs.Ellipsis)), style2.Paint(box.Cut(right, w/2-margin-1, t.Glyphs.Ellipsis)), w))
	}
	left, right := d.level(t, d.Stable, height), d.level(t, d.Canary, height)
	word := " of endpoints"
	switch {
	case w < 60:
		word = " endpts"
	case w < 70:
		word = " endpoints"
	}
	ours, theirs := d.counts(t, d.Stable, word), d.counts(t, d.Canary, word)
	for i := range height {
		a, b := left[i], right[i]
		if at := i - (height-len(ours))/2; at >= 0 && at < len(ours) {
			a, b = a+"  "+ours[at], theirs[at]+"  "+b
		}
		lines = append(lines, facing(a, b, w))
	}
	return lines
}

func facing(left, right string, w int) string {
	pad := strings.Repeat(" ", margin)
	return box.Spread(pad+left, right+pad, w)
}

// counts of a side, what matters most first.
func (d Desk) counts(t theme.Theme, s Side, word string) []string {
	now, after := d.share(s)
	had := fmt.Sprint(s.Now)
	if d.Blind {
		now, had = unknown, unknown
	}
	replicas := t.Strong.Paint(had)
	share := t.Strong.Paint(now)
	if s.Now != s.After || d.Blind {
		replicas += t.Dim.Paint(" "+t.Glyphs.Arrow+" ") + s.Hue.Bold().Paint(fmt.Sprint(s.After))
	}
	if now != after {
		share += t.Dim.Paint(" "+t.Glyphs.Arrow+" ") + s.Hue.Bold().Paint(after)
	}
	ready := t.Dim.Paint(fmt.Sprintf("%d of %d ready", s.Ready, s.Now))
	switch {
	case d.Blind:
		ready = t.Dim.Paint("not read yet")
	case s.Ready < s.Now:
		ready = t.Waiting.Paint(fmt.Sprintf("%d of %d ready", s.Ready, s.Now))
	}
	return []string{
		replicas + t.Dim.Paint(map[bool]string{true: " replica", false: " replicas"}[s.After == 1]),
		share + t.Dim.Paint(word),
		ready,
	}
}

// level is a meter: what is ready and stays, above it what comes, goes or is not
// ready, then nothing.
func (d Desk) level(t theme.Theme, s Side, height int) []string {
	stays := min(s.Now, s.After, s.Ready)
	moves := max(s.Now, s.After) - stays
	cells := fader.Share(height, []int{int(stays), int(moves), int(d.Total() - stays - moves)})
	glyph, style := t.Glyphs.Rising, s.Hue
	if s.After < s.Now {
		style = t.Dim
	}
	lines := make([]string, 0, height)
	for i := range height {
		from := height - 1 - i // counted from below
		switch {
		case from < cells[0]:
			lines = append(lines, s.Hue.Paint(strings.Repeat(t.Glyphs.Full, meter)))
		case from < cells[0]+cells[1]:
			lines = append(lines, style.Paint(strings.Repeat(glyph, meter)))
		default:
			lines = append(lines, t.Faint.Paint(strings.Repeat(t.Glyphs.Empty, meter)))
		}
	}
	return lines
}
