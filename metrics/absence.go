package metrics

import (
	"fmt"
	"slices"
	"strings"
)

// AbsenceKind says why there are no metrics of some pods.
type AbsenceKind uint8

// The kinds. AbsenceUnknown is also what is said where Prometheus could not be asked.
const (
	AbsenceUnknown  AbsenceKind = iota
	OtherCluster                // Prometheus holds clusters by name, and none of their pods is here
	NativeHistogram             // the histogram is a native one
	NoBuckets                   // requests are counted and timed without buckets
	OtherLabels                 // the series name their pods by labels that no preset reads
	OtherMatch                  // a label has another value than the preset asks for
	FirstScrape                 // there are series, and no rate yet
	NoKnownSeries               // the pods are scraped and export nothing that a preset reads
	ScrapeFails                 // the last scrape failed
	NotScraped                  // Prometheus scrapes other pods, and none of these
	TwoGPUs                     // two GPUs have the same number on the same node
	absenceKinds
)

// Absence is why metrics are missing.
type Absence struct {
	Kind   AbsenceKind
	Metric string   // that was found, or looked for
	Has    []string // labels of OtherLabels, label=value of OtherMatch, names of clusters
	Wants  []string // what a preset would need instead
}

// Absence of the metrics of a Deployment whose pods and name are given. It is for groups
// of which nothing is known; pods that exist are taken as they are now.
func (p *Picture) Absence(namespace, workload string, pods []PodKey) Absence {
	if p.Ambiguous() {
		return Absence{Kind: OtherCluster, Has: p.Clusters()}
	}
	s := p.survey
	if s == nil || len(pods) == 0 {
		return Absence{}
	}
	var scraped, failing, exporting int
	for _, pod := range pods {
		found, ok := s.absences[Subject{Pod, pod.Namespace, pod.Name}]
		if !ok { // labels that name the pod and not its namespace
			found, ok = s.absences[Subject{Pod, "", pod.Name}]
		}
		if ok && found.Kind != AbsenceUnknown {
			return found
		}
		up, target := s.targets[pod]
		scraped += one(target)
		failing += one(target && !up)
		exporting += one(s.exports[pod])
	}
	if found, ok := s.absences[Subject{Workload, namespace, workload}]; ok {
		return found
	}
	switch {
	case exporting > 0:
		return Absence{Kind: FirstScrape}
	case failing > 0 && failing == scraped:
		return Absence{Kind: ScrapeFails}
	case len(s.nobody) > 0:
		return s.nobody[0]
	case scraped > 0:
		return Absence{Kind: NoKnownSeries}
	case len(s.targets) > 0:
		return Absence{Kind: NotScraped}
	}
	return Absence{}
}

// Absent is why nothing is known of a whole scope: the commonest reason.
func (p *Picture) Absent() Absence {
	s := p.survey
	switch {
	case p.Ambiguous():
		return Absence{Kind: OtherCluster, Has: p.Clusters()}
	case s == nil:
		return Absence{}
	}
	var count [absenceKinds]int
	var best Absence
	for _, found := range s.absences {
		if count[found.Kind]++; best.Kind == AbsenceUnknown || found.Kind < best.Kind {
			best = found
		}
	}
	switch {
	case best.Kind != AbsenceUnknown:
		return best
	case len(s.nobody) > 0:
		return s.nobody[0]
	case len(s.targets) > 0:
		return Absence{Kind: NoKnownSeries}
	}
	return Absence{}
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// String is one sentence without a full stop; "" where nothing is known.
func (a Absence) String() string {
	switch a.Kind {
	case OtherCluster:
		if len(a.Has) == 1 {
			return fmt.Sprintf("Prometheus holds series of the cluster %s, and none is of a pod that exists here", a.Has[0])
		}
		return fmt.Sprintf("Prometheus holds several clusters (%s) and none of their pods is here", strings.Join(a.Has, ", "))
	case NativeHistogram:
		return a.Metric + " is a native histogram only, which fader does not read yet"
	case NoBuckets:
		return a.Metric + " has no buckets (a summary?), so there are no quantiles"
	case OtherLabels:
		has := "has neither " + strings.Join(a.Wants, " nor ")
		if len(a.Has) > 0 {
			has = "names these pods by " + strings.Join(a.Has, " and ") + ", not by " + strings.Join(a.Wants, " and ")
		}
		return a.Metric + " " + has + ": add a preset to the configuration"
	case OtherMatch:
		return fmt.Sprintf("%s is there with %s only; the preset reads %s", a.Metric, strings.Join(a.Has, ", "), strings.Join(a.Wants, ", "))
	case FirstScrape:
		return "no rate yet: it takes two scrapes"
	case NoKnownSeries:
		return "Prometheus scrapes these pods, but they export no metric that fader knows"
	case ScrapeFails:
		return "Prometheus cannot scrape these pods (up is 0)"
	case NotScraped:
		return "Prometheus does not scrape these pods"
	case TwoGPUs:
		return "several GPUs have the same number on a node of that name (nodes of several clusters?)"
	}
	return ""
}

// DoubtKind says why metrics that are shown may be wrong.
type DoubtKind uint8

// The kinds.
const (
	ScrapedTwice   DoubtKind = iota // by several jobs or servers: rates are added up
	CounterResets                   // counters begin anew all the time
	WrongUnit                       // rate times latency is more than a pod can have in flight
	ScrapedOnPorts                  // several targets of a pod count the same
	WideBuckets                     // the buckets are too long for the unit
	UnknownStatus                   // a label does not say whether requests failed
	doubtKinds
)

// Doubt is about one subject's metrics.
type Doubt struct {
	Kind    DoubtKind
	Subject Subject
	Metric  string
	Label   string // and its value
	Unit    Unit
	From    float64 // smallest bound of the buckets that Value is the largest of
	Value   float64 // times it is scraped, resets, requests in flight
}

// Doubts about the metrics of some pods, one of each kind, the worst of its kind. They
// warn: nothing is hidden for them.
func (p *Picture) Doubts(pods []PodKey) []Doubt {
	found := p.surveyed(pods)
	if !slices.ContainsFunc(found, func(d Doubt) bool { return d.Kind == WrongUnit }) {
		found = append(found, p.wide(pods)...)
	}
	return append(found, p.unread(pods)...)
}

// unread is the doubt about requests that may have failed.
func (p *Picture) unread(pods []PodKey) []Doubt {
	if d := p.recent().Of(pods).Unread; d.Label != "" {
		return []Doubt{d}
	}
	return nil
}

// surveyed are the doubts that a survey has.
func (p *Picture) surveyed(pods []PodKey) []Doubt {
	if p.survey == nil || len(p.survey.doubts) == 0 {
		return nil
	}
	wanted := make(map[Subject]bool, len(pods))
	for _, pod := range pods {
		wanted[Subject{Pod, pod.Namespace, pod.Name}] = true
	}
	var worst [doubtKinds]*Doubt
	for i := range p.survey.doubts {
		d := &p.survey.doubts[i]
		if wanted[d.Subject] && (worst[d.Kind] == nil || d.Value > worst[d.Kind].Value) {
			worst[d.Kind] = d
		}
	}
	var found []Doubt
	for _, d := range worst {
		if d != nil {
			found = append(found, *d)
		}
	}
	return found
}

// warnings of a survey for the whole scope: how many subjects each doubt is about.
func (s *survey) warnings() []string {
	if s == nil {
		return nil
	}
	type about struct {
		kind   DoubtKind
		metric string
	}
	first, count := map[about]Doubt{}, map[about]map[Subject]bool{}
	for _, d := range s.doubts {
		key := about{d.Kind, d.Metric}
		if count[key] == nil {
			count[key] = map[Subject]bool{}
			first[key] = d
		}
		if d.Value > first[key].Value {
			first[key] = d
		}
		count[key][d.Subject] = true
	}
	var lines []string
	for key, d := range first {
		line := fmt.Sprintf("%s/%s: %s", d.Subject.Namespace, d.Subject.Name, d)
		if n := len(count[key]) - 1; n > 0 {
			line += fmt.Sprintf(" (and %d more)", n)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}

// String is one sentence without a full stop.
func (d Doubt) String() string {
	switch d.Kind {
	case ScrapedTwice:
		return fmt.Sprintf("%s is stored %s times per target: request rates are that much too high", d.Metric, grouped(d.Value))
	case CounterResets:
		return fmt.Sprintf("%s was reset %s times in 5 min: rates may be far too high", d.Metric, grouped(d.Value))
	case WrongUnit:
		return fmt.Sprintf("%s would mean %s requests in flight in one pod: is it really in %s?", d.Metric, grouped(d.Value), unitName(d.Unit))
	case ScrapedOnPorts:
		return fmt.Sprintf("%s comes from %s targets of one pod that count the same: if they are one process, request rates are that much too high", d.Metric, grouped(d.Value))
	case WideBuckets:
		return fmt.Sprintf("%s has buckets from %s to %s %s: is it really in %s?", d.Metric, grouped(d.From), grouped(d.Value), unitName(d.Unit), unitName(d.Unit))
	case UnknownStatus:
		return fmt.Sprintf("%s has %s: whether those requests failed is not known", d.Metric, d.Label)
	}
	return ""
}

func unitName(u Unit) string {
	switch u {
	case Milliseconds:
		return "milliseconds"
	case Microseconds:
		return "microseconds"
	}
	return "seconds"
}
