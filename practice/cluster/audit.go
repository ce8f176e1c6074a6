package cluster

import "fmt"

// auditLogName is the file in which the API server writes down who changed what.
const auditLogName = "audit.log"

// writeAuditPolicy says what is worth writing down: that somebody wrote to what fader and
// kubectl write to, but nothing of what was written, and nothing of what the control plane
// does by itself. The server takes the first rule that fits.
func writeAuditPolicy(l layout) error {
	policy := fmt.Sprintf(`apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: None
  users: [%s, %s, %s]
- level: Metadata
  verbs: [create, update, patch, delete, deletecollection]
  resources:
  - group: apps
  - group: ""
    resources: [pods, services]
- level: None
`, ControllerManager, Scheduler, Kwok)
	return writeSecret(l.config("audit.yaml"), []byte(policy))
}

// auditFlags make the API server write the audit log. Each line is there before the write
// is answered, so that a test that has its answer finds it.
func auditFlags(l layout) []string {
	return []string{
		"--audit-policy-file=" + l.config("audit.yaml"),
		"--audit-log-path=" + l.path(auditLogName),
		"--audit-log-mode=blocking",
		// In megabytes; 0 keeps one file: it goes with the cluster, and is cleared with it.
		"--audit-log-maxsize=0",
	}
}
