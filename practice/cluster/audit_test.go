package cluster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apiserver/pkg/apis/audit"
	"k8s.io/apiserver/pkg/audit/policy"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
)

// The API server refuses to start on a policy that it cannot read; what it would write
// down is asked of its own code.
func TestTheAuditLogHasWhatPeopleWrite(t *testing.T) {
	l, err := prepareDir(filepath.Join(t.TempDir(), "c"))
	if err != nil {
		t.Fatal(err)
	}
	if err := l.clear(); err != nil {
		t.Fatal(err)
	}
	if err := writeAuditPolicy(l); err != nil {
		t.Fatal(err)
	}
	path := strings.TrimPrefix(auditFlags(l)[0], "--audit-policy-file=")
	read, err := policy.LoadPolicyFromFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rules := policy.NewPolicyRuleEvaluator(read)
	for _, c := range []struct {
		who, verb, group, resource, sub string
		want                            audit.Level
	}{
		{Admin, "patch", "apps", "deployments", "", audit.LevelMetadata},
		{Admin, "patch", "apps", "deployments", "scale", audit.LevelMetadata},
		{"system:serviceaccount:shop:fader", "update", "apps", "deployments", "", audit.LevelMetadata},
		{Admin, "delete", "", "pods", "", audit.LevelMetadata},
		{Admin, "create", "", "services", "", audit.LevelMetadata},
		{Admin, "get", "apps", "deployments", "", audit.LevelNone},
		{Admin, "watch", "", "pods", "", audit.LevelNone},
		{Admin, "create", "", "secrets", "", audit.LevelNone},
		{ControllerManager, "update", "apps", "deployments", "status", audit.LevelNone},
		{Scheduler, "create", "", "pods", "binding", audit.LevelNone},
		{Kwok, "patch", "", "pods", "status", audit.LevelNone},
	} {
		got := rules.EvaluatePolicyRule(authorizer.AttributesRecord{
			User: &user.DefaultInfo{Name: c.who}, Verb: c.verb, APIGroup: c.group, Resource: c.resource,
			Subresource: c.sub, ResourceRequest: true,
		})
		if got.Level != c.want {
			t.Errorf("%s %s %s/%s %s: level %s, want %s", c.who, c.verb, c.group, c.resource, c.sub, got.Level, c.want)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("the policy: %v %v", info, err)
	}
}
