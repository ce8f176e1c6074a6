package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func TestNewService(t *testing.T) {
	s := newService("web", func(s *corev1.Service) {
		s.CreationTimestamp = at(1)
		s.Spec.PublishNotReadyAddresses = true
		s.Spec.Ports = []corev1.ServicePort{
			{Name: "http", Port: 80, TargetPort: intstr.FromString("web\x1b[1m"), Protocol: corev1.ProtocolTCP},
			{Port: 53, TargetPort: intstr.FromInt32(5353), Protocol: corev1.ProtocolUDP},
			{Port: 443},
		}
	})
	require.Equal(t, &Service{
		Ref: Ref{KindService, "shop", "web", "svc-web"}, Created: at(1).Time, Type: "ClusterIP", ClusterIP: "10.96.0.1",
		Ports:    []ServicePort{{"http", 80, "web", "TCP"}, {"", 53, "5353", "UDP"}, {"", 443, "443", "TCP"}},
		Selector: map[string]string{"app": "web"}, PublishNotReady: true,
	}, NewService(s))
	require.Equal(t, &Service{Ref: Ref{Kind: KindService}, Type: "ClusterIP"}, NewService(&corev1.Service{}))

	read := NewService(s)
	s.Spec.Selector["app"] = "x"
	require.Equal(t, "web", read.Selector["app"], "nothing of the object is kept")
}

func TestServiceSelects(t *testing.T) {
	pod := map[string]string{"app": "web", "tier": ""}
	for _, c := range []struct {
		name     string
		selector map[string]string
		kind     corev1.ServiceType
		want     bool
	}{
		{"a label", map[string]string{"app": "web"}, "", true},
		{"all have to hold", map[string]string{"app": "web", "tier": "front"}, "", false},
		{"empty is not absent", map[string]string{"zone": ""}, "", false},
		{"an empty value", map[string]string{"tier": ""}, "", true},
		{"no selector selects nothing", nil, "", false},
		{"an alias selects nothing", map[string]string{"app": "web"}, corev1.ServiceTypeExternalName, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := NewService(newService("web", func(s *corev1.Service) { s.Spec.Selector, s.Spec.Type = c.selector, c.kind }))
			require.Equal(t, c.want, s.Selects(pod))
		})
	}
}

func TestHeadless(t *testing.T) {
	require.True(t, NewService(newService("web", func(s *corev1.Service) { s.Spec.ClusterIP = "None" })).Headless())
	require.False(t, NewService(newService("web")).Headless())
}
