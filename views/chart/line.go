package chart

import (
	"strconv"

	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/moment"
)

// most lines of a chart: more cannot be told apart.
const most = 6

// line is one revision, or one Deployment.
type line struct {
	name    string
	fresh   bool  // the new revision
	hue     int64 // the number of the revision whose hue it has
	group   metrics.Group
	latency gauge.Reading
}

// known says that there is anything to draw.
func (l line) known() bool { return l.latency.Known() || l.group.Known() }

// reading of a panel's figure.
func (l line) reading(f gauge.Figure) gauge.Reading {
	if f.Latency() {
		return l.latency
	}
	return gauge.Read(l.group, f)
}

// linesOf a rollout, the new revision first, and of the Deployment beside it.
func linesOf(g *gauge.Gauge, r, other *kube.Rollout, f gauge.Figure) []line {
	if r == nil || g == nil {
		return nil
	}
	var all []line
	for _, rev := range r.Revisions {
		l := line{
			name: number(rev), fresh: rev.New, hue: rev.ReplicaSet.Revision,
			group: g.Revision(rev), latency: g.RevisionFigure(rev, f),
		}
		if l.known() || len(rev.Pods) > 0 {
			all = append(all, l)
		}
	}
	if len(all) == 0 || !anyKnown(all) && g.Deployment(r).Known() {
		all = []line{whole(g, r, f)} // a mesh may know the Deployment and none of its pods
	}
	if other != nil {
		if len(all) == 1 {
			all[0].name, all[0].fresh = r.Ref().Name, false
		}
		beside := whole(g, other, f)
		if len(all) > 0 && beside.hue == all[0].hue {
			beside.hue++
		}
		all = append(all[:min(len(all), most-1)], beside)
	}
	return all[:min(len(all), most)]
}

func anyKnown(all []line) bool {
	for _, l := range all {
		if l.known() {
			return true
		}
	}
	return false
}

func whole(g *gauge.Gauge, r *kube.Rollout, f gauge.Figure) line {
	return line{name: r.Ref().Name, hue: r.Deployment.Revision, group: g.Deployment(r), latency: g.DeploymentFigure(r, f)}
}

func number(rev *kube.Revision) string {
	if n := rev.ReplicaSet.Revision; n != 0 {
		return strconv.FormatInt(n, 10)
	}
	return rev.ReplicaSet.Ref.Name // the annotation is missing: there is no revision 0
}

// firstReady of the rollouts' revisions. Beside another Deployment a number is not
// enough to say whose.
func firstReady(r, other *kube.Rollout, lines []line) []moment.Moment {
	switch {
	case r == nil || len(lines) == 0:
		return nil
	case other == nil:
		return moment.FirstReady(r)
	}
	var all []moment.Moment
	for _, of := range [...]*kube.Rollout{r, other} {
		for _, m := range moment.FirstReady(of) {
			m.Label = "first ready of " + of.Ref().Name + " " + strconv.FormatInt(m.Revision, 10)
			if of == other {
				m.Revision = lines[len(lines)-1].hue
			}
			all = append(all, m)
		}
	}
	return all
}
