package e2e

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"fader/kube/fade"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// secondForbidden takes the right to scale away while the canary comes up. The
// course stops half-way, and can be finished when the right is back.
func secondForbidden(t *testing.T, s *site) {
	namespace := s.twins("forbidden", 3, 1, map[string]string{"practice.fader/ready-after": "2s"})
	env := s.tenant(namespace)
	x := s.stand(strings.TrimPrefix(env[len(env)-1], "KUBECONFIG="), namespace, "web", filepath.Join(t.TempDir(), "journal.jsonl"), nil)
	g := x.gauge()
	roles := s.client.RbacV1().Roles(namespace)
	list, err := roles.List(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	require.Len(t, list.Items, 1)
	role := &list.Items[0]
	rules := role.Rules

	pair := x.pair()
	run := x.start(x.shift(2, 0))
	x.reach(run, "the first write", func(p fade.Progress) bool { return len(p.Receipts) == 1 })
	role.Rules = []rbacv1.PolicyRule{{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"get", "list", "watch"}}}
	role, err = roles.Update(t.Context(), role, metav1.UpdateOptions{})
	require.NoError(t, err)
	p := x.end(run)
	require.Equal(t, fade.Failed, p.State)
	require.Regexp(t, `you may not patch deployments/scale.* · left at stable 3, canary 2: finish it or take it back`, p.Err)
	require.True(t, p.Unfinished)
	require.Equal(t, [2]int32{3, 2}, x.replicas(pair))

	role.Rules = rules
	_, err = roles.Update(t.Context(), role, metav1.UpdateOptions{})
	require.NoError(t, err)
	left, err := x.runner.Unfinished()
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Equal(t, p.Text, left[0].Text)
	s.until("the right is back", func() bool {
		plan, err := x.runner.Plan(soon(t), left[0].Course)
		return err == nil && plan.Blocked() == nil
	})
	p = x.end(x.start(left[0].Course))
	require.Equal(t, "done: stable 2, canary 2", p.Text)
	g.held(t, p)
}

// meddler does something between the plan of a Deployment and its execution.
type meddler struct {
	fade.Desk
	target string
	do     func()
}

func (m *meddler) Execute(ctx context.Context, p rollout.Plan, c rollout.Confirmation) rollout.Receipt {
	if p.Target().Name == m.target && m.do != nil {
		do := m.do
		m.do = nil
		do()
	}
	return m.Desk.Execute(ctx, p, c)
}

// secondConflicts lets somebody edit the stable between the plan and the patch of
// the second write. Where the replicas are still the course's, it is planned anew;
// where they are not, the course stops.
func secondConflicts(t *testing.T, s *site) {
	namespace := s.twins("conflict", 3, 1, nil)
	m := &meddler{target: "web-stable"}
	x := s.stand(s.kubeconfig(), namespace, "web", filepath.Join(t.TempDir(), "journal.jsonl"), func(desk fade.Desk) fade.Desk {
		m.Desk = desk
		return m
	})
	edit := func(patch string) func() {
		return func() {
			_, err := s.client.AppsV1().Deployments(namespace).Patch(t.Context(), "web-stable", types.MergePatchType, []byte(patch), metav1.PatchOptions{})
			if err != nil {
				t.Error(err)
			}
		}
	}
	m.do = edit(`{"metadata":{"annotations":{"somebody":"was here"}}}`)
	p := x.end(x.start(x.shift(2, 0)))
	require.Equal(t, "done: stable 2, canary 2", p.Text)
	require.Len(t, p.Receipts, 3)
	require.Equal(t, rollout.Conflict, p.Receipts[1].Result)

	m.do = edit(`{"spec":{"replicas":5}}`)
	p = x.end(x.start(x.shift(3, 0)))
	require.Equal(t, fade.Stopped, p.State)
	require.Equal(t, "somebody else scaled "+namespace+"/web-stable to 5, it was to have 2: the course ends here, nothing more is written", p.Err)
	require.Equal(t, [2]int32{5, 3}, x.replicas(x.pair()))
}
