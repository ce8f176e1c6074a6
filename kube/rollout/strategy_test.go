package rollout

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSetStrategy(t *testing.T) {
	s := sceneOf(deploymentAt(5), set(4, 2), set(5, 1))
	p := plan(t, s, Intent{Verb: SetStrategy, MaxSurge: "0", MaxUnavailable: "1"})
	require.Equal(t, []Change{
		{"spec.strategy.rollingUpdate.maxSurge", "1", "0"},
		{"spec.strategy.rollingUpdate.maxUnavailable", "0", "1"},
	}, p.Changes)
	require.Equal(t, []string{
		"from now on at most 3 pods and at least 2 available while pods are replaced",
		"the rollout goes on at once: an old pod goes first, and its place and its GPUs are free for a new one",
	}, p.Effect)
	require.Equal(t, []string{"capacity: while it rolls out, 2 instead of 3 may serve"}, p.Warnings)
	require.Equal(t, Intent{Verb: SetStrategy, Target: target(), MaxSurge: "1", MaxUnavailable: "0"}, *p.Inverse)
	require.Equal(t, `kubectl --context prod-eu -n ml patch deployment/fraud -p '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}'`, p.Kubectl)
}

func TestStrategiesThatCannotBe(t *testing.T) {
	for name, test := range map[string]struct {
		scene              *scene
		surge, unavailable string
		want               string
	}{
		"both none":   {sceneOf(deploymentAt(5)), "0", "0%", "maxSurge and maxUnavailable cannot both be 0: no pod could ever be replaced"},
		"no number":   {sceneOf(deploymentAt(5)), "one", "", `maxSurge "one" is neither a number nor a percentage: give one like 1 or 25%`},
		"negative":    {sceneOf(deploymentAt(5)), "", "-1", `maxUnavailable "-1" is neither a number nor a percentage: give one like 1 or 25%`},
		"as it is":    {sceneOf(deploymentAt(5)), "1", "0", "ml/fraud already has maxSurge 1 and maxUnavailable 0"},
		"of Recreate": {sceneOf(deploymentAt(5, recreate)), "1", "0", "ml/fraud has the strategy Recreate, which has neither maxSurge nor maxUnavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := draft(test.scene, Intent{Verb: SetStrategy, Target: target(), MaxSurge: test.surge, MaxUnavailable: test.unavailable}, practice(), noon())
			require.EqualError(t, err, test.want)
		})
	}
}
