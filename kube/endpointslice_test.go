package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

func TestNewEndpointSlice(t *testing.T) {
	s := newSlice("web", "web-1", 7,
		discoveryv1.Endpoint{
			Addresses: []string{"10.0.0.1", "10.0.0.2"}, NodeName: new("n1"), Zone: new("a\x1b[2J"),
			TargetRef: &corev1.ObjectReference{Kind: "Pod", Namespace: "shop", Name: "web-1-00", UID: "p"},
		},
		discoveryv1.Endpoint{TargetRef: &corev1.ObjectReference{Kind: "Node", Name: "n1"}, Conditions: goingAway()},
	)
	s.Ports = []discoveryv1.EndpointPort{{Port: new(int32(9090))}, {Port: new(int32(8080))}, {}, {Port: new(int32(9090)), Protocol: new(corev1.ProtocolUDP)}}
	require.Equal(t, &EndpointSlice{
		Ref: Ref{KindEndpointSlice, "shop", "web-1", "slice-web-1"}, ResourceVersion: "7",
		Service: "web", Family: "IPv4", ManagedBy: ownManager,
		Ports: []SlicePort{{"", "TCP"}, {"", "TCP"}, {"", "UDP"}},
		Endpoints: []Endpoint{
			{Address: "10.0.0.1", Ports: "8080,9090", Ready: true, Serving: true, Pod: Ref{KindPod, "shop", "web-1-00", "p"}, Node: "n1", Zone: "a"},
			{Ports: "8080,9090", Serving: true, Terminating: true},
		},
	}, NewEndpointSlice(s))
	require.Equal(t, &EndpointSlice{Ref: Ref{Kind: KindEndpointSlice}}, NewEndpointSlice(&discoveryv1.EndpointSlice{}))
}

// The API's nil means ready, serving, not terminating.
func TestEndpointConditions(t *testing.T) {
	for _, c := range []struct {
		conditions                  discoveryv1.EndpointConditions
		ready, serving, terminating bool
	}{
		{discoveryv1.EndpointConditions{}, true, true, false},
		{discoveryv1.EndpointConditions{Ready: new(false)}, false, true, false},
		{discoveryv1.EndpointConditions{Ready: new(true), Serving: new(false), Terminating: new(true)}, true, false, true},
	} {
		e := NewEndpointSlice(newSlice("web", "s", 1, discoveryv1.Endpoint{Conditions: c.conditions})).Endpoints[0]
		require.Equal(t, []bool{c.ready, c.serving, c.terminating}, []bool{e.Ready, e.Serving, e.Terminating})
	}
}
