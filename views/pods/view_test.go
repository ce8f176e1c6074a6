package pods_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/pods"
	"fader/views/theme"

	"github.com/stretchr/testify/require"
)

func deployment(s *kube.Snapshot, name string) kube.Ref {
	for _, r := range s.Rollouts {
		if r.Ref().String() == name {
			return r.Ref()
		}
	}
	panic("no " + name)
}

func scoped(s *kube.Snapshot) *pods.View {
	v := page(s)
	v.SetScope(pods.Scope{Deployment: deployment(s, "ml/fraud-model")})
	return v
}

// statuses of the rows shown, from the top.
func statuses(v *pods.View) []string {
	var got []string
	for _, line := range strings.Split(golden.Text(v, 200, 140), "\n")[1:] {
		fields := strings.Fields(strings.TrimLeft(line, " ›•"))
		if len(fields) < 2 || strings.HasPrefix(fields[0], "─") {
			break
		}
		got = append(got, fields[1])
	}
	return got
}

func TestProblemsFirstThenWhatIsWell(t *testing.T) {
	got := statuses(page(fixture.Full()))
	require.Equal(t, []string{"OOMKilled", "Pending", "CrashLoopBackOff", "CrashLoopBackOff", "ErrImagePull"}, got[:5])
	require.Equal(t, []string{"Init:0/1", "Running", "Terminating", "Terminating", "Running"}, got[9:14], "gated, leaving, well")
	require.Equal(t, "Completed", got[len(got)-1])
}

func TestScopes(t *testing.T) {
	s := fixture.Full()
	fraud := deployment(s, "ml/fraud-model")
	for _, c := range []struct {
		scope pods.Scope
		want  int
	}{
		{pods.Scope{Deployment: fraud}, 4},
		{pods.Scope{Deployment: fraud, Revision: 9}, 2},
		{pods.Scope{Deployment: fraud, Revision: 7}, 0},
		{pods.Scope{}, len(s.Pods)},
	} {
		v := page(s)
		v.SetScope(c.scope)
		require.Equal(t, c.scope, v.Scope())
		shown, total := v.Counts()
		require.Equal(t, []int{c.want, c.want}, []int{shown, total}, c.scope.String())
	}
	v := page(s)
	v.SetScope(pods.Scope{Deployment: fraud, Revision: 7})
	require.Contains(t, golden.Text(v, 120, 30), "no pods of ml/fraud-model revision 7")
	require.Contains(t, golden.Text(v, 120, 30), "esc goes back")
	v.SetScope(pods.Scope{Deployment: fraud})
	require.NotContains(t, golden.Text(v, 200, 30), "NAMESPACE")
	require.NotContains(t, golden.Text(v, 200, 30), "DEPLOYMENT")
}

func TestWhatIsSaidOfAPod(t *testing.T) {
	for name, want := range map[string][]string{
		"mesh-0":                     {"readiness gate target-health.elbv2.k8s.aws/web is not open", "of no Deployment in sight"},
		"notebook-0":                 {"Terminating, 24s of grace left"},
		"notebook-1":                 {"grace over 9m30s ago; a finalizer or its node holds it"},
		"migrate":                    {"finished: holds nothing"},
		"llm-70b-5c8c614":            {"0/3 nodes are available: 3 Insufficient nvidia.com/gpu.", "new revision 12 of llm-70b"},
		"fraud-model-5c8c08f-2f858":  {"in init container download-model", "nvidia.com/gpu 1"},
		"payments-api-5c8e909-2f4a1": {"container main (last Error, exit code 1); panic: no key with that id"},
		"embedder-5c8b585-2fc0f":     {"container main (exit code 137), memory limit 8Gi"},
		"fraud-model-5c8beb8-2f4a1":  {"Running", "old revision 8 of fraud-model", "ready for 13d23h"},
	} {
		v := page(fixture.Full())
		v.SetFilter(name)
		shown, _ := v.Counts()
		require.Equal(t, 1, shown, name)
		frame := golden.Text(v, 160, 30)
		for _, words := range want {
			require.Contains(t, frame, words, name)
		}
	}
}

// Half an address is no address: the column is whole or is not there.
func TestAnIPIsShownWhole(t *testing.T) {
	s, seen := fixture.Full(), false
	for _, p := range s.Pods {
		p.IP = "10.128.112.117"
	}
	v := page(s)
	for w := 60; w <= 240; w += 3 {
		frame := golden.Text(v, w, 40)
		require.NotRegexp(t, `\d\.\d+[.\d]*…`, frame, w)
		seen = seen || regexp.MustCompile(`\d+\.\d+\.\d+\.\d+ `).MatchString(frame)
	}
	require.True(t, seen)
}

func TestTheCountdownRunsAndStopsWithTheConnection(t *testing.T) {
	v := page(fixture.Full())
	v.SetFilter("notebook-0")
	v.SetNow(fixture.Now().Add(4 * time.Second))
	require.Contains(t, golden.Text(v, 160, 30), "20s of grace left")
	v.SetSnapshot(fixture.Stale())
	v.SetNow(fixture.Now().Add(5 * time.Minute))
	require.Contains(t, golden.Text(v, 160, 30), "36s of grace left", "as it was at 14:03:10")
	require.Contains(t, golden.Text(v, 160, 30), "what you see is from 14:03:10")
}

func TestARevisionHasItsHue(t *testing.T) {
	th := theme.Dark(false)
	require.Contains(t, strings.Join(scoped(fixture.Full()).Render(120, 30), "\n"), th.Hue(8).Paint("8"))
}

func TestWithoutDeploymentsPodsAreThere(t *testing.T) {
	s := fixture.Full()
	forbidden := fixture.Forbidden().Health
	s.Rollouts = nil
	s.Health.State, s.Health.Message = forbidden.State, forbidden.Message
	s.Health.Resources["deployments"] = forbidden.Resources["deployments"]
	frame := golden.Text(page(s), 120, 30)
	require.Contains(t, frame, "ErrImagePull")
	require.Contains(t, frame, "deployments: forbidden, so owners are not complete")
}

func TestNothingIsCountedBeforeItIsKnown(t *testing.T) {
	unwatched := fixture.Full()
	unwatched.Pods = nil
	delete(unwatched.Health.Resources, "pods")
	for want, s := range map[*kube.Snapshot]int{
		fixture.Loading(): -1, fixture.Without("pods"): -1, fixture.Empty(): 0, unwatched: -1,
	} {
		_, total := page(want).Counts()
		require.Equal(t, s, total)
	}
	require.Contains(t, golden.Text(page(unwatched), 120, 30), "nothing is known of pods: not watched")
}

func TestANewScopeStartsAnewAndKeepsTheFilter(t *testing.T) {
	v := page(fixture.Full())
	v.Handle(keymap.Bottom)
	v.SetFilter("ml")
	s := fixture.Full()
	s.Scope.Namespace = "ml"
	v.SetSnapshot(s)
	require.Equal(t, "ml", v.Filter())
	ref, _ := v.Cursor()
	require.Equal(t, "embedder-5c8b585-2fc0f", ref.Name)
	require.NotContains(t, golden.Text(v, 200, 30), "NAMESPACE")
}

func TestFuzzyWhereNothingIsAsWritten(t *testing.T) {
	v := page(fixture.Full())
	v.SetFilter("frdmdl")
	shown, _ := v.Counts()
	require.Equal(t, 4, shown)
	require.Contains(t, golden.Text(v, 120, 30), `nothing has "frdmdl" as written: these come near`)
}

func TestLabelsSelectPods(t *testing.T) {
	v := page(fixture.Full())
	v.SetFilter("-l app=web,revision=5")
	shown, _ := v.Counts()
	require.Equal(t, 5, shown)
}

func BenchmarkSnapshotOf10000(b *testing.B) {
	pair := [2]*kube.Snapshot{fixture.Big(3000), fixture.Big(3000)}
	b.ReportMetric(float64(len(pair[0].Pods)), "pods")
	golden.Snapshots(b, page(pair[0]), pair)
}

func BenchmarkTickOf10000(b *testing.B) { golden.Seconds(b, page(fixture.Big(3000))) }
