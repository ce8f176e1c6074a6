package cluster

import (
	"net"
	"testing"
)

func TestFreePortsAreDifferentAndFree(t *testing.T) {
	found, err := freePorts(20)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	for _, port := range found {
		if seen[port] || port < firstPort || port >= lastPort {
			t.Errorf("port %d is there twice or out of range", port)
		}
		seen[port] = true
		listener, err := net.Listen("tcp4", hostPort(port))
		if err != nil {
			t.Errorf("port %d is not free: %v", port, err)
			continue
		}
		_ = listener.Close()
	}
}
