package replicasets

import (
	"slices"

	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/figure"
	"fader/views/listing"
	"fader/views/table"
)

// named is a ReplicaSet as figures know it.
type named struct{ namespace, name string }

// withFigures adds the columns of figures.
func (v *View) withFigures(all []table.Column[row]) []table.Column[row] {
	if v.Gauge() == nil {
		return all
	}
	at := slices.IndexFunc(all, func(c table.Column[row]) bool { return c.Title == titleAge })
	return slices.Insert(all, at, v.figure(v.Figure(), 3), v.figure(v.Beside(gauge.Errors), 6), v.figure(v.Beside(gauge.Requests), 9))
}

// figure is a column of a figure's current value. One that has no pods and wants
// none is not expected to have any.
func (v *View) figure(f gauge.Figure, rank int) table.Column[row] {
	read := func(r row) gauge.Reading { return gauge.Read(metrics.Group{Now: v.point(r)}, f) }
	return table.Column[row]{
		Title: listing.Title(f), Right: true, Rank: rank, Min: figure.Width,
		Compare: func(a, b row) int { return listing.Highest(read(a).Now, read(b).Now) },
		Cell: func(r row) table.Cell {
			reading := read(r)
			if weight(r) == 4 && !reading.Known() {
				return table.Cell{}
			}
			return v.FigureCell(reading, false, v.plain(r))
		},
	}
}

// point is what is known of a ReplicaSet now, worked out once for a picture. Where a
// mesh counts by Deployment only, that says nothing of one of its ReplicaSets.
func (v *View) point(r row) metrics.Point {
	key := named{r.set.Ref.Namespace, r.set.Ref.Name}
	return v.now.Of(v.Edition(), key, func() (point metrics.Point) {
		if p := v.Gauge().Picture; p != nil {
			point = p.NowOfReplicaSets(key.namespace, []string{key.name})
		}
		return point
	})
}

// figures is the line on what is measured of a ReplicaSet.
func (v *View) figures(r row) []string {
	if v.Gauge() == nil {
		return nil
	}
	facts := v.Tell(metrics.Group{Now: v.point(r)})
	switch {
	case len(facts) > 0:
		return []string{v.Facts(facts)}
	case r.set.Ready == 0: // nobody expects any
		return nil
	}
	return []string{v.Facts([]string{v.Untold(r.set.Ref.String(), v.missing(r))})}
}

// missing is why nothing is known of the pods of a ReplicaSet.
func (v *View) missing(r row) metrics.Absence {
	var pods []*kube.Pod
	if s := v.Snapshot(); s != nil {
		for _, p := range s.Pods {
			if p.OwnerUID == r.set.Ref.UID && p.OwnerUID != "" {
				pods = append(pods, p)
			}
		}
	}
	return v.Gauge().MissingPods(r.set.Ref.Namespace, pods)
}
