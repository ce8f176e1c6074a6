package fader

import (
	"fader/kube"
	"fader/views/box"
	"fader/views/theme"
)

// Mix is the state of a fade, in pods.
type Mix struct {
	New    int // pods of the new revision that are ready
	Rising int // pods of the new revision that are not ready yet
	Old    int // pods of older revisions that are ready
	Lack   int // pods that are wanted and are none of these
	Hue    theme.Style
	OldHue theme.Style // of the newest old revision that has pods
}

// Of reads the mix of a rollout.
func Of(t theme.Theme, r *kube.Rollout) Mix {
	m := Mix{Hue: t.Hue(r.Deployment.Revision), OldHue: t.Dim}
	for i := len(r.Revisions) - 1; i >= 0; i-- {
		rev := r.Revisions[i].ReplicaSet
		ready := int(rev.Ready)
		if r.Revisions[i].New {
			m.New += ready
			m.Rising += max(int(rev.Current)-ready, 0)
			m.Hue = t.Hue(rev.Revision)
			continue
		}
		m.Old += ready
		if ready > 0 {
			m.OldHue = t.Hue(rev.Revision)
		}
	}
	m.Lack = max(int(r.Deployment.Replicas.Desired)-m.New-m.Rising-m.Old, 0)
	return m
}

// Draw draws the mix over the next w cells of pen: the new revision comes from
// the left, the old ones go to the right, what is missing gapes between them.
func (m Mix) Draw(pen *box.Pen, t theme.Theme, w int) {
	w = min(w, pen.Left())
	counts := [4]int{m.New, m.Rising, m.Lack, m.Old}
	var cells [4]int
	share(w, counts[:], cells[:])
	g := t.Glyphs
	pen.Repeat(m.Hue, g.Full, cells[0])
	pen.Repeat(m.Hue, g.Rising, cells[1])
	pen.Repeat(t.Faint, g.Empty, cells[2])
	pen.Repeat(m.OldHue, g.Old, cells[3])
	pen.Repeat(t.Faint, g.Empty, w-cells[0]-cells[1]-cells[2]-cells[3])
}

// Level draws one revision over the next w cells: ready of full, with rising
// more on the way. full is the scale that the revisions of a rollout share.
func Level(pen *box.Pen, t theme.Theme, hue theme.Style, ready, rising, full, w int) {
	w = min(w, pen.Left())
	counts := [3]int{ready, rising, full - ready - rising}
	var cells [3]int
	share(w, counts[:], cells[:])
	pen.Repeat(hue, t.Glyphs.Full, cells[0])
	pen.Repeat(hue, t.Glyphs.Rising, cells[1])
	pen.Repeat(t.Faint, t.Glyphs.Empty, w-cells[0]-cells[1])
}
