package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// crowd is how many Deployments of twenty pods TestCrowd makes, as in
// FADER_CROWD=500: that is ten thousand pods.
const crowd = "FADER_CROWD"

const podsEach = 20

// TestCrowd measures fader on a terminal of 200×50 over a cluster of a size that
// hurts, and prints the figures. It takes some minutes and asserts only what does
// not depend on the machine, so it runs where it is asked for.
func TestCrowd(t *testing.T) {
	size, err := strconv.Atoi(os.Getenv(crowd))
	if err != nil {
		t.Skip(crowd + " says of no number of Deployments")
	}
	s := ground(t)
	s.populate(size)
	s.figures(size)
}

// figures of fader over a cluster at rest: whatever moves or scrapes pods stands
// still meanwhile, since it is on the same machine.
func (s *site) figures(size int) {
	t := s.t
	others := []string{"kwok", "prometheus", "kube-controller-manager", "kube-scheduler"}
	s.do(append([]string{"freeze"}, others...)...)
	defer s.do(append([]string{"thaw"}, others...)...)

	begun := time.Now()
	all := len(strings.Fields(s.kubectl("get", "pods", "-A", "-o", "name")))
	t.Logf("kubectl get pods: %v", time.Since(begun).Round(time.Millisecond))
	var tables []time.Duration
	var desk *terminal
	for range 3 {
		if desk != nil {
			desk.press("q")
			desk.ended()
		}
		begun = time.Now()
		desk = s.desk(200, 50, "-A", "--prometheus", "none")
		desk.see(`Deployments`)
		desk.press("3")
		desk.see(fmt.Sprintf(`\b%d pods`, all))
		tables = append(tables, time.Since(begun).Round(time.Millisecond))
	}
	t.Logf("%d pods of %d Deployments: full pod table after %v", all, size, tables)

	time.Sleep(10 * time.Second) // whatever the start left is done, and collected
	used := desk.cpu()
	begun = time.Now()
	time.Sleep(30 * time.Second)
	t.Logf("idle: %.1f %% of a core, %d MiB (peak %d MiB)", 100*(desk.cpu()-used).Seconds()/time.Since(begun).Seconds(),
		desk.memory(resident), desk.memory(peak))

	t.Logf("API change on the screen: median %v", s.reaction(desk, size))
	begun = time.Now()
	desk.press("q")
	require.Zero(t, desk.ended())
	t.Logf("quit: %v", time.Since(begun).Round(time.Millisecond))
}

// populate makes nodes, and Deployments with their Services, and waits until all
// pods are ready.
func (s *site) populate(size int) {
	var b strings.Builder
	for i := range size*podsEach/400 + 1 {
		fmt.Fprintf(&b, `apiVersion: v1
kind: Node
metadata: {name: crowd-%[1]d, labels: {kubernetes.io/hostname: crowd-%[1]d}}
spec: {podCIDR: 10.%[2]d.0.0/20, podCIDRs: [10.%[2]d.0.0/20], providerID: "practice://crowd-%[1]d"}
status:
  capacity: {cpu: "64", memory: 512Gi, pods: "500"}
  allocatable: {cpu: "64", memory: 512Gi, pods: "500"}
  addresses: [{type: InternalIP, address: 10.0.249.%[1]d}]
---
`, i, 160+i)
	}
	for i := range size {
		fmt.Fprintf(&b, `apiVersion: apps/v1
kind: Deployment
metadata: {name: worker-%03[1]d, namespace: faults}
spec:
  replicas: %[2]d
  selector: {matchLabels: {app: worker-%03[1]d}}
  template:
    metadata: {labels: {app: worker-%03[1]d}}
    spec: {containers: [{name: main, image: "registry.example/worker:v1", resources: {requests: {cpu: 50m, memory: 64Mi}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: worker-%03[1]d, namespace: faults}
spec: {selector: {app: worker-%03[1]d}, ports: [{port: 80}]}
---
`, i, podsEach)
	}
	file := filepath.Join(s.dir, "crowd.yaml")
	require.NoError(s.t, os.WriteFile(file, []byte(b.String()), 0o600))
	s.kubectl("create", "-f", file)
	wait(s.t, "all pods are available", 20*time.Minute, 2*time.Second, func() bool {
		ready := s.kubectl("-n", faults, "get", "deployments", "-o", `jsonpath={range .items[*]}{.status.availableReplicas}{"\n"}{end}`)
		return strings.Count("\n"+ready+"\n", fmt.Sprintf("\n%d", podsEach)) == size
	})
}

// reaction is the median time from the API server's answer to a change of a pod
// in the table to the new text on the screen.
func (s *site) reaction(desk *terminal, size int) time.Duration {
	list, err := s.client.CoreV1().Pods(faults).List(s.t.Context(), metav1.ListOptions{LabelSelector: fmt.Sprintf("app=worker-%03d", size/2)})
	require.NoError(s.t, err)
	pod := list.Items[0].Name
	desk.press("/", pod, "enter")
	desk.line(pod)
	var took []time.Duration
	for i := range 21 {
		note := fmt.Sprintf("Crowded%02d", i)
		patch := fmt.Sprintf(`{"status":{"reason":%q}}`, note)
		_, err := s.client.CoreV1().Pods(faults).Patch(s.t.Context(), pod, types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{}, "status")
		require.NoError(s.t, err)
		begun := time.Now()
		desk.line(pod, note)
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	return took[len(took)/2]
}
