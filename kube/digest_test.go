package kube

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"pgregory.net/rapid"
)

// rich is a template with something of every shape the API has.
func rich() corev1.PodTemplateSpec {
	t := template("web:1")
	t.Annotations = map[string]string{"a": "1", "b": "2"}
	t.Spec.NodeSelector = map[string]string{"disk": "ssd"}
	t.Spec.TerminationGracePeriodSeconds = new(int64(30))
	t.Spec.Tolerations = []corev1.Toleration{{Key: "gpu", Operator: corev1.TolerationOpExists}}
	c := &t.Spec.Containers[0]
	c.Resources.Requests = corev1.ResourceList{"cpu": resource.MustParse("1"), "memory": resource.MustParse("1Gi")}
	c.Args = []string{"--x", "y"}
	c.Env = []corev1.EnvVar{{Name: "A", Value: "1"}, {Name: "B", ValueFrom: &corev1.EnvVarSource{
		ResourceFieldRef: &corev1.ResourceFieldSelector{Resource: "limits.cpu", Divisor: resource.MustParse("1m")},
	}}}
	c.ReadinessProbe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/", Port: intstr.FromInt32(80)}}}
	return t
}

// TestTemplateDigest: what the controller takes for the same has the same digest,
// what it tells apart has another. The controller's own comparison is asked too.
func TestTemplateDigest(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*corev1.PodTemplateSpec)
		same   bool
	}{
		{"nothing", func(*corev1.PodTemplateSpec) {}, true},
		{"the hash label", func(t *corev1.PodTemplateSpec) { t.Labels[appsv1.DefaultDeploymentUniqueLabelKey] = "x" }, true},
		{"empty for nil", func(t *corev1.PodTemplateSpec) {
			t.Spec.Volumes = []corev1.Volume{}
			t.Spec.Containers[0].Command = []string{}
			t.Spec.Overhead = corev1.ResourceList{}
		}, true},
		{"quantity written otherwise", func(t *corev1.PodTemplateSpec) {
			t.Spec.Containers[0].Resources.Requests = corev1.ResourceList{"cpu": resource.MustParse("1000m"), "memory": resource.MustParse("1073741824")}
			t.Spec.Containers[0].Env[1].ValueFrom.ResourceFieldRef.Divisor = resource.MustParse("0.001")
		}, true},
		{"quantity of another value", func(t *corev1.PodTemplateSpec) {
			t.Spec.Containers[0].Resources.Requests["cpu"] = resource.MustParse("1001m")
		}, false},
		{"quantity ten times as large", func(t *corev1.PodTemplateSpec) {
			t.Spec.Containers[0].Resources.Requests["cpu"] = resource.MustParse("10")
		}, false},
		{"image", func(t *corev1.PodTemplateSpec) { t.Spec.Containers[0].Image = "web:2" }, false},
		{"another label", func(t *corev1.PodTemplateSpec) { t.Labels["x"] = "" }, false},
		{"restartedAt", func(t *corev1.PodTemplateSpec) { t.Annotations["kubectl.kubernetes.io/restartedAt"] = "now" }, false},
		{"pointer to zero for nil", func(t *corev1.PodTemplateSpec) { t.Spec.ActiveDeadlineSeconds = new(int64(0)) }, false},
		{"pointer to another value", func(t *corev1.PodTemplateSpec) { t.Spec.TerminationGracePeriodSeconds = new(int64(31)) }, false},
		{"order of a list", func(t *corev1.PodTemplateSpec) { t.Spec.Containers[0].Args = []string{"y", "--x"} }, false},
		{"split of a list", func(t *corev1.PodTemplateSpec) { t.Spec.Containers[0].Args = []string{"--", "xy"} }, false},
		{"keys against values", func(t *corev1.PodTemplateSpec) { t.Annotations = map[string]string{"a": "2", "b": "1"} }, false},
		{"field against field", func(t *corev1.PodTemplateSpec) { t.Spec.Hostname, t.Spec.Subdomain = t.Spec.Subdomain, "h" }, false},
		{"number against text of a port", func(t *corev1.PodTemplateSpec) {
			t.Spec.Containers[0].ReadinessProbe.HTTPGet.Port = intstr.FromString("80")
		}, false},
		{"empty pointer for nil", func(t *corev1.PodTemplateSpec) { t.Spec.SecurityContext = &corev1.PodSecurityContext{} }, false},
		{"an element that says nothing", func(t *corev1.PodTemplateSpec) {
			t.Spec.Tolerations = append(t.Spec.Tolerations, corev1.Toleration{})
		}, false},
		{"moment", func(t *corev1.PodTemplateSpec) { t.CreationTimestamp = metav1.NewTime(noon) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := rich(), rich()
			c.change(&b)
			require.Equal(t, c.same, controllerEqual(a, b), "the controller")
			require.Equal(t, c.same, TemplateDigest(a) == TemplateDigest(b), "the digest")
		})
	}
	a, b := rich(), rich()
	a.CreationTimestamp, b.CreationTimestamp = metav1.NewTime(noon), metav1.NewTime(noon.In(time.FixedZone("x", 3600)))
	require.Equal(t, TemplateDigest(a), TemplateDigest(b), "one moment in two zones")
}

// controllerEqual compares as the Deployment controller does.
func controllerEqual(a, b corev1.PodTemplateSpec) bool {
	x, y := a.DeepCopy(), b.DeepCopy()
	delete(x.Labels, appsv1.DefaultDeploymentUniqueLabelKey)
	delete(y.Labels, appsv1.DefaultDeploymentUniqueLabelKey)
	return apiequality.Semantic.DeepEqual(x, y)
}

func TestTemplateDigestLeavesTheTemplateAlone(t *testing.T) {
	a := rich()
	a.Labels[appsv1.DefaultDeploymentUniqueLabelKey] = "x"
	before := a.DeepCopy()
	TemplateDigest(a)
	require.Equal(t, *before, a)
}

// TestTemplateDigestAgreesWithTheController on small templates that differ often.
func TestTemplateDigestAgreesWithTheController(t *testing.T) {
	quantities := []string{"0", "0m", "1", "1000m", "1k", "1000", "1e3", "1Ki", "1024", "0.5", "500m", "5", "50", "100000000000000000000", "100E", "1e20"}
	draw := func(t *rapid.T, name string) corev1.PodTemplateSpec {
		var p corev1.PodTemplateSpec
		if rapid.Bool().Draw(t, name+" labels") {
			p.Labels = rapid.MapOf(rapid.SampledFrom([]string{"a", appsv1.DefaultDeploymentUniqueLabelKey}), rapid.SampledFrom([]string{"", "1"})).Draw(t, name)
		}
		c := corev1.Container{Args: rapid.SliceOfN(rapid.SampledFrom([]string{"", "a"}), -1, 2).Draw(t, name)}
		if rapid.Bool().Draw(t, name+" request") {
			c.Resources.Requests = corev1.ResourceList{"cpu": resource.MustParse(rapid.SampledFrom(quantities).Draw(t, name))}
		}
		if rapid.Bool().Draw(t, name+" container") {
			p.Spec.Containers = []corev1.Container{c}
		}
		return p
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a"), draw(t, "b")
		require.Equal(t, controllerEqual(a, b), TemplateDigest(a) == TemplateDigest(b))
	})
}

func BenchmarkTemplateDigest(b *testing.B) {
	t := rich()
	b.ReportAllocs()
	for b.Loop() {
		TemplateDigest(t)
	}
}
