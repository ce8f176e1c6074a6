package deployments

import (
	"cmp"

	"fader/keymap"
	"fader/kube"
	"fader/views/table"
)

// order is how rows are sorted.
type order struct {
	by       sorting
	reversed bool
}

type sorting int

const (
	byPhase sorting = iota
	byName
	byReady
	byAge
)

// sortings by their number: the action that asks for it, the column that carries
// the mark, and the comparison.
func sortings() [4]struct {
	action  keymap.Action
	title   string
	compare func(a, b *kube.Rollout) int
} {
	return [...]struct {
		action  keymap.Action
		title   string
		compare func(a, b *kube.Rollout) int
	}{
		byPhase: {keymap.SortPhase, titlePhase, worstFirst},
		byName:  {keymap.SortName, titleName, byNamespaceAndName},
		byReady: {keymap.SortReady, titleReady, mostMissing},
		byAge:   {keymap.SortAge, titleAge, newestFirst},
	}
}

// ordered is the order an action asks for.
func ordered(a keymap.Action) (order, bool) {
	for by, s := range sortings() {
		if s.action == a {
			return order{by: sorting(by)}, true
		}
	}
	return order{}, false
}

// after is this order chosen while another one holds: the same again is reversed.
func (o order) after(now order) order {
	o.reversed = o.by == now.by && !now.reversed
	return o
}

func (v *View) sort(o order) {
	v.order, v.dirty = o, true
	s := sortings()[o.by]
	compare := s.compare
	if o.reversed {
		forward := compare
		compare = func(a, b *kube.Rollout) int { return forward(b, a) }
	}
	v.table.SetOrder(compare, table.Mark{Title: s.title, Down: !o.reversed})
}

func worstFirst(a, b *kube.Rollout) int { return cmp.Compare(a.Phase.Rank(), b.Phase.Rank()) }

func byNamespaceAndName(a, b *kube.Rollout) int {
	x, y := a.Deployment.Ref, b.Deployment.Ref
	return cmp.Or(cmp.Compare(x.Namespace, y.Namespace), cmp.Compare(x.Name, y.Name))
}

func mostMissing(a, b *kube.Rollout) int { return cmp.Compare(missing(b), missing(a)) }

func newestFirst(a, b *kube.Rollout) int {
	return b.Deployment.Created.Compare(a.Deployment.Created)
}

// missing is how many pods are wanted and not ready.
func missing(r *kube.Rollout) int32 {
	return max(r.Deployment.Replicas.Desired-r.Deployment.Replicas.Ready, 0)
}
