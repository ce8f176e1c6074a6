package rollout

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"fader/kube"
	"fader/views/age"
	"fader/views/box"
	"fader/views/freshness"
	"fader/views/theme"
)

// aspect is one line of what stands around a rollout.
type aspect struct {
	label  string
	text   string
	weight weight
}

// weight of an aspect, the heaviest first.
type weight int

const (
	loud  weight = iota // it may be why the rollout does not get on
	noted               // worth knowing
	plain               // there when looked for
)

func loudIf(yes bool) weight {
	if yes {
		return loud
	}
	return plain
}

// settings are all aspects, what is loud first.
func (v *View) settings(w int) []string {
	var all []aspect
	for _, of := range [...]func() []aspect{v.unmet, v.autoscaler, v.budgets, v.owner, v.probes, v.remarks, v.topology} {
		all = append(all, of()...)
	}
	slices.SortStableFunc(all, func(a, b aspect) int { return cmp.Compare(a.weight, b.weight) })
	styles := [...]theme.Style{loud: v.theme.Waiting, noted: v.theme.Text, plain: v.theme.Dim}
	var lines []string
	for _, a := range all {
		lines = append(lines, v.labelled(a, v.ink(styles[a.weight]), w)...)
	}
	return lines
}

// labelled wraps a text at the right of its label.
func (v *View) labelled(a aspect, style theme.Style, w int) []string {
	const label = 8
	lines := box.Wrap(a.text, w-label-2)
	for i, line := range lines {
		lead := strings.Repeat(" ", label+1)
		if i == 0 {
			lead = " " + v.ink(v.theme.Faint).Paint(box.Fit(a.label, label))
		}
		lines[i] = lead + style.Paint(line)
	}
	return lines
}

func (v *View) unmet() []aspect {
	if v.rollout.Topology == nil {
		return nil
	}
	var all []aspect
	for _, text := range v.rollout.Topology.Unmet {
		all = append(all, aspect{"unmet", text, loud})
	}
	return all
}

// autoscaler says within which limits replicas are changed, and what stops it.
func (v *View) autoscaler() []aspect {
	a := v.rollout.Autoscaler
	if a == nil {
		return v.absent("HPA", "horizontalpodautoscalers", "none")
	}
	wants := fmt.Sprintf("wants %d", a.Desired)
	if !a.Computed() {
		wants = "never computed a number"
	}
	parts := []string{fmt.Sprintf("%d to %d pods, now %d, %s", a.Min, a.Max, a.Current, wants)}
	parts = append(parts, a.Metrics...)
	if !a.LastScale.IsZero() {
		parts = append(parts, "last scaled "+age.Since(v.clock(), a.LastScale)+" ago")
	}
	switch {
	case a.NoMetrics:
		parts = append([]string{"has no metrics: does nothing (" + a.Blind + ")"}, parts...)
	case a.Blind != "":
		parts = append([]string{"cannot scale: " + a.Blind}, parts...)
	case a.AtMax:
		parts = append([]string{fmt.Sprintf("at its maximum of %d and wants more", a.Max)}, parts...)
	}
	return []aspect{{"HPA", v.join(parts), loudIf(a.Blind != "" || a.AtMax)}}
}

// absent is an aspect that is not there, or that nobody can know of.
func (v *View) absent(label, resource, none string) []aspect {
	if freshness.Known(v.snapshot.Health, resource) {
		return []aspect{{label, none, plain}}
	}
	state := "not watched"
	if r, ok := v.snapshot.Health.Resources[resource]; ok {
		state = string(r.State)
	}
	return []aspect{{label, "not known: " + resource + " " + state, plain}}
}

func (v *View) budgets() []aspect {
	if len(v.rollout.Budgets) == 0 {
		return v.absent("PDB", "poddisruptionbudgets", "none")
	}
	var all []aspect
	for _, b := range v.rollout.Budgets {
		limit := "minAvailable " + b.MinAvailable
		if b.MinAvailable == "" {
			limit = "maxUnavailable " + b.MaxUnavailable
		}
		parts := []string{limit, fmt.Sprintf("%d healthy of %d needed", b.Healthy, b.DesiredHealthy)}
		if b.Allowed == 0 {
			parts = append(parts, "no pod may be evicted (rollouts are not limited by it)")
		} else {
			parts = append(parts, fmt.Sprintf("%d may be evicted", b.Allowed))
		}
		all = append(all, aspect{"PDB", v.join(parts), plain})
	}
	return all
}

func (v *View) owner() []aspect {
	m := v.rollout.Deployment.Manager
	switch m.Reaction {
	case kube.Unmanaged:
		return []aspect{{"owner", "none known: no controller owns it, and no deploy tool left a mark", plain}}
	case kube.Controls:
		return []aspect{{"owner", m.String() + ": its controller sets changes by hand back", noted}}
	}
	return []aspect{{"owner", m.String() + ": " + reaction(m), plain}}
}

// reaction is what a manager that is no controller does about a change by hand.
func reaction(m kube.Manager) string {
	switch m.Reaction {
	case kube.Reconciles:
		return "sets what its source has at its next reconcile"
	case kube.Syncs:
		return "sets what its manifest has by self-heal or the next sync"
	case kube.ReleasesByFlux:
		return "sets what its chart has at the next Helm upgrade, or at once where drift correction is on"
	}
	if m.Tool == "Helm" {
		return "sets what its chart has at the next upgrade"
	}
	return "sets what its source has when it runs next"
}

// probes say which containers are ready as soon as they have started.
func (v *View) probes() []aspect {
	var with, without []string
	for _, c := range v.rollout.Deployment.Containers {
		switch {
		case c.Init:
		case c.HasReadinessProbe:
			with = append(with, c.Name)
		default:
			without = append(without, c.Name)
		}
	}
	switch {
	case len(with)+len(without) == 0:
		return nil
	case len(with) == 0 && v.remarked("no readiness probe"):
		return nil // the remark knows more
	case len(with) == 0:
		return []aspect{{"probes", "no readiness probe: ready only means started", loud}}
	case len(without) == 0:
		return []aspect{{"probes", "readiness probe in " + strings.Join(with, ", "), plain}}
	}
	return []aspect{{"probes", "readiness probe in " + strings.Join(with, ", ") + "; none in " + strings.Join(without, ", "), plain}}
}

// remarks are the domain's own, but for what the line of the autoscaler says.
func (v *View) remarks() []aspect {
	var all []aspect
	for _, text := range v.rollout.Remarks {
		if a := v.rollout.Autoscaler; a == nil || a.Blind == "" || !strings.HasPrefix(text, "autoscaler "+a.Ref.Name+" ") {
			all = append(all, aspect{"note", text, noted})
		}
	}
	return all
}

func (v *View) remarked(words string) bool {
	return slices.ContainsFunc(v.rollout.Remarks, func(text string) bool { return strings.Contains(text, words) })
}

func (v *View) topology() []aspect {
	t := v.rollout.Topology
	if t == nil {
		return nil
	}
	var all []aspect
	for _, places := range [...]struct {
		label  string
		spread []kube.Spread
	}{{"nodes", t.Nodes}, {"zones", t.Zones}} {
		if len(places.spread) > 0 {
			all = append(all, aspect{places.label, v.spread(places.spread), plain})
		}
	}
	return all
}

// spread counts the pods by place, and how uneven that is.
func (v *View) spread(places []kube.Spread) string {
	parts := make([]string, len(places))
	least, most := places[0].Pods, places[0].Pods
	for i, p := range places {
		parts[i] = fmt.Sprintf("%s %d", cmp.Or(p.Name, "none named"), p.Pods)
		least, most = min(least, p.Pods), max(most, p.Pods)
	}
	if len(places) == 1 {
		return "all " + parts[0]
	}
	return fmt.Sprintf("skew %d: %s", most-least, strings.Join(parts, ", "))
}

func (v *View) join(parts []string) string { return strings.Join(parts, " "+v.theme.Glyphs.Dot+" ") }
