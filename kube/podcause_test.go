package kube

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

// TestPullFailures: the registry's own words are told, and the advice fits them.
func TestPullFailures(t *testing.T) {
	const (
		credentials = "the registry refuses the credentials: check imagePullSecrets"
		missing     = "the registry does not have it: set another image"
		platform    = "the image is not built for the platform of node n1: build it for that one, or keep the pods off such nodes"
		slow        = "the registry does not answer node n1 in time: the kubelet tries again, look at the network and the registry"
		server      = "the registry itself has trouble: the kubelet tries again, look at the registry"
		runtime     = "look at the container runtime of node n1"
		refuses     = "a proxy between node n1 and the registry may refuse: look at that proxy"
		proxy       = "node n1 cannot use its proxy: look at the proxy that its container runtime is set to"
		digest      = "node n1 does not get what the image's digest says: look at the registry, and at a mirror or proxy before it"
		dns         = "the registry's name does not resolve on node n1: look at its DNS"
	)
	for _, c := range []struct{ reason, said, hint string }{
		{"", `failed to pull and unpack image "web:2": no match for platform in manifest sha256:aa01: not found`, platform},
		{"", "no matching manifest for linux/arm64/v8 in the manifest list entries", platform},
		{"", "no image found in image index for architecture arm64, variant \"v8\", OS linux", platform},
		{"", "choosing image instance: no image found in manifest list for architecture \"arm64\"", platform},
		{"", "failed to extract layer sha256:bb02: write /var/lib/containerd/tmp: no space left on device", "the disk of node n1 is full: free some space there"},
		{"", "failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized", credentials},
		{"", "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed", "the registry refuses the credentials or has no such repository: check imagePullSecrets and the image's name"},
		{"", "unexpected status from HEAD request to https://registry.example/v2/web/manifests/v2: 403 Forbidden", credentials},
		{"", "denied: requested access to the resource is denied", credentials},
		{"", "no basic auth credentials", credentials},
		{"", `error getting credentials - err: exec: "docker-credential-ecr-login": executable file not found in $PATH`, credentials},
		{"", "unexpected status from HEAD request to https://registry.example/v2/web/manifests/v2: 504 Gateway Timeout", server},
		{"", "received unexpected HTTP status: 503 Service Unavailable", server},
		{"", "unexpected status from GET request to https://registry.example/token: 500 Internal Server Error", server},
		{"RegistryUnavailable", "image pull failed for web:2 because the registry is unavailable: quay is down", server},
		{"", `failed to do request: Head "https://registry.example/v2/web/manifests/v2": net/http: TLS handshake timeout`, slow},
		{"", `failed to do request: Head "https://registry.example/v2/": dial tcp 10.1.1.1:443: i/o timeout`, slow},
		{"", "context deadline exceeded", slow},
		{"", `failed to copy: httpReadSeeker: failed open: failed to do request: Get "https://cdn.example/x": unexpected EOF`, slow},
		{"", `failed to do request: Head "https://registry.example/v2/web/manifests/v2": dial tcp: lookup registry.example: no such host`, dns},
		{"", `Head "https://registry.example/v2/": dial tcp: lookup registry.example on 10.96.0.10:53: read udp 10.0.0.5:3301->10.96.0.10:53: i/o timeout`, dns},
		{"", "unexpected status from GET request: 429 Too Many Requests: toomanyrequests: You have reached your pull rate limit", "the registry limits pulls: wait or log in to it"},
		{"", "pull QPS exceeded", "the kubelet of node n1 limits its pulls: it tries again by itself"},
		{"", `Head "https://registry.example/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority`, "node n1 does not trust the registry's certificate"},
		{"", `tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-30 is after 2026-11-01`, "the registry's certificate has expired, or the clock of node n1 is wrong"},
		{"", `x509: certificate is valid for other.example, not registry.example`, "the registry's certificate is for another name"},
		{"", "http: server gave HTTP response to HTTPS client", "the registry speaks http, and node n1 asks with https"},
		{"", "dial tcp 10.1.1.1:5000: connect: connection refused", "node n1 cannot reach the registry"},
		{"", "dial tcp 10.1.1.1:443: connect: no route to host", "node n1 cannot reach the registry"},
		{"", `failed to resolve reference "web:2": web:2: not found`, missing},
		{"", "manifest unknown: manifest tagged by v2 is not found", missing},
		{"", "name unknown: repository not found in registry", missing},
		{"ErrImageNeverPull", `Container image "web:2" is not present with pull policy of Never`, "imagePullPolicy is Never: load the image onto node n1, or let it be pulled"},
		{"InvalidImageName", `Failed to apply default image tag "web:2": couldn't parse image name: invalid reference format`, "the image's name is not valid: set another image"},
		{"SignatureValidationFailed", "image pull failed for web:2 because the signature validation failed: no signature", "the signature policy of node n1 refuses the image: sign it, or set one that is signed"},
		{"", "Source image rejected: A signature was required, but no signature exists", "the signature policy of node n1 refuses the image: sign it, or set one that is signed"},
		{"", "failed commit on ref \"layer-sha256:cc\": unexpected commit digest sha256:dd, expected sha256:cc: failed precondition", digest},
		{"", "filesystem layer verification failed for digest sha256:cc", digest},
		// What the node's own runtime says is not the registry's.
		{"", `failed to prepare extraction snapshot "extract-123 sha256:aa": parent snapshot sha256:bb does not exist: not found`, runtime},
		{"", "failed to extract layer sha256:aa: failed to get reader from content store: content digest sha256:bb: not found", runtime},
		{"", "failed to extract layer sha256:aa: mount callback failed on /var/lib/containerd/tmpmounts/m1: open /var/lib/containerd/tmpmounts/m1/usr/bin/x: permission denied", runtime},
		{"", "failed to extract layer sha256:aa: unexpected EOF", runtime},
		{"", "failed to get image config: content digest sha256:bb: not found", runtime},
		{"", "failed to unpack image on snapshotter overlayfs: failed to mount /var/lib/containerd/tmpmounts/m1: no such device", runtime},
		{"", "failed to register layer: ApplyLayer exit status 1 stdout: stderr: lchown /etc/shadow: invalid argument", runtime},
		{"", "write /var/lib/containerd/io.containerd.content.v1.content/ingest/ab/data: input/output error", runtime},
		{"", "mkdir /var/lib/containerd/io.containerd.content.v1.content/ingest/ab: read-only file system", runtime},
		{"", `connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"`, runtime},
		{"", "error getting credentials - err: fork/exec /usr/bin/docker-credential-ecr-login: no such file or directory", runtime},
		{"", `lease "1234": not found`, runtime},
		// A proxy's words are not the registry's either.
		{"", `failed to resolve reference "web:2": failed to do request: Head "https://registry.example/v2/web/manifests/2": Forbidden`, refuses},
		{"", `Get "https://registry.example/v2/": Proxy Authentication Required`, refuses},
		{"", `failed to do request: Head "https://registry.example/v2/web/manifests/2": Service Unavailable`, refuses},
		{"", `failed to do request: Head "https://registry.example/v2/": proxyconnect tcp: dial tcp 10.0.0.1:3128: connect: connection refused`, proxy},
		{"", `failed to do request: Head "https://registry.example/v2/": proxyconnect tcp: dial tcp: lookup proxy.example on 10.96.0.10:53: no such host`, proxy},
		{"", `failed to do request: Head "https://registry.example/v2/": proxyconnect tcp: tls: first record does not look like a TLS handshake`, proxy},
		// And these are the registry's.
		{"", `Head "https://registry.example/v2/web/manifests/2": unauthorized: authentication required`, credentials},
		{"", `failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://registry.example/token: 403 Forbidden: denied: Permission "downloadArtifacts" denied on resource "projects/shop"`, credentials},
		{"", "failed to prepare extraction snapshot \"extract-1\": failed to resolve layer: unexpected status code 401", credentials},
		{"", "failed to copy: httpReadSeeker: failed open: unexpected status code https://cdn.example/blob: 403 Forbidden - Server message: <Error><Code>AccessDenied</Code><Message>Request has expired", "the registry's link to a layer had expired: the kubelet tries again, look at the registry"},
		{"", "", ""},
		// Names that somebody chose say nothing.
		{"", `failed to do request: Head "https://forbidden.example/v2/not-found/manifests/v2": something else`, ""},
	} {
		t.Run(c.reason+" "+c.said, func(t *testing.T) {
			reason, message := c.reason, c.said
			if reason == "" { // in the middle of its back-off
				reason, message = "ImagePullBackOff", `Back-off pulling image "web:2": ErrImagePull: rpc error: code = Unknown desc = `+c.said
			}
			p := waitingPod(11, reason, message)
			p.Spec.Containers[0].Image = "web:2"
			_, cause := worstAt(t, complete(p), 20)
			require.Equal(t, CauseImagePull, cause.Kind)
			require.Equal(t, c.hint, cause.Hint)
			require.True(t, strings.HasSuffix(cause.Text, c.said[max(0, len(c.said)-9):]), "the words themselves, with their end: %s", cause.Text)
			require.NotContains(t, cause.Text, "rpc error")
		})
	}
}

// TestAnImagesNameSaysNothing of why it does not come.
func TestAnImagesNameSaysNothing(t *testing.T) {
	for _, image := range []string{"repo.example/shop/web:1.0-SNAPSHOT", "repo.example/x509/denied:1", "csi/parent-snapshotter", "web:forbidden"} {
		for _, before := range []string{"", "docker.io/", "docker.io/library/"} {
			p := waitingPod(11, "ErrImagePull", "manifest for "+before+image+" not found: manifest unknown")
			p.Spec.Containers[0].Image = image
			_, cause := worstAt(t, complete(p), 20)
			require.Equal(t, "the registry does not have it: set another image", cause.Hint, image)
		}
	}
}

// TestPullWordsStay: an older kubelet repeats nothing of the failure while it backs
// off; the event of the last attempt does.
func TestPullWordsStay(t *testing.T) {
	bare := func() *corev1.Pod { return waitingPod(11, "ImagePullBackOff", `Back-off pulling image "web:1"`) }
	s := complete(bare()).
		event("web-5-02", "Failed", "Error: ImagePullBackOff", 14).
		event("web-5-02", "BackOff", `Back-off pulling image "web:1"`, 15).
		event("web-5-02", "Failed", `Failed to pull image "web:1": rpc error: code = NotFound desc = failed to pull and unpack image "web:1": no match for platform in manifest: not found`, 13)
	_, cause := worstAt(t, s, 20)
	require.Equal(t, `1 of 3 pods cannot pull "web:1" (ErrImagePull): no match for platform in manifest: not found`, cause.Text)
	require.Contains(t, cause.Hint, "platform of node n1")

	// One image, two kinds of trouble: two causes.
	full := waitingPod(11, "ErrImagePull", "write /var/lib/x: no space left on device")
	gone := waitingPod(11, "ErrImagePull", "web:1: not found")
	r := newScene(3).status(3, 3, 1).revision(5, "web:1", 3, ready(), full, gone).rollout()
	require.Contains(t, r.Causes[0].Hint, "disk of node n1")
	require.Contains(t, r.Causes[1].Hint, "set another image")

	// The node's platform is named where it is known.
	arm := gpuNode("n1", "a", "", labelled("kubernetes.io/arch", "arm64"), labelled("kubernetes.io/os", "linux"))
	_, cause = worstAt(t, complete(waitingPod(11, "ErrImagePull", "no match for platform in manifest")).runs(arm), 20)
	require.Contains(t, cause.Hint, "node n1 (linux/arm64)")
}

func failedPod(minute int, node, reason, message string) *corev1.Pod {
	p := newPod(minute)
	p.Spec.NodeName = node
	p.Status = corev1.PodStatus{Phase: corev1.PodFailed, Reason: reason, Message: message}
	return p
}

// endedPod ran until that minute and is of phase Failed.
func endedPod(minute, end int, reason, message string) *corev1.Pod {
	p := failedPod(minute, "n1", reason, message)
	p.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "app", State: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 137, FinishedAt: at(end)}}}}
	return p
}

func assigned(minute int) *corev1.Pod {
	p := newPod(minute)
	p.Status.Phase, p.Status.ContainerStatuses = corev1.PodPending, nil
	return p
}

// TestRejectedPods: failed pods are told with their number while their ReplicaSet
// lacks pods because of them, and not after.
func TestRejectedPods(t *testing.T) {
	const device = "Pod was rejected: Allocate failed due to no healthy devices present; cannot allocate unhealthy devices nvidia.com/gpu, which is unexpected"
	rejections := func(n int) []*corev1.Pod {
		var pods []*corev1.Pod
		for i := range n {
			pods = append(pods, failedPod(20+i, "gpu-0", "UnexpectedAdmissionError", device))
		}
		return pods
	}
	for _, c := range []struct {
		name     string
		scene    *scene
		text     string
		severity Severity
		hint     string
		phase    Phase
	}{
		{
			"one after the other", newScene(2).status(2, 2, 0).revision(1, "web:1", 2, append(rejections(12), assigned(32), assigned(32))...),
			"12 pods of revision 1 were rejected by gpu-0 (UnexpectedAdmissionError): Allocate failed due to no healthy devices present; cannot allocate unhealthy devices nvidia.com/gpu, which is unexpected",
			Broken, "look at the devices of node gpu-0 and the device plugin there", Degraded,
		},
		{
			"in the moment without a successor", newScene(2).status(1, 2, 1).revision(1, "web:1", 2, append(rejections(1), ready())...),
			"1 pod of revision 1 was rejected by gpu-0 (UnexpectedAdmissionError): Allocate failed due to no healthy devices present; cannot allocate unhealthy devices nvidia.com/gpu, which is unexpected",
			Attention, "look at the devices of node gpu-0 and the device plugin there", Degraded,
		},
		{
			"all made good", newScene(2).revision(1, "web:1", 2, append(rejections(12), ready(), readyPod(32))...), "", 0, "", Complete,
		},
		{
			"no room for cpu, an older kubelet", newScene(2).status(2, 2, 1).revision(1, "web:1", 2, ready(), failedPod(20, "n1", "OutOfcpu", "Node didn't have enough resource: cpu, requested: 100, used: 3900, capacity: 3920"), assigned(20)),
			"1 pod of revision 1 was rejected by n1 (OutOfcpu): Node didn't have enough resource: cpu, requested: 100, used: 3900, capacity: 3920", Attention, "", Degraded,
		},
		{
			"the node's labels changed", newScene(2).status(2, 2, 1).revision(1, "web:1", 2, ready(), failedPod(20, "n1", "NodeAffinity", "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"), assigned(20)),
			"1 pod of revision 1 was rejected by n1 (NodeAffinity): Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector", Attention,
			"the labels of node n1 do not match the pod's node selector or affinity any more", Degraded,
		},
		{
			"evicted, and the next one starts", newScene(2).status(2, 2, 1).revision(1, "web:1", 2, ready(), endedPod(weeks, 20, "Evicted", "The node was low on resource: ephemeral-storage. Threshold quantity: 1Gi, available: 900Mi."), waitingPod(20, containerCreating, "")),
			"1 pod of revision 1 was evicted from n1 (Evicted): The node was low on resource: ephemeral-storage. Threshold quantity: 1Gi, available: 900Mi.", Attention,
			"free disk space on node n1, or request ephemeral-storage", Degraded,
		},
		{
			"evicted last week, and another pod is unready today",
			newScene(2).status(2, 2, 1).revision(1, "web:1", 2, ready(), endedPod(weeks, -9000, "Evicted", "The node was low on resource: memory."), assigned(20)), "", 0, "", Progressing,
		},
		{
			"from two nodes", newScene(2).status(2, 2, 0).revision(1, "web:1", 2, failedPod(20, "n1", "Preempting", "Preempted in order to admit critical pod"), failedPod(20, "n2", "Preempting", "Preempted in order to admit critical pod"), assigned(20), assigned(20)),
			"2 pods of revision 1 were preempted on n1, n2 (Preempting): Preempted in order to admit critical pod", Attention, "", Degraded,
		},
		{
			"a node shut down", newScene(2).status(2, 2, 1).revision(1, "web:1", 2, ready(), endedPod(1, 20, "Terminated", "Pod was terminated in response to imminent node shutdown."), assigned(20)),
			"1 pod of revision 1 ended with the shutdown of n1 (Terminated): Pod was terminated in response to imminent node shutdown.", Attention, "", Degraded,
		},
		{
			"the kubelet lost it", newScene(2).status(2, 2, 1).revision(1, "web:1", 2, ready(), lostPod(20), assigned(20)),
			"1 pod of revision 1 failed on n1 (ContainerStatusUnknown): The container could not be located when the pod was terminated", Attention, "", Degraded,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, cause := worstAt(t, c.scene, 33)
			require.Equal(t, c.phase, r.Phase)
			if c.text == "" {
				require.NotEqual(t, CauseRejected, cause.Kind)
				return
			}
			require.Equal(t, c.text, cause.Text)
			require.Equal(t, CauseRejected, cause.Kind)
			require.Equal(t, c.severity, cause.Severity)
			require.Equal(t, c.hint, cause.Hint)
		})
	}
}

func lostPod(end int) *corev1.Pod {
	p := endedPod(1, end, "", "")
	p.Status.ContainerStatuses[0].State.Terminated.Reason = "ContainerStatusUnknown"
	p.Status.ContainerStatuses[0].State.Terminated.Message = "The container could not be located when the pod was terminated"
	return p
}

// initialised has run its init containers and waits for its first container.
func initialised(minute int) *corev1.Pod {
	p := initPod(ended("Completed", 0, 0))
	p.CreationTimestamp = at(minute)
	p.Status.Conditions = append(p.Status.Conditions, corev1.PodCondition{Type: corev1.PodInitialized, Status: corev1.ConditionTrue})
	return p
}

// TestStartingPods: while an image is pulled that is told, and since when; a pod that
// has not begun is never "running".
func TestStartingPods(t *testing.T) {
	fresh := func(p *corev1.Pod) *scene { return rolling(9, 1, 8, []*corev1.Pod{p}, times(8, ready)) }
	pulling := func(s *scene, minute int) *scene {
		return s.event("web-5-00", "Pulling", `Pulling image "registry.example/llm:70b"`, minute).normal()
	}
	for _, c := range []struct {
		name   string
		scene  *scene
		kind   CauseKind
		text   string
		minute int
	}{
		{"creating, pulling", pulling(fresh(waitingPod(11, containerCreating, "")), 12), CausePulling, `1 new pod pulls image "registry.example/llm:70b"`, 12},
		{"initialised, pulling", pulling(fresh(initialised(11)), 12), CausePulling, `1 new pod pulls image "registry.example/llm:70b"`, 12},
		{"at its init container, pulling", pulling(fresh(initPod(held(podInitializing))), 12), CausePulling, `1 new pod pulls image "registry.example/llm:70b"`, 12},
		{
			"pulled since", pulling(fresh(waitingPod(11, containerCreating, "")), 12).event("web-5-00", "Pulled", "Successfully pulled image", 13).normal(),
			CauseStarting, "1 new pod has not started: its containers are not created yet (ContainerCreating)", 11,
		},
		{
			"pulling again after a failure", pulling(fresh(waitingPod(11, containerCreating, "")).event("web-5-00", "Failed", "Failed to pull image", 12), 13),
			CausePulling, `1 new pod pulls image "registry.example/llm:70b"`, 13,
		},
		{"initialised, no event", fresh(initialised(11)), CauseStarting, "1 new pod has not started: its containers are not created yet (PodInitializing)", 11},
		{"assigned, nothing heard of the kubelet", fresh(assigned(11)), CauseStarting, "1 new pod has not started: the kubelet of node n1 says nothing of it", 11},
		{"just created", fresh(waitingPod(15, containerCreating, "")), CauseWaiting, "1 of 10 updated pods available", -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.scene.sets[0].Status.AvailableReplicas = 1
			_, cause := worstAt(t, c.scene, 15)
			require.Equal(t, c.text, cause.Text)
			require.Equal(t, c.kind, cause.Kind)
			require.Equal(t, Info, cause.Severity)
			if c.minute >= 0 {
				require.Equal(t, at(c.minute).Time, cause.Since)
			}
		})
	}
	late := pulling(fresh(initialised(11)), 12).progressing(reasonTimedOut, 21)
	_, cause := worstAt(t, late, 30)
	require.Equal(t, CausePulling, cause.Kind, "it explains the deadline")
	require.Equal(t, Broken, cause.Severity)
}

// TestSetupFailures: each complaint has its own advice, or none.
func TestSetupFailures(t *testing.T) {
	for _, c := range []struct{ reason, message, hint string }{
		{"FailedMount", `MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found`, "create Secret web-tls in namespace shop"},
		{"FailedMount", `MountVolume.SetUp failed for volume "conf" : configmap "conf" not found`, "create ConfigMap conf in namespace shop"},
		{"FailedMount", `MountVolume.SetUp failed for volume "conf" : object "shop"/"conf" not registered`, ""},
		{"FailedMount", `MountVolume.SetUp failed for volume "s" : references non-existent secret key: tls.crt`, ""},
		{"FailedMount", `kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name disk.csi.example not found in the list of registered CSI drivers`, "the volume's CSI driver is not registered on node n1: look at its node plugin there"},
		{"FailedMount", `MountVolume.SetUp failed for volume "h" : hostPath type check failed: /data is not a directory`, "the path does not exist on node n1, or is of another type"},
		{"FailedMount", "Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[]: timed out waiting for the condition", ""},
		{"FailedAttachVolume", `AttachVolume.Attach failed for volume "d" : timed out waiting for external-attacher of disk.csi.example CSI driver to attach volume d`, "look at the attacher of the volume's CSI driver"},
		{"FailedAttachVolume", `AttachVolume.Attach failed for volume "d" : rpc error: code = NotFound desc = volume d is gone`, ""},
		{"FailedMapVolume", `MapVolume.SetUpDevice failed for volume "d" : device busy`, ""},
		{"FailedCreatePodSandBox", `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "ab": plugin type="calico" failed (add): connection refused`, "look at the network plugin of node n1"},
		{"FailedCreatePodSandBox", `Failed to create pod sandbox: failed to setup network for sandbox "ab": plugin type="host-local" failed (add): no IP addresses available in range set: 10.0.0.1-10.0.0.254`, "node n1 has no pod address left"},
		{"FailedCreatePodSandBox", `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for "gvisor" is configured`, "the RuntimeClass asks for a handler that node n1 does not have"},
		{"NetworkNotReady", "network is not ready: container runtime network not ready: NetworkReady=false", "look at the network plugin of node n1"},
		{"FailedPrepareDynamicResources", "Failed to prepare dynamic resources: prepare dynamic resources: plugin gpu.example not registered", "look at the DRA driver of node n1"},
	} {
		t.Run(c.reason+" "+c.message, func(t *testing.T) {
			s := rolling(9, 1, 8, []*corev1.Pod{waitingPod(11, containerCreating, "")}, times(8, ready)).event("web-5-00", c.reason, c.message, 12)
			_, cause := worstAt(t, s, 13)
			require.Equal(t, CauseCannotStart, cause.Kind)
			require.Equal(t, fmt.Sprintf("1 new pod cannot start (%s): %s", c.reason, bothEnds(c.message, messageCells)), cause.Text)
			require.Equal(t, c.hint, cause.Hint)
		})
	}
	// What the pod has got past explains nothing.
	s := rolling(9, 1, 8, []*corev1.Pod{waitingPod(11, containerCreating, "")}, times(8, ready)).
		event("web-5-00", "FailedMount", `MountVolume.SetUp failed for volume "conf" : object "shop"/"conf" not registered`, 12).
		event("web-5-00", "Pulling", `Pulling image "web:1"`, 13).normal()
	_, cause := worstAt(t, s, 14)
	require.Equal(t, CausePulling, cause.Kind)
}

// TestMultiAttach: who holds the volume decides whether it is a deadlock.
func TestMultiAttach(t *testing.T) {
	const says = `Multi-Attach error for volume "data" Volume is already used by pod(s) `
	one := func(old ...*corev1.Pod) *scene {
		return limits(newScene(1).status(2, 1, 1).progressing("ReplicaSetUpdated", 11), "25%", "25%").
			revision(5, "web:1", 1, waitingPod(11, containerCreating, "")).revision(4, "web:0", 1, old...).
			event("web-5-00", "FailedAttachVolume", says+"web-4-00", 12)
	}
	const deadlock = `volume deadlock: 1 new pod waits for volume "data", which pod web-4-00 holds on another node, and maxUnavailable 25% (=0) lets no old pod go before a new one is available`
	for _, c := range []struct {
		name     string
		scene    *scene
		kind     CauseKind
		severity Severity
		text     string
		hint     string
	}{
		{"an old pod that may not go", one(ready()), CauseVolumeDeadlock, Broken, deadlock, "set maxSurge 0 / maxUnavailable 1, or use strategy Recreate"},
		{
			"the kubelet complains later", one(ready()).event("web-5-00", "FailedMount", "Unable to attach or mount volumes: unmounted volumes=[data]: timed out waiting for the condition", 14),
			CauseVolumeDeadlock, Broken, deadlock, "set maxSurge 0 / maxUnavailable 1, or use strategy Recreate",
		},
		{
			"an old pod that may go first", limits(one(ready()), "1", "1"), CauseCannotStart, Attention,
			`1 new pod cannot start (FailedAttachVolume): volume "data" is attached to another node, where pod web-4-00 uses it`, "",
		},
		{
			"an old pod that is going", one(leaving(ready())), CauseCannotStart, Info,
			`1 new pod cannot start (FailedAttachVolume): volume "data" is attached to another node, where pod web-4-00 uses it until it has terminated`, "",
		},
		{
			"a pod on a node that is down", one(newPod(1)).runs(gpuNode("n1", "a", "", broken), gpuNode("n2", "a", "")).on("n2", 0), CauseCannotStart, Attention,
			`1 new pod cannot start (FailedAttachVolume): volume "data" is attached to another node, where pod web-4-00 uses it; node n1 is NotReady`, "bring node n1 back",
		},
		{
			"a pod of another workload", one(ready()).said(says + "other-0 and 2 pod(s) in different namespaces"), CauseCannotStart, Attention,
			`1 new pod cannot start (FailedAttachVolume): volume "data" is attached to another node, where pod other-0 uses it`, "",
		},
		{
			"nobody that is named", one(ready()).said(`Multi-Attach error for volume "data" Volume is already exclusively attached to one node and can't be attached to another`), CauseCannotStart, Attention,
			`1 new pod cannot start (FailedAttachVolume): volume "data" is attached to another node`, "",
		},
		{
			"a pod beside it", newScene(2).status(2, 2, 1).revision(5, "web:1", 2, ready(), waitingPod(11, containerCreating, "")).event("web-5-01", "FailedAttachVolume", says+"web-5-00", 12),
			CauseCannotStart, Attention, `1 of 2 pods cannot start (FailedAttachVolume): volume "data" is attached to another node, where pod web-5-00 uses it`,
			"the claim serves one node at a time: run one replica, or use a claim that is ReadWriteMany",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var found *Cause
			r, _ := worstAt(t, c.scene, 15)
			for i := range r.Causes {
				if k := r.Causes[i].Kind; k == CauseCannotStart || k == CauseVolumeDeadlock {
					found = &r.Causes[i]
				}
			}
			require.NotNil(t, found, r.Causes)
			require.Equal(t, c.text, found.Text)
			require.Equal(t, c.kind, found.Kind)
			require.Equal(t, c.severity, found.Severity)
			require.Equal(t, c.hint, found.Hint)
		})
	}
	attached := one(ready()).event("web-5-00", "SuccessfulAttachVolume", `AttachVolume.Attach succeeded for volume "data"`, 13).normal()
	_, cause := worstAt(t, attached, 13)
	require.NotEqual(t, CauseVolumeDeadlock, cause.Kind, "it has been attached since")
}

// on puts the pod of that number onto a node.
func (s *scene) on(node string, pod int) *scene {
	s.pods[pod].Spec.NodeName = node
	return s
}

// said changes the message of the scene's last event.
func (s *scene) said(message string) *scene {
	s.events[len(s.events)-1].Message = message
	return s
}

func unseenPod(scheduler string) *corev1.Pod {
	p := pendingPod("")
	p.Spec.SchedulerName = scheduler
	p.Status.Conditions = nil
	return p
}

// TestPodsThatNoSchedulerLooksAt are told by name of the scheduler, once it should
// have looked.
func TestPodsThatNoSchedulerLooksAt(t *testing.T) {
	fresh := func(pods ...*corev1.Pod) *scene {
		return rolling(10, int32(len(pods)), 8, pods, times(8, ready))
	}
	at10s := func(s *scene, after time.Duration) (*Rollout, *Cause) {
		o := s.objects()
		o.Now = at(11).Add(after)
		r := Build(o, nil).Rollouts[0]
		return r, r.Worst()
	}
	_, cause := at10s(fresh(unseenPod("volcano"), unseenPod("volcano")), time.Minute)
	require.Equal(t, "2 new pods Pending: scheduler volcano has said nothing about them", cause.Text)
	require.Equal(t, "see whether volcano runs, or undo to revision 4", cause.Hint)
	require.Equal(t, CauseNoScheduler, cause.Kind)
	require.Equal(t, at(11).Time, cause.Since)
	_, cause = at10s(fresh(unseenPod("default-scheduler")), time.Minute)
	require.Equal(t, "1 new pod Pending: no scheduler has looked at it", cause.Text)
	require.Equal(t, "see whether kube-scheduler runs, or undo to revision 4", cause.Hint)
	_, cause = at10s(fresh(unseenPod("volcano")), 2*time.Second)
	require.Equal(t, CauseWaiting, cause.Kind, "it has only just been made")
	_, cause = at10s(fresh(unseenPod("volcano")).event("web-5-00", "FailedScheduling", "queue is full", 11), time.Minute)
	require.Equal(t, CauseWaiting, cause.Kind, "an event says that somebody looked")
}

func TestSchedulingGatesAreNamed(t *testing.T) {
	queued := func(gates ...string) *corev1.Pod {
		p := schedulingGated()
		p.Labels = map[string]string{queueLabel: "ml-team"}
		for _, g := range gates {
			p.Spec.SchedulingGates = append(p.Spec.SchedulingGates, corev1.PodSchedulingGate{Name: g})
		}
		return p
	}
	_, cause := worstAt(t, complete(queued("kueue.x-k8s.io/admission")), 20)
	require.Equal(t, "1 of 3 pods Pending: held by scheduling gate kueue.x-k8s.io/admission (queue ml-team)", cause.Text)
	_, cause = worstAt(t, complete(queued("example.com/quota", "example.com/licence")), 20)
	require.Equal(t, "1 of 3 pods Pending: held by scheduling gates example.com/quota, example.com/licence", cause.Text)
}

// TestNodesThatDoNotReport: whatever a pod's status says there is old.
func TestNodesThatDoNotReport(t *testing.T) {
	n2 := gpuNode("n2", "a", "")
	for _, c := range []struct {
		name  string
		pod   *corev1.Pod
		nodes []*corev1.Node
		text  string
		hint  string
	}{
		{"not ready", newPod(1), []*corev1.Node{gpuNode("n1", "a", "", broken), n2}, "1 of 3 pods is not ready: node n1 is NotReady", "bring node n1 back"},
		{"unreachable", newPod(1), []*corev1.Node{gpuNode("n1", "a", "", broken, tainted(corev1.TaintNodeUnreachable+"=:NoExecute")), n2}, "1 of 3 pods is not ready: node n1 is NotReady (unreachable)", "bring node n1 back"},
		{"gone", newPod(1), []*corev1.Node{n2}, "1 of 3 pods is not ready: node n1 no longer exists", ""},
		{"not ready, and it crashed there before", crashedPod("Error", 1, 4), []*corev1.Node{gpuNode("n1", "a", "", broken), n2}, "1 of 3 pods is not ready: node n1 is NotReady", "bring node n1 back"},
		{"gone, while it pulled", waitingPod(1, "ErrImagePull", "not found"), []*corev1.Node{n2}, "1 of 3 pods is not ready: node n1 no longer exists", ""},
		{"gone, while it started", waitingPod(1, containerCreating, ""), []*corev1.Node{n2}, "1 of 3 pods is not ready: node n1 no longer exists", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := complete(c.pod).on("n2", 0).on("n2", 1).runs(c.nodes...)
			r, cause := worstAt(t, s, 40)
			require.Equal(t, c.text, cause.Text)
			require.Equal(t, c.hint, cause.Hint)
			require.Equal(t, CauseNotReady, cause.Kind)
			require.Equal(t, Degraded, r.Phase)
		})
	}
	_, cause := worstAt(t, complete(newPod(1)), 40)
	require.NotContains(t, cause.Text, "node", "nodes that may not be seen are not gone")
	fresh := newPod(40)
	_, cause = worstAt(t, complete(fresh).on("n2", 0).on("n2", 1).runs(n2), 40)
	require.NotContains(t, cause.Text, "no longer exists", "a new node may be heard of after its first pod")
	stuckThere := leaving(newPod(1))
	_, cause = worstAt(t, newScene(2).revision(5, "web:1", 2, readyOn("n2"), readyOn("n2"), stuckThere).runs(n2), 40)
	require.Equal(t, "1 terminating pod cannot be seen to end: node n1 no longer exists", cause.Text)
}

func readyOn(node string) *corev1.Pod {
	p := ready()
	p.Spec.NodeName = node
	return p
}
