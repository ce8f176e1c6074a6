package rollout

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"

	"fader/kube"
	"fader/views/age"
	"fader/views/box"
	"fader/views/freshness"
	"fader/views/table"
	"fader/views/theme"
)

// traffic is the pane of the Services in front of the rollout.
type traffic struct {
	table *table.Table[trafficKey, trafficRow]
	many  bool // Services
	rows  int
}

func (t traffic) empty() bool { return t.rows == 0 }

// trafficRow is an endpoint and its Service.
type trafficRow struct {
	service *kube.Service
	placed  *kube.Placed
}

type trafficKey struct {
	service, pod   kube.Ref
	address, ports string
}

func (v *View) newTraffic(many bool) traffic {
	t := table.New(func(r trafficRow) trafficKey {
		return trafficKey{r.service.Ref, r.placed.Pod, r.placed.Address, r.placed.Ports}
	}, v.trafficColumns(many))
	t.HideTitles()
	return traffic{table: t, many: many}
}

func (v *View) showTraffic(r *kube.Rollout) {
	var rows []trafficRow
	for _, b := range r.Backends {
		for _, p := range b.Endpoints {
			rows = append(rows, trafficRow{b.Service, p})
		}
	}
	if many := len(r.Backends) > 1; many != v.traffic.many {
		v.traffic = v.newTraffic(many)
		v.retouch()
	}
	v.traffic.rows = len(rows)
	v.traffic.table.SetRows(rows)
}

func (v *View) trafficColumns(many bool) []table.Column[trafficRow] {
	all := []table.Column[trafficRow]{
		{Min: 2 + len("not ready"), Max: 2 + len("serving, terminating"), Draw: v.drawEndpoint, Width: func(r trafficRow) int {
			_, word := endpointState(r.placed)
			return 2 + len(word)
		}},
		{Rank: 1, Min: 12, Max: 60, Whole: true, Width: func(r trafficRow) int { return box.Width(address(r.placed)) }, Cell: v.address},
		{Right: true, Min: 3, Width: func(r trafficRow) int { return box.Width(number(r.placed.Revision)) }, Cell: v.endpointRevision},
		{Rank: 2, Min: 13, Max: 253, Width: func(r trafficRow) int { return box.Width(r.placed.Pod.Name) }, Draw: func(pen *box.Pen, r trafficRow) {
			pen.WriteEnd(v.endpointLook(r.placed), r.placed.Pod.Name)
		}},
	}
	if many {
		all = append(all, table.Column[trafficRow]{
			Rank: 3, Min: 8, Max: 40, Width: func(r trafficRow) int { return box.Width(r.service.Ref.Name) },
			Cell: func(r trafficRow) table.Cell {
				return table.Cell{Text: r.service.Ref.Name, Style: v.endpointLook(r.placed)}
			},
		})
	}
	return all
}

func (v *View) endpointLook(p *kube.Placed) theme.Style {
	if p.Ready && !p.Terminating {
		return v.ink(v.theme.Text)
	}
	return v.ink(v.theme.Dim)
}

// endpointState says what an endpoint does.
func endpointState(p *kube.Placed) (sign func(theme.Glyphs) string, word string) {
	switch {
	case p.Terminating && p.Serving:
		return func(g theme.Glyphs) string { return g.Warning }, "serving, terminating"
	case p.Terminating:
		return func(g theme.Glyphs) string { return g.ScaledDown }, "terminating"
	case p.Ready:
		return func(g theme.Glyphs) string { return g.Yes }, "ready"
	case p.NoPort:
		return func(g theme.Glyphs) string { return g.No }, "no port " + strings.Join(p.Missing, ", ")
	}
	return func(g theme.Glyphs) string { return g.No }, "not ready"
}

func (v *View) drawEndpoint(pen *box.Pen, r trafficRow) {
	sign, word := endpointState(r.placed)
	style := v.endpointLook(r.placed)
	if !r.placed.Ready && !r.placed.Terminating {
		style = v.ink(v.theme.Waiting)
	}
	pen.Write(style, sign(v.theme.Glyphs))
	pen.Blank(1)
	pen.Write(style, word)
}

func address(p *kube.Placed) string {
	if p.Ports == "" {
		return p.Address
	}
	return net.JoinHostPort(p.Address, p.Ports)
}

func (v *View) address(r trafficRow) table.Cell {
	return table.Cell{Text: address(r.placed), Style: v.endpointLook(r.placed)}
}

func (v *View) endpointRevision(r trafficRow) table.Cell {
	if r.placed.Revision == 0 {
		return table.Cell{Text: age.Unknown, Style: v.ink(v.theme.Faint)}
	}
	return table.Cell{Text: number(r.placed.Revision), Style: v.hue(r.placed.Revision)}
}

// trafficTitle is the Service: name, type, address, selector.
func (v *View) trafficTitle() string {
	backends := v.rollout.Backends
	switch len(backends) {
	case 0:
		return ""
	case 1:
	default:
		return fmt.Sprintf(": %d Services", len(backends))
	}
	s := backends[0].Service
	parts := []string{": " + s.Ref.Name, s.Type}
	if s.ClusterIP != "" {
		parts = append(parts, s.ClusterIP)
	}
	var labels []string
	for _, key := range slices.Sorted(maps.Keys(s.Selector)) {
		labels = append(labels, key+"="+s.Selector[key])
	}
	return strings.Join(append(parts, strings.Join(labels, ",")), " ")
}

// trafficCount counts what stands behind the Services, a pod once whatever its
// families and however many of them it is behind. One is ready that is ready for
// each of them.
func (v *View) trafficCount() string {
	ready := make(map[string]bool)
	for _, b := range v.rollout.Backends {
		for _, p := range b.Endpoints {
			key := p.Pod.UID
			if key == "" {
				key = p.Pod.Name + " " + p.Address
			}
			was, seen := ready[key]
			ready[key] = p.Ready && (was || !seen)
		}
	}
	n := 0
	for _, is := range ready {
		if is {
			n++
		}
	}
	text := fmt.Sprintf("%d of %d ready", n, len(ready))
	if len(v.rollout.Backends) > 1 {
		return fmt.Sprintf("%d of %d pods ready", n, len(ready))
	}
	return text
}

// noTraffic says why there is no endpoint to show.
func (v *View) noTraffic(w int) []string {
	h := v.snapshot.Health
	for _, resource := range [...]string{"services", "endpointslices"} {
		if r, ok := h.Resources[resource]; !ok || !freshness.Known(h, resource) {
			state := string(r.State)
			if !ok {
				state = "not watched"
			}
			return hang(v.theme.Waiting.Paint(v.theme.Glyphs.Unknown), resource+": "+state+", so who gets traffic is not known "+r.Message, v.theme.Dim, w)
		}
	}
	if len(v.rollout.Backends) == 0 {
		return []string{" " + v.theme.Dim.Paint("no Service selects these pods")}
	}
	var lines []string
	for _, b := range v.rollout.Backends {
		text := b.Service.Ref.Name + " has no endpoint"
		if b.Notice != kube.NoNotice {
			text += ": " + b.NoticeText()
		}
		lines = append(lines, hang(v.ink(v.theme.Broken).Paint(v.theme.Glyphs.No), text, v.ink(v.theme.Text), w)...)
	}
	return lines
}

// share is a revision's part of the ready endpoints of the Service that has most.
// It is no part of the traffic: who gets how much of that is up to its clients.
func (v *View) share(r *kube.Revision) table.Cell {
	main := v.mainBackend()
	if main == nil {
		return table.Cell{}
	}
	text := "endpoints " + age.Unknown
	style := v.theme.Faint
	if mine := v.endpointsOf(main, r); mine > 0 {
		text, style = "endpoints "+percent(mine, main.Ready), v.theme.Text
	}
	if v.sharesDiffer() {
		text += " of " + main.Service.Ref.Name
	}
	return table.Cell{Text: text, Style: v.ink(style)}
}

// endpointsOf a revision that are ready behind a Service.
func (v *View) endpointsOf(b *kube.Backend, r *kube.Revision) int {
	for _, backer := range b.Backers {
		if backer.Deployment == v.rollout.Ref() && backer.Revision == r.ReplicaSet.Revision {
			return backer.Ready
		}
	}
	return 0
}

// sharesDiffer says that the rollout has another share of one Service than of
// another, so that a share has to name its Service.
func (v *View) sharesDiffer() bool {
	main := v.mainBackend()
	for _, b := range v.rollout.Backends {
		for _, r := range v.rollout.Revisions {
			if v.endpointsOf(b, r)*main.Ready != v.endpointsOf(main, r)*b.Ready {
				return true
			}
		}
	}
	return false
}

// mainBackend is the Service with most ready endpoints, nil where there is none
// or endpoints are not known.
func (v *View) mainBackend() *kube.Backend {
	if !freshness.Known(v.snapshot.Health, "endpointslices") {
		return nil
	}
	var most *kube.Backend
	for _, b := range v.rollout.Backends {
		if b.Ready > 0 && (most == nil || b.Ready > most.Ready) {
			most = b
		}
	}
	return most
}

// percent never rounds what is there to nothing, nor what is missing away.
func percent(part, of int) string {
	n := (100*part + of/2) / of
	if part < of {
		n = min(n, 99)
	}
	return strconv.Itoa(max(n, 1)) + "%"
}
