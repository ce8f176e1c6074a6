package e2e

import (
	"strings"
	"testing"

	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// Somebody else owns the object: each plan says who, and what will become of the move.
func owned(t *testing.T, s *site) {
	desk := s.gateway(s.kubeconfig())
	const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"
	autoscaled := func(name string, labels map[string]string) func(*site, string) {
		return func(s *site, target string) { s.autoscale(name, target, labels) }
	}
	for name, c := range map[string]struct {
		marks func(*appsv1.Deployment)
		more  func(*site, string)
		// says is what the plans of these verbs warn of, or note.
		says map[rollout.Verb]string
	}{
		"argo-label": {
			marks: labelled("argocd.argoproj.io/instance", "shop"),
			says: map[rollout.Verb]string{
				rollout.Scale:   "managed by Argo CD (shop): out of sync from now on, and reverted by self-heal or the next sync if its source sets replicas",
				rollout.Restart: "managed by Argo CD (shop): out of sync from now on, and reverted by self-heal or the next sync if its source sets the template's annotations",
				rollout.Undo:    "managed by Argo CD (shop): out of sync from now on, and reverted by self-heal or the next sync if its source sets the pod template",
				rollout.Pause:   "managed by Argo CD (shop): out of sync from now on, and reverted by self-heal or the next sync if its source sets spec.paused",
			},
		},
		"argo-annotation": {
			marks: annotated("argocd.argoproj.io/tracking-id", "web-prod:apps/Deployment:faults/owned-argo-annotation"),
			says:  map[rollout.Verb]string{rollout.Undo: "managed by Argo CD (web-prod)"},
		},
		"flux-kustomize": {
			marks: labelled("kustomize.toolkit.fluxcd.io/name", "apps", "kustomize.toolkit.fluxcd.io/namespace", "flux-system"),
			says: map[rollout.Verb]string{
				rollout.Undo:  "managed by Flux (flux-system/apps): reverted at the next reconcile if its source sets the pod template",
				rollout.Scale: "managed by Flux (flux-system/apps): reverted at the next reconcile if its source sets replicas",
			},
		},
		"flux-helm": {
			marks: labelled("helm.toolkit.fluxcd.io/name", "web", "app.kubernetes.io/managed-by", "Helm"),
			says:  map[rollout.Verb]string{rollout.Undo: "managed by Flux (web): its next Helm upgrade, or drift correction where it is on, sets the pod template again if the chart sets it"},
		},
		"helm": {
			marks: annotated("meta.helm.sh/release-name", "web-7"),
			says:  map[rollout.Verb]string{rollout.Undo: "managed by Helm (web-7): the next helm upgrade or rollback sets the pod template again"},
		},
		"applied": {
			marks: annotated(lastApplied, `{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"registry.example/main:v2"}]}}}}`),
			says: map[rollout.Verb]string{
				rollout.Undo:    "was made with kubectl apply: the next apply of its manifest sets the pod template again",
				rollout.Scale:   "the manifest of the last kubectl apply does not set spec.replicas: it stays until somebody changes it",
				rollout.Pause:   "the manifest of the last kubectl apply does not set spec.paused: it stays until somebody changes it",
				rollout.Restart: "does not set spec.template.metadata.annotations[kubectl.kubernetes.io/restartedAt]: it stays",
			},
		},
		"server-side": {
			more: func(s *site, target string) { s.applyAs("model-operator", target) },
			says: map[rollout.Verb]string{
				rollout.Undo:  `applied server-side by "model-operator": its next apply sets .spec.template.spec.containers[name="main"].image again where it forces conflicts, and is refused where not`,
				rollout.Scale: "",
			},
		},
		"argo-client-side": {
			marks: labelled("app.kubernetes.io/instance", "storefront", "app.kubernetes.io/managed-by", "Helm"),
			more:  func(s *site, target string) { s.editAs("argocd-controller", target, annotated("x", "y")) },
			says:  map[rollout.Verb]string{rollout.Undo: "managed by Argo CD (storefront): out of sync from now on, and reverted by self-heal or the next sync if its source sets the pod template"},
		},
		"owner": {
			marks: func(d *appsv1.Deployment) {
				yes := true
				d.OwnerReferences = []metav1.OwnerReference{{APIVersion: "serving.knative.dev/v1", Kind: "Revision", Name: "web-00004", UID: "u", Controller: &yes}}
			},
			says: map[rollout.Verb]string{rollout.Scale: "owned by Revision web-00004 (serving.knative.dev): its controller sets replicas back"},
		},
		"autoscaled": {
			more: autoscaled("by-load", nil),
			says: map[rollout.Verb]string{
				rollout.Scale: "HorizontalPodAutoscaler by-load keeps it between 2 and 4: it will change replicas back within 15 s",
				rollout.Pause: "HorizontalPodAutoscaler by-load goes on scaling it while paused",
			},
		},
		"keda": {
			more: autoscaled("keda-hpa-queue", map[string]string{"scaledobject.keda.sh/name": "queue"}),
			says: map[rollout.Verb]string{
				rollout.Scale: "HorizontalPodAutoscaler keda-hpa-queue",
				rollout.Pause: "keda-hpa-queue",
			},
		},
		"nobody": {says: map[rollout.Verb]string{rollout.Scale: "", rollout.Undo: "", rollout.Pause: "", rollout.Restart: ""}},
	} {
		t.Run(name, func(t *testing.T) {
			s := s.in(t)
			marks := c.marks
			if marks == nil {
				marks = func(*appsv1.Deployment) {}
			}
			s.create(deployment("owned-"+name, 2, marks))
			d := s.edit("owned-"+name, image("v2"))
			if c.more != nil {
				c.more(s, d.Name)
				d = s.observed(d.Name)
			}
			for verb, says := range c.says {
				plan := s.plan(desk, rollout.Intent{Verb: verb, Target: at(d), Replicas: wanted(verb, 9)})
				told := strings.Join(append(plan.Warnings, plan.Notes...), "\n")
				if says == "" {
					require.NotRegexp(t, `managed|HorizontalPodAutoscaler|applied`, told, verb)
					continue
				}
				require.Contains(t, told, says, verb)
			}
		})
	}
}

// wanted replicas, where the verb takes some.
func wanted(verb rollout.Verb, n int32) int32 {
	if verb == rollout.Scale {
		return n
	}
	return 0
}

// autoscale makes an autoscaler between 2 and 4 that knows no metrics, and so
// leaves what is in between alone.
func (s *site) autoscale(name, target string, labels map[string]string) {
	s.t.Helper()
	low, percent := int32(2), int32(70)
	_, err := s.client.AutoscalingV2().HorizontalPodAutoscalers(faults).Create(s.t.Context(), &autoscalingv2.HorizontalPodAutoscaler{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels},
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Name: target},
			MinReplicas:    &low, MaxReplicas: 4,
			Metrics: []autoscalingv2.MetricSpec{{
				Type: autoscalingv2.ResourceMetricSourceType,
				Resource: &autoscalingv2.ResourceMetricSource{
					Name: "cpu", Target: autoscalingv2.MetricTarget{Type: autoscalingv2.UtilizationMetricType, AverageUtilization: &percent},
				},
			}},
		},
	}, metav1.CreateOptions{})
	require.NoError(s.t, err)
}

// applyAs applies the image of a Deployment server-side, as a controller does.
func (s *site) applyAs(manager, name string) {
	s.t.Helper()
	yes := true
	_, err := s.client.AppsV1().Deployments(faults).Patch(s.t.Context(), name, types.ApplyPatchType,
		[]byte(`{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"`+name+`"},"spec":{"template":{"spec":{"containers":[{"name":"main","image":"registry.example/main:v2"}]}}}}`),
		metav1.PatchOptions{FieldManager: manager, Force: &yes})
	require.NoError(s.t, err)
}
