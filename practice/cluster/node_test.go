package cluster

import (
	"net"
	"testing"
)

func TestNodesHaveNetworksOfTheirOwn(t *testing.T) {
	var networks []*net.IPNet
	names, addresses, edge, gpus := map[string]bool{}, map[string]bool{}, 0, int64(0)
	for _, node := range nodes(MaxNodes) {
		_, network, err := net.ParseCIDR(node.Spec.PodCIDR)
		if err != nil {
			t.Fatalf("%s: %v", node.Name, err)
		}
		networks = append(networks, network)
		address := node.Status.Addresses[0].Address
		if names[node.Name] || addresses[address] || net.ParseIP(address) == nil {
			t.Fatalf("%s (%s) is there twice or has a bad address", node.Name, address)
		}
		names[node.Name], addresses[address] = true, true
		if node.Labels["practice.fader/pool"] == "edge" {
			edge++
		}
		gpu := node.Status.Allocatable["nvidia.com/gpu"]
		gpus += gpu.Value()
		if node.Labels["topology.kubernetes.io/zone"] == "" {
			t.Errorf("%s has no zone", node.Name)
		}
	}
	for i := 1; i < len(networks); i++ {
		if networks[i].Contains(networks[i-1].IP) || networks[i-1].Contains(networks[i].IP) {
			t.Errorf("networks %v and %v overlap", networks[i-1], networks[i])
		}
	}
	if edge != 2 || gpus != 4 {
		t.Errorf("%d edge nodes and %d GPUs, want 2 and 4: the scenarios count on it", edge, gpus)
	}
}
