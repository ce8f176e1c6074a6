package pods

import (
	"slices"

	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/box"
	"fader/views/figure"
	"fader/views/listing"
	"fader/views/table"
)

// slowly stands before the value of a pod that is slower than its fellows: the
// word must not depend on whether there is room for a note.
const slowly = "slow "

// asked for a figure of a pod.
type asked struct {
	pod    *kube.Pod
	figure gauge.Figure
}

// fellows are the pods of a revision: those that are slower than the rest, and all
// that is known of how slow they are.
type fellows struct {
	slow  map[string]bool // by name
	known []slowness
}

type slowness struct {
	name string
	p95  float64
}

// fellow is how a pod stands to its fellows.
type fellow struct {
	slow   bool
	p95    float64
	others float64 // median of theirs
}

// withFigures adds the columns of figures.
func (v *View) withFigures(all []table.Column[row]) []table.Column[row] {
	if v.Gauge() == nil {
		return all
	}
	at := slices.IndexFunc(all, func(c table.Column[row]) bool { return c.Title == titleRestarts })
	first := v.number(v.Figure(), 3)
	first.Min, first.Draw = len(slowly)+figure.Width, v.drawFirst
	return slices.Insert(all, at, first, v.number(v.Beside(gauge.Errors), 5), v.number(v.Beside(gauge.Requests), 10))
}

// number is a column of a figure's current value.
func (v *View) number(f gauge.Figure, rank int) table.Column[row] {
	return table.Column[row]{
		Title: listing.Title(f), Right: true, Rank: rank, Min: figure.Width,
		Compare: func(a, b row) int { return listing.Highest(v.now(a.pod, f).Now, v.now(b.pod, f).Now) },
		Cell:    func(r row) table.Cell { return v.FigureCell(v.now(r.pod, f), false, v.Quiet(weight(r.pod) > 1)) },
	}
}

// drawFirst draws the figure that stands first, and whether the pod is slow.
func (v *View) drawFirst(pen *box.Pen, r row) {
	slow := v.Figure().Latency() && v.fellow(r.pod).slow
	cell := v.FigureCell(v.now(r.pod, v.Figure()), slow, v.Quiet(weight(r.pod) > 1))
	if slow {
		cell.Text = slowly + cell.Text
	}
	pen.Right(cell.Style, cell.Text)
}

// now is a figure of a pod, worked out once for a picture.
func (v *View) now(p *kube.Pod, f gauge.Figure) gauge.Reading {
	return v.current.Of(v.Edition(), asked{p, f}, func() (r gauge.Reading) {
		switch {
		case f != gauge.FirstToken:
			r = gauge.Read(metrics.Group{Now: v.Gauge().Pod(p.Ref)}, f)
		case v.MayServe(p.Ref.Namespace):
			r = gauge.Reading{Figure: f, Now: v.Gauge().Serving([]*kube.Pod{p}).P99Now}
		}
		return r
	})
}

// has says that there is a pod with that figure. Only times to the first token are
// something that few have.
func (v *View) has(f gauge.Figure) bool {
	if f != gauge.FirstToken {
		return true
	}
	s := v.Snapshot()
	return s != nil && slices.ContainsFunc(s.Pods, func(p *kube.Pod) bool { return v.now(p, f).Now.Known })
}

// fellow is how a pod stands to the others of its revision.
func (v *View) fellow(p *kube.Pod) fellow {
	if !v.Gauge().Known() || p.OwnerUID == "" {
		return fellow{}
	}
	all := v.compared.Of(v.Edition(), p.OwnerUID, func() fellows { return v.fellows(p.OwnerUID) })
	if !all.slow[p.Ref.Name] {
		return fellow{}
	}
	f := fellow{slow: true}
	var others []float64
	for _, s := range all.known {
		if s.name == p.Ref.Name {
			f.p95 = s.p95
			continue
		}
		others = append(others, s.p95)
	}
	slices.Sort(others)
	f.others = others[len(others)/2]
	return f
}

func (v *View) fellows(uid string) fellows {
	pods := v.revisions.Of(v.Edition(), struct{}{}, v.byRevision)[uid]
	all := fellows{slow: map[string]bool{}}
	for _, slow := range v.Gauge().Outliers(pods) {
		all.slow[slow.Name] = true
	}
	if len(all.slow) == 0 {
		return all
	}
	for _, p := range pods {
		if r := v.now(p, gauge.P95); r.Now.Known {
			all.known = append(all.known, slowness{p.Ref.Name, r.Now.V})
		}
	}
	return all
}

// byRevision are all pods by the UID of their ReplicaSet.
func (v *View) byRevision() map[string][]*kube.Pod {
	revisions := map[string][]*kube.Pod{}
	for _, p := range v.Snapshot().Pods {
		revisions[p.OwnerUID] = append(revisions[p.OwnerUID], p)
	}
	return revisions
}

// slower says of a pod how much slower than its fellows it is.
func (v *View) slower(r row, f fellow) string {
	of := "its ReplicaSet"
	if r.owner.Revision != 0 {
		of = "revision " + revision(r.owner.Revision)
	}
	return "slower than the other pods of " + of + ": p95 " + figure.Latency(f.p95) + ", median of the others " + figure.Latency(f.others)
}

// figures are the lines on what is measured of a pod.
func (v *View) figures(r row, w int) []string {
	if v.Gauge() == nil {
		return nil
	}
	var lines []string
	if f := v.fellow(r.pod); f.slow {
		lines = v.Paragraph("", v.slower(r, f), v.FigureInk(v.Theme().Waiting), w)
	}
	facts := v.Tell(metrics.Group{Now: v.Gauge().Pod(r.pod.Ref)})
	if first := v.now(r.pod, gauge.FirstToken); first.Now.Known {
		facts = append(facts, "first token p99 "+figure.Value(v.Theme(), first.Figure, first.Now))
	}
	if len(facts) == 0 && r.pod.IsReady {
		facts = append(facts, v.Untold(r.pod.Ref.String(), v.Gauge().MissingPods(r.pod.Ref.Namespace, []*kube.Pod{r.pod})))
	}
	if len(facts) == 0 {
		return lines
	}
	return append(lines, v.Facts(facts))
}
