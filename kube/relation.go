package kube

import "slices"

// relation is what selects a Deployment's pods by the labels of its template.
type relation struct {
	services []*Service
	budgets  []*Budget
}

// relationsOf all Deployments. Labels are compared again only for what changed.
func relationsOf(o Objects, previous *made) map[*Deployment]*relation {
	kept := identical(o.Services, previous.objects.Services) && identical(o.Budgets, previous.objects.Budgets)
	relations := make(map[*Deployment]*relation, len(o.Deployments))
	for _, d := range o.Deployments {
		if r := previous.relations[d]; kept && r != nil {
			relations[d] = r
			continue
		}
		relations[d] = relate(o, d)
	}
	return relations
}

func relate(o Objects, d *Deployment) *relation {
	r := &relation{}
	for _, s := range within(o.Services, d.Ref.Namespace, func(s *Service) *Ref { return &s.Ref }) {
		if s.Selects(d.TemplateLabels) {
			r.services = append(r.services, s)
		}
	}
	for _, b := range within(o.Budgets, d.Ref.Namespace, func(b *Budget) *Ref { return &b.Ref }) {
		if b.Selects(d.TemplateLabels) {
			r.budgets = append(r.budgets, b)
		}
	}
	return r
}

// relateAll gives the joined rollouts what stands around them: the Services that
// lead to their pods or would, by name, their autoscalers and budgets.
func relateAll(joined []inputs, m *made, s *Snapshot) {
	byService := make(map[Ref]*Backend, len(s.Backends))
	at := make(map[Ref]int, len(joined))
	for i := range joined {
		at[joined[i].deployment.Ref] = i
	}
	for _, b := range s.Backends {
		byService[b.Service.Ref] = b
		for _, backer := range b.Backers {
			if i, found := at[backer.Deployment]; found {
				joined[i].back(b)
			}
		}
	}
	scaled := make(map[Ref][]*Autoscaler)
	for _, a := range m.objects.Autoscalers {
		key := Ref{Kind: Kind(a.TargetKind), Namespace: a.Ref.Namespace, Name: a.TargetName}
		scaled[key] = append(scaled[key], a)
	}
	for i := range joined {
		in := &joined[i]
		r := m.relations[in.deployment]
		for _, service := range r.services {
			in.back(byService[service.Ref])
		}
		if s.Backends != nil && in.backends == nil {
			in.backends = []*Backend{}
		}
		slices.SortFunc(in.backends, func(a, b *Backend) int { return compareRefs(&a.Service.Ref, &b.Service.Ref) })
		in.budgets = r.budgets
		in.autoscalers = scaled[Ref{Kind: KindDeployment, Namespace: in.deployment.Ref.Namespace, Name: in.deployment.Ref.Name}]
		in.terrain = m.terrain
		if in.deployment.needsSurgeGPUs() {
			in.gpuNodes, in.devices = s.GPUNodes, m.devices
		}
	}
}

// back adds a backend, once.
func (in *inputs) back(b *Backend) {
	if !slices.Contains(in.backends, b) {
		in.backends = append(in.backends, b)
	}
}
