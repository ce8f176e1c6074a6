package kube

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Manager is who keeps the object as it is written elsewhere. The zero value
// means that nobody is known.
type Manager struct {
	// Tool is "Flux", "Argo CD", "Helm", "Knative"; the owner's kind where the
	// tool behind it is not known; "" for nobody.
	Tool string
	Name string // the Kustomization, Application, release or owning object; "" where the mark has none
	// Kind and Group of the owning object, as "Revision" and "serving.knative.dev".
	// Kind is "" where no object owns this one.
	Kind, Group string
	Reaction    Reaction
}

// Reaction is what a manager does about a change by hand.
type Reaction int

const (
	Unmanaged      Reaction = iota
	Controls                // a controller sets its fields back at once
	Reconciles              // sets what its source has, at every interval
	Syncs                   // Argo CD: compares its manifest, self-heals or waits for a sync
	ReleasesByFlux          // Flux upgrades a Helm release; sets back earlier only where drift correction is on
	Deploys                 // sets what its source has when somebody or a pipeline runs it
)

// String is "owned by Revision web-00004 (serving.knative.dev)" or "managed by
// Argo CD (shop)"; "" for nobody.
func (m Manager) String() string {
	switch {
	case m.Tool == "":
		return ""
	case m.Kind != "" && m.Group != "":
		return "owned by " + m.Kind + " " + m.Name + " (" + m.Group + ")"
	case m.Kind != "":
		return "owned by " + m.Kind + " " + m.Name
	case m.Name != "":
		return "managed by " + m.Tool + " (" + m.Name + ")"
	}
	return "managed by " + m.Tool
}

// Who is the manager as the subject of a sentence: "Argo CD", "the controller of
// Revision web-00004"; "" for nobody.
func (m Manager) Who() string {
	if m.Kind == "" {
		return m.Tool
	}
	return "the controller of " + m.Kind + " " + m.Name
}

// mark is what a tool leaves on the objects that it manages.
type mark struct {
	tool     string
	reaction Reaction
	find     func(meta *metav1.ObjectMeta) (name string, found bool)
}

const (
	instanceLabel  = "app.kubernetes.io/instance"
	managedByLabel = "app.kubernetes.io/managed-by"
)

// marks of the tools, the one that reverts first before the others: a controller
// that watches the object, then those that reconcile at intervals, then those
// that somebody runs. Labels and annotations come before field managers, because
// they carry the name.
func marks() []mark {
	return []mark{
		{"Argo Rollouts", Controls, byAnnotation("argo-rollouts.argoproj.io/managed-by-rollouts")},
		{"KServe", Controls, byLabel("serving.kserve.io/inferenceservice")},
		{"Knative", Controls, byLabel("serving.knative.dev/service")},
		{"Knative", Controls, byLabel("serving.knative.dev/route")},
		{"Knative", Controls, byLabel("serving.knative.dev/revision")},
		{"Kubernetes addon manager", Reconciles, byLabelValue("addonmanager.kubernetes.io/mode", "Reconcile")},
		{"Config Sync", Controls, byAnnotationValue("configmanagement.gke.io/managed", "enabled")},
		{"Flux", Reconciles, namespaced("kustomize.toolkit.fluxcd.io/")},
		{"Flux", ReleasesByFlux, namespaced("helm.toolkit.fluxcd.io/")},
		{"Argo CD", Syncs, argoTracking},
		{"Argo CD", Syncs, byLabel("argocd.argoproj.io/instance")},
		{"Flux", Reconciles, wroteFields("", "kustomize-controller")},
		{"Flux", ReleasesByFlux, wroteFields("", "helm-controller")},
		{"Argo CD", Syncs, wroteFields(instanceLabel, "argocd-controller", "argocd-application-controller")},
		{"Rancher Fleet", Deploys, wroteFields(instanceLabel, "fleetagent", "fleet-agent")},
		{"kapp", Deploys, byLabel("kapp.k14s.io/app")},
		{"kapp", Deploys, wroteFields("", "kapp-server")},
		{"Pulumi", Deploys, byLabelValue(managedByLabel, "pulumi")},
		{"Helm", Deploys, byAnnotation("meta.helm.sh/release-name")},
		{"Helm", Deploys, wroteFields(instanceLabel, "helm")},
		{"Terraform", Deploys, wroteFields("", "Terraform", "HashiCorp")},
		{"Helm", Deploys, helmLabel},
	}
}

// ManagerOf tells from an object's owners, labels, annotations and field managers
// who keeps it as it is.
func ManagerOf(meta *metav1.ObjectMeta) Manager {
	if m := owningManager(meta); m.Tool != "" {
		return m
	}
	if len(meta.Labels) == 0 && len(meta.Annotations) == 0 && len(meta.ManagedFields) == 0 {
		return Manager{}
	}
	for _, t := range marks() {
		if name, found := t.find(meta); found {
			return Manager{Tool: t.tool, Name: Clean(name), Reaction: t.reaction}
		}
	}
	return Manager{}
}

// RolloutsHashKey is the key that Argo Rollouts writes into the selectors of the
// Services of a Rollout.
const RolloutsHashKey = "rollouts-pod-template-hash"

// ServiceManagerOf is ManagerOf a Service, whose selector may give Argo Rollouts away.
func ServiceManagerOf(s *corev1.Service) Manager {
	m := ManagerOf(&s.ObjectMeta)
	if _, written := s.Spec.Selector[RolloutsHashKey]; written && m.Reaction != Controls {
		return Manager{Tool: "Argo Rollouts", Reaction: Controls}
	}
	return m
}

// owningManager is the manager by the object that owns this one and whose controller
// writes it; the zero value where there is none.
func owningManager(meta *metav1.ObjectMeta) Manager {
	for _, o := range meta.OwnerReferences {
		// The operator lifecycle manager owns Deployments without being their "controller".
		group := groupOf(o.APIVersion)
		if o.Controller != nil && *o.Controller || group == operatorsGroup && o.Kind == operatorKind {
			return owned(o.Kind, group, o.Name)
		}
	}
	if name := meta.Labels["olm.owner"]; name != "" && meta.Labels["olm.owner.kind"] == operatorKind {
		return owned(operatorKind, operatorsGroup, name)
	}
	// Rancher's and k3s's way to own what is in another namespace than the owner.
	if name := meta.Annotations["objectset.rio.cattle.io/owner-name"]; name != "" {
		version, kind, _ := strings.Cut(meta.Annotations["objectset.rio.cattle.io/owner-gvk"], ", Kind=")
		if kind != "" {
			return owned(kind, groupOf(version), name)
		}
	}
	return Manager{}
}

const (
	operatorsGroup = "operators.coreos.com"
	operatorKind   = "ClusterServiceVersion"
)

func groupOf(apiVersion string) string {
	version, err := schema.ParseGroupVersion(apiVersion)
	if err != nil {
		return ""
	}
	return version.Group
}

func owned(kind, group, name string) Manager {
	return Manager{
		Tool: Clean(toolOf(kind, group)), Name: Clean(name), Kind: Clean(kind), Group: Clean(group), Reaction: Controls,
	}
}

// toolOf names the operator behind a kind; an unknown one by the kind itself.
func toolOf(kind, group string) string {
	for _, t := range operators() {
		if (group == t.group || strings.HasSuffix(group, "."+t.group)) && (t.kind == "" || t.kind == kind) {
			return t.tool
		}
	}
	return kind
}

// operator is the name of the tool that serves a group of the API, or one kind of it.
type operator struct{ group, kind, tool string }

func operators() []operator {
	return []operator{
		{"knative.dev", "", "Knative"},
		{"serving.kserve.io", "", "KServe"},
		{"flagger.app", "", "Flagger"},
		{"argoproj.io", "Rollout", "Argo Rollouts"},
		{"argoproj.io", "Application", "Argo CD"},
		{"argoproj.io", "ArgoCD", "Argo CD Operator"},
		{"argoproj.io", "Workflow", "Argo Workflows"},
		{"argoproj.io", "EventSource", "Argo Events"},
		{"argoproj.io", "Sensor", "Argo Events"},
		{operatorsGroup, "", "OLM"},
		{"strimzi.io", "", "Strimzi"},
		{"seldon.io", "", "Seldon"},
		{"ray.io", "", "KubeRay"},
		{"keda.sh", "", "KEDA"},
		{"kruise.io", "", "OpenKruise"},
		{"k8s.elastic.co", "", "ECK"},
		{"opentelemetry.io", "", "OpenTelemetry Operator"},
		{"monitoring.coreos.com", "", "Prometheus Operator"},
		{"k3s.cattle.io", "", "k3s"},
		{"cattle.io", "", "Rancher"},
	}
}

func byLabel(key string) func(*metav1.ObjectMeta) (string, bool) {
	return func(m *metav1.ObjectMeta) (string, bool) {
		name, found := m.Labels[key]
		return name, found
	}
}

func byAnnotation(key string) func(*metav1.ObjectMeta) (string, bool) {
	return func(m *metav1.ObjectMeta) (string, bool) {
		name, found := m.Annotations[key]
		return name, found
	}
}

// byLabelValue finds a label of that value, which names nobody.
func byLabelValue(key, value string) func(*metav1.ObjectMeta) (string, bool) {
	return func(m *metav1.ObjectMeta) (string, bool) { return "", m.Labels[key] == value }
}

// byAnnotationValue finds an annotation of that value, which names nobody.
func byAnnotationValue(key, value string) func(*metav1.ObjectMeta) (string, bool) {
	return func(m *metav1.ObjectMeta) (string, bool) { return "", m.Annotations[key] == value }
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

// argoTracking reads "application:group/Kind:namespace/name". One that names another
// object was copied with its annotations: Argo CD does not take the copy for its own.
func argoTracking(m *metav1.ObjectMeta) (string, bool) {
	id, found := m.Annotations["argocd.argoproj.io/tracking-id"]
	parts := strings.Split(id, ":")
	if len(parts) == 3 && parts[2] != m.Namespace+"/"+m.Name {
		return "", false
	}
	return parts[0], found
}

// wroteFields finds a field manager, whatever its operation: client-side apply
// leaves Update behind. The name is a label, "" for none.
func wroteFields(nameLabel string, managers ...string) func(*metav1.ObjectMeta) (string, bool) {
	return func(m *metav1.ObjectMeta) (string, bool) {
		for i := range m.ManagedFields {
			if e := &m.ManagedFields[i]; e.Subresource != "status" && slices.Contains(managers, e.Manager) {
				return m.Labels[nameLabel], true
			}
		}
		return "", false
	}
}

// helmLabel finds the label of a chart. The label alone is no proof: where kubectl
// applied the object, the chart was rendered and nobody runs Helm.
func helmLabel(m *metav1.ObjectMeta) (string, bool) {
	if m.Labels[managedByLabel] != "Helm" {
		return "", false
	}
	_, applied := m.Annotations[corev1.LastAppliedConfigAnnotation]
	return m.Labels[instanceLabel], !applied && !slices.ContainsFunc(m.ManagedFields, func(e metav1.ManagedFieldsEntry) bool {
		return e.Manager == "kubectl" && e.Operation == metav1.ManagedFieldsOperationApply
	})
}
