package course

import (
	"fmt"
	"strings"

	"fader/kube/fade"
	"fader/views/box"
	"fader/views/fader"
	"fader/views/theme"
)

// wide enough for a fader in the line.
const wide = 100

// Line is one line of exactly w cells about a course; more are under way besides.
// hint says how to see more of it.
func Line(t theme.Theme, p fade.Progress, more int, hint string, w int) string {
	var b strings.Builder
	pen := box.NewPen(&b, t, t.Bar, w)
	if more > 0 {
		hint = fmt.Sprintf("+%d more %s ", more, t.Glyphs.Dot) + hint
	}
	text := pen.Part(w - box.Width(hint) - 4)
	sign, mood := mark(t, p)
	text.Blank(1)
	text.Write(mood, sign+" ")
	text.Write(t.Strong, Name(p.Course))
	if at := Place(p); at != "" {
		text.Write(t.Text, " "+at)
	}
	if w >= wide && p.Course.Kind != fade.Hold && Place(p) != "" {
		text.Blank(1)
		mix := fader.Mix{
			New: int(p.Canary.Ready), Rising: int(p.Canary.Desired - p.Canary.Ready), Old: int(p.Stable.Ready), Hue: t.Accent, OldHue: t.Dim,
		}
		mix.Draw(&text, t, 10)
	}
	text.Write(t.Dim, ": ")
	text.Write(mood, p.Text)
	text.Fill()
	pen.Blank(3)
	pen.Write(t.Accent, hint)
	pen.Fill()
	return b.String()
}

// Name is what the course is called: "shift shop/checkout".
func Name(c fade.Course) string {
	name := string(c.Kind) + " " + c.Subject().String()
	if c.Return {
		return name + ", taken back"
	}
	return name
}

// Place is where the course is: "at 3 of 10"; "" before it was seen.
func Place(p fade.Progress) string {
	c := p.Course
	switch {
	case c.Kind == fade.Hold:
		return fmt.Sprintf("at %d of %d", p.Stable.Updated, goal(c))
	case p.Stable == fade.Level{} && p.Canary == fade.Level{}:
		return ""
	}
	return fmt.Sprintf("at %d of %d", p.Canary.Desired, c.Total)
}

// goal is where all the steps end.
func goal(c fade.Course) int32 {
	if c.Return || len(c.Steps) == 0 {
		return c.From
	}
	return c.Steps[len(c.Steps)-1]
}

// mark is the sign of a state and how loud it is.
func mark(t theme.Theme, p fade.Progress) (string, theme.Style) {
	switch p.State {
	case fade.Done:
		return t.Glyphs.Yes, t.Good
	case fade.Failed:
		return t.Glyphs.No, t.Broken
	case fade.Stopped:
		return t.Glyphs.Paused, t.Waiting
	case fade.Holding:
		return t.Glyphs.Paused, t.Text
	}
	return t.Glyphs.Waiting, t.Text
}
