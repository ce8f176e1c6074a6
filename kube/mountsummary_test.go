package kube

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// TestMountSummaries: "Unable to attach or mount volumes" never takes the place of what
// says why.
func TestMountSummaries(t *testing.T) {
	const (
		noSecret = `MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found`
		noDevice = `MountVolume.MountDevice failed for volume "pvc-1" : rpc error: code = Internal desc = no such device`
		attach   = `AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = Internal desc = quota`
		noClaim  = `Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[data]: error processing PVC shop/data: PVC is being deleted`
		create   = "create Secret web-tls in namespace shop"
	)
	unable := func(volumes string) string {
		return "Unable to attach or mount volumes: unmounted volumes=[" + volumes + "], unattached volumes=[], failed to process volumes=[]: timed out waiting for the condition"
	}
	assignedTo := func(n int32) *scene {
		return rolling(9, n, 9-n, times(int(n), func() *corev1.Pod { return assigned(11) }), times(int(9-n), ready))
	}
	told := func(some, reason, message string) string {
		return some + " cannot start (" + reason + "): " + bothEnds(message, messageCells)
	}
	for _, c := range []struct {
		name   string
		scene  *scene
		causes []string
		hint   string
	}{
		{
			"the summary is newer", assignedTo(1).event("web-5-00", "FailedMount", noSecret, 15).event("web-5-00", "FailedMount", unable("kube-api-access-x7 tls"), 16),
			[]string{told("1 new pod", "FailedMount", noSecret)},
			create,
		},
		{
			"the summary is older", assignedTo(1).event("web-5-00", "FailedMount", unable("tls"), 15).event("web-5-00", "FailedMount", noSecret, 16),
			[]string{told("1 new pod", "FailedMount", noSecret)},
			create,
		},
		{
			"one of two pods has a newer summary",
			assignedTo(2).event("web-5-00", "FailedMount", noSecret, 15).event("web-5-01", "FailedMount", noSecret, 15).event("web-5-00", "FailedMount", unable("tls"), 16),
			[]string{told("2 new pods", "FailedMount", noSecret)},
			create,
		},
		{
			"one of two pods has nothing but a summary",
			assignedTo(2).event("web-5-00", "FailedMount", unable("tls"), 16).event("web-5-01", "FailedMount", noSecret, 15),
			[]string{told("2 new pods", "FailedMount", noSecret)},
			create,
		},
		{
			"a PersistentVolume has another name in the summary", assignedTo(1).event("web-5-00", "FailedMount", noDevice, 15).event("web-5-00", "FailedMount", unable("data"), 16),
			[]string{told("1 new pod", "FailedMount", noDevice)},
			"",
		},
		{
			"of two pods, which wait for the same",
			assignedTo(2).event("web-5-00", "FailedMount", noDevice, 15).event("web-5-00", "FailedMount", unable("data kube-api-access-x7"), 14).
				event("web-5-01", "FailedMount", unable("kube-api-access-b2 data"), 16),
			[]string{told("2 new pods", "FailedMount", noDevice)},
			"",
		},
		{
			"a volume that is not attached",
			assignedTo(2).event("web-5-00", failedAttach, attach, 15).event("web-5-00", "FailedMount", unable("data"), 16).event("web-5-01", "FailedMount", unable("data"), 17),
			[]string{told("2 new pods", failedAttach, attach)},
			"",
		},
		{
			"the Secret came, and another volume is still waited for", assignedTo(1).event("web-5-00", "FailedMount", noSecret, 15).event("web-5-00", "FailedMount", unable("data"), 16),
			[]string{told("1 new pod", "FailedMount", unable("data"))},
			"",
		},
		{
			"two pods wait for two volumes", assignedTo(2).event("web-5-00", "FailedMount", noSecret, 15).event("web-5-01", "FailedMount", unable("data"), 16),
			[]string{told("1 of 2 new pods", "FailedMount", noSecret), told("1 of 2 new pods", "FailedMount", unable("data"))},
			create,
		},
		{
			"a summary that says why", assignedTo(1).event("web-5-00", "FailedMount", noClaim, 15),
			[]string{told("1 new pod", "FailedMount", noClaim)},
			"",
		},
		{
			"what it said is over", assignedTo(1).event("web-5-00", "FailedMount", noClaim, 15).event("web-5-00", "FailedMount", unable("data"), 16),
			[]string{told("1 new pod", "FailedMount", unable("data"))},
			"",
		},
		{
			"nothing but summaries", assignedTo(2).event("web-5-00", "FailedMount", unable("data"), 15).event("web-5-01", "FailedMount", unable("data"), 16),
			[]string{told("2 new pods", "FailedMount", unable("data"))},
			"",
		},
		{
			"a complaint that is no mount's", assignedTo(2).event("web-5-00", "NetworkNotReady", "network is not ready", 15).event("web-5-01", "FailedMount", unable("data"), 16),
			[]string{told("1 of 2 new pods", "NetworkNotReady", "network is not ready"), told("1 of 2 new pods", "FailedMount", unable("data"))},
			"look at the network plugin of node n1",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, cause := worstAt(t, c.scene, 17)
			var texts []string
			for _, c := range r.Causes {
				if c.Kind == CauseCannotStart {
					texts = append(texts, c.Text)
				}
			}
			require.Equal(t, c.causes, texts)
			require.Equal(t, c.hint, cause.Hint)
		})
	}
}
