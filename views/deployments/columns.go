package deployments

import (
	"strconv"
	"time"

	"fader/kube"
	"fader/views/age"
	"fader/views/box"
	"fader/views/fader"
	"fader/views/imagetag"
	"fader/views/phase"
	"fader/views/table"
	"fader/views/theme"
)

const (
	titlePhase = "PHASE"
	titleName  = "DEPLOYMENT"
	titleReady = "READY"
	titleAge   = "AGE"

	saysWidth = len(" deadline -364d")
	// A cause is told in words from this width on, below it by its kind.
	wordsFrom = 40
)

// columns are the page's, in the order they stand; Rank is the order they stay.
func (v *View) columns(namespaces bool) []table.Column[*kube.Rollout] {
	all := []table.Column[*kube.Rollout]{
		{Title: titlePhase, Min: 2 + len(kube.Progressing), Draw: v.drawPhase},
		{
			Title: "NAMESPACE", Rank: 2, Whole: true, Min: 9, Max: 63, Cell: v.namespace,
			Width: func(r *kube.Rollout) int { return box.Width(r.Deployment.Ref.Namespace) },
		},
		{
			Title: titleName, Whole: true, Min: 11, Max: 253, Cell: v.name,
			Width: func(r *kube.Rollout) int { return box.Width(r.Deployment.Ref.Name) },
		},
		{Title: "REV", Right: true, Rank: 7, Cell: v.revision, Width: func(r *kube.Rollout) int {
			return digits(r.Deployment.Revision)
		}},
		{Title: titleReady, Right: true, Whole: true, Min: 6, Cell: v.ready, Width: func(r *kube.Rollout) int {
			return digits(int64(r.Deployment.Replicas.Ready)) + 1 + digits(int64(r.Deployment.Replicas.Desired))
		}},
		{Title: "UPDATED", Right: true, Rank: 5, Whole: true, Cell: v.updated, Width: func(r *kube.Rollout) int {
			return digits(int64(r.Deployment.Replicas.Updated)) + 1 + digits(int64(r.Deployment.Replicas.Desired))
		}},
		{
			Title: "ROLLOUT", Rank: 1, Min: 6 + saysWidth, Max: 24 + saysWidth, Flex: true, Draw: v.drawRollout,
			Width: func(*kube.Rollout) int { return 10 + saysWidth },
		},
		{
			Title: "IMAGE", Rank: 6, Min: 12, Max: 48, Draw: v.drawImage,
			Width: func(r *kube.Rollout) int { return box.Width(imageOf(r)) },
		},
		{Title: titleAge, Right: true, Rank: 3, Min: 4, Cell: v.age},
		{Title: "BY", Rank: 8, Spare: true, Min: len("Argo CD"), Cell: v.manager},
		{Title: "CAUSE", Rank: 4, Min: len(kube.CauseSurgeDeadlock), Max: 160, Flex: true, Draw: v.drawCause},
	}
	if !namespaces {
		all = append(all[:1], all[2:]...)
	}
	return all
}

// look is the style of a row's plain text: quiet when healthy.
func (v *View) look(r *kube.Rollout) theme.Style {
	switch {
	case v.old():
		return v.theme.Faint
	case phase.Quiet(r):
		return v.theme.Dim
	}
	return v.theme.Text
}

func (v *View) drawPhase(pen *box.Pen, r *kube.Rollout) {
	sign, style := phase.Look(v.theme, r)
	style = v.unless(style)
	pen.Write(style, sign)
	pen.Blank(1)
	pen.Write(style, string(r.Phase))
}

func (v *View) namespace(r *kube.Rollout) table.Cell {
	style := v.theme.Dim
	if v.old() {
		style = v.theme.Faint
	}
	return table.Cell{Text: r.Deployment.Ref.Namespace, Style: style}
}

func (v *View) name(r *kube.Rollout) table.Cell {
	style := v.look(r)
	switch {
	case v.old():
		style = v.theme.Dim
	case r.Phase == kube.Stalled, r.Phase == kube.Degraded:
		style = v.theme.Strong
	}
	return table.Cell{Text: r.Deployment.Ref.Name, Style: style}
}

func (v *View) revision(r *kube.Rollout) table.Cell {
	if r.Deployment.Revision == 0 {
		return table.Cell{Text: age.Unknown, Style: v.theme.Faint}
	}
	style := v.look(r)
	if !v.old() && !phase.Quiet(r) {
		style = v.theme.Hue(r.Deployment.Revision)
	}
	return table.Cell{Text: strconv.FormatInt(r.Deployment.Revision, 10), Style: style}
}

func (v *View) ready(r *kube.Rollout) table.Cell {
	style := v.look(r)
	if missing(r) > 0 && !v.old() {
		style = v.theme.Waiting
		if r.Phase == kube.Stalled || r.Phase == kube.Degraded {
			style = v.theme.Broken
		}
	}
	return table.Cell{Text: of(r.Deployment.Replicas.Ready, r.Deployment.Replicas.Desired), Style: style}
}

func (v *View) updated(r *kube.Rollout) table.Cell {
	return table.Cell{Text: of(r.Deployment.Replicas.Updated, r.Deployment.Replicas.Desired), Style: v.look(r)}
}

func (v *View) drawImage(pen *box.Pen, r *kube.Rollout) { pen.WriteEnd(v.look(r), imageOf(r)) }

// drawCause says in words, or by its kind, what is worst about a row.
func (v *View) drawCause(pen *box.Pen, r *kube.Rollout) {
	worst := r.Worst()
	if worst == nil {
		return
	}
	text := worst.Text
	if pen.Left() < wordsFrom {
		text = string(worst.Kind)
	}
	pen.Write(v.unless(phase.Severe(v.theme, worst.Severity)), text)
}

func (v *View) age(r *kube.Rollout) table.Cell {
	return table.Cell{Text: age.Since(v.clock(), r.Deployment.Created), Style: v.look(r)}
}

func (v *View) manager(r *kube.Rollout) table.Cell {
	style := v.theme.Dim
	if v.old() {
		style = v.theme.Faint
	}
	return table.Cell{Text: r.Deployment.Manager.Tool, Style: style}
}

// drawRollout draws the fader and, behind it, what the clock says about it.
func (v *View) drawRollout(pen *box.Pen, r *kube.Rollout) {
	v.drawBar(pen, r, max(pen.Left()-saysWidth, 0))
	text, style := v.says(r)
	if text != "" {
		pen.Blank(1)
		pen.Write(style, text)
	}
}

func (v *View) drawBar(pen *box.Pen, r *kube.Rollout, w int) {
	switch {
	case r.Phase == kube.Complete:
		pen.Repeat(v.theme.Faint, v.theme.Glyphs.Border[0], w)
		return
	case len(r.Revisions) == 0, r.Phase == kube.ScaledDown:
		pen.Blank(w)
		return
	}
	mix := fader.Of(v.theme, r)
	if v.old() {
		mix.Hue, mix.OldHue = v.theme.Dim, v.theme.Dim
	}
	mix.Draw(pen, v.theme, w)
}

// says is what the clock says: how long it may still take, or since when not.
func (v *View) says(r *kube.Rollout) (string, theme.Style) {
	now := v.clock()
	style := v.look(r)
	switch {
	case r.Deployment.Paused && r.Phase != kube.Stalled:
		return pausedFor(now, r), v.unless(v.theme.Waiting)
	case r.Phase == kube.Degraded && !r.Since.IsZero():
		return "for " + age.Since(now, r.Since), style
	case r.Phase != kube.Progressing && r.Phase != kube.Stalled:
		return "", style
	case r.Deadline.IsZero():
		return "no deadline", v.theme.Dim
	case r.Deadline.After(now):
		return age.Long(r.Deadline.Sub(now)) + " left", style
	}
	return "deadline -" + age.Short(now.Sub(r.Deadline)), v.unless(v.theme.Broken)
}

func pausedFor(now time.Time, r *kube.Rollout) string {
	if r.Phase != kube.Paused || r.Since.IsZero() {
		return "paused"
	}
	return "paused " + age.Since(now, r.Since)
}

// unless dims a style while what is shown is old.
func (v *View) unless(style theme.Style) theme.Style {
	if v.old() {
		return v.theme.Dim
	}
	return style
}

func imageOf(r *kube.Rollout) string {
	first, more := "", 0
	for _, c := range r.Deployment.Containers {
		switch {
		case c.Init:
		case first == "":
			first = c.Image
		default:
			more++
		}
	}
	return imagetag.Counted(first, more)
}

func of(n, m int32) string {
	return strconv.FormatInt(int64(n), 10) + "/" + strconv.FormatInt(int64(m), 10)
}

func digits(n int64) int {
	count := 1
	if n < 0 {
		count++
	}
	for n /= 10; n != 0; n /= 10 {
		count++
	}
	return count
}
