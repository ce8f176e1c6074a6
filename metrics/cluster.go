package metrics

import "slices"

// clusters whose series the picture reads: all, unless Within chose one.
func (p *Picture) clusters() []string {
	if p.chosen != nil {
		return p.chosen
	}
	return p.sheet.index.clusters
}

// Clusters are the names that the series of the scope carry in their cluster label,
// ascending. Series without the label belong to none of them.
func (p *Picture) Clusters() []string {
	return slices.DeleteFunc(slices.Clone(p.sheet.index.clusters), func(name string) bool { return name == "" })
}

// Cluster that the picture is restricted to; "" where it is not.
func (p *Picture) Cluster() string {
	if len(p.chosen) == 0 {
		return ""
	}
	return p.chosen[len(p.chosen)-1]
}

// Ambiguous reports that Prometheus holds series of named clusters and that none of them,
// nor any other series, is of a pod that exists here. They are not read then: series of
// different clusters must not be added up.
func (p *Picture) Ambiguous() bool { return p.elsewhere }

// Within restricts a picture to the cluster in which these pods live. One Prometheus may
// hold several clusters with Deployments of the same names, whose pods differ in the
// random end of their names. Series without a cluster label are read in any case. Where
// pods that exist are spread over several names, or each has series under several, the
// label does not name clusters, and nothing is restricted. A name that stands alone is
// another cluster's only where pods have series now that do not exist here.
func (p *Picture) Within(pods []PodKey) *Picture {
	names := p.Clusters()
	if len(names) == 0 {
		return p
	}
	of := p.homes(pods, len(names))
	switch {
	case len(of.only) > 1, len(of.only) == 0 && of.known && !of.bare:
		return p
	case len(names) == 1 && (len(of.only) == 1 || !p.strangers(names[0], pods)):
		return p
	}
	next := *p
	next.chosen, next.elsewhere = []string{}, !of.known
	if slices.Contains(p.sheet.index.clusters, "") || len(of.only) == 0 {
		next.chosen = append(next.chosen, "")
	}
	next.chosen = append(next.chosen, of.only...)
	return &next
}

// homes are the clusters of pods, as far as series tell.
type homes struct {
	known bool     // some pod has series
	bare  bool     // some have series without a cluster's name, and no others
	only  []string // names that have a pod which no other has
}

func (p *Picture) homes(pods []PodKey, names int) homes {
	var of homes
	gpus := p.gpuClusters()
	for _, pod := range pods {
		in := p.sheet.index.clustersOf(Subject{Pod, pod.Namespace, pod.Name})
		if len(in) == 0 {
			in = gpus[pod]
		}
		of.known = of.known || len(in) > 0
		if len(in) != 1 {
			continue
		}
		if in[0] == "" {
			of.bare = true
		} else if !slices.Contains(of.only, in[0]) {
			of.only = append(of.only, in[0])
		}
		if len(of.only) == names && names == 1 {
			break // there is no other
		}
	}
	return of
}

// gpuClusters are the names under which GPUs name a pod, as their exporter or their holder.
func (p *Picture) gpuClusters() map[PodKey][]string {
	names := map[PodKey][]string{}
	for k, d := range p.sheet.devices {
		for _, pod := range []PodKey{d.pod, d.host.exporter} {
			if k.cluster != "" && pod != (PodKey{}) && !slices.Contains(names[pod], k.cluster) {
				names[pod] = append(names[pod], k.cluster)
			}
		}
	}
	return names
}

// strangers reports that a cluster has series now of a pod that does not exist here. GPUs
// are asked for in all namespaces: they tell only of those in which there are pods.
func (p *Picture) strangers(cluster string, pods []PodKey) bool {
	if len(pods) == 0 {
		return false // they may not be seen
	}
	here, namespaces := make(map[PodKey]bool, len(pods)), map[string]bool{}
	for _, pod := range pods {
		here[pod], namespaces[pod.Namespace] = true, true
	}
	recent := p.recent()
	for k, r := range p.sheet.index.rows {
		if k.cluster == cluster && k.subject.Kind == Pod && !here[PodKey{k.subject.Namespace, k.subject.Name}] && recent.sheet.has(r) {
			return true
		}
	}
	for k, d := range recent.sheet.devices {
		for _, pod := range []PodKey{d.pod, d.host.exporter} {
			if k.cluster == cluster && d.seen >= recent.sheet.first && namespaces[pod.Namespace] && !here[pod] {
				return true
			}
		}
	}
	return false
}

// clustersOf a subject, each once.
func (x *index) clustersOf(s Subject) []string {
	var names []string
	for _, r := range x.subjects[s] {
		if !slices.Contains(names, r.cluster) {
			names = append(names, r.cluster)
		}
	}
	return names
}
