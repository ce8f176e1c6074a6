package rollout

import (
	"testing"

	"fader/kube"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestHistoryIsNewestFirst(t *testing.T) {
	foreign := set(9, 1, func(rs *appsv1.ReplicaSet) { rs.OwnerReferences = nil })
	cloned := set(10, 1, func(rs *appsv1.ReplicaSet) { rs.OwnerReferences[0].UID = "d-0" })
	b := newBench(deploymentAt(12, paused),
		set(2, 0, numberedAs("two")), set(3, 0, withoutCause), set(11, 1), set(12, 2), foreign, cloned)
	h, err := deskAt(t, b).History(t.Context(), kube.Ref{Namespace: "ml", Name: "fraud"})
	require.NoError(t, err)
	require.Equal(t, target(), h.Target)
	require.Equal(t, noon(), h.ReadAt)
	require.True(t, h.Paused)

	type line struct {
		number         int64
		set, cause     string
		isNew          bool
		desired, ready int32
	}
	var lines []line
	for _, p := range h.Revisions {
		lines = append(lines, line{p.Revision, p.ReplicaSet, p.ChangeCause, p.New, p.Desired, p.Ready})
	}
	require.Equal(t, []line{
		{12, "fraud-12", "model v12", true, 2, 2},
		{11, "fraud-11", "model v11", false, 1, 1},
		{3, "fraud-3", "", false, 0, 0},
		{0, "fraud-2", "model v2", false, 0, 0},
	}, lines)
	require.Equal(t, []string{"fraud:v12"}, h.Revisions[0].Images)
}

func TestHistoryShowsTemplatesAsTheyAre(t *testing.T) {
	rs := set(5, 3)
	spec := &rs.Spec.Template.Spec
	spec.Containers[0].Env = []corev1.EnvVar{
		{Name: "LEVEL", Value: "a\x1b[31m\u202eb"},
		{Name: "KEY", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
			LocalObjectReference: corev1.LocalObjectReference{Name: "keys"}, Key: "api",
		}}},
	}
	h, err := deskAt(t, newBench(deploymentAt(5), rs)).History(t.Context(), target())
	require.NoError(t, err)
	text := h.Revisions[0].Template
	require.NotContains(t, text, appsv1.DefaultDeploymentUniqueLabelKey)
	require.Contains(t, text, "image: fraud:v5\n")
	require.Contains(t, text, "secretKeyRef:\n          key: api\n          name: keys\n")
	require.NotContains(t, text, "\x1b")
	require.NotContains(t, text, "\u202e")
}

func TestHistoryOfSomethingElse(t *testing.T) {
	b := newBench(deploymentAt(5, func(d *appsv1.Deployment) { d.UID = "d-2" }), set(5, 3))
	_, err := deskAt(t, b).History(t.Context(), target())
	require.EqualError(t, err, "ml/fraud was deleted and created again since you pressed the key: look again")
	b.deployment = nil
	_, err = deskAt(t, b).History(t.Context(), target())
	require.EqualError(t, err, "ml/fraud no longer exists")
}

func TestLedgerTakesAgeThenNameWhereNumbersAreEqual(t *testing.T) {
	at := func(n int, name string) *appsv1.ReplicaSet {
		return set(n, 0, numberedAs("4"), func(rs *appsv1.ReplicaSet) {
			rs.Name, rs.CreationTimestamp = name, metav1.NewTime(noon())
		})
	}
	book := ledgerOf(deploymentAt(5), []*appsv1.ReplicaSet{at(1, "b"), at(2, "c"), at(3, "a"), set(7, 0, numberedAs("4"))})
	var names []string
	for _, r := range book {
		names = append(names, r.set.Name)
	}
	require.Equal(t, []string{"c", "b", "a", "fraud-7"}, names)
	require.Nil(t, book.current())
	require.Equal(t, int64(5), book.next())
	require.Equal(t, int64(1), ledger{}.next())
	_, found := ledger{}.previous()
	require.False(t, found)
}

func TestHistoryMarksWhatImagesDoNotTell(t *testing.T) {
	same := func(change func(*corev1.PodTemplateSpec)) func(*appsv1.ReplicaSet) {
		return func(rs *appsv1.ReplicaSet) {
			rs.Spec.Template = template(1)
			change(&rs.Spec.Template)
		}
	}
	restartedAt := func(t *corev1.PodTemplateSpec, when string) {
		t.Annotations = map[string]string{restartedAtAnnotation: when}
	}
	container := func(t *corev1.PodTemplateSpec) *corev1.Container { return &t.Spec.Containers[0] }
	for name, c := range map[string]struct {
		change func(*corev1.PodTemplateSpec)
		want   string
	}{
		"a restart":                 {func(t *corev1.PodTemplateSpec) { restartedAt(t, "2026-03-04T12:00:00Z") }, "restarted"},
		"a variable, never a value": {func(t *corev1.PodTemplateSpec) { container(t).Env[0].Value = "hush" }, "env TOKEN"},
		"a new variable and a restart": {func(t *corev1.PodTemplateSpec) {
			restartedAt(t, "2026-03-04T12:00:00Z")
			container(t).Env = append(container(t).Env, corev1.EnvVar{Name: "LOG_LEVEL", Value: "debug"})
		}, "env LOG_LEVEL"},
		"an image alone":         {func(t *corev1.PodTemplateSpec) { container(t).Image = "fraud:v9" }, ""},
		"an image and arguments": {func(t *corev1.PodTemplateSpec) { container(t).Image, container(t).Args = "fraud:v9", []string{"-v"} }, "args of model"},
		"a probe":                {func(t *corev1.PodTemplateSpec) { container(t).ReadinessProbe = &corev1.Probe{PeriodSeconds: 3} }, "readinessProbe of model"},
		"a sidecar": {func(t *corev1.PodTemplateSpec) {
			t.Spec.Containers = append(t.Spec.Containers, corev1.Container{Name: "proxy", Image: "p"})
		}, "container proxy"},
		"a volume":                {func(t *corev1.PodTemplateSpec) { t.Spec.Volumes = []corev1.Volume{{Name: "weights"}} }, "volume weights"},
		"a label":                 {func(t *corev1.PodTemplateSpec) { t.Labels["track"] = "b" }, "label track"},
		"an annotation with dots": {func(t *corev1.PodTemplateSpec) { t.Annotations = map[string]string{"prometheus.io/scrape": "true"} }, "annotation prometheus.io/scrape"},
		"a service account":       {func(t *corev1.PodTemplateSpec) { t.Spec.ServiceAccountName = "other" }, "serviceAccountName"},
		"many things": {func(t *corev1.PodTemplateSpec) {
			c := container(t)
			c.Env, c.Args, c.Command, c.WorkingDir = nil, []string{"a"}, []string{"b"}, "/tmp"
		}, "args of model, command of model, env TOKEN, 1 more"},
		"the same as the one before": {func(*corev1.PodTemplateSpec) {}, "same as revision 1"},
	} {
		t.Run(name, func(t *testing.T) {
			book := ledgerOf(deploymentAt(9), []*appsv1.ReplicaSet{set(1, 0), set(2, 0, same(c.change))})
			require.Equal(t, c.want, changeOf(book, 0))
			require.Empty(t, changeOf(book, 1), "the oldest has none before it")
		})
	}
	again := set(4, 0, func(rs *appsv1.ReplicaSet) { rs.Spec.Template = template(2); restartedAt(&rs.Spec.Template, "x") })
	book := ledgerOf(deploymentAt(9), []*appsv1.ReplicaSet{set(1, 0), set(2, 0), set(3, 0), again})
	require.Equal(t, "same as revision 2", changeOf(book, 0), "a restart on the way does not make it another")
}
