package kube

import (
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// beingDeleted finds the Deployment that is on its way out: its controller makes no
// pod for it any more, and does not take those away that there are.
func beingDeleted(s *situation) []Cause {
	d := s.Deployment
	if d.Deleting.IsZero() {
		return nil
	}
	c := Cause{Kind: CauseDeleting, Text: "being deleted", About: d.Ref, Since: d.Deleting}
	var holders []string
	for _, f := range d.Finalizers {
		switch f {
		case metav1.FinalizerDeleteDependents:
			c.Text += ", after its " + s.dependents()
		case metav1.FinalizerOrphanDependents:
			c.Text += ", its ReplicaSets stay"
		default:
			holders = append(holders, f)
		}
	}
	if len(holders) > 0 {
		c.Severity = Attention
		c.Text += fmt.Sprintf(", held by %s %s", plural(len(holders), "finalizer"), strings.Join(holders, ", "))
		c.Hint = "whoever set the finalizer has to take it away"
	}
	return []Cause{c}
}

// dependents are what a deletion in the foreground waits for: "3 pods".
func (s *situation) dependents() string {
	pods := 0
	for _, rev := range s.Revisions {
		pods += len(rev.Pods)
		if rev.podsUnknown() {
			pods += int(rev.ReplicaSet.Current)
		}
	}
	if pods > 0 {
		return fmt.Sprintf("%d %s", pods, plural(pods, "pod"))
	}
	return "ReplicaSets"
}

// clockSlack is how far the clocks of a cluster may be apart.
const clockSlack = 30 * time.Second

// leaving are the pods that are being deleted.
func (s *situation) leaving() []*Pod {
	var going []*Pod
	for _, rev := range s.Revisions {
		for _, p := range rev.Pods {
			if !p.Terminating.IsZero() {
				going = append(going, p)
			}
		}
	}
	return going
}

// keeper is what keeps pods that should go; the zero one is nothing but time.
type keeper struct {
	finalizers string // `"example.com/hold"`, several joined
	node       string // that is not ready or gone: nobody there confirms the end
	trouble    string // of that node
	late       bool   // the grace period is over, for all that can be told without a clock
}

func (s *situation) keeper(p *Pod) keeper {
	var names []string
	for _, f := range p.Finalizers {
		names = append(names, fmt.Sprintf("%q", f))
	}
	k := keeper{finalizers: strings.Join(names, ", "), late: s.latest().Sub(p.Gone) > clockSlack}
	if k.trouble = s.nodeTrouble(p); k.trouble != "" {
		k.node = p.Node
	}
	if p.Finished && k.finalizers != "" {
		k.late = true // its containers have ended, only the object is kept
	}
	return k
}

// latest moment that the rollout's objects know of: it cannot be earlier than that.
func (s *situation) latest() time.Time {
	var latest time.Time
	see := func(t time.Time) {
		if t.After(latest) {
			latest = t
		}
	}
	for i := range s.Deployment.Conditions {
		see(s.Deployment.Conditions[i].Updated)
	}
	if len(s.Events) > 0 {
		see(s.Events[0].Last)
	}
	for _, rev := range s.Revisions {
		for _, p := range rev.Pods {
			see(p.Created)
			see(p.ReadySince)
			see(p.LastRestart)
			see(p.Terminating)
		}
	}
	return latest
}

// stuck finds pods that are being deleted and kept by more than their grace period.
func stuck(s *situation) []Cause {
	var order []keeper
	kept := make(map[keeper][]*Pod)
	for _, p := range s.leaving() {
		k := s.keeper(p)
		if k == (keeper{}) || p.Finished && k.finalizers == "" {
			continue
		}
		if kept[k] == nil {
			order = append(order, k)
		}
		kept[k] = append(kept[k], p)
	}
	var causes []Cause
	for _, k := range order {
		causes = append(causes, k.cause(kept[k]))
	}
	return causes
}

func (k keeper) cause(pods []*Pod) Cause {
	n := len(pods)
	c := Cause{Kind: CauseTerminating, About: pods[0].Ref, Since: firstTerminating(pods)}
	for _, p := range pods {
		if p.Gone.After(c.Until) {
			c.Until = p.Gone
		}
	}
	c.Text = fmt.Sprintf("%d terminating %s", n, plural(n, "pod"))
	if k.late || k.node != "" {
		c.Severity = Attention
	}
	switch {
	case k.finalizers != "":
		c.Text += fmt.Sprintf(" %s kept by finalizer %s", verb(n, "is", "are"), k.finalizers)
		c.Hint = "whoever set the finalizer has to take it away"
	case k.node != "":
		c.Text += fmt.Sprintf(" cannot be seen to end: node %s %s", k.node, k.trouble)
		if c.Hint = nodeHint(k.node, k.trouble); c.Hint != "" {
			c.Hint += ", or delete it if it is gone for good"
		}
	default:
		c.Text += fmt.Sprintf(" %s past the grace period of %s", verb(n, "is", "are"), Brief(pods[0].Gone.Sub(pods[0].Terminating)))
		c.Hint = "look at the kubelet of node " + pods[0].Node
	}
	running := slices.DeleteFunc(slices.Clone(pods), func(p *Pod) bool { return p.Finished })
	if held := heldGPUs(running); held != "" {
		c.Text += fmt.Sprintf(", and still %s %s", verb(n, "holds", "hold"), held)
	}
	return c
}

// terminating finds old pods that something waits for, and pods on their way out
// that still hold GPUs, which a complete rollout can have as well.
func terminating(s *situation) []Cause {
	var going []*Pod
	for _, p := range s.leaving() {
		if !p.Finished && s.keeper(p) == (keeper{}) {
			going = append(going, p)
		}
	}
	d, n := s.Deployment, len(going)
	left := d.Replicas.Current - d.Replicas.Updated
	c := Cause{Kind: CauseTerminating, About: d.Ref}
	if n > 0 {
		c.About, c.Since = going[0].Ref, firstTerminating(going)
	}
	switch held := heldGPUs(going); {
	case held != "":
		c.Text = fmt.Sprintf("%d terminating %s still %s %s", n, plural(n, "pod"), verb(n, "holds", "hold"), held)
	case s.verdict != VerdictSuccess && n > 0 && d.Strategy.Type == "Recreate":
		c.Text = are(n, "old pod") + " terminating, and Recreate waits for that"
	case s.verdict != VerdictSuccess && d.IsObserved() && d.Replicas.Updated >= d.Replicas.Desired && left > 0:
		c.Text = fmt.Sprintf("%d old %s yet to go", left, plural(int(left), "pod")+verb(int(left), " has", " have"))
	default:
		return nil
	}
	return []Cause{c}
}

func firstTerminating(pods []*Pod) time.Time {
	var first time.Time
	for _, p := range pods {
		first = earlier(first, p.Terminating)
	}
	return first
}

// heldGPUs by pods: "4 nvidia.com/gpu", "" for none.
func heldGPUs(pods []*Pod) string {
	total := make(map[string]int64)
	for _, p := range pods {
		for name, n := range p.GPUs {
			total[name] += n
		}
	}
	return gpuText(total)
}
