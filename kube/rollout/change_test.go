package rollout

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

func TestChangesAreFieldByField(t *testing.T) {
	const pod = "spec.template.spec."
	container := func(d *appsv1.Deployment) *corev1.Container { return &d.Spec.Template.Spec.Containers[0] }
	tests := map[string]struct {
		before, after func(*appsv1.Deployment)
		want          []Change
	}{
		"nothing": {nil, nil, nil},
		"an image": {
			nil, func(d *appsv1.Deployment) { container(d).Image = "fraud:v6" },
			[]Change{{pod + "containers[model].image", "fraud:v5", "fraud:v6"}},
		},
		"a sidecar put in front": {
			nil, func(d *appsv1.Deployment) {
				d.Spec.Template.Spec.Containers = append([]corev1.Container{{Name: "proxy", Image: "proxy:v1"}}, *container(d))
			},
			[]Change{{pod + "containers[proxy].image", "", "proxy:v1"}, {pod + "containers[proxy].resources", "", "{}"}},
		},
		"containers in another order": {
			func(d *appsv1.Deployment) {
				d.Spec.Template.Spec.Containers = append(d.Spec.Template.Spec.Containers, corev1.Container{Name: "proxy"})
			},
			func(d *appsv1.Deployment) {
				d.Spec.Template.Spec.Containers = append([]corev1.Container{{Name: "proxy"}}, d.Spec.Template.Spec.Containers...)
			},
			[]Change{{pod + "containers (order)", "model, proxy", "proxy, model"}},
		},
		"variables": {
			nil, func(d *appsv1.Deployment) {
				container(d).Env = []corev1.EnvVar{{Name: "LEVEL", Value: "3"}, {Name: "TOKEN", Value: "other"}}
			},
			[]Change{
				{pod + "containers[model].env[TOKEN].value", "secret-5", "other"},
				{pod + "containers[model].env[LEVEL].value", "", "3"},
			},
		},
		"a variable without a value": {
			nil, func(d *appsv1.Deployment) {
				container(d).Env = append(container(d).Env, corev1.EnvVar{Name: "EMPTY"})
			},
			[]Change{{pod + "containers[model].env[EMPTY].name", "", "EMPTY"}},
		},
		"arguments as one": {
			func(d *appsv1.Deployment) { container(d).Args = []string{"-v", "1"} },
			func(d *appsv1.Deployment) { container(d).Args = []string{"-v", "2"} },
			[]Change{{pod + "containers[model].args", `["-v","1"]`, `["-v","2"]`}},
		},
		"mounts of one volume by their path": {
			func(d *appsv1.Deployment) {
				container(d).VolumeMounts = []corev1.VolumeMount{{Name: "w", MountPath: "/a"}, {Name: "w", MountPath: "/b"}}
			},
			func(d *appsv1.Deployment) {
				container(d).VolumeMounts = []corev1.VolumeMount{{Name: "w", MountPath: "/a"}, {Name: "w", MountPath: "/b", ReadOnly: true}}
			},
			[]Change{{pod + "containers[model].volumeMounts[/b].readOnly", "", "true"}},
		},
		"elements without a name by their place": {
			nil, func(d *appsv1.Deployment) {
				container(d).EnvFrom = []corev1.EnvFromSource{{Prefix: "A_"}, {Prefix: "B_"}}
			},
			[]Change{{pod + "containers[model].envFrom[0].prefix", "", "A_"}, {pod + "containers[model].envFrom[1].prefix", "", "B_"}},
		},
		"resources": {
			nil, func(d *appsv1.Deployment) {
				container(d).Resources.Limits = corev1.ResourceList{"nvidia.com/gpu": resource.MustParse("1")}
			},
			[]Change{{pod + "containers[model].resources.limits[nvidia.com/gpu]", "", "1"}},
		},
		"an empty field": {
			nil, func(d *appsv1.Deployment) {
				d.Spec.Template.Spec.Volumes = []corev1.Volume{{Name: "tmp", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
			},
			[]Change{{pod + "volumes[tmp].emptyDir", "", "{}"}},
		},
		"labels and annotations": {
			nil, func(d *appsv1.Deployment) {
				d.Labels = map[string]string{"team": "ml"}
				d.Annotations["example.com/note"] = "x"
			},
			[]Change{{"metadata.annotations[example.com/note]", "", "x"}, {"metadata.labels.team", "", "ml"}},
		},
		"the controller's and the server's own": {
			nil, func(d *appsv1.Deployment) {
				d.Annotations[revisionAnnotation] = "6"
				d.Status.Replicas, d.Generation, d.ResourceVersion = 9, 9, "9"
			}, nil,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			before := deploymentAt(5)
			if test.before != nil {
				test.before(before)
			}
			after := before.DeepCopy()
			if test.before != nil {
				after = deploymentAt(5)
			}
			if test.after != nil {
				test.after(after)
			}
			changes, err := changesBetween(before, after)
			require.NoError(t, err)
			require.Equal(t, test.want, changes)
		})
	}
}

func TestLongValuesAreCutWhereTheyDiffer(t *testing.T) {
	same := strings.Repeat("x", 300)
	tests := map[string]struct{ before, after, wantBefore, wantAfter string }{
		"short":                 {"a", "b", "a", "b"},
		"added":                 {"", same, "", strings.Repeat("x", longest) + "…"},
		"differ at the end":     {same + "a", same + "b", "…" + strings.Repeat("x", 25) + "a", "…" + strings.Repeat("x", 25) + "b"},
		"differ at the start":   {"a" + same, "b" + same, "a" + strings.Repeat("x", longest-1) + "…", "b" + strings.Repeat("x", longest-1) + "…"},
		"one is the other's":    {same, same + "b", "…" + strings.Repeat("x", 25), "…" + strings.Repeat("x", 25) + "b"},
		"differ out of sight":   {"a\x00", "a\x01", `"a\x00"`, `"a\x01"`},
		"differ by a character": {"a", "a\u200b", `"a"`, `"a\u200b"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			before, after := shortened(test.before, test.after)
			require.Equal(t, test.wantBefore, before)
			require.Equal(t, test.wantAfter, after)
		})
	}
}
