package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestManagerOf(t *testing.T) {
	for _, c := range []struct {
		name                string
		labels, annotations map[string]string
		want                Manager
	}{
		{"nobody", nil, nil, Manager{}},
		{"nobody known", map[string]string{"app": "web"}, map[string]string{"a": "b"}, Manager{}},
		{"Flux Kustomization", map[string]string{"kustomize.toolkit.fluxcd.io/name": "apps", "kustomize.toolkit.fluxcd.io/namespace": "flux-system"}, nil, Manager{"Flux", "flux-system/apps"}},
		{"Flux HelmRelease over Helm", map[string]string{"helm.toolkit.fluxcd.io/name": "web", "app.kubernetes.io/managed-by": "Helm"}, nil, Manager{"Flux", "web"}},
		{"Argo CD annotation", nil, map[string]string{"argocd.argoproj.io/tracking-id": "shop:apps/Deployment:shop/web"}, Manager{"Argo CD", "shop"}},
		{"Argo CD label", map[string]string{"argocd.argoproj.io/instance": "shop"}, nil, Manager{"Argo CD", "shop"}},
		{"Argo CD over Helm", map[string]string{"app.kubernetes.io/managed-by": "Helm"}, map[string]string{"argocd.argoproj.io/tracking-id": "shop:x"}, Manager{"Argo CD", "shop"}},
		{"Helm annotation", nil, map[string]string{"meta.helm.sh/release-name": "web"}, Manager{"Helm", "web"}},
		{"Helm label", map[string]string{"app.kubernetes.io/managed-by": "Helm", "app.kubernetes.io/instance": "web"}, nil, Manager{"Helm", "web"}},
		{"the instance label alone is anybody's", map[string]string{"app.kubernetes.io/instance": "web"}, nil, Manager{}},
		{"hostile", nil, map[string]string{"meta.helm.sh/release-name": "w\x1b[1meb"}, Manager{"Helm", "web"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, ManagerOf(&metav1.ObjectMeta{Labels: c.labels, Annotations: c.annotations}))
		})
	}
}
