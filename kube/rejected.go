package kube

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Failure is why a pod is of phase Failed. Its ReplicaSet makes another one for it.
type Failure struct {
	Reason  string // "UnexpectedAdmissionError", "Evicted"; "" where nothing says it
	Message string
	// Rejected says that the kubelet took the pod in the first place.
	Rejected bool
	At       time.Time // as far as the pod's status tells
}

// rejectedPrefix is what the kubelet puts before the reason of every pod that it
// does not admit (pkg/kubelet, rejectPod).
const rejectedPrefix = "Pod was rejected: "

func newFailure(p *corev1.Pod) *Failure {
	f := &Failure{Reason: Clean(p.Status.Reason), Message: Clean(p.Status.Message), At: p.CreationTimestamp.Time}
	see := func(t time.Time) {
		if t.After(f.At) {
			f.At = t
		}
	}
	for i := range p.Status.Conditions {
		c := &p.Status.Conditions[i]
		see(c.LastTransitionTime.Time)
		if c.Type == corev1.DisruptionTarget && c.Status == corev1.ConditionTrue && f.Reason == "" {
			f.Reason, f.Message = Clean(c.Reason), Clean(c.Message)
		}
	}
	ran := false
	for i := range p.Status.ContainerStatuses {
		s := &p.Status.ContainerStatuses[i]
		if t := s.State.Terminated; t != nil {
			ran = true
			see(t.FinishedAt.Time)
			if f.Reason == "" && isLostState(t.Reason) {
				f.Reason, f.Message = Clean(t.Reason), Clean(t.Message)
			}
		}
	}
	f.Message, f.Rejected = strings.CutPrefix(f.Message, rejectedPrefix)
	f.Rejected = f.Rejected || !ran && isRejection(f.Reason)
	return f
}

// isRejection are reasons of pods that a kubelet does not admit. Newer ones mark
// them in the message, too.
func isRejection(reason string) bool {
	if strings.HasPrefix(reason, "OutOf") || strings.HasSuffix(reason, "AdmissionError") || strings.HasPrefix(reason, "PodOS") {
		return true
	}
	for _, known := range [...]string{
		"NodeAffinity", "NodeName", "NodePorts", "NodeUnschedulable", "TaintToleration", "NodeShutdown", "TopologyAffinityError", "SysctlForbidden",
		"AppArmor", "UnknownReason", "InvalidNodeInfo", "PodFeatureUnsupported", "VolumeAttachmentLimitExceeded", "SupplementalGroupsPolicyNotSupported",
	} {
		if known == reason {
			return true
		}
	}
	return false
}

// rejected finds pods that a kubelet did not admit, evicted or ended, where their
// ReplicaSet lacks pods because of them.
func rejected(s *situation) []Cause {
	var causes []Cause
	for _, rev := range s.Revisions {
		found := make(map[string][]*Pod)
		var order []string
		for _, p := range rev.lackingFor() {
			key := p.Failure.Reason
			if found[key] == nil {
				order = append(order, key)
			}
			found[key] = append(found[key], p)
		}
		slices.SortStableFunc(order, func(a, b string) int { return len(found[b]) - len(found[a]) })
		for _, key := range order {
			causes = append(causes, s.rejectedCause(rev, found[key]))
		}
	}
	return causes
}

// replacedWithin is how soon a ReplicaSet makes another pod for one that failed.
const replacedWithin = time.Minute

// lackingFor are the failed pods whose replacements are not ready, or failed as
// well: the newest first. Others have been made good, however many there are.
func (r *Revision) lackingFor() []*Pod {
	var failed []*Pod
	for _, p := range r.Pods {
		if p.Failure != nil && p.Failure.Reason != "" && p.Terminating.IsZero() {
			failed = append(failed, p)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	// made are the moments at which pods were created that are not ready yet, or failed.
	var made []time.Time
	live := int32(0)
	for _, p := range r.Pods {
		if p.Counts() {
			live++
			if !p.IsReady {
				made = append(made, p.Created)
			}
		}
	}
	slices.SortFunc(failed, func(a, b *Pod) int {
		return cmp.Or(b.Failure.At.Compare(a.Failure.At), strings.Compare(a.Ref.Name, b.Ref.Name))
	})
	if live < r.ReplicaSet.Desired {
		made = append(made, failed[0].Failure.At) // its replacement is about to be made
	}
	slices.SortFunc(made, time.Time.Compare)
	return slices.DeleteFunc(failed, func(p *Pod) bool {
		from := p.Failure.At.Add(-clockSlack)
		at, _ := slices.BinarySearchFunc(made, from, time.Time.Compare)
		if at == len(made) || made[at].Sub(p.Failure.At) > replacedWithin {
			return true
		}
		at, _ = slices.BinarySearchFunc(made, p.Created, time.Time.Compare)
		made = slices.Insert(made, at, p.Created)
		return false
	})
}

func (s *situation) rejectedCause(rev *Revision, pods []*Pod) Cause {
	n, f := len(pods), pods[0].Failure
	c := Cause{Kind: CauseRejected, Severity: Attention, About: pods[0].Ref}
	for _, p := range pods {
		c.Since = earlier(c.Since, p.Failure.At)
	}
	text := fmt.Sprintf("%d %s of %s %s", n, plural(n, "pod"), rev.label(), verb(n, "was", "were"))
	switch {
	case f.Rejected:
		text += " rejected by"
		// More than there are places for: one after the other meets the same end.
		if n > 1 && int32(n) > rev.ReplicaSet.Desired-rev.Ready() {
			c.Severity = Broken
		}
	case f.Reason == "Evicted":
		text += " evicted from"
	case f.Reason == "Preempting":
		text += " preempted on"
	case f.Reason == "Terminated", f.Reason == "NodeShutdown", f.Reason == "Shutdown":
		text = strings.Replace(text, verb(n, " was", " were"), " ended with the shutdown of", 1)
	default:
		text = strings.TrimSuffix(text, verb(n, " was", " were")) + " failed on"
	}
	nodes := nodesOf(pods)
	where := strings.Join(nodes, ", ")
	if len(nodes) > maxNodesNamed {
		where = fmt.Sprintf("%d nodes", len(nodes))
	}
	c.Text = fmt.Sprintf("%s %s (%s)", text, where, f.Reason)
	if f.Message != "" {
		c.Text += ": " + bothEnds(f.Message, messageCells)
	}
	c.Hint = failureHint(f, nodes)
	return c
}

// maxNodesNamed are named in a sentence; of more only the number is told.
const maxNodesNamed = 3

// nodesOf the pods, by name.
func nodesOf(pods []*Pod) []string {
	nodes := make([]string, 0, len(pods))
	for _, p := range pods {
		nodes = append(nodes, p.Node)
	}
	slices.Sort(nodes)
	return slices.Compact(nodes)
}

// failureHint is what the kubelet's own words call for; "" where they call for
// nothing in particular.
func failureHint(f *Failure, nodes []string) string {
	where := "these nodes"
	if len(nodes) == 1 {
		where = "node " + nodes[0]
	}
	said := strings.ToLower(f.Message)
	for _, known := range [...]struct{ reason, sign, hint string }{
		{"UnexpectedAdmissionError", "device", "look at the devices of %s and the device plugin there"},
		{"Evicted", "emptydir volume", "raise the sizeLimit of the volume, or write less to it"},
		{"Evicted", "exceeds the total limit of containers", "raise the ephemeral-storage limit, or write less"},
		{"Evicted", "exceeded its local ephemeral storage limit", "raise the ephemeral-storage limit, or write less"},
		{"Evicted", "ephemeral-storage", "free disk space on %s, or request ephemeral-storage"},
		{"Evicted", "resource: memory", "request as much memory as the pods use, or free memory on %s"},
		{"Evicted", "resource: inodes", "free inodes on %s"},
		{"NodeAffinity", "", "the labels of %s do not match the pod's node selector or affinity any more"},
	} {
		if f.Reason == known.reason && strings.Contains(said, known.sign) {
			return strings.ReplaceAll(known.hint, "%s", where)
		}
	}
	return ""
}
