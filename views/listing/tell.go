package listing

import (
	"cmp"
	"slices"

	"fader/kube/gauge"
	"fader/metrics"
	"fader/views/figure"
)

// Tell is all figures of a group in words, as facts.
func (p *Page[K, T]) Tell(g metrics.Group) []string {
	var facts []string
	for _, f := range [...]gauge.Figure{gauge.P50, gauge.P95, gauge.P99} {
		r := gauge.Read(g, f)
		switch {
		case !r.Now.Known:
		case r.Mean && f == gauge.P50:
			facts = append(facts, "mean "+p.value(r))
		case !r.Mean:
			facts = append(facts, f.String()+" "+p.value(r))
		}
	}
	if g.Now.Traffic == metrics.NoTraffic {
		return append(facts, "no requests")
	}
	if requests := gauge.Read(g, gauge.Requests); requests.Now.Known {
		facts = append(facts, p.value(requests))
	}
	if errors := gauge.Read(g, gauge.Errors); errors.Now.Known {
		facts = append(facts, "errors "+p.value(errors))
	}
	return facts
}

func (p *Page[K, T]) value(r gauge.Reading) string { return figure.Value(p.theme, r.Figure, r.Now) }

// Untold says why there is nothing to tell of what has that name. missing is the reason
// that Prometheus gives.
func (p *Page[K, T]) Untold(name string, missing metrics.Absence) string {
	switch {
	case (p.gauge.Known() || p.Unmeasurable() && !p.Outdated()) && missing.Kind != metrics.AbsenceUnknown:
		return "no metrics of " + name + ": " + missing.String()
	case p.gauge.Known() || p.Unmeasurable() && !p.Outdated():
	case p.Outdated():
		return "no figures were read yet"
	default:
		return "figures are being read " + p.theme.Glyphs.Ellipsis
	}
	return "Prometheus has no metrics of " + name
}

// Highest compares values: the highest first, and last what is not known.
func Highest(a, b metrics.Value) int {
	switch {
	case a.Known != b.Known && a.Known:
		return -1
	case a.Known != b.Known:
		return 1
	}
	return cmp.Compare(b.V, a.V)
}

// MayServe says that there may be servers of language models in a namespace: to
// ask every pod of a large cluster for its first tokens would take longer than a
// key press may.
func (p *Page[K, T]) MayServe(namespace string) bool {
	if p.serving == nil {
		p.serving = serving(p.gauge)
	}
	return p.serving[namespace]
}

// serving are the namespaces with a preset that times the first token; of one from
// the configuration that is not known here, so it counts.
func serving(g *gauge.Gauge) map[string]bool {
	namespaces := map[string]bool{}
	if g == nil || g.Picture == nil {
		return namespaces
	}
	own := metrics.Presets()
	for _, found := range g.Picture.Presets {
		i := slices.IndexFunc(own, func(p metrics.Preset) bool { return p.Name == found.Name })
		if i >= 0 && own[i].FirstToken == "" {
			continue
		}
		for _, namespace := range found.Namespaces {
			namespaces[namespace] = true
		}
	}
	return namespaces
}
