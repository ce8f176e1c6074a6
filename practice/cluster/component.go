package cluster

import (
	"fmt"
	"slices"
	"strings"
)

// The components, by the names that `practice stop` and friends take.
const (
	Etcd              = "etcd"
	APIServer         = "kube-apiserver"
	ControllerManager = "kube-controller-manager"
	Scheduler         = "kube-scheduler"
	Kwok              = "kwok"
	Prometheus        = "prometheus"
)

// Components returns the names of all components in the order they are started.
func Components() []string { return append(controlPlane(), Prometheus) }

// controlPlane returns the names of those that a cluster is not ready without.
func controlPlane() []string { return []string{Etcd, APIServer, ControllerManager, Scheduler, Kwok} }

// ports are the loopback ports of one cluster; they stay the same for its whole life.
type ports struct {
	etcd, etcdPeer, api, controllers, scheduler int

	kubelet    int // of every node
	prometheus int
}

func newPorts() (ports, error) {
	free, err := freePorts(7)
	if err != nil {
		return ports{}, err
	}
	return ports{
		etcd: free[0], etcdPeer: free[1], api: free[2], controllers: free[3], scheduler: free[4], kubelet: free[5], prometheus: free[6],
	}, nil
}

// arguments returns the command line of a component.
func arguments(l layout, p ports, name string) []string {
	switch name {
	case Etcd:
		return []string{l.config("etcd.yaml")}
	case APIServer:
		return apiServerFlags(l, p)
	case ControllerManager:
		return controllerManagerFlags(l, p)
	case Scheduler:
		return append(serving(l, p.scheduler), "--config="+l.config("scheduler.yaml"))
	case Prometheus:
		return prometheusFlags(l, p)
	default:
		return []string{
			"--config=" + l.config("kwok.yaml"),
			"--kubeconfig=" + l.kubeconfigOf(Kwok),
			"--manage-all-nodes=true",
			"--node-lease-duration-seconds=40",
			"--v=WARN", // it has a line for every patch otherwise
		}
	}
}

func serving(l layout, port int) []string {
	return []string{
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", port),
		"--tls-cert-file=" + l.pki("server.crt"),
		"--tls-private-key-file=" + l.pki("server.key"),
	}
}

func apiServerFlags(l layout, p ports) []string {
	return append(append(serving(l, p.api), auditFlags(l)...),
		"--advertise-address=127.0.0.1",
		// Endpoints of a loopback address are refused, and no pod needs them.
		"--endpoint-reconciler-type=none",
		"--cert-dir="+l.path("pki"),
		"--etcd-servers=https://"+hostPort(p.etcd),
		"--etcd-cafile="+l.pki("ca.crt"),
		"--etcd-certfile="+l.pki("etcd-client.crt"),
		"--etcd-keyfile="+l.pki("etcd-client.key"),
		"--token-auth-file="+l.config("tokens.csv"),
		"--authorization-mode=RBAC",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file="+l.pki("service-accounts.pub"),
		"--service-account-signing-key-file="+l.pki("service-accounts.key"),
		"--service-cluster-ip-range=10.96.0.0/16",
		// One server answers for the kubelets of all nodes, and for the metrics API.
		"--kubelet-preferred-address-types=InternalDNS",
		"--kubelet-certificate-authority="+l.pki("ca.crt"),
		"--kubelet-client-certificate="+l.pki("kubelet-client.crt"),
		"--kubelet-client-key="+l.pki("kubelet-client.key"),
		"--proxy-client-cert-file="+l.pki("kubelet-client.crt"),
		"--proxy-client-key-file="+l.pki("kubelet-client.key"),
		// One machine, one user: fairness between tenants only costs start-up time.
		"--enable-priority-and-fairness=false",
		"--max-requests-inflight=3000",
		"--max-mutating-requests-inflight=1000",
		"--profiling=false",
	)
}

func controllerManagerFlags(l layout, p ports) []string {
	return append(serving(l, p.controllers),
		"--kubeconfig="+l.kubeconfigOf(ControllerManager),
		"--leader-elect=false",
		"--kube-api-qps=2000",
		"--kube-api-burst=4000",
		"--root-ca-file="+l.pki("ca.crt"),
		"--service-account-private-key-file="+l.pki("service-accounts.key"),
		// Longer than an API server may be away in a fault test: its nodes, which could not
		// renew their leases meanwhile, must not count as lost when it comes back.
		"--node-monitor-grace-period=2m",
		"--profiling=false",
	)
}

// writeConfigs writes the configuration files that arguments refers to.
func writeConfigs(l layout, p ports, stages []byte) error {
	etcd := fmt.Sprintf(`name: practice
data-dir: %[1]q
listen-client-urls: https://%[2]s
advertise-client-urls: https://%[2]s
listen-peer-urls: https://%[3]s
initial-advertise-peer-urls: https://%[3]s
initial-cluster: practice=https://%[3]s
unsafe-no-fsync: true
log-level: error
warning-unary-request-duration: 300000000
quota-backend-bytes: 2147483648
client-transport-security: &tls
  cert-file: %[4]q
  key-file: %[5]q
  trusted-ca-file: %[6]q
  client-cert-auth: true
peer-transport-security: *tls
`, l.etcdData(), hostPort(p.etcd), hostPort(p.etcdPeer), l.pki("server.crt"), l.pki("server.key"), l.pki("ca.crt"))
	scheduler := fmt.Sprintf(`apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
leaderElection: {leaderElect: false}
enableProfiling: false
clientConnection: {kubeconfig: %q, qps: 2000, burst: 4000}
`, l.kubeconfigOf(Scheduler))
	for name, data := range map[string][]byte{
		"etcd.yaml": []byte(etcd), "scheduler.yaml": []byte(scheduler), "kwok.yaml": stages,
	} {
		if err := writeSecret(l.config(name), data); err != nil {
			return err
		}
	}
	return nil
}

func knownComponent(name string) error {
	if !slices.Contains(Components(), name) {
		return fmt.Errorf("unknown component %q; the components are %s", name, strings.Join(Components(), ", "))
	}
	return nil
}
