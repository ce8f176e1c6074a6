package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func controlledBy(apiVersion, kind, name string) []metav1.OwnerReference {
	return []metav1.OwnerReference{{APIVersion: apiVersion, Kind: kind, Name: name, Controller: new(true)}}
}

func writtenBy(manager string, operation metav1.ManagedFieldsOperationType, subresource string) []metav1.ManagedFieldsEntry {
	return []metav1.ManagedFieldsEntry{{Manager: manager, Operation: operation, Subresource: subresource}}
}

func TestManagerOf(t *testing.T) {
	const apply, update = metav1.ManagedFieldsOperationApply, metav1.ManagedFieldsOperationUpdate
	type marked = metav1.ObjectMeta
	type text = map[string]string
	helm := text{"app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/instance": "web"}
	for _, c := range []struct {
		name string
		meta marked
		want string
		tool string
		does Reaction
	}{
		{"nobody", marked{}, "", "", Unmanaged},
		{"nobody known", marked{Labels: text{"app": "web"}, Annotations: text{"a": "b"}}, "", "", Unmanaged},
		{"a person", marked{ManagedFields: writtenBy("kubectl-client-side-apply", update, "")}, "", "", Unmanaged},
		{"the instance label alone is anybody's", marked{Labels: text{"app.kubernetes.io/instance": "web"}}, "", "", Unmanaged},

		{"Knative's Revision", marked{OwnerReferences: controlledBy("serving.knative.dev/v1", "Revision", "web-00004")}, "owned by Revision web-00004 (serving.knative.dev)", "Knative", Controls},
		{"KServe's InferenceService", marked{OwnerReferences: controlledBy("serving.kserve.io/v1beta1", "InferenceService", "llama")}, "owned by InferenceService llama (serving.kserve.io)", "KServe", Controls},
		{"Flagger's Canary over the labels it copies", marked{Labels: text{"kustomize.toolkit.fluxcd.io/name": "apps"}, OwnerReferences: controlledBy("flagger.app/v1beta1", "Canary", "web")}, "owned by Canary web (flagger.app)", "Flagger", Controls},
		{"Argo Rollouts", marked{OwnerReferences: controlledBy("argoproj.io/v1alpha1", "Rollout", "web")}, "owned by Rollout web (argoproj.io)", "Argo Rollouts", Controls},
		{"Strimzi, by a subdomain of its group", marked{OwnerReferences: controlledBy("kafka.strimzi.io/v1beta2", "KafkaConnect", "logs")}, "owned by KafkaConnect logs (kafka.strimzi.io)", "Strimzi", Controls},
		{"an unknown operator", marked{OwnerReferences: controlledBy("models.example.com/v1", "Predictor", "iris")}, "owned by Predictor iris (models.example.com)", "Predictor", Controls},
		{"the core group", marked{OwnerReferences: controlledBy("v1", "ConfigMap", "llama")}, "owned by ConfigMap llama", "ConfigMap", Controls},
		{"an owner for garbage collection alone", marked{OwnerReferences: []metav1.OwnerReference{{APIVersion: "v1", Kind: "ConfigMap", Name: "x"}}}, "", "", Unmanaged},
		{"OLM owns without being the controller", marked{OwnerReferences: []metav1.OwnerReference{{APIVersion: "operators.coreos.com/v1alpha1", Kind: "ClusterServiceVersion", Name: "etcd.v0.9", Controller: new(false)}}}, "owned by ClusterServiceVersion etcd.v0.9 (operators.coreos.com)", "OLM", Controls},
		{"OLM by its labels", marked{Labels: text{"olm.owner": "etcd.v0.9", "olm.owner.kind": "ClusterServiceVersion"}}, "owned by ClusterServiceVersion etcd.v0.9 (operators.coreos.com)", "OLM", Controls},
		{"k3s", marked{Annotations: text{"objectset.rio.cattle.io/owner-gvk": "k3s.cattle.io/v1, Kind=Addon", "objectset.rio.cattle.io/owner-name": "coredns"}}, "owned by Addon coredns (k3s.cattle.io)", "k3s", Controls},

		{"Service of Argo Rollouts", marked{Annotations: text{"argo-rollouts.argoproj.io/managed-by-rollouts": "web"}}, "managed by Argo Rollouts (web)", "Argo Rollouts", Controls},
		{"Argo Rollouts over Argo CD", marked{Annotations: text{"argo-rollouts.argoproj.io/managed-by-rollouts": "web", "argocd.argoproj.io/tracking-id": "shop:x"}}, "managed by Argo Rollouts (web)", "Argo Rollouts", Controls},
		{"Knative by label", marked{Labels: text{"serving.knative.dev/service": "web"}}, "managed by Knative (web)", "Knative", Controls},
		{"KServe by label", marked{Labels: text{"serving.kserve.io/inferenceservice": "iris"}}, "managed by KServe (iris)", "KServe", Controls},
		{"addon manager", marked{Labels: text{"addonmanager.kubernetes.io/mode": "Reconcile"}}, "managed by Kubernetes addon manager", "Kubernetes addon manager", Reconciles},
		{"an addon that is only created once", marked{Labels: text{"addonmanager.kubernetes.io/mode": "EnsureExists"}}, "", "", Unmanaged},

		{"Flux Kustomization", marked{Labels: text{"kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux-system"}}, "managed by Flux (flux-system/apps)", "Flux", Reconciles},
		{"Flux HelmRelease over Helm", marked{Labels: text{"helm.toolkit.fluxcd.io/name": "web", "app.kubernetes.io/managed-by": "Helm"}}, "managed by Flux (web)", "Flux", ReleasesByFlux},
		{"Flux by its field manager", marked{ManagedFields: writtenBy("kustomize-controller", apply, "")}, "managed by Flux", "Flux", Reconciles},
		{"Flux's Helm by its field manager", marked{Labels: helm, ManagedFields: writtenBy("helm-controller", update, "")}, "managed by Flux", "Flux", ReleasesByFlux},
		{"Argo CD annotation of a copy", marked{Namespace: "shop", Name: "web-debug", Annotations: text{"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/web"}}, "", "", Unmanaged},
		{"Argo CD annotation", marked{Namespace: "shop", Name: "web", Annotations: text{"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/web"}}, "managed by Argo CD (shop)", "Argo CD", Syncs},
		{"Argo CD label", marked{Labels: text{"argocd.argoproj.io/instance": "shop"}}, "managed by Argo CD (shop)", "Argo CD", Syncs},
		{"Argo CD over Helm", marked{Labels: helm, Annotations: text{"argocd.argoproj.io/tracking-id": "shop:x"}}, "managed by Argo CD (shop)", "Argo CD", Syncs},
		{"Argo CD by its field manager, client-side", marked{Labels: helm, ManagedFields: writtenBy("argocd-controller", update, "")}, "managed by Argo CD (web)", "Argo CD", Syncs},
		{"Argo CD by its field manager, server-side", marked{ManagedFields: writtenBy("argocd-controller", apply, "")}, "managed by Argo CD", "Argo CD", Syncs},
		{"the older name of its field manager", marked{ManagedFields: writtenBy("argocd-application-controller", update, "")}, "managed by Argo CD", "Argo CD", Syncs},
		{"a status that somebody wrote", marked{ManagedFields: writtenBy("argocd-controller", update, "status")}, "", "", Unmanaged},

		{"Helm annotation", marked{Annotations: text{"meta.helm.sh/release-name": "web"}}, "managed by Helm (web)", "Helm", Deploys},
		{"Helm label", marked{Labels: helm}, "managed by Helm (web)", "Helm", Deploys},
		{"Helm by its field manager", marked{ManagedFields: writtenBy("helm", apply, "")}, "managed by Helm", "Helm", Deploys},
		{"a chart that was rendered and applied", marked{Labels: helm, Annotations: text{corev1.LastAppliedConfigAnnotation: "{}"}}, "", "", Unmanaged},
		{"a chart that was rendered and applied server-side", marked{Labels: helm, ManagedFields: writtenBy("kubectl", apply, "")}, "", "", Unmanaged},
		{"kapp", marked{Labels: text{"kapp.k14s.io/app": "1700"}}, "managed by kapp (1700)", "kapp", Deploys},
		{"Rancher Fleet over Helm", marked{Labels: helm, Annotations: text{"meta.helm.sh/release-name": "web"}, ManagedFields: writtenBy("fleetagent", update, "")}, "managed by Rancher Fleet (web)", "Rancher Fleet", Deploys},
		{"Terraform", marked{ManagedFields: writtenBy("Terraform", apply, "")}, "managed by Terraform", "Terraform", Deploys},
		{"hostile", marked{Annotations: text{"meta.helm.sh/release-name": "w\x1b[1meb"}}, "managed by Helm (web)", "Helm", Deploys},
		{"hostile owner", marked{OwnerReferences: controlledBy("a\x1b[1m.io/v1", "K\x1b[1m", "n\x1b[1m")}, "owned by K n (a.io)", "K", Controls},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := ManagerOf(&c.meta)
			require.Equal(t, c.want, m.String())
			require.Equal(t, c.tool, m.Tool)
			if m.Kind != "" {
				require.Equal(t, "the controller of "+m.Kind+" "+m.Name, m.Who())
			} else {
				require.Equal(t, c.tool, m.Who())
			}
			require.Equal(t, c.does, m.Reaction)
		})
	}
}

func TestServiceManagerOf(t *testing.T) {
	hash := map[string]string{"app": "web", RolloutsHashKey: "6d8f9"}
	for _, c := range []struct {
		name string
		s    corev1.Service
		want string
	}{
		{"its selector alone", corev1.Service{Spec: corev1.ServiceSpec{Selector: hash}}, "managed by Argo Rollouts"},
		{"its selector over Helm", corev1.Service{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{"meta.helm.sh/release-name": "web"}}, Spec: corev1.ServiceSpec{Selector: hash}}, "managed by Argo Rollouts"},
		{"named by its annotation", corev1.Service{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{"argo-rollouts.argoproj.io/managed-by-rollouts": "web"}}, Spec: corev1.ServiceSpec{Selector: hash}}, "managed by Argo Rollouts (web)"},
		{"an owner comes first", corev1.Service{ObjectMeta: metav1.ObjectMeta{OwnerReferences: controlledBy("flagger.app/v1beta1", "Canary", "web")}, Spec: corev1.ServiceSpec{Selector: hash}}, "owned by Canary web (flagger.app)"},
		{"nobody", corev1.Service{Spec: corev1.ServiceSpec{Selector: map[string]string{"app": "web"}}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, ServiceManagerOf(&c.s).String()) })
	}
}
