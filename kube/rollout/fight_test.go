package rollout

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestPlanNamesWhoWillFightIt(t *testing.T) {
	const key = "kustomize.toolkit.fluxcd.io/"
	flux := func(d *appsv1.Deployment) {
		d.Labels = map[string]string{key + "name": "apps", key + "namespace": "flux-system"}
	}
	applied := func(manager string, operation metav1.ManagedFieldsOperationType) func(*appsv1.Deployment) {
		return func(d *appsv1.Deployment) {
			d.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: manager, Operation: operation}}
		}
	}
	tests := map[string]struct {
		deployment *appsv1.Deployment
		intent     Intent
		want       []string
	}{
		"nobody": {deploymentAt(5), Intent{Verb: Undo}, nil},
		"Flux": {
			deploymentAt(5, flux),
			Intent{Verb: Undo},
			[]string{"managed by Flux (flux-system/apps): reverted at the next reconcile if its source sets the pod template"},
		},
		"Argo CD": {
			deploymentAt(5, labelled("argocd.argoproj.io/instance", "ml")),
			Intent{Verb: Scale, Replicas: 4},
			[]string{"managed by Argo CD (ml): out of sync from now on, and reverted by self-heal or the next sync if its source sets replicas"},
		},
		"Helm": {
			deploymentAt(5, annotated("meta.helm.sh/release-name", "fraud")),
			Intent{Verb: Pause},
			[]string{"managed by Helm (fraud): the next helm upgrade or rollback sets spec.paused again if the chart sets it"},
		},
		"kubectl apply": {
			deploymentAt(5, annotated(corev1.LastAppliedConfigAnnotation, manifestWith("fraud:v5"))),
			Intent{Verb: Undo},
			[]string{`was made with kubectl apply: the next apply of its manifest sets .spec.template.spec.containers[name="model"].image again`},
		},
		"a controller by server-side apply": {
			deploymentAt(5, applied("model-operator", metav1.ManagedFieldsOperationApply)),
			Intent{Verb: Restart},
			[]string{`applied by "model-operator" (server-side apply): may be reverted if it sets the template's annotations`},
		},
		"a person by server-side apply":      {deploymentAt(5, applied("kubectl", metav1.ManagedFieldsOperationApply)), Intent{Verb: Restart}, nil},
		"somebody who updated it some time":  {deploymentAt(5, applied("model-operator", metav1.ManagedFieldsOperationUpdate)), Intent{Verb: Restart}, nil},
		"strategy Recreate":                  {deploymentAt(5, recreate), Intent{Verb: Restart}, []string{"strategy Recreate: nothing serves between the last old pod and the first ready new one"}},
		"Recreate without pods is no outage": {deploymentAt(5, recreate, replicas(0)), Intent{Verb: Undo}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, plan(t, sceneOf(test.deployment, set(4, 0), set(5, 3)), test.intent).Warnings)
		})
	}
}

func TestScaleIsToldWhatAnAutoscalerDoes(t *testing.T) {
	const hpa = "HorizontalPodAutoscaler fraud-hpa "
	tests := map[string]struct {
		was, wanted int32
		want        []string
	}{
		"within its range": {3, 5, []string{hpa + "(2..10) scales it: it will change replicas back within 15 s where its metrics say so"}},
		"above its range":  {3, 12, []string{hpa + "keeps it between 2 and 10: it will change replicas back within 15 s"}},
		"below its range":  {3, 1, []string{hpa + "keeps it between 2 and 10: it will change replicas back within 15 s"}},
		"to none": {3, 0, []string{
			"nothing will serve: all 3 pods of ml/fraud go",
			hpa + "(2..10) scales it: 0 replicas disable the autoscaler until someone scales up again",
		}},
		"up from none": {0, 3, []string{hpa + "(2..10) was disabled by 0 replicas: it takes over again"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := sceneOf(deploymentAt(5, replicas(test.was)), set(5, test.was))
			s.autoscalers = append(s.autoscalers, autoscaler(2, 10))
			require.Equal(t, test.want, plan(t, s, Intent{Verb: Scale, Replicas: test.wanted}).Warnings)
		})
	}
}

// A tracking id counts where it names the object itself.
func TestTrackingIDNamesTheObject(t *testing.T) {
	for name, managed := range map[string]bool{"fraud": true, "fraud-blue": false} {
		s := sceneOf(deploymentAt(5, replicas(3)), set(5, 3))
		s.deployment.Annotations["argocd.argoproj.io/tracking-id"] = "models:apps/Deployment:ml/" + name
		told := strings.Join(plan(t, s, Intent{Verb: Pause}).Warnings, "\n")
		require.Equal(t, managed, strings.Contains(told, "managed by Argo CD (models)"), told)
	}
}

// KEDA's operator handles 0 replicas by itself: the autoscaler it makes does not.
func TestScaleIsToldWhatKEDADoes(t *testing.T) {
	const keda = "KEDA's ScaledObject orders (through HorizontalPodAutoscaler fraud-hpa) scales it: "
	const paused = "; the annotation autoscaling.keda.sh/paused-replicas on the ScaledObject makes it stand still"
	for _, c := range []struct {
		was, wanted int32
		want        string
	}{
		{3, 0, keda + "it scales back up as soon as a trigger is active, or to its minimum" + paused},
		{0, 3, keda + "it scales back to 0 if no trigger is active and its minimum is 0" + paused},
	} {
		s := sceneOf(deploymentAt(5, replicas(c.was)), set(5, c.was))
		hpa := autoscaler(2, 10)
		hpa.Labels = map[string]string{kedaLabel: "orders"}
		s.autoscalers = append(s.autoscalers, hpa)
		require.Contains(t, plan(t, s, Intent{Verb: Scale, Replicas: c.wanted}).Warnings, c.want)
	}
}

// An autoscaler that sees no metrics only keeps the number in its range.
func TestScaleIsToldOfAnAutoscalerWithoutMetrics(t *testing.T) {
	blind := autoscaler(2, 10)
	blind.Status.Conditions = []autoscalingv2.HorizontalPodAutoscalerCondition{{Type: autoscalingv2.ScalingActive, Status: corev1.ConditionFalse, Reason: "FailedGetPodsMetric"}}
	for wanted, want := range map[int32]string{
		5:  "HorizontalPodAutoscaler fraud-hpa (2..10) has no metrics (FailedGetPodsMetric): it does nothing while replicas stay in that range",
		12: "HorizontalPodAutoscaler fraud-hpa keeps it between 2 and 10: it will change replicas back within 15 s",
	} {
		s := sceneOf(deploymentAt(5, replicas(3)), set(5, 3))
		s.autoscalers = append(s.autoscalers, blind)
		require.Equal(t, []string{want}, plan(t, s, Intent{Verb: Scale, Replicas: wanted}).Warnings)
	}
}

func TestScaleSaysWhatItCouldNotSee(t *testing.T) {
	s := sceneOf(deploymentAt(5), set(5, 3))
	s.blind = "horizontalpodautoscalers is forbidden"
	require.Equal(t,
		[]string{"not known whether an autoscaler scales it: horizontalpodautoscalers is forbidden"},
		plan(t, s, Intent{Verb: Scale, Replicas: 4}).Notes)
}

func TestScaleToTheLimitIsPossibleAndWarned(t *testing.T) {
	p := plan(t, sceneOf(deploymentAt(5), set(5, 3)), Intent{Verb: Scale, Replicas: math.MaxInt32})
	require.Equal(t, []string{"3 → 2147483647: 2147483644 more pods"}, p.Effect)
	require.Equal(t, []string{"2147483644 pods more at once is 715827882 times what runs now: the nodes may not have room"}, p.Warnings)
	require.JSONEq(t, `{"metadata":{"uid":"d-1","resourceVersion":"100"},"spec":{"replicas":2147483647}}`, string(p.Patch))
}

// manifestWith is what kubectl apply remembers of a manifest without replicas,
// strategy or paused.
func manifestWith(image string) string {
	return `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{},"name":"fraud","namespace":"ml"},` +
		`"spec":{"selector":{"matchLabels":{"app":"fraud"}},"template":{"metadata":{"labels":{"app":"fraud"}},` +
		`"spec":{"containers":[{"name":"model","image":"` + image + `"}]}}}}`
}
