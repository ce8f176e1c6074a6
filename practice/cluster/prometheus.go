package cluster

import (
	"fmt"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"fader/practice/fleet"
	"fader/practice/traffic"
)

const (
	prometheusURLName = "prometheus.url"
	// fleetJob and fleetInstance are the labels of everything that is scraped.
	fleetJob, fleetInstance = "fleet", "practice"
	fleetPath               = "/metrics/fleet"
	// trafficSeed makes every cluster's traffic the same, pod for pod.
	trafficSeed = 1
	// Scrapes may not be more frequent than the traffic is worked out, and a history's rates
	// need a few of them.
	minScrape, maxScrape = time.Second, time.Minute
)

// DefaultScrapeInterval is how often Prometheus looks when nobody says otherwise.
const DefaultScrapeInterval = 5 * time.Second

func validScrapeInterval(d time.Duration) error {
	if d < minScrape || d > maxScrape {
		return fmt.Errorf("--scrape-interval must be from %v to %v, not %v", minScrape, maxScrape, d)
	}
	return nil
}

func (p ports) prometheusURL() string { return "http://" + hostPort(p.prometheus) }

func prometheusFlags(l layout, p ports) []string {
	return []string{
		"--config.file=" + l.config("prometheus.yaml"),
		"--storage.tsdb.path=" + l.path("data", Prometheus),
		"--web.listen-address=" + hostPort(p.prometheus),
		"--web.write-token-file=" + l.config("prometheus.token"),
	}
}

// writePrometheus writes what Prometheus reads, and where it is for those who look for it.
// It returns the token that lets one write to it.
func writePrometheus(l layout, p ports, interval time.Duration) (string, error) {
	token, err := newToken()
	if err != nil {
		return "", err
	}
	config := fmt.Sprintf(`global:
  scrape_interval: %[1]v
  scrape_timeout: %[1]v
scrape_configs:
- job_name: %[2]s
  # One target tells for all pods, whose names are in the labels it sends.
  honor_labels: true
  scheme: https
  metrics_path: %[3]s
  tls_config: {ca_file: %[4]q, cert_file: %[5]q, key_file: %[6]q}
  static_configs:
  - targets: [%[7]q]
    labels: {instance: %[8]s}
`, interval, fleetJob, fleetPath, l.pki("ca.crt"), l.pki("kubelet-client.crt"), l.pki("kubelet-client.key"), hostPort(p.kubelet), fleetInstance)
	for path, text := range map[string]string{
		l.config("prometheus.yaml"): config, l.config("prometheus.token"): token, l.path(prometheusURLName): p.prometheusURL() + "\n",
	} {
		if err := writeSecret(path, []byte(text)); err != nil {
			return "", err
		}
	}
	return token, nil
}

// newFleet makes the traffic of the cluster that client watches.
func (s *supervisor) newFleet(client kubernetes.Interface) *fleet.Fleet {
	return fleet.New(fleet.Options{
		Client: client, Speed: s.options.Speed, Seed: trafficSeed, Now: time.Now,
		Prometheus: fleet.Prometheus{
			URL: s.ports.prometheusURL(), Token: s.prometheusToken,
			Labels: []traffic.Label{{Name: "job", Value: fleetJob}, {Name: "instance", Value: fleetInstance}},
		},
		Say: func(line string) { s.say("traffic: %s", line) },
	})
}

// watchingClient makes a client whose requests may take for ever.
func watchingClient(config *rest.Config) (kubernetes.Interface, error) {
	unlimited := rest.CopyConfig(config)
	unlimited.Timeout = 0
	client, err := kubernetes.NewForConfig(unlimited)
	if err != nil {
		return nil, fmt.Errorf("make a client that watches: %w", err)
	}
	return client, nil
}
