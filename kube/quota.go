package kube

import (
	"fmt"
	"slices"
	"strings"
)

// quota finds pods that the API server refuses to create: quotas, Pod Security,
// admission webhooks.
func quota(s *situation) []Cause {
	var causes []Cause
	for _, rev := range s.Revisions {
		c := s.failure(rev)
		if c == nil {
			continue
		}
		rs := rev.ReplicaSet
		missing := rs.Desired - rs.Current
		text := fmt.Sprintf("%d of %d pods of %s cannot be created", missing, rs.Desired, rev.label())
		switch {
		case c.Reason == "FailedDelete":
			text = fmt.Sprintf("pods of %s cannot be deleted", rev.label())
		case missing <= 0:
			continue
		}
		causes = append(causes, Cause{
			Kind:     CauseQuota,
			Severity: Broken,
			Text:     fmt.Sprintf("%s (%s): %s", text, c.Reason, condenseRefusal(c.Message)),
			Hint:     refusalHint(c.Message),
			About:    rs.Ref,
			Since:    c.Transitioned,
		})
	}
	return causes
}

// failure of a ReplicaSet. The Deployment copies it from whichever has one, and
// what it says counts for the new ReplicaSet only where none has its own.
func (s *situation) failure(rev *Revision) *Condition {
	c := rev.ReplicaSet.Condition(conditionFailure)
	if c == nil && rev.New && !slices.ContainsFunc(s.Revisions, (*Revision).hasFailure) {
		c = s.Deployment.Condition(conditionFailure)
	}
	if c == nil || c.Status != statusTrue {
		return nil
	}
	return c
}

func (r *Revision) hasFailure() bool { return r.ReplicaSet.Condition(conditionFailure) != nil }

// condenseRefusal leaves out the name of the pod that never came to be.
func condenseRefusal(message string) string {
	if _, after, found := strings.Cut(message, " is forbidden: "); found {
		message = after
	}
	return clip(message, messageCells)
}

func refusalHint(message string) string {
	if strings.Contains(message, "exceeded quota") {
		return "raise the quota or scale something else down"
	}
	return ""
}
