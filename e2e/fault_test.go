package e2e

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/cluster"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// faults is the namespace in which moves meet their faults, each on a Deployment
// of its own.
const faults = "faults"

// TestFaultsOfMoves puts real moves through the gateway against a real API
// server, and something in their way. One cluster serves them all.
func TestFaultsOfMoves(t *testing.T) {
	g := ground(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *site)
	}{
		{"F10 permission revoked between preview and confirm", permissionRevoked},
		{"F20 deleted and created again between plan and confirm", recreated},
		{"F21 edited between plan and confirm", edited},
		{"F21 only the status moved on", movingOn},
		{"F22 applied, and the answer cut", answerCut},
		{"F22 lost before it was heard of", writeLost},
		{"F23 busy, and cancelled", serverBusy},
		{"F23 cancelled on the way", cancelledOnTheWay},
		{"F24 a webhook denies", webhookDenies},
		{"F24 a webhook warns", webhookWarns},
		{"F24 a webhook does not answer", webhookHangs},
		{"F24 a webhook does not support dry run", webhookCannotRehearse},
		{"F24 a webhook changes more", webhookChanges},
		{"F26 owned by somebody else", owned},
		{"F26 applied server-side by somebody else", appliedServerSide},
		{"F28 undo in disorder", undoInDisorder},
		{"F29 undo keeps annotations", undoKeepsAnnotations},
		{"F30 a flip to nobody", flipToNobody},
		{"F31 a flip with leftovers", flipWithLeftovers},
		{"F37 read-only", readOnlyMode},
		{"F37 protected context", protectedContext},
		{"F37 journal not writable", journalNotWritable},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, g.in(t)) })
	}
}

// site is a practice cluster as a fault test sees it: with a client of its own
// beside fader's.
type site struct {
	*practice
	client kubernetes.Interface
}

// ground starts the cluster and makes the namespace.
func ground(t *testing.T) *site {
	t.Helper()
	p := up(t, "none")
	config, err := clientcmd.BuildConfigFromFlags("", p.kubeconfig())
	require.NoError(t, err)
	config.QPS, config.Burst = 500, 1000
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	s := &site{practice: p, client: client}
	_, err = client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: faults}}, metav1.CreateOptions{})
	require.NoError(t, err)
	return s
}

// in is the same site for a subtest.
func (s *site) in(t *testing.T) *site {
	p := *s.practice
	p.t = t
	return &site{practice: &p, client: s.client}
}

// until waits for a state of the cluster, closely.
func (s *site) until(what string, reached func() bool) {
	s.t.Helper()
	wait(s.t, what, patience, 20*time.Millisecond, reached)
}

// deployment is the manifest of one with a container "main" that needs nothing.
func deployment(name string, replicas int32, change ...func(*appsv1.Deployment)) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	grace := int64(1)
	d := &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: faults, Name: name},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas,
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": name}},
				Spec: corev1.PodSpec{
					TerminationGracePeriodSeconds: &grace,
					Containers:                    []corev1.Container{{Name: "main", Image: "registry.example/main:v1"}},
				},
			},
		},
	}
	for _, do := range change {
		do(d)
	}
	return d
}

func annotated(pairs ...string) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) {
		if d.Annotations == nil {
			d.Annotations = map[string]string{}
		}
		for i := 0; i < len(pairs); i += 2 {
			d.Annotations[pairs[i]] = pairs[i+1]
		}
	}
}

func labelled(pairs ...string) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) {
		if d.Labels == nil {
			d.Labels = map[string]string{}
		}
		for i := 0; i < len(pairs); i += 2 {
			d.Labels[pairs[i]] = pairs[i+1]
		}
	}
}

func image(tag string) func(*appsv1.Deployment) {
	return func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Image = "registry.example/main:" + tag }
}

// create makes a Deployment and returns it as the controller has seen it.
func (s *site) create(d *appsv1.Deployment) *appsv1.Deployment {
	s.t.Helper()
	_, err := s.client.AppsV1().Deployments(faults).Create(s.t.Context(), d, metav1.CreateOptions{})
	require.NoError(s.t, err)
	return s.observed(d.Name)
}

// get reads a Deployment.
func (s *site) get(name string) *appsv1.Deployment {
	s.t.Helper()
	d, err := s.client.AppsV1().Deployments(faults).Get(s.t.Context(), name, metav1.GetOptions{})
	require.NoError(s.t, err)
	return d
}

// edit changes a Deployment as somebody else, and returns it as the controller has seen it.
func (s *site) edit(name string, change ...func(*appsv1.Deployment)) *appsv1.Deployment {
	s.t.Helper()
	return s.editAs("somebody", name, change...)
}

// editAs is edit with the name that the server remembers.
func (s *site) editAs(manager, name string, change ...func(*appsv1.Deployment)) *appsv1.Deployment {
	s.t.Helper()
	s.until("edit "+name, func() bool {
		d := s.get(name)
		for _, do := range change {
			do(d)
		}
		_, err := s.client.AppsV1().Deployments(faults).Update(s.t.Context(), d, metav1.UpdateOptions{FieldManager: manager})
		if !apierrors.IsConflict(err) { // the status moved on meanwhile
			require.NoError(s.t, err)
		}
		return err == nil
	})
	return s.observed(name)
}

// observed waits until the controller has seen a Deployment as it is.
func (s *site) observed(name string) *appsv1.Deployment {
	s.t.Helper()
	var d *appsv1.Deployment
	s.until(name+" observed", func() bool {
		d = s.get(name)
		_, numbered := d.Annotations[revisionAnnotation]
		return d.Status.ObservedGeneration >= d.Generation && (numbered || d.Spec.Paused)
	})
	return d
}

const (
	revisionAnnotation = "deployment.kubernetes.io/revision"
	causeAnnotation    = "kubernetes.io/change-cause"
)

// sets are the ReplicaSets of a Deployment by their revision annotation.
func (s *site) sets(name string) map[string]*appsv1.ReplicaSet {
	s.t.Helper()
	list, err := s.client.AppsV1().ReplicaSets(faults).List(s.t.Context(), metav1.ListOptions{LabelSelector: "app=" + name})
	require.NoError(s.t, err)
	out := map[string]*appsv1.ReplicaSet{}
	for i := range list.Items {
		out[list.Items[i].Annotations[revisionAnnotation]] = &list.Items[i]
	}
	return out
}

// gateway is fader's own gateway on the cluster of a kubeconfig, in this process,
// with a journal of its own.
func (s *site) gateway(kubeconfig string, change ...func(*rollout.Options)) *rollout.Desk {
	s.t.Helper()
	return s.gatewayOf(cluster.Options{}, kubeconfig, change...)
}

func (s *site) gatewayOf(of cluster.Options, kubeconfig string, change ...func(*rollout.Options)) *rollout.Desk {
	s.t.Helper()
	of.Flags = genericclioptions.NewConfigFlags(false)
	of.Flags.KubeConfig = &kubeconfig
	c, err := cluster.Open(of)
	require.NoError(s.t, err)
	o := rollout.Options{
		Client: c.Client, Cluster: rollout.Identity{Context: c.Context, Server: c.Server}, Who: "tester",
		Journal: rollout.NewJournal(filepath.Join(s.t.TempDir(), "journal.jsonl")),
		Health:  func() kube.Health { return kube.Health{State: kube.Live} }, Now: time.Now,
	}
	for _, do := range change {
		do(&o)
	}
	return rollout.NewDesk(o)
}

func at(d *appsv1.Deployment) kube.Ref {
	return kube.Ref{Kind: kube.KindDeployment, Namespace: d.Namespace, Name: d.Name, UID: string(d.UID)}
}

// plan of a move that may be executed.
func (s *site) plan(desk *rollout.Desk, intent rollout.Intent) rollout.Plan {
	s.t.Helper()
	p, err := desk.Plan(s.t.Context(), intent)
	require.NoError(s.t, err)
	require.Nil(s.t, p.Blocked(), "%v", p.Checks)
	return p
}

// unchanged requires that nobody wrote to a Deployment since it was read.
func (s *site) unchanged(before *appsv1.Deployment) {
	s.t.Helper()
	now := s.get(before.Name)
	require.Equal(s.t, before.UID, now.UID)
	require.Equal(s.t, before.Generation, now.Generation)
	require.Equal(s.t, before.Spec, now.Spec)
}

// soon bounds what must not wait for anything.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}
