package kube

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestNewDeployment(t *testing.T) {
	s := newScene(3).status(4, 2, 3).progressing("ReplicaSetUpdated", 5)
	d := s.deployment
	d.Annotations[changeCauseAnnotation] = "web\nv1"
	d.Labels = map[string]string{"team": "shop\x1b[1m"}
	d.Spec.Paused, d.Spec.MinReadySeconds = true, 30
	d.Status.TerminatingReplicas = new(int32(1))
	d.Spec.Template.Spec.InitContainers = []corev1.Container{
		{Name: "load", Image: "load:1"},
		{Name: "proxy", Image: "proxy:1", RestartPolicy: new(corev1.ContainerRestartPolicyAlways)},
	}
	d.Spec.Template.Spec.Containers[0].ReadinessProbe = &corev1.Probe{}
	require.Equal(t, &Deployment{
		Ref: Ref{KindDeployment, "shop", "web", "d"}, ResourceVersion: "7", Created: at(0).Time,
		Generation: 1, Observed: 1, Paused: true,
		Replicas: Replicas{Desired: 3, Current: 4, Updated: 2, Ready: 3, Available: 3, Terminating: new(int32(1))},
		Strategy: Strategy{Type: "RollingUpdate", MaxSurge: "25%", MaxUnavailable: "25%", Surge: 1, Unavailable: 0, AtMost: 4, AtLeast: 3},
		MinReady: 30 * time.Second, ProgressDeadline: new(10 * time.Minute),
		Conditions: []Condition{{Type: "Progressing", Status: "True", Reason: "ReplicaSetUpdated", Updated: at(5).Time, Transitioned: at(0).Time}},
		Revision:   1, ChangeCause: "web v1",
		Containers: []Container{
			{Name: "load", Image: "load:1", Init: true},
			{Name: "proxy", Image: "proxy:1", Sidecar: true},
			{Name: "app", Image: "web:1", HasReadinessProbe: true},
		},
		Selector: "app=web", Labels: map[string]string{"team": "shop"},
		BareDigest: TemplateDigest(d.Spec.Template), TemplateDigest: TemplateDigest(d.Spec.Template), TemplateLabels: map[string]string{"app": "web"},
	}, NewDeployment(d))
	require.Equal(t, []string{"web:1"}, NewDeployment(d).Images())
}

func TestNewDeploymentOfNothing(t *testing.T) {
	d := NewDeployment(&appsv1.Deployment{})
	require.EqualValues(t, 1, d.Replicas.Desired, "the server's default")
	require.Nil(t, d.Replicas.Terminating)
	require.Nil(t, d.ProgressDeadline)
	require.Empty(t, d.Selector)
}

// TestNewDeploymentKeepsNothing: the informer's object may be changed or dropped.
func TestNewDeploymentKeepsNothing(t *testing.T) {
	s := newScene(1)
	s.deployment.Labels = map[string]string{"a": "1"}
	s.deployment.Status.TerminatingReplicas = new(int32(1))
	d := NewDeployment(s.deployment)
	s.deployment.Labels["a"] = "2"
	*s.deployment.Status.TerminatingReplicas = 9
	*s.deployment.Spec.ProgressDeadlineSeconds = 1
	s.deployment.Status.Conditions[0].Reason = "x"
	require.Equal(t, "1", d.Labels["a"])
	require.EqualValues(t, 1, *d.Replicas.Terminating)
	require.Equal(t, 10*time.Minute, *d.ProgressDeadline)
	require.Equal(t, reasonAvailable, d.progressing())
}

func TestRevisionOf(t *testing.T) {
	for text, want := range map[string]int64{"7": 7, "": 0, "x": 0, "-3": 0, "1e3": 0, " 7": 0, "99999999999999999999": 0, "9223372036854775807": 1<<63 - 1} {
		require.Equal(t, want, RevisionOf(map[string]string{revisionAnnotation: text}), "%q", text)
	}
	require.Zero(t, RevisionOf(nil))
}

func TestSelectorText(t *testing.T) {
	in := []metav1.LabelSelectorRequirement{
		{Key: "tier", Operator: metav1.LabelSelectorOpIn, Values: []string{"b", "a"}},
		{Key: "canary", Operator: metav1.LabelSelectorOpDoesNotExist},
	}
	require.Equal(t, "app=web,!canary,tier in (a,b)", selectorText(&metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}, MatchExpressions: in}))
	require.Empty(t, selectorText(nil))
	in[0].Operator = "Invented"
	require.Empty(t, selectorText(&metav1.LabelSelector{MatchExpressions: in}))
}
