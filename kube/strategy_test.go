package kube

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	deployments "k8s.io/kubectl/pkg/util/deployment"
	"pgregory.net/rapid"
)

func TestResolveStrategy(t *testing.T) {
	for _, c := range []struct {
		name                string
		desired             int32
		surge, unavailable  string
		up, down            int32
		atMost, atLeast     int32
		wantSurge, wantDown string
	}{
		{"default of one", 1, "25%", "25%", 1, 0, 2, 1, "25%", "25%"},
		{"default of ten", 10, "25%", "25%", 3, 2, 13, 8, "25%", "25%"},
		{"unset is the server's default", 4, "", "", 1, 1, 5, 3, "25%", "25%"},
		{"numbers", 3, "1", "0", 1, 0, 4, 3, "1", "0"},
		{"both come to nothing", 2, "0", "1%", 0, 1, 2, 1, "0", "1%"},
		{"both nought", 3, "0", "0", 0, 1, 3, 2, "0", "0"},
		{"all at once", 3, "100%", "100%", 3, 3, 6, 0, "100%", "100%"},
		{"more unavailable than there are", 2, "0", "5", 0, 2, 2, 0, "0", "5"},
		{"none wanted", 0, "25%", "25%", 0, 0, 0, 0, "25%", "25%"},
		{"garbage", 4, "many", "x%", 0, 1, 4, 3, "many", "x%"},
		{"beyond all numbers", math.MaxInt32, "2147483647", "0", math.MaxInt32, 0, math.MaxInt32, math.MaxInt32, "2147483647", "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, Strategy{
				Type: "RollingUpdate", MaxSurge: c.wantSurge, MaxUnavailable: c.wantDown,
				Surge: c.up, Unavailable: c.down, AtMost: c.atMost, AtLeast: c.atLeast,
			}, ResolveStrategy(rollingUpdate(c.surge, c.unavailable), c.desired))
		})
	}
	require.Equal(t, Strategy{Type: "Recreate", Unavailable: 3, AtMost: 3},
		ResolveStrategy(appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType}, 3))
}

func rollingUpdate(surge, unavailable string) appsv1.DeploymentStrategy {
	s := appsv1.DeploymentStrategy{Type: appsv1.RollingUpdateDeploymentStrategyType}
	if surge != "" {
		a, b := intstr.Parse(surge), intstr.Parse(unavailable)
		s.RollingUpdate = &appsv1.RollingUpdateDeployment{MaxSurge: &a, MaxUnavailable: &b}
	}
	return s
}

// TestResolveStrategyAgreesWithKubectl and so with the controller, whose
// arithmetic kubectl carries a copy of.
func TestResolveStrategyAgreesWithKubectl(t *testing.T) {
	value := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) intstr.IntOrString { return intstr.FromInt32(rapid.Int32Range(0, 30).Draw(t, "n")) }),
		rapid.Custom(func(t *rapid.T) intstr.IntOrString {
			return intstr.FromString(rapid.StringMatching(`[0-9]{1,2}%|100%`).Draw(t, "p"))
		}),
	)
	rapid.Check(t, func(t *rapid.T) {
		a, b := value.Draw(t, "surge"), value.Draw(t, "unavailable")
		desired := rapid.Int32Range(1, 1000).Draw(t, "desired")
		surge, unavailable, err := deployments.ResolveFenceposts(&a, &b, desired)
		require.NoError(t, err)
		s := ResolveStrategy(appsv1.DeploymentStrategy{RollingUpdate: &appsv1.RollingUpdateDeployment{MaxSurge: &a, MaxUnavailable: &b}}, desired)
		require.Equal(t, surge, s.Surge)
		require.Equal(t, min(unavailable, desired), s.Unavailable)
	})
}
