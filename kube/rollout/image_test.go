package rollout

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
)

func TestSetImage(t *testing.T) {
	s := sceneOf(deploymentAt(5), set(4, 0), set(5, 3))
	p := plan(t, s, Intent{Verb: SetImage, Images: "model=fraud:v9"})
	require.Equal(t, []Change{
		{"metadata.annotations[kubernetes.io/change-cause]", "model v5", "image model fraud:v9"},
		{"spec.template.spec.containers[model].image", "fraud:v5", "fraud:v9"},
	}, p.Changes)
	require.Equal(t, []string{"3 pods of revision 5 go, a new revision 6 grows 0 → 3; never fewer than 3 available"}, p.Effect)
	require.Equal(t, "kubectl --context prod-eu -n ml set image deployment/fraud model=fraud:v9", p.Kubectl)
	require.Equal(t, "fraud-5", p.Inverse.ReplicaSet)
	var steps []operation
	require.NoError(t, json.Unmarshal(p.Patch, &steps))
	require.Equal(t, operation{"replace", "/spec/template/spec/containers/0/image", "fraud:v9"}, steps[2])
}

func TestSetImageOfAnEarlierTemplateTakesItsRevisionUpAgain(t *testing.T) {
	four := set(4, 0)
	four.Spec.Template.Spec.Containers[0].Env = template(5).Spec.Containers[0].Env // differs in the image alone
	p := plan(t, sceneOf(deploymentAt(5), four, set(5, 3)), Intent{Verb: SetImage, Images: "model=fraud:v4", Cause: "INC-7"})
	require.Equal(t, []string{"3 pods of revision 5 go, revision 4 grows 0 → 3; never fewer than 3 available"}, p.Effect)
	require.Contains(t, p.Notes, "revision 4 has this very template: it comes back and is renumbered 6")
	require.Equal(t, "INC-7", p.Changes[0].After)
}

func TestSetImageWhilePaused(t *testing.T) {
	p := plan(t, sceneOf(deploymentAt(5, paused), set(5, 3)), Intent{Verb: SetImage, Images: "model=fraud:v9"})
	require.Equal(t, []string{"it is paused: no pod changes until it is resumed"}, p.Effect)
	require.True(t, p.Inverse.Pause)
}

func TestImagesOfInitContainers(t *testing.T) {
	d := deploymentAt(5)
	d.Spec.Template.Spec.InitContainers = []corev1.Container{{Name: "fetch", Image: "fetch:1"}}
	p := plan(t, sceneOf(d, set(5, 3)), Intent{Verb: SetImage, Images: "fetch=fetch:2 model=fraud:v5"})
	require.Equal(t, "fetch=fetch:2", p.Intent.Images, "what stays is left out")
	require.Contains(t, string(p.Patch), `/spec/template/spec/initContainers/0/image`)
}

func TestImagesThatCannotBe(t *testing.T) {
	for images, want := range map[string]string{
		"":                  "no image is given: write CONTAINER=IMAGE, like model=fraud:v3",
		"fraud:v9":          `"fraud:v9" sets no image: write CONTAINER=IMAGE, like model=fraud:v3`,
		"model=":            `"model=" sets no image: write CONTAINER=IMAGE, like model=fraud:v3`,
		"side=x:1":          `ml/fraud has no container "side": it has model`,
		"model=a model=b":   `container "model" is given two images: give it one`,
		"model=fraud:v5":    "ml/fraud already has model=fraud:v5",
		" model=fraud:v5  ": "ml/fraud already has model=fraud:v5",
	} {
		_, err := draft(sceneOf(deploymentAt(5), set(5, 3)), Intent{Verb: SetImage, Target: target(), Images: images}, practice(), noon())
		require.EqualError(t, err, want)
	}
}
