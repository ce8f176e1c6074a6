package fade_test

import (
	"strconv"
	"testing"

	"fader/kube"
	"fader/kube/fade"

	"github.com/stretchr/testify/require"
)

// revisionOf a Knative Configuration, as Knative names and labels it.
func revisionOf(configuration string, generation int, pods int32) *kube.Rollout {
	name := configuration + "-0000" + strconv.Itoa(generation)
	return &kube.Rollout{Deployment: &kube.Deployment{
		Ref:      kube.Ref{Kind: kube.KindDeployment, Namespace: "ml", Name: name + "-deployment", UID: name},
		Replicas: kube.Replicas{Desired: pods, Current: pods},
		Labels: map[string]string{
			"serving.knative.dev/configuration": configuration, "serving.knative.dev/configurationGeneration": strconv.Itoa(generation),
			"serving.knative.dev/revision": name, "serving.kserve.io/inferenceservice": "iris",
		},
	}}
}

func TestTheRevisionBeforeIsTheStableOfAKServeCanary(t *testing.T) {
	first, second, third := revisionOf("iris-predictor", 1, 2), revisionOf("iris-predictor", 2, 0), revisionOf("iris-predictor", 3, 1)
	other := revisionOf("other-predictor", 2, 3)
	plain := &kube.Rollout{Deployment: &kube.Deployment{Ref: kube.Ref{Kind: kube.KindDeployment, Namespace: "ml", Name: "plain"}}}
	s := &kube.Snapshot{Rollouts: []*kube.Rollout{first, second, third, other, plain}}
	require.Same(t, first, fade.Stable(s, third.Ref()), "the second has no pods")
	require.Nil(t, fade.Stable(s, first.Ref()))
	require.Nil(t, fade.Stable(s, other.Ref()), "of another Configuration")
	require.Nil(t, fade.Stable(s, plain.Ref()))
	require.Nil(t, fade.Stable(s, kube.Ref{Name: "gone"}))
}
