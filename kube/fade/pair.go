package fade

import (
	"cmp"
	"slices"
	"strings"

	"fader/kube"
)

// Pair is a stable Deployment and its canary behind one Service.
type Pair struct {
	Service        kube.Ref
	Stable, Canary *kube.Rollout
}

// Total of desired replicas: what a course keeps.
func (p Pair) Total() int32 {
	return p.Stable.Deployment.Replicas.Desired + p.Canary.Deployment.Replicas.Desired
}

// Pairs are the pairs that may be meant by a Deployment or a Service, the most
// likely first; none where no Service's selector leads to two Deployments. A
// Service whose selector names one of several tracks, as a blue-green one's does,
// leads to one Deployment at a time and makes no pair: that is for a flip.
func Pairs(s *kube.Snapshot, of kube.Ref) []Pair {
	var pairs []Pair
	for _, b := range s.Backends {
		if of.Kind == kube.KindService && b.Service.Ref != of || b.Service.Ref.Namespace != of.Namespace {
			continue
		}
		members := behind(s, b.Service)
		for i, one := range members {
			for _, other := range members[i+1:] {
				if of.Kind == kube.KindService || one.Ref() == of || other.Ref() == of {
					pairs = append(pairs, paired(b.Service.Ref, one, other))
				}
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.likelihood(), a.likelihood()), strings.Compare(a.Service.Name, b.Service.Name),
			strings.Compare(a.Stable.Ref().Name, b.Stable.Ref().Name), strings.Compare(a.Canary.Ref().Name, b.Canary.Ref().Name))
	})
	return pairs
}

// behind a Service are the Deployments whose pods its selector matches.
func behind(s *kube.Snapshot, service *kube.Service) []*kube.Rollout {
	var members []*kube.Rollout
	for _, r := range s.Rollouts {
		if r.Ref().Namespace == service.Ref.Namespace && service.Selects(r.Deployment.TemplateLabels) {
			members = append(members, r)
		}
	}
	return members
}

// paired finds out which is the canary: the one that is called so; else the
// smaller, else the younger.
func paired(service kube.Ref, a, b *kube.Rollout) Pair {
	d, e := a.Deployment, b.Deployment
	order := cmp.Or(
		cmp.Compare(role(d), role(e)),
		cmp.Compare(e.Replicas.Desired, d.Replicas.Desired),
		d.Created.Compare(e.Created),
		strings.Compare(d.Ref.Name, e.Ref.Name),
	)
	if order > 0 {
		a, b = b, a
	}
	return Pair{Service: service, Stable: a, Canary: b}
}

// likelihood that the two were made for each other, and for a shift.
func (p Pair) likelihood() int {
	score := 0
	stable, canary := p.Stable.Deployment, p.Canary.Deployment
	if role(canary) > 0 {
		score += 4
	}
	if role(stable) < 0 {
		score += 2
	}
	if stem(stable.Ref.Name) == stem(canary.Ref.Name) {
		score += 3
	}
	if p.Service.Name == stem(stable.Ref.Name) {
		score++
	}
	return score
}

// role is 1 for a Deployment that is called a canary, -1 for one that is called
// the stable, by its name or by a label as `track: canary`; 0 where nothing tells.
func role(d *kube.Deployment) int {
	for _, labels := range []map[string]string{d.TemplateLabels, d.Labels} {
		for _, key := range trackLabels() {
			if r := roleOf(labels[key]); r != 0 {
				return r
			}
		}
	}
	for _, word := range strings.Split(d.Ref.Name, "-") {
		if r := roleOf(word); r != 0 {
			return r
		}
	}
	return 0
}

// trackLabels are the keys by which people and tools tell the two apart.
func trackLabels() []string {
	return []string{
		"track", "role", "version", "stage", "deployment", "release", "variant",
		"app.kubernetes.io/track", "app.kubernetes.io/component", "serving.kserve.io/canary-status",
	}
}

// roleOf a word. Flagger calls the stable "primary", KServe "default".
func roleOf(word string) int {
	switch strings.ToLower(word) {
	case "canary":
		return 1
	case "stable", "primary", "default", "production", "prod":
		return -1
	}
	return 0
}

// stem is a name without the words that tell stable from canary.
func stem(name string) string {
	words := slices.DeleteFunc(strings.Split(name, "-"), func(word string) bool { return roleOf(word) != 0 })
	return strings.Join(words, "-")
}
