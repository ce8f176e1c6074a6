package nodes

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"fader/metrics"
	"fader/views/age"
	"fader/views/box"
	"fader/views/listing"
	"fader/views/spark"
	"fader/views/table"
	"fader/views/theme"
)

const (
	titleZone = "ZONE"
	// What utilisation, memory and errors take at most: "100%", "1234/1536G", "119 +7", "was 119".
	percentWidth, memoryWidth, faultWidth = 4, 10, 7
	// A part of a GPU's memory, in MiB.
	gib = 1024
)

// withFigures adds the columns of figures: what is used of what is held.
func (v *View) withFigures(all []table.Column[row]) []table.Column[row] {
	if v.Gauge() == nil {
		return all
	}
	at := slices.IndexFunc(all, func(c table.Column[row]) bool { return c.Title == titleZone })
	return slices.Insert(all, at,
		table.Column[row]{Title: v.Window(), Rank: 9, Min: 8, Max: 16, Flex: true, Draw: v.drawUse},
		table.Column[row]{
			Title: "UTIL", Right: true, Rank: 2, Min: percentWidth, Cell: v.utilization,
			Compare: func(a, b row) int { return listing.Highest(v.measure(a).now, v.measure(b).now) },
		},
		table.Column[row]{
			Title: "MEM", Right: true, Rank: 6, Min: memoryWidth, Cell: v.memory,
			Compare: func(a, b row) int { return listing.Highest(v.measure(a).full(), v.measure(b).full()) },
		},
		table.Column[row]{
			Title: "XID", Right: true, Rank: 3, Min: faultWidth, Cell: v.xid,
			Compare: func(a, b row) int { return cmp.Compare(v.measure(b).trouble(), v.measure(a).trouble()) },
		},
	)
}

// drawUse draws utilisation, of which all rows have the same scale: all there is.
func (v *View) drawUse(pen *box.Pen, r row) {
	style := v.Theme().Dim
	if v.Outdated() {
		style = v.Theme().Faint
	}
	spark.Draw(pen, v.Theme(), style, v.measure(r).utilization, 1, pen.Left())
}

func (v *View) utilization(r row) table.Cell {
	m := v.measure(r)
	cell := v.cell(r, m.now.Known, percent(m.now.V))
	if len(m.idle) > 0 {
		cell.Style = v.FigureInk(v.Theme().Waiting)
	}
	return cell
}

func (v *View) memory(r row) table.Cell {
	m := v.measure(r)
	return v.cell(r, m.total.Known, memory(m.used.V, m.total.V))
}

// xid is the worst error of the row's GPUs, and how many more have one. An error
// that is over is told as such.
func (v *View) xid(r row) table.Cell {
	m := v.measure(r)
	if len(m.faults) == 0 {
		return v.cell(r, m.faultsKnown, "none")
	}
	worst := m.faults[0]
	if worst.standing == pastXid {
		return v.cell(r, true, "was "+strconv.Itoa(worst.xid.number))
	}
	text, more := strconv.Itoa(worst.xid.number), -1
	for _, f := range m.faults {
		if f.standing != pastXid {
			more += len(f.gpus)
		}
	}
	if more > 0 {
		text += " +" + strconv.Itoa(more)
	}
	return table.Cell{Text: text, Style: v.FigureInk(v.severe(worst))}
}

// cell of a figure: plain where it is known, blank while nothing was asked for yet.
func (v *View) cell(r row, known bool, text string) table.Cell {
	switch {
	case !v.Gauge().Known() && !v.Unmeasurable():
		return table.Cell{}
	case !known:
		return table.Cell{Text: age.Unknown, Style: v.Theme().Faint}
	case v.Outdated():
		return table.Cell{Text: text, Style: v.Theme().Faint}
	}
	return table.Cell{Text: text, Style: v.look(r)}
}

// full is the share of the memory that is used.
func (m measured) full() metrics.Value {
	if m.total.V <= 0 {
		return metrics.Value{}
	}
	return metrics.Value{V: m.used.V / m.total.V, Known: true}
}

// trouble is how much of a hand the GPUs need.
func (m measured) trouble() int {
	switch {
	case len(m.faults) > 0:
		return 2 + m.faults[0].weight()
	case m.faultsKnown:
		return 1
	}
	return 0
}

// percent of a ratio in whole numbers; a little is not nothing.
func percent(v float64) string {
	if v > 0 && v < 0.005 {
		return "<1%"
	}
	return strconv.FormatFloat(math.Min(math.Round(100*v), 999), 'f', 0, 64) + "%"
}

// memory used of a total, of MiB, in GiB.
func memory(used, total float64) string {
	return strconv.FormatFloat(used/gib, 'f', 0, 64) + "/" + strconv.FormatFloat(total/gib, 'f', 0, 64) + "G"
}

// idle GPUs of a row, which pods hold that are not ready.
func (v *View) idle(r row) int {
	if v.Gauge() == nil {
		return 0
	}
	n := 0
	for _, i := range v.measure(r).idle {
		n += i.gpus
	}
	return n
}

// loud are the lines on what needs a hand: GPUs that are proven to be broken, those
// that pods hold without using them, and then other errors that are not over.
func (v *View) loud(r row, w int) []string {
	m := v.measure(r)
	lines := v.errors(m, w, provenXid)
	for _, i := range m.idle {
		lines = append(lines, v.Paragraph("", i.text(), v.FigureInk(v.Theme().Waiting), w)...)
	}
	return append(lines, v.errors(m, w, newXid, openXid)...)
}

// errors are the lines on faults of these standings.
func (v *View) errors(m measured, w int, of ...standing) []string {
	var lines []string
	for _, f := range m.faults {
		if slices.Contains(of, f.standing) {
			lines = append(lines, v.Paragraph("", f.text(), v.FigureInk(v.severe(f)), w)...)
		}
	}
	return lines
}

func (v *View) severe(f fault) theme.Style {
	switch f.standing {
	case provenXid:
		return v.Theme().Broken
	case pastXid:
		return v.Quiet(true)
	}
	return v.Theme().Waiting
}

func (i idle) text() string {
	gpus := "1 GPU"
	if i.gpus > 1 {
		gpus = strconv.Itoa(i.gpus) + " GPUs"
	}
	longer := ""
	if i.most {
		longer = " or longer"
	}
	why := strings.TrimSpace(i.pod.Status + " " + i.pod.InitContainer)
	return fmt.Sprintf("%s of %s idle for %s%s: the pod is not ready (%s)", gpus, i.pod.Ref, age.Short(i.of), longer, why)
}

// each are all GPUs of a row by the pod that holds them.
func (v *View) each(r row, w int) []string {
	m := v.measure(r)
	if len(m.gpus) == 0 {
		facts := []string{v.Untold("the GPUs of "+r.node.Node.Ref.Name, v.Gauge().MissingGPUs(r.node.Node.Ref.Name, v.Snapshot()))}
		if hosts := v.Gauge().UnmatchedGPUHosts(v.Snapshot()); len(hosts) > 0 {
			facts = append(facts, "it has GPUs of hosts that are no node here: "+strings.Join(hosts[:min(len(hosts), 3)], ", "))
		}
		return []string{v.Facts(facts)}
	}
	var facts []string
	last := metrics.PodKey{}
	for i, g := range m.gpus {
		text := called(g) + " " + v.known(g.UtilizationNow.Known, percent(g.UtilizationNow.V)) + " " +
			v.known(g.UsedMiB.Known && g.FreeMiB.Known, memory(g.UsedMiB.V, g.UsedMiB.V+g.FreeMiB.V))
		switch {
		case i > 0 && g.Pod == last:
		case g.Pod == (metrics.PodKey{}):
			text = "held by nobody: " + text
		default:
			text = g.Pod.Namespace + "/" + g.Pod.Name + ": " + text
		}
		last = g.Pod
		facts = append(facts, text)
	}
	return v.Paragraph("", strings.Join(facts, " "+v.Theme().Glyphs.Dot+" "), v.FigureInk(v.Quiet(true)), w)
}

func (v *View) known(known bool, text string) string {
	if known {
		return text
	}
	return age.Unknown
}
