package kube

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// FlipChoice is how a Service's selector could be changed so that it selects
// other Deployments than now.
type FlipChoice struct {
	// Change as rollout.Intent takes it: "version=green", "release-" for a key
	// that is taken out, separated by commas.
	Change   string
	Rollouts []*Rollout // that the Service would select
	// Ready pods that it would select, of all that it would. Where pods are not
	// known these are the Deployments' numbers.
	Ready, Desired int32
	// Others of these pods are of no Deployment among Rollouts.
	Others  int32
	changes int
}

// FlipChoices are the Deployments beside those behind the Service that share a
// label with its selector, and what of the selector would have to change: the
// fewest changes first, then the most ready pods. Nil for Services that cannot be
// flipped.
func FlipChoices(s *Snapshot, service *Service) []FlipChoice {
	if service.IsExternal() || len(service.Selector) == 0 {
		return nil
	}
	found := map[string]*FlipChoice{}
	for _, r := range s.Rollouts {
		if r.Ref().Namespace != service.Ref.Namespace {
			continue
		}
		change, n := flipTo(service.Selector, r.Deployment.TemplateLabels)
		if change == "" {
			continue
		}
		if found[change] == nil {
			found[change] = &FlipChoice{Change: change, changes: n}
		}
		c := found[change]
		c.Rollouts = append(c.Rollouts, r)
		c.Ready += r.Deployment.Replicas.Ready
		c.Desired += r.Deployment.Replicas.Desired
	}
	choices := make([]FlipChoice, 0, len(found))
	for _, change := range slices.Sorted(maps.Keys(found)) {
		found[change].count(s, service)
		choices = append(choices, *found[change])
	}
	slices.SortStableFunc(choices, func(a, b FlipChoice) int {
		return cmp.Or(cmp.Compare(a.changes, b.changes), cmp.Compare(b.Ready, a.Ready))
	})
	return choices
}

// count the pods that the changed selector selects, whoever owns them.
func (c *FlipChoice) count(s *Snapshot, service *Service) {
	if s.Pods == nil {
		return
	}
	changed := *service
	changed.Selector = maps.Clone(service.Selector)
	for part := range strings.SplitSeq(c.Change, ",") {
		if key, value, set := strings.Cut(part, "="); set {
			changed.Selector[key] = value
		} else {
			delete(changed.Selector, strings.TrimSuffix(part, "-"))
		}
	}
	own := make(map[*Pod]bool)
	for _, r := range c.Rollouts {
		for _, rev := range r.Revisions {
			for _, p := range rev.Pods {
				own[p] = true
			}
		}
	}
	c.Ready, c.Desired = 0, 0
	for _, p := range within(s.Pods, service.Ref.Namespace, func(p *Pod) *Ref { return &p.Ref }) {
		if !p.Counts() || !changed.Selects(p.Labels) {
			continue
		}
		c.Desired++
		c.Ready += int32(one(p.IsReady))
		c.Others += int32(one(!own[p]))
	}
}

// flipTo is what of the selector has to change so that it selects these labels:
// "" where it does already, or where nothing would be left that both have.
func flipTo(selector, labels map[string]string) (change string, n int) {
	var parts []string
	shared := 0
	for _, key := range slices.Sorted(maps.Keys(selector)) {
		value, has := labels[key]
		switch {
		case has && value == selector[key]:
			shared++
		case has:
			parts = append(parts, key+"="+value)
		default:
			parts = append(parts, key+"-")
		}
	}
	// A selector of one key has nothing to share: its value is the colour.
	if shared == 0 && len(selector) > 1 || len(parts) == len(selector) && strings.HasSuffix(strings.Join(parts, ","), "-") {
		return "", 0
	}
	return strings.Join(parts, ","), len(parts)
}
