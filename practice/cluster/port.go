package cluster

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
)

// Ports come from below the range the kernel takes the local ends of outgoing
// connections from (32768 and up on Linux): while a killed API server is away, one of
// its clients' retries must never sit on its port.
const (
	firstPort = 20000
	lastPort  = 32000
	portTries = 200
)

// freePorts returns n different loopback ports that nobody listens on.
func freePorts(n int) ([]int, error) {
	var (
		ports []int
		held  []net.Listener
		last  error
	)
	// All are held until the last one is found, so that no two are the same.
	defer func() {
		for _, listener := range held {
			_ = listener.Close()
		}
	}()
	for range portTries {
		if len(ports) == n {
			return ports, nil
		}
		port := firstPort + rand.IntN(lastPort-firstPort)
		listener, err := net.Listen("tcp4", hostPort(port))
		if err != nil {
			last = err
			continue
		}
		held, ports = append(held, listener), append(ports, port)
	}
	return nil, fmt.Errorf("find %d free loopback ports: %w", n, errors.Join(last, errors.New("too many tries")))
}

func hostPort(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
