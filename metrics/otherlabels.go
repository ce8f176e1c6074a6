package metrics

import (
	"slices"
	"strings"

	"github.com/prometheus/common/model"
)

// otherNamespaces and otherPods are labels that name a pod in other setups than the
// presets expect: the OpenTelemetry collector, old scrape configurations, targets whose own
// labels were renamed.
func otherNamespaces() []string {
	return []string{"k8s_namespace_name", "exported_namespace", "kubernetes_namespace"}
}

func otherPods() []string {
	return []string{"k8s_pod_name", "exported_pod", "kubernetes_pod_name", "kubernetes_pod", "pod_name"}
}

// otherLabelsPart asks for series of a preset that name their pod by other labels. Where it
// is the label pod that they should name it by, those count too that name another pod by
// exported_pod, unless another preset reads them.
func (a asker) otherLabelsPart(p Preset) surveyPart {
	namespace, pod := p.Labels.Namespace, p.Labels.Pod
	anyPod := p
	anyPod.Labels = Labels{}
	with := func(matcher string) string { return matching(asker{}.selector(anyPod, p.timed()), matcher) }
	labels := append(append([]string{namespace}, otherNamespaces()...), otherPods()...)
	by := "count by (" + strings.Join(labels, ",") + ")("
	wanted := []string{namespace + `=""`, pod + `="",` + namespace + `!=""`}
	if p.Labels.usual() {
		unread := exportedPod + `!="",` + pod + `!="",` + namespace + `!=""`
		if a.readsExported(p.timed()) {
			unread += ",exported_" + podLabels().Namespace + `=""`
		}
		wanted = append(wanted, unread)
	}
	exprs := make([]string, len(wanted))
	for i, matcher := range wanted {
		exprs[i] = by + with(matcher) + ")"
	}
	return surveyPart{strings.Join(exprs, " or "), func(s *survey, m model.Metric, _ float64) { s.otherLabels(p, m) }}
}

func (a asker) readsExported(metric string) bool {
	return slices.ContainsFunc(a.presets, func(p Preset) bool { return p.Labels.Pod == exportedPod && p.timed() == metric })
}

// otherLabels notes series that a preset would read if its labels were other ones.
func (s *survey) otherLabels(p Preset, m model.Metric) {
	namespace, name := first(m, append(otherNamespaces(), p.Labels.Namespace)), first(m, otherPods())
	if name == "" {
		s.nobody = append(s.nobody, Absence{Kind: OtherLabels, Metric: p.timed(), Wants: p.Labels.all()})
		return
	}
	if name == exportedPod && namespace == podLabels().Namespace {
		namespace = "" // the collector's
	}
	used := []string{name}
	if namespace != "" {
		used = []string{namespace, name}
	}
	subject := Subject{Pod, string(m[model.LabelName(namespace)]), string(m[model.LabelName(name)])}
	s.absences[subject] = Absence{Kind: OtherLabels, Metric: p.timed(), Has: used, Wants: p.Labels.all()}
}

// first label that has a value; "" where none has.
func first(m model.Metric, labels []string) string {
	for _, label := range labels {
		if m[model.LabelName(label)] != "" {
			return label
		}
	}
	return ""
}
