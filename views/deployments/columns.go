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
	titleCause = "CAUSE"
	titleName  = "DEPLOYMENT"
	titleReady = "READY"
	titleAge   = "AGE"
	titleImage = "IMAGE"

	saysWidth = len(" deadline -364d")
	// A cause is told in words from this width on, below it by its kind.
	wordsFrom = 28
	// Spare columns leave a cause so many cells.
	causeLikes = 60
)

// columns are the page's, in the order they stand; Rank is the order they stay,
// with room for figures.
func (v *View) columns(namespaces bool) []table.Column[*kube.Rollout] {
	all := []table.Column[*kube.Rollout]{
		{Title: titlePhase, Rank: 1, Essential: true, Min: 2 + len(kube.Progressing), Draw: v.drawPhase, Compare: byPhase},
		{
			Title: "NAMESPACE", Whole: true, Middle: true, Enough: 16, Min: 9, Max: 63, Cell: v.namespace, Compare: byNamespace,
			Width: func(r *kube.Rollout) int { return box.Width(r.Deployment.Ref.Namespace) },
		},
		{
			Title: titleName, Whole: true, Middle: true, Enough: 24, Min: 11, Max: 253, Cell: v.name, Compare: byNamespaceAndName,
			Width: func(r *kube.Rollout) int { return box.Width(r.Deployment.Ref.Name) },
		},
		{Title: "REV", Right: true, Rank: 9, Spare: true, Cell: v.revision, Compare: byRevision, Width: func(r *kube.Rollout) int {
			return digits(r.Deployment.Revision)
		}},
		{Title: titleReady, Right: true, Rank: 2, Essential: true, Whole: true, Min: 6, Cell: v.ready, Compare: mostMissing, Width: func(r *kube.Rollout) int {
			return digits(int64(r.Deployment.Replicas.Ready)) + 1 + digits(int64(r.Deployment.Replicas.Desired))
		}},
		{Title: "UPDATED", Right: true, Rank: 9, Spare: true, Whole: true, Cell: v.updated, Compare: leastUpdated, Width: func(r *kube.Rollout) int {
			return digits(int64(r.Deployment.Replicas.Updated)) + 1 + digits(int64(r.Deployment.Replicas.Desired))
		}},
		{
			Title: "ROLLOUT", Rank: 5, Min: 6 + saysWidth, Max: 24 + saysWidth, Flex: true, Draw: v.drawRollout,
			Width: func(*kube.Rollout) int { return 10 + saysWidth },
		},
		{
			Title: titleImage, Rank: 10, Spare: true, Min: 12, Max: 48, Draw: v.drawImage, Compare: byImage,
			Width: func(r *kube.Rollout) int { return box.Width(imageOf(r)) },
		},
		{Title: titleAge, Right: true, Rank: 7, Min: 4, Cell: v.age, Compare: newestFirst},
		{Title: "BY", Rank: 12, Spare: true, Min: len("Argo CD"), Cell: v.manager, Compare: byManager},
		{
			Title: titleCause, Min: 14, Enough: 28, Max: 160, Flex: true, Draw: v.drawCause,
			Width: func(*kube.Rollout) int { return causeLikes },
		},
	}
	if !namespaces {
		all = append(all[:1], all[2:]...)
	}
	return v.withFigures(all)
}

// look is the style of a row's plain text: quiet when healthy.
func (v *View) look(r *kube.Rollout) theme.Style {
	switch {
	case v.Old():
		return v.Theme().Faint
	case phase.Quiet(r):
		return v.Theme().Dim
	}
	return v.Theme().Text
}

func (v *View) drawPhase(pen *box.Pen, r *kube.Rollout) {
	sign, style := phase.Look(v.Theme(), r)
	style = v.Ink(style)
	pen.Write(style, sign)
	pen.Blank(1)
	pen.Write(style, string(r.Phase))
}

func (v *View) namespace(r *kube.Rollout) table.Cell {
	style := v.Theme().Dim
	if v.Old() {
		style = v.Theme().Faint
	}
	return table.Cell{Text: r.Deployment.Ref.Namespace, Style: style}
}

func (v *View) name(r *kube.Rollout) table.Cell {
	style := v.look(r)
	switch {
	case v.Old():
		style = v.Theme().Dim
	case r.Phase == kube.Stalled, r.Phase == kube.Degraded:
		style = v.Theme().Strong
	}
	return table.Cell{Text: r.Deployment.Ref.Name, Style: style}
}

func (v *View) revision(r *kube.Rollout) table.Cell {
	if r.Deployment.Revision == 0 {
		return table.Cell{Text: age.Unknown, Style: v.Theme().Faint}
	}
	style := v.look(r)
	if !v.Old() && !phase.Quiet(r) {
		style = v.Theme().Hue(r.Deployment.Revision)
	}
	return table.Cell{Text: strconv.FormatInt(r.Deployment.Revision, 10), Style: style}
}

func (v *View) ready(r *kube.Rollout) table.Cell {
	style := v.look(r)
	if missing(r) > 0 && !v.Old() {
		style = v.Theme().Waiting
		if r.Phase == kube.Stalled || r.Phase == kube.Degraded {
			style = v.Theme().Broken
		}
	}
	return table.Cell{Text: of(r.Deployment.Replicas.Ready, r.Deployment.Replicas.Desired), Style: style}
}

func (v *View) updated(r *kube.Rollout) table.Cell {
	return table.Cell{Text: of(r.Deployment.Replicas.Updated, r.Deployment.Replicas.Desired), Style: v.look(r)}
}

func (v *View) drawImage(pen *box.Pen, r *kube.Rollout) { pen.WriteEnd(v.look(r), imageOf(r)) }

func (v *View) age(r *kube.Rollout) table.Cell {
	return table.Cell{Text: age.Since(v.Clock(), r.Deployment.Created), Style: v.look(r)}
}

func (v *View) manager(r *kube.Rollout) table.Cell {
	style := v.Theme().Dim
	if v.Old() {
		style = v.Theme().Faint
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
		pen.Repeat(v.Theme().Faint, v.Theme().Glyphs.Border[0], w)
		return
	case len(r.Revisions) == 0, r.Phase == kube.ScaledDown:
		pen.Blank(w)
		return
	}
	mix := fader.Of(v.Theme(), r)
	if v.Old() {
		mix.Hue, mix.OldHue = v.Theme().Dim, v.Theme().Dim
	}
	mix.Draw(pen, v.Theme(), w)
}

// says is what the clock says: how long it may still take, or since when not.
func (v *View) says(r *kube.Rollout) (string, theme.Style) {
	now := v.Clock()
	style := v.look(r)
	switch {
	case r.Deployment.Paused && r.Phase != kube.Stalled:
		return pausedFor(now, r), v.Ink(v.Theme().Waiting)
	case r.Phase == kube.Degraded && !r.Since.IsZero():
		return "for " + age.Since(now, r.Since), style
	case r.Phase != kube.Progressing && r.Phase != kube.Stalled:
		return "", style
	case r.Deadline.IsZero():
		return "no deadline", v.Theme().Dim
	case r.Deadline.After(now):
		return age.Long(r.Deadline.Sub(now)) + " left", style
	}
	return "deadline -" + age.Short(now.Sub(r.Deadline)), v.Ink(v.Theme().Broken)
}

func pausedFor(now time.Time, r *kube.Rollout) string {
	if r.Phase != kube.Paused || r.Since.IsZero() {
		return "paused"
	}
	return "paused " + age.Since(now, r.Since)
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
