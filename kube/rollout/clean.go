package rollout

import "fader/kube"

// cleaned is a receipt as it may be shown: a journal is a file that anybody with
// an editor may have been at. What a move is planned from stays exact.
func (r Receipt) cleaned() Receipt {
	p := &r.Plan
	for _, text := range []*string{
		&r.Message, &r.Who, &r.Why, &p.Cluster.Context, &p.Cluster.Server, &p.Cluster.UID, &p.Title, &p.Action, &p.Kubectl,
		&p.Intent.Target.Namespace, &p.Intent.Target.Name,
	} {
		*text = kube.Clean(*text)
	}
	for i, c := range p.Changes {
		p.Changes[i] = Change{kube.Clean(c.Path), kube.Clean(c.Before), kube.Clean(c.After)}
	}
	for _, list := range [][]string{p.Effect, p.Notes, p.Warnings} {
		for i := range list {
			list[i] = kube.Clean(list[i])
		}
	}
	for i := range p.Checks {
		p.Checks[i].Name, p.Checks[i].Detail = kube.Clean(p.Checks[i].Name), kube.Clean(p.Checks[i].Detail)
	}
	return r
}
