package kube

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

const (
	restricted = `pods "web-5-x" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "app" must set securityContext.allowPrivilegeEscalation=false), ` +
		`unrestricted capabilities (container "app" must set securityContext.capabilities.drop=["ALL"]), runAsNonRoot != true (pod or container "app" must set securityContext.runAsNonRoot=true), ` +
		`seccompProfile (pod or container "app" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")`
	corporate = `pods "web-5-x" is forbidden: ValidatingAdmissionPolicy 'registry.policy.corp' with binding 'registry.policy.corp-binding' denied request: images must come from registry good/ (corporate policy 4711, see wiki)`
	injector  = `Internal error occurred: failed calling webhook "namespace.sidecar-injector.mesh.example.com": failed to call webhook: Post "https://mesh-injector-webhook.mesh-control-plane.svc:443/inject/pods?timeout=5s": `
)

// TestRefusals: who refuses, with whose words, and what to do.
func TestRefusals(t *testing.T) {
	const raise, lowered = "raise the quota or scale something else down", "set requests and limits that the LimitRange allows"
	const down, renew = "bring the webhook's server back; it has failurePolicy Fail", "renew the webhook's certificate, or the caBundle of its configuration"
	for name, c := range map[string]struct {
		message string
		kind    CauseKind
		words   string
		hint    string
	}{
		"a quota": {
			`pods "web-5-x" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=10, limited: pods=10`, CauseQuota,
			"exceeded quota: compute, requested: pods=1, used: pods=10, limited: pods=10", raise,
		},
		"a quota that wants requests": {
			`pods "web-5-x" is forbidden: failed quota: compute: must specify limits.cpu for: app`, CauseQuota,
			"failed quota: compute: must specify limits.cpu for: app", "set the requests and limits that the quota counts",
		},
		"a LimitRange": {
			`pods "web-5-x" is forbidden: [maximum memory usage per Container is 50Mi, but limit is 60Mi]`, CauseLimitRange,
			"[maximum memory usage per Container is 50Mi, but limit is 60Mi]", lowered,
		},
		"a LimitRange's ratio": {
			`pods "web-5-x" is forbidden: cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000`, CauseLimitRange,
			"cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000", lowered,
		},
		"Pod Security": {
			restricted, CausePodSecurity,
			`violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile`,
			"change the securityContext of the template, or the namespace's pod-security level",
		},
		"OpenShift's constraints": {
			`pods "web-5-x" is forbidden: unable to validate against any security context constraint: [provider "anyuid": Forbidden: not usable by user or serviceaccount]`, CausePodSecurity,
			`unable to validate against any security context constraint: [provider "anyuid": Forbidden: not usable by user or serviceaccount]`,
			"change the securityContext of the template, or let its ServiceAccount use a fitting SecurityContextConstraint",
		},
		"a policy": {
			corporate, CausePolicy, "policy registry.policy.corp denies it: images must come from registry good/ (corporate policy 4711, see wiki)", "",
		},
		"Gatekeeper": {
			`admission webhook "validation.gatekeeper.sh" denied the request: [require-team] you must provide labels: {"team"}`, CauseWebhookDenied,
			`webhook validation.gatekeeper.sh denies it: [require-team] you must provide labels: {"team"}`, "",
		},
		"Kyverno": {
			`admission webhook "validate.kyverno.svc-fail" denied the request: resource Pod/shop/web-5-x was blocked due to the following policies disallow-latest-tag: require-image-tag: 'validation error: An image tag is required.'`, CauseWebhookDenied,
			`webhook validate.kyverno.svc-fail denies it: resource Pod/shop/web-5-x was blocked due to the following policies disallow-latest-tag: require-image-tag: 'validation error: An image tag is required.'`, "",
		},
		"a webhook without words": {
			`admission webhook "w.example" denied the request without explanation`, CauseWebhookDenied, "webhook w.example denies it without explanation", "",
		},
		"a webhook whose Service is gone": {
			injector + `service "mesh-injector-webhook" not found`, CauseWebhookFailed,
			`webhook namespace.sidecar-injector.mesh.example.com cannot be called: service "mesh-injector-webhook" not found`, down,
		},
		"a webhook without pods": {
			injector + `no endpoints available for service "mesh-injector-webhook"`, CauseWebhookFailed,
			`webhook namespace.sidecar-injector.mesh.example.com cannot be called: no endpoints available for service "mesh-injector-webhook"`, down,
		},
		"a webhook that does not answer": {
			injector + `context deadline exceeded`, CauseWebhookFailed, `webhook namespace.sidecar-injector.mesh.example.com cannot be called: context deadline exceeded`, down,
		},
		"a webhook's certificate": {
			injector + `tls: failed to verify certificate: x509: certificate signed by unknown authority`, CauseWebhookFailed,
			`webhook namespace.sidecar-injector.mesh.example.com cannot be called: tls: failed to verify certificate: x509: certificate signed by unknown authority`, renew,
		},
		"a ServiceAccount": {
			`pods "web-5-x" is forbidden: error looking up service account shop/robot: serviceaccount "robot" not found`, CauseMissing,
			`error looking up service account shop/robot: serviceaccount "robot" not found`, "create ServiceAccount robot",
		},
		"a PriorityClass": {
			`pods "web-5-x" is forbidden: no PriorityClass with name urgent was found`, CauseMissing, "no PriorityClass with name urgent was found", "create PriorityClass urgent",
		},
		"a RuntimeClass": {
			`pods "web-5-x" is forbidden: pod rejected: RuntimeClass "gvisor" not found`, CauseMissing, `pod rejected: RuntimeClass "gvisor" not found`, "create RuntimeClass gvisor",
		},
		"no right": {
			`pods is forbidden: User "system:serviceaccount:kube-system:replicaset-controller" cannot create resource "pods" in API group "" in the namespace "shop"`, CauseForbidden,
			`User "system:serviceaccount:kube-system:replicaset-controller" cannot create resource "pods" in API group "" in the namespace "shop"`, "",
		},
		"an invalid pod": {
			`Pod "web-5-x" is invalid: spec.containers[0].image: Required value`, CauseInvalid, `Pod "web-5-x" is invalid: spec.containers[0].image: Required value`, "",
		},
		"anything else": {"etcdserver: request timed out", CauseNotCreated, "etcdserver: request timed out", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := readRefusal(c.message)
			require.Equal(t, []string{string(c.kind), c.words, c.hint}, []string{string(r.kind), r.words, r.hint})
			require.True(t, r.kind.ofPods())
		})
	}
}

// A refusal is shortened in its middle on a line, and whole for scripts.
func TestARefusalIsWholeForScripts(t *testing.T) {
	long := corporate + ": " + strings.Repeat("and so on ", 30) + "for the reason at the end"
	r := failing(rolling(10, 3, 10, times(3, ready), times(7, ready)), long, 2).rollout()
	c := r.Worst()
	require.Equal(t, CausePolicy, c.Kind)
	require.LessOrEqual(t, cellsIn(c.Text), len("2 of 5 pods of revision 5 cannot be created (FailedCreate): ")+messageCells)
	require.Contains(t, c.Text, "policy registry.policy.corp denies it: images must come")
	require.True(t, strings.HasSuffix(c.Text, "for the reason at the end"), c.Text)
	require.Contains(t, c.WholeSentence("", "·"), strings.TrimPrefix(long, `pods "web-5-x" is forbidden: `)+" · revision 4 still serves 7 of 10")
	require.Equal(t, "undo to revision 4", c.Hint, "the template asks for what is refused")

	c = failing(rolling(10, 3, 10, times(3, ready), times(7, ready)), restricted, 2).rollout().Worst()
	require.Contains(t, c.Text, "seccompProfile")
	require.Contains(t, c.WholeSentence("", "·"), `type to "RuntimeDefault" or "Localhost")`)
}

func TestWhatNothingShortenedIsNotKeptTwice(t *testing.T) {
	c := failing(rolling(10, 3, 10, times(3, ready), times(7, ready)), "exceeded quota: pods", 2).rollout().Worst()
	require.Empty(t, c.Whole)
	require.Equal(t, c.Sentence("", "·"), c.WholeSentence("", "·"))
}

func TestClipMiddle(t *testing.T) {
	for _, c := range []struct {
		text  string
		cells int
		want  string
	}{
		{"short", 5, "short"},
		{"abcdefghij", 7, "abc…hij"},
		{"abcdefghij", 9, "abcd…ghij"},
		{"aé\u0301bcdefgh", 5, "aé\u0301…gh"},
		{"漢字漢字漢字", 7, "漢…字"},
		{"", 3, ""},
	} {
		got := clipMiddle(c.text, c.cells)
		require.Equal(t, c.want, got)
		require.LessOrEqual(t, cellsIn(got), c.cells)
	}
}

// deploymentEvent is one on the Deployment itself.
func (s *scene) deploymentEvent(kind, reason, message string, minute int) *scene {
	s.event("web", reason, message, minute)
	e := s.events[len(s.events)-1]
	e.InvolvedObject.Kind, e.InvolvedObject.UID, e.Type = "Deployment", s.deployment.UID, kind
	return s
}

// setEvent is one on the ReplicaSet of a revision.
func (s *scene) setEvent(set, reason, message string, minute int) *scene {
	s.event("web-"+set, reason, message, minute)
	e := s.events[len(s.events)-1]
	e.InvolvedObject.Kind, e.InvolvedObject.UID = "ReplicaSet", types.UID("rs"+set)
	return s
}

// TestTheNewestRefusalIsTold: the condition keeps the first one.
func TestTheNewestRefusalIsTold(t *testing.T) {
	const quota, later = `pods "web-5-x" is forbidden: exceeded quota: nopods`, "Error creating: " + restricted
	refusedAt := func() *scene { return failing(rolling(10, 3, 10, times(3, ready), times(7, ready)), quota, 2) } // at minute 13
	for name, c := range map[string]struct {
		scene *scene
		kind  CauseKind
	}{
		"no event":                        {refusedAt(), CauseQuota},
		"a newer one":                     {refusedAt().setEvent("5", "FailedCreate", later, 14), CausePodSecurity},
		"a newer one, and older ones":     {refusedAt().setEvent("5", "FailedCreate", later, 14).setEvent("5", "FailedCreate", "Error creating: "+quota, 13), CausePodSecurity},
		"one of many alike":               {refusedAt().setEvent("5", "FailedCreate", "(combined from similar events): "+later, 14), CausePodSecurity},
		"one from before the condition":   {refusedAt().setEvent("5", "FailedCreate", later, 12), CauseQuota},
		"one of another ReplicaSet":       {refusedAt().setEvent("4", "FailedCreate", later, 14), CauseQuota},
		"a success of another ReplicaSet": {refusedAt().setEvent("4", "SuccessfulCreate", "Created pod: web-4-01", 14), CauseQuota},
	} {
		t.Run(name, func(t *testing.T) {
			worst := c.scene.rollout().Worst()
			require.Equal(t, c.kind, worst.Kind)
			require.NotContains(t, worst.WholeSentence("", "·"), "combined")
			require.NotContains(t, worst.WholeSentence("", "·"), "Error creating")
		})
	}
	t.Run("none once the pods are there", func(t *testing.T) {
		s := refusedAt().setEvent("5", "FailedCreate", later, 14)
		s.sets[0].Status.Replicas = *s.sets[0].Spec.Replicas
		for _, c := range s.rollout().Causes {
			require.False(t, c.Kind == CauseQuota || c.Kind == CausePodSecurity, c.Text)
		}
	})
}

// An event is cut off where the condition may have the same words in full.
func TestTheWholeRefusalIsTheCondition(t *testing.T) {
	long := `pods "web-5-x" is forbidden: ` + strings.Repeat("policy a is broken; ", 80) + "end"
	s := failing(rolling(10, 3, 10, times(3, ready), times(7, ready)), long, 2).setEvent("5", "FailedCreate", "Error creating: "+long, 14)
	require.Contains(t, s.rollout().Worst().WholeSentence("", "·"), "policy a is broken; end")
}

// setRefusedScene is a Deployment whose new ReplicaSet the server refuses.
func setRefusedScene(message string) *scene {
	s := newScene(3).status(3, 0, 3).revision(4, "web:0", 3, times(3, ready)...)
	s.deployment.Generation = 2
	s.deployment.Status.Conditions = []appsv1.DeploymentCondition{{
		Type: appsv1.DeploymentProgressing, Status: corev1.ConditionFalse, Reason: reasonCreateError,
		Message: `Failed to create new replica set "web-77d9": ` + message, LastUpdateTime: at(12), LastTransitionTime: at(12),
	}}
	return s
}

func TestTheReplicaSetThatCannotBeCreated(t *testing.T) {
	const quota = `replicasets.apps "web-77d9" is forbidden: exceeded quota: objects, requested: count/replicasets.apps=1, used: count/replicasets.apps=1, limited: count/replicasets.apps=1`
	const gatekeeper = `admission webhook "validation.gatekeeper.sh" denied the request: [team] no label`
	endless := func(s *scene) *scene {
		s.deployment.Spec.ProgressDeadlineSeconds, s.deployment.Status.Conditions = new(int32(1<<31-1)), nil
		return s
	}
	const failed = `Failed to create new replica set "web-77d9": `
	for name, c := range map[string]struct {
		scene *scene
		kind  CauseKind // "" for none
		text  string
	}{
		"a quota":    {setRefusedScene(quota), CauseQuota, "exceeded quota: objects, requested: count/replicasets.apps=1"},
		"Gatekeeper": {setRefusedScene(gatekeeper), CauseWebhookDenied, "webhook validation.gatekeeper.sh denies it: [team] no label"},
		"a webhook that is down": {
			setRefusedScene(injector + `service "mesh-injector-webhook" not found`), CauseWebhookFailed, `cannot be called: service "mesh-injector-webhook" not found`,
		},
		"an invalid template": {
			setRefusedScene(`ReplicaSet.apps "web-77d9" is invalid: spec.template.spec.containers[0].image: Required value`), CauseInvalid, "Required value",
		},
		"the newest words":    {setRefusedScene(quota).deploymentEvent("Warning", reasonCreateError, failed+gatekeeper, 14), CauseWebhookDenied, "no label"},
		"older words":         {setRefusedScene(gatekeeper).deploymentEvent("Warning", reasonCreateError, failed+quota, 11), CauseWebhookDenied, "no label"},
		"no deadline":         {endless(setRefusedScene(quota)).deploymentEvent("Warning", reasonCreateError, failed+quota, 14), CauseQuota, "exceeded quota: objects"},
		"no deadline, scaled": {endless(setRefusedScene(quota)).deploymentEvent("Warning", reasonCreateError, failed+quota, 14).deploymentEvent("Normal", eventScaling, "Scaled up replica set web-77d9 from 0 to 1", 15), "", ""},
		"paused":              {pausedScene(setRefusedScene(quota)), "", ""},
		"it exists by now":    {setRefusedScene(quota).revision(5, "web:1", 1, newPod(13)), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := c.scene.rollout()
			if c.kind == "" {
				for _, cause := range r.Causes {
					require.NotContains(t, cause.Text, "cannot be created")
				}
				return
			}
			worst := r.Worst()
			require.Equal(t, c.kind, worst.Kind)
			require.Equal(t, Broken, worst.Severity)
			require.True(t, strings.HasPrefix(worst.Text, "the ReplicaSet of the new template cannot be created: "), worst.Text)
			require.Contains(t, worst.Text, c.text)
			require.False(t, hasCause(r, CauseNotObserved), "the controller has seen it, and says why it cannot go on")
			require.Equal(t, "revision 4 still serves 3 of 3", worst.Meanwhile)
			require.Equal(t, VerdictWaiting, r.Verdict())
		})
	}
}
