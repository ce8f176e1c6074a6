package e2e

import (
	"strings"
	"testing"

	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Somebody takes rights away while the plan is looked at: all of them, then those to write.
func permissionRevoked(t *testing.T, s *site) {
	for _, c := range []struct {
		name   string
		revoke func(*site, string) error
		says   string
	}{
		{"all", func(s *site, role string) error {
			return s.client.RbacV1().RoleBindings(faults).Delete(s.t.Context(), role, metav1.DeleteOptions{})
		}, `cannot get resource "deployments"`},
		{"to write", func(s *site, role string) error {
			rules := []rbacv1.PolicyRule{{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"get", "list", "watch"}}}
			_, err := s.client.RbacV1().Roles(faults).Update(s.t.Context(), &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: role}, Rules: rules}, metav1.UpdateOptions{})
			return err
		}, `cannot patch resource "deployments"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := s.in(t)
			d := s.create(deployment("rights-"+strings.ReplaceAll(c.name, " ", "-"), 1))
			env := s.tenant(faults)
			desk := s.gateway(strings.TrimPrefix(env[len(env)-1], "KUBECONFIG="))
			roles, err := s.client.RbacV1().Roles(faults).List(t.Context(), metav1.ListOptions{})
			require.NoError(t, err)
			require.Len(t, roles.Items, 1)
			role := roles.Items[0].Name
			plan := s.plan(desk, rollout.Intent{Verb: rollout.Restart, Target: at(d)})

			require.NoError(t, c.revoke(s, role))
			s.until("revoked", func() bool {
				out, _ := s.tryKubectl("-n", faults, "auth", "can-i", strings.Fields(c.says)[1], "deployments",
					"--as", "system:serviceaccount:"+faults+":"+role)
				return out == "no"
			})
			receipt := desk.Execute(soon(t), plan, rollout.Confirmation{})
			require.Equal(t, rollout.Refused, receipt.Result)
			require.Contains(t, receipt.Message, c.says)
			require.Contains(t, receipt.Message, "nothing was done")
			s.unchanged(d)
		})
	}
}
