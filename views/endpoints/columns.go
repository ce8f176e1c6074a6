package endpoints

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"fader/kube"
	"fader/views/age"
	"fader/views/box"
	"fader/views/table"
	"fader/views/theme"
)

const titleState = "STATE"

// columns are the page's, in the order they stand; Rank is the order they stay.
func (v *View) columns() []table.Column[*kube.Placed] {
	text := func(title string, rank, least, most int, of func(*kube.Placed) string, compare func(a, b *kube.Placed) int) table.Column[*kube.Placed] {
		return table.Column[*kube.Placed]{
			Title: title, Rank: rank, Min: least, Max: most, Compare: compare,
			Width: func(p *kube.Placed) int { return box.Width(of(p)) },
			Cell:  func(p *kube.Placed) table.Cell { return v.plain(p, of(p)) },
		}
	}
	address := text("ADDRESS", 0, 12, 60, address, byAddress)
	address.Whole = true
	pod := text("POD", 2, 13, 253, podName, byPod)
	pod.Cell, pod.Draw = nil, func(pen *box.Pen, p *kube.Placed) {
		cell := v.plain(p, podName(p))
		pen.WriteEnd(cell.Style, cell.Text)
	}
	zone := text("ZONE", 4, 4, 63, func(p *kube.Placed) string { return p.Zone }, byZone)
	deployment := text("OWNER", 5, 10, 63, owner, byRevision)
	zone.Spare, deployment.Spare = true, true
	return []table.Column[*kube.Placed]{
		{
			Title: titleState, Min: 2 + len("not ready"), Whole: true, Draw: v.drawState, Compare: readyFirst,
			Width: func(p *kube.Placed) int { return 2 + len(word(p)) },
		},
		address,
		{Title: "REV", Right: true, Rank: 1, Min: 3, Cell: v.revision, Compare: byRevision},
		pod,
		text("NODE", 3, 6, 63, func(p *kube.Placed) string { return p.Node }, byNode),
		zone,
		deployment,
	}
}

// address with its port: "10.0.1.5:8080", "[fd00::5]:8080".
func address(p *kube.Placed) string {
	if p.Ports == "" {
		return p.Address
	}
	return net.JoinHostPort(p.Address, p.Ports)
}

// owner of an endpoint: the Deployment's name, or "StatefulSet store"; "" where
// the pod has none.
func owner(p *kube.Placed) string {
	switch {
	case p.Deployment != kube.Ref{}:
		return p.Deployment.Name
	case p.Controller.Name == "":
		return ""
	}
	return p.Controller.String()
}

func podName(p *kube.Placed) string { return p.Pod.Name }

// word is an endpoint's state in words.
func word(p *kube.Placed) string {
	switch {
	case p.Terminating && p.Serving:
		return "serving, terminating"
	case p.Terminating:
		return "terminating"
	case p.Ready:
		return "ready"
	case p.NoPort:
		return "no port " + strings.Join(p.Missing, ", ")
	case p.Serving:
		return "serving, not ready"
	}
	return "not ready"
}

func (v *View) drawState(pen *box.Pen, p *kube.Placed) {
	g := v.Theme().Glyphs
	sign := [...]string{g.Yes, g.No, g.Warning, g.ScaledDown}[weight(p)]
	style := v.look(p)
	if weight(p) == 1 {
		style = v.Ink(v.Theme().Waiting)
	}
	pen.Write(style, sign)
	pen.Blank(1)
	pen.Write(style, word(p))
}

func (v *View) look(p *kube.Placed) theme.Style { return v.Quiet(weight(p) > 1) }

func (v *View) plain(p *kube.Placed, text string) table.Cell {
	if text == "" {
		return table.Cell{Text: age.Unknown, Style: v.Theme().Faint}
	}
	return table.Cell{Text: text, Style: v.look(p)}
}

func (v *View) revision(p *kube.Placed) table.Cell {
	if p.Revision == 0 {
		return v.plain(p, "")
	}
	return table.Cell{Text: strconv.FormatInt(p.Revision, 10), Style: v.Ink(v.Theme().Hue(p.Revision))}
}

// about says what the Service's endpoints come to, then whose the one under the
// cursor is.
func (v *View) about(p *kube.Placed, w, _ int) []string {
	b := v.backend
	text := fmt.Sprintf("%d ready, %d serving, %d terminating", b.Ready, b.Serving, b.Terminating)
	style := v.Quiet(b.Ready > 0)
	if b.Ready == 0 {
		text += ": its clients get no answer"
	}
	if missing := b.MissingPorts(); missing != "" && missing != b.NoticeText() {
		text += "; " + missing
	}
	if b.Notice != kube.NoNotice {
		text += "; " + b.NoticeText()
	}
	return append(v.Paragraph(v.ref.String(), text, style, w), v.Facts([]string{address(p), word(p), whose(p)}))
}

func whose(p *kube.Placed) string {
	var parts []string
	if p.Pod.Name != "" {
		parts = append(parts, "pod "+p.Pod.Name)
	} else {
		parts = append(parts, "no pod")
	}
	switch {
	case p.Revision != 0 && p.Deployment != kube.Ref{}:
		parts = append(parts, "revision "+strconv.FormatInt(p.Revision, 10)+" of "+p.Deployment.Name)
	case owner(p) != "":
		parts = append(parts, "of "+owner(p))
	case p.Controller.Kind == kube.KindPod:
		parts = append(parts, "without owner")
	}
	return strings.Join(parts, ", ")
}
