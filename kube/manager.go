package kube

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Manager is who reconciles the object and will revert a change by hand.
type Manager struct {
	Tool string // "Flux", "Argo CD", "Helm"; "" where nobody is known
	Name string // the Kustomization, Application or release
}

// trace is a mark that a tool leaves on what it manages.
type trace struct {
	tool string
	find func(meta *metav1.ObjectMeta) (name string, found bool)
}

// traces by weight: one who reconciles all the time before one who only installs.
func traces() [6]trace {
	return [...]trace{
		{"Flux", namespaced("kustomize.toolkit.fluxcd.io/")},
		{"Flux", namespaced("helm.toolkit.fluxcd.io/")},
		{"Argo CD", argoTracking},
		{"Argo CD", func(m *metav1.ObjectMeta) (string, bool) { return lookup(m.Labels, "argocd.argoproj.io/instance") }},
		{"Helm", func(m *metav1.ObjectMeta) (string, bool) { return lookup(m.Annotations, "meta.helm.sh/release-name") }},
		{"Helm", helmLabel},
	}
}

// ManagerOf tells from an object's labels and annotations who manages it.
func ManagerOf(meta *metav1.ObjectMeta) Manager {
	if len(meta.Labels) == 0 && len(meta.Annotations) == 0 {
		return Manager{}
	}
	for _, t := range traces() {
		if name, found := t.find(meta); found {
			return Manager{Tool: t.tool, Name: Clean(name)}
		}
	}
	return Manager{}
}

// namespaced reads Flux's pair of labels prefix+name and prefix+namespace.
func namespaced(prefix string) func(*metav1.ObjectMeta) (string, bool) {
	return func(m *metav1.ObjectMeta) (string, bool) {
		name, found := m.Labels[prefix+"name"]
		if namespace := m.Labels[prefix+"namespace"]; found && namespace != "" {
			name = namespace + "/" + name
		}
		return name, found
	}
}

// argoTracking reads "application:group/Kind:namespace/name".
func argoTracking(m *metav1.ObjectMeta) (string, bool) {
	id, found := lookup(m.Annotations, "argocd.argoproj.io/tracking-id")
	name, _, _ := strings.Cut(id, ":")
	return name, found
}

func helmLabel(m *metav1.ObjectMeta) (string, bool) {
	return m.Labels["app.kubernetes.io/instance"], m.Labels["app.kubernetes.io/managed-by"] == "Helm"
}

func lookup(m map[string]string, key string) (string, bool) {
	value, found := m[key]
	return value, found
}
