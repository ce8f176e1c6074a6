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

// Ambiguous reports that Prometheus holds several clusters and that none of their series
// is of a pod that exists here. They are not read then: series of different clusters must
// not be added up.
func (p *Picture) Ambiguous() bool {
	return p.chosen != nil && p.Cluster() == "" && len(p.Clusters()) > 1
}

// Within restricts a picture to the cluster in which these pods live. One Prometheus may
// hold several clusters with Deployments of the same names, whose pods differ in the
// random end of their names. Series without a cluster label are read in any case. Where
// pods that exist are spread over several names, or each has series under several, the
// label does not name clusters, and nothing is restricted.
func (p *Picture) Within(pods []PodKey) *Picture {
	names := p.Clusters()
	if len(names) < 2 {
		return p
	}
	var only []string // names that have a pod which no other has
	known := false
	for _, pod := range pods {
		in := p.sheet.index.clustersOf(Subject{Pod, pod.Namespace, pod.Name})
		known = known || len(in) > 0
		if len(in) == 1 && !slices.Contains(only, in[0]) {
			only = append(only, in[0])
		}
	}
	if known && len(only) != 1 {
		return p
	}
	next := *p
	next.chosen = []string{}
	if slices.Contains(p.sheet.index.clusters, "") {
		next.chosen = append(next.chosen, "")
	}
	if known && only[0] != "" {
		next.chosen = append(next.chosen, only[0])
	}
	return &next
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
