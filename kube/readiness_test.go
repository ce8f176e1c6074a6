package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// meshed puts a proxy beside the app that is ready or not, and says of the app the same.
func meshed(app, proxy bool) *corev1.Pod {
	p := newPod(11)
	p.Spec.Containers = append(p.Spec.Containers, corev1.Container{Name: "istio-proxy", Image: "proxy:1"})
	p.Status.ContainerStatuses = append(p.Status.ContainerStatuses, corev1.ContainerStatus{Name: "istio-proxy"})
	for i, ready := range []bool{app, proxy} {
		p.Status.ContainerStatuses[i].Ready = ready
		p.Status.ContainerStatuses[i].State.Running = &corev1.ContainerStateRunning{StartedAt: at(12)}
	}
	return p
}

// in names the container that the scene's last event is about.
func (s *scene) in(field string) *scene {
	s.events[len(s.events)-1].InvolvedObject.FieldPath = field
	return s
}

// TestTheUnreadyContainerIsBlamed: the probe of one that is ready explains nothing.
func TestTheUnreadyContainerIsBlamed(t *testing.T) {
	const (
		proxyField, appField = "spec.containers{istio-proxy}", "spec.containers{app}"
		refused              = `Readiness probe failed: Get "http://10.1.2.3:15021/healthz/ready": dial tcp 10.1.2.3:15021: connect: connection refused`
		status               = "Readiness probe failed: HTTP probe failed with statuscode: 503"
	)
	fresh := func(pods ...*corev1.Pod) *scene {
		n := int32(len(pods))
		return rolling(9, n, 9-n, pods, times(int(9-n), ready))
	}
	native := func() *corev1.Pod {
		p := asSidecar(newPod(11))
		p.Status.ContainerStatuses[0].State.Running.StartedAt = at(12)
		return p
	}
	for _, c := range []struct {
		name  string
		scene *scene
		text  string
	}{
		{
			"the proxy complained and is ready", fresh(meshed(false, true)).event("web-5-00", "Unhealthy", refused, 12).in(proxyField),
			`1 new pod is running, but its container "app" is not ready`,
		},
		{
			"the app complained before the proxy did", fresh(meshed(false, true)).
				event("web-5-00", "Unhealthy", status, 12).in(appField).event("web-5-00", "Unhealthy", refused, 13).in(proxyField),
			`1 new pod is not ready: container "app": ` + status,
		},
		{
			"the proxy is not ready", fresh(meshed(true, false)).event("web-5-00", "Unhealthy", refused, 12).in(proxyField),
			`1 new pod is not ready: container "istio-proxy": ` + refused,
		},
		{
			"neither is", fresh(meshed(false, false)), `1 new pod is running, but its containers "app" and "istio-proxy" are not ready`,
		},
		{
			"of two pods one has both", fresh(meshed(false, true), meshed(false, false)),
			`2 new pods are running, but their container "app" is not ready`,
		},
		{
			"two pods have none in common", fresh(meshed(false, true), meshed(true, false)), "2 new pods are running but not ready",
		},
		{
			"the event names no container", fresh(meshed(false, true)).event("web-5-00", "Unhealthy", status, 12),
			"1 new pod is not ready: " + status,
		},
		{
			"all containers are ready", fresh(meshed(true, true)).event("web-5-00", "Unhealthy", refused, 12).in(proxyField),
			"1 new pod is running but not ready",
		},
		{
			"a sidecar is not ready", fresh(native()).event("web-5-00", "Unhealthy", refused, 13).in("spec.initContainers{proxy}"),
			`1 new pod is not ready: container "proxy": ` + refused,
		},
		{
			"a pod of one container needs no name", fresh(newPod(11)).event("web-5-00", "Unhealthy", status, 12).in(appField),
			"1 new pod is not ready: " + status,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, cause := worstAt(t, c.scene, 14)
			require.Equal(t, CauseNotReady, cause.Kind)
			require.Equal(t, c.text, cause.Text)
		})
	}
}
