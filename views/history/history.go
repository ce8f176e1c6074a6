package history

import (
	"fmt"
	"strings"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/rollout"
	"fader/views/age"
	"fader/views/box"
	"fader/views/diff"
	"fader/views/imagetag"
	"fader/views/scroll"
	"fader/views/theme"
)

// View is the dialog.
type View struct {
	target  kube.Ref
	history rollout.History
	now     time.Time
	cursor  int
	base    int // revision to compare with, -1 for the present one
	diff    scroll.Window
}

// New shows a history with the cursor on the revision before the present one.
func New(target kube.Ref, h rollout.History, now time.Time) *View {
	v := &View{target: target, history: h, now: now, base: -1}
	if len(h.Revisions) > 1 && h.Revisions[0].New {
		v.cursor = 1
	}
	return v
}

// Chosen is the revision under the cursor; false where it is what runs now.
func (v *View) Chosen() (rollout.Past, bool) {
	past := v.past()
	if past == nil || past.New {
		return rollout.Past{}, false
	}
	return *past, true
}

func (v *View) past() *rollout.Past {
	if v.cursor >= len(v.history.Revisions) {
		return nil
	}
	return &v.history.Revisions[v.cursor]
}

// Handle moves the cursor, or the window on the diff.
func (v *View) Handle(a keymap.Action) {
	switch a {
	case keymap.Up:
		v.point(v.cursor - 1)
	case keymap.Down:
		v.point(v.cursor + 1)
	case keymap.Mark:
		v.mark()
	default:
		v.diff.Handle(a)
	}
}

// mark makes the revision under the cursor the one to compare with, or the present one again.
func (v *View) mark() {
	if v.base == v.cursor {
		v.base = -1
		return
	}
	v.base = v.cursor
}

// Compared are the two templates whose difference is shown, from and to; false
// where there are not two.
func (v *View) Compared() (from, to rollout.Past, ok bool) {
	past, now := v.past(), v.reference()
	if past == nil || now == nil || past.ReplicaSet == now.ReplicaSet {
		return rollout.Past{}, rollout.Past{}, false
	}
	return *now, *past, true
}

// reference is what the revision under the cursor is compared with.
func (v *View) reference() *rollout.Past {
	if v.base >= 0 {
		return &v.history.Revisions[v.base]
	}
	return v.present()
}

func (v *View) point(at int) {
	v.cursor = max(min(at, len(v.history.Revisions)-1), 0)
	v.diff = scroll.Window{}
}

// Render is the dialog in at most w×h cells.
func (v *View) Render(t theme.Theme, w, h int) []string {
	w = min(w, 120)
	rows := v.rows(t, w-2, max(min(len(v.history.Revisions), (h-4)/2), 1))
	lines := append([]string{t.Dim.Paint(v.columns(w))}, rows...)
	lines = append(lines, t.Border.Paint(strings.Repeat(t.Glyphs.Border[0], max(w-2, 0))))
	lines = append(lines, " "+v.heading(t))
	lines = append(lines, v.diff.Cut(v.difference(t), h-2-len(lines))...)
	word := ""
	if n := v.diff.Below(); n > 0 {
		word = t.Dim.Paint(fmt.Sprintf("%d more lines, space scrolls", n))
	}
	title := t.Strong.Paint("History of " + v.target.String())
	return box.Frame(t, title, word, lines, w, min(len(lines)+2, h), true)
}

const (
	ageWidth   = 5
	tagWidth   = 28
	readyWidth = 7
)

func (v *View) columns(w int) string {
	return box.Fit("    REV "+box.Right("AGE", ageWidth)+"  "+box.Fit("IMAGE", tagWidth)+" "+box.Right("READY", readyWidth)+"  CHANGED, CHANGE-CAUSE", w-2)
}

// rows are n lines of the revisions around the cursor.
func (v *View) rows(t theme.Theme, w, n int) []string {
	top := max(min(v.cursor-n/2, len(v.history.Revisions)-n), 0)
	var lines []string
	for i := top; i < len(v.history.Revisions) && i < top+n; i++ {
		lines = append(lines, v.row(t, i, w))
	}
	return lines
}

func (v *View) row(t theme.Theme, i, w int) string {
	past := v.history.Revisions[i]
	mark := " "
	if i == v.base {
		mark = t.Glyphs.Marked
	} else if past.New {
		mark = t.Glyphs.New
	}
	head := box.Right(number(&past), 5) + mark + " " + box.Right(age.Short(v.now.Sub(past.Created)), ageWidth) + "  "
	tail := box.Fit(imagetag.List(past.Images), tagWidth) + " " +
		box.Right(fmt.Sprintf("%d/%d", past.Ready, past.Desired), readyWidth) + "  " + told(t, past)
	if i == v.cursor {
		ground := t.Cursor
		return t.Accent.On(ground).Paint(t.Glyphs.Cursor) + t.Hue(past.Revision).On(ground).Paint(head) +
			t.Strong.On(ground).Paint(box.Fit(tail, max(w-1-len([]rune(head)), 0)))
	}
	return " " + t.Hue(past.Revision).Paint(head) + t.Text.Paint(tail)
}

// told is how the revision differs where its images do not tell, and its change-cause.
func told(t theme.Theme, past rollout.Past) string {
	if past.Changed == "" || past.ChangeCause == "" {
		return past.Changed + past.ChangeCause
	}
	return past.Changed + " " + t.Glyphs.Dot + " " + past.ChangeCause
}

// heading says what the lines below are.
func (v *View) heading(t theme.Theme) string {
	past := v.past()
	from, to, ok := v.Compared()
	switch {
	case past == nil:
		return t.Dim.Paint("no revision is kept: there is nothing to go back to")
	case v.base >= 0 && ok:
		return t.Text.Paint(fmt.Sprintf("from revision %s to revision %s the pod template changes:", number(&from), number(&to)))
	case v.base >= 0:
		return t.Dim.Paint("other revisions are compared with this one")
	case past.New:
		return t.Dim.Paint("this is the template the Deployment has now")
	case !ok:
		return t.Dim.Paint("the revision of the present template is not made yet: nothing to compare with")
	}
	return t.Text.Paint(fmt.Sprintf("undo to revision %s changes in the pod template:", number(past)))
}

func (v *View) present() *rollout.Past {
	for i := range v.history.Revisions {
		if v.history.Revisions[i].New {
			return &v.history.Revisions[i]
		}
	}
	return nil
}

func (v *View) difference(t theme.Theme) []string {
	from, to, ok := v.Compared()
	if !ok {
		return nil
	}
	lines := diff.Lines(t, from.Template, to.Template)
	if len(lines) == 0 {
		return []string{"   " + t.Dim.Paint("nothing: the templates are the same")}
	}
	for i := range lines {
		lines[i] = "   " + lines[i]
	}
	return lines
}

// number of a revision, "?" where the annotation that carries it is gone.
func number(past *rollout.Past) string {
	if past.Revision == 0 {
		return "?"
	}
	return fmt.Sprint(past.Revision)
}
