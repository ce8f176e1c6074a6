package replicasets_test

import (
	"testing"

	"fader/kube"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/replicasets"

	"github.com/stretchr/testify/require"
)

func web(s *kube.Snapshot) kube.Ref {
	for _, r := range s.Rollouts {
		if r.Ref().String() == "shop/web" {
			return r.Ref()
		}
	}
	panic("no shop/web")
}

func scoped(s *kube.Snapshot) *replicasets.View {
	v := page(s)
	v.SetScope(web(s))
	return v
}

func TestWhatFailsOrLacksPodsComesFirst(t *testing.T) {
	frame := golden.Text(page(fixture.Full()), 160, 40)
	require.Regexp(t, `(?s)^ +STATE.*\n ›✖ orphan +shop +left-behind-77d9 .*◌ new +ml +embedder-5c8b585 .*✔ new`, frame)
	require.Contains(t, frame, "shop/left-behind-77d9: wants 1, has 0, 0 ready, 0 available; FailedCreate: exceeded quota: pods=10")
	require.Contains(t, frame, "an orphan: no Deployment in sight owns it")
}

func TestOfOneDeployment(t *testing.T) {
	v := scoped(fixture.Full())
	shown, total := v.Counts()
	require.Equal(t, []int{4, 4}, []int{shown, total})
	require.Equal(t, "web", v.Scope().Name)
	frame := golden.Text(v, 160, 30)
	require.Regexp(t, `(?s)◌ new +web-5c8b933 +5 +5 +5 +0 +12m +web:v2.5.0 .*✔ old +web-5c8b75c +4 +8 +8 +8 +9d .*◦ old +web-5c8b585 +3 +0 +0 +0`, frame)
	require.Contains(t, frame, "kubectl set image web=web:nope")
	require.Contains(t, frame, "new revision 5 of web")
	require.NotContains(t, frame, "NAMESPACE")
	v.SetScope(kube.Ref{})
	_, total = v.Counts()
	require.Greater(t, total, 20)
}

func TestFilterFindsImagesAndCauses(t *testing.T) {
	for input, want := range map[string]int{"nope": 1, "web:v2.4": 1, "orphan": 1, "fraud !old": 1} {
		v := page(fixture.Full())
		v.SetFilter(input)
		shown, _ := v.Counts()
		require.Equal(t, want, shown, input)
	}
}

func TestLabelsOfReplicaSetsAreNotRead(t *testing.T) {
	v := page(fixture.Full())
	v.SetFilter("-l app=web")
	require.Contains(t, golden.Text(v, 120, 30), "-l does not work here: labels of ReplicaSets are not read")
}
