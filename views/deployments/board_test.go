package deployments_test

import (
	"strings"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/views/deployments"
	"fader/views/fixture"

	"github.com/stretchr/testify/require"
)

// named is a snapshot of all namespaces with rollouts of these names that cannot pull.
func named(names ...[2]string) *kube.Snapshot {
	s := fixture.Full()
	s.Rollouts = nil
	for _, n := range names {
		s.Rollouts = append(s.Rollouts, fixture.Rollout(fixture.Spec{
			Namespace: n[0], Name: n[1], Phase: kube.Stalled, Revisions: []fixture.Rev{{Number: 2, Want: 1, Status: "ErrImagePull"}, {Number: 1, Want: 1, Ready: 1}}, Surge: 1,
			Causes: []kube.Cause{{Kind: kube.CauseImagePull, Severity: kube.Broken, Text: `1 new pod cannot pull "registry.example/team/app:release-does-not-exist"`}},
		}))
	}
	return s
}

func TestRowsKeepTheirIdentityAndTheirCause(t *testing.T) {
	s := named(
		[2]string{"boutique", "frontend"}, [2]string{"guestbook", "frontend"}, [2]string{"podinfo", "frontend"},
		[2]string{"team-payments-production-eu-central-1-blue", "customer-notification-preferences-aggregation-service-canary"},
		[2]string{"team-payments-production-eu-central-1-blue", "customer-notification-preferences-aggregation-service-stable"},
		[2]string{"team-payments-production-us-central-1-blue", "customer-notification-preferences-aggregation-service-canary"},
		[2]string{"team-payments-production-us-central-1-blue", "customer-notification-preferences-delivering-service-canary"},
	)
	for _, size := range [][2]int{{60, 15}, {80, 24}, {100, 30}, {140, 40}} {
		v := page(s)
		lines := strings.Split(text(v.Render(size[0], size[1])), "\n")
		require.Contains(t, lines[0], "CAUSE")
		require.Contains(t, lines[0], "NAMESPACE")
		seen := map[string]bool{}
		for _, line := range lines[1 : 1+len(s.Rollouts)] {
			row := strings.TrimLeft(line, "› ")
			require.False(t, seen[row], "%d: %q", size[0], row)
			seen[row] = true
			require.Regexp(t, "ImagePull|1 new pod cannot", row, "%d", size[0])
		}
	}
	require.Contains(t, text(page(named([2]string{s.Rollouts[3].Ref().Namespace, s.Rollouts[3].Ref().Name})).Render(80, 24)), "canary ", "both ends are kept")
}

// order of the rows of a page.
func order(v *deployments.View) string {
	var got []string
	for _, line := range strings.Split(text(v.Render(120, 30)), "\n")[1:] {
		if fields := strings.Fields(strings.TrimLeft(line, "› ")); len(fields) > 3 && fields[1] != "" {
			if len(fields[3]) == 1 {
				got = append(got, fields[3])
			}
		}
	}
	return strings.Join(got, "")
}

// with is a snapshot of complete rollouts a, b and c; down has no ready pod.
func with(down ...string) *kube.Snapshot {
	s := fixture.Full()
	s.Rollouts = nil
	for _, name := range []string{"a", "b", "c"} {
		spec := fixture.Spec{Namespace: "shop", Name: name, Phase: kube.Complete, Revisions: []fixture.Rev{{Number: 2, Want: 1, Ready: 1}, {Number: 1}}}
		for _, n := range down {
			if n == name {
				spec.Phase, spec.Revisions[0].Ready, spec.Revisions[0].Status = kube.Degraded, 0, "CrashLoopBackOff"
			}
		}
		s.Rollouts = append(s.Rollouts, fixture.Rollout(spec))
	}
	return s
}

func TestARowMovesOnlyOnceItsRankHasHeld(t *testing.T) {
	now := fixture.Now()
	v := page(with())
	at := func(d time.Duration) string {
		v.SetNow(now.Add(d))
		return order(v)
	}
	require.Equal(t, "abc", at(0))
	v.SetSnapshot(with("c"))
	require.Equal(t, "abc", at(4*time.Second))
	v.SetSnapshot(with())
	require.Equal(t, "abc", at(6*time.Second), "it did not hold")
	v.SetSnapshot(with("c"))
	require.Equal(t, "abc", at(10*time.Second))
	v.Pressed()
	require.Equal(t, "abc", at(11900*time.Millisecond), "a key was pressed just now")
	require.Equal(t, "cab", at(12*time.Second))
	require.True(t, v.Handle(keymap.SortName), "somebody who sorts is not kept waiting")
	require.Equal(t, "abc", order(v))
}

func TestANewRowIsInItsPlaceAtOnce(t *testing.T) {
	s := with("c")
	first := *s
	first.Rollouts = s.Rollouts[:2]
	v := page(&first)
	require.Equal(t, "ab", order(v))
	v.SetSnapshot(s)
	require.Equal(t, "cab", order(v))
}
