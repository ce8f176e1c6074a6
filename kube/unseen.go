package kube

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// schedulerPatience is how long a pod may wait for the first look of a scheduler, and
// bindingPatience for that of one which has more to do than to choose a node: until
// then it need not say anything. What kube-scheduler binds it gives up after
// bindingTimeout, and says so.
const (
	schedulerPatience = 10 * time.Second
	bindingPatience   = time.Minute
	bindingTimeout    = 11 * time.Minute
)

// silence is what is said of a pod that carries no condition of a scheduler and no
// event, and how bad that is.
type silence struct {
	text, hint string // %s in the text stands for the pods
	severity   Severity
}

// noScheduler finds pods that no scheduler has said anything of.
func noScheduler(s *situation) []Cause {
	if !s.eventsKnown {
		return nil
	}
	var causes []Cause
	for _, c := range s.cohorts {
		var order []silence
		found := make(map[silence][]*Pod)
		for _, p := range c.pods {
			said := s.silenceOf(p)
			if said == (silence{}) {
				continue
			}
			if found[said] == nil {
				order = append(order, said)
			}
			found[said] = append(found[said], p)
		}
		for _, said := range order {
			pods := found[said]
			causes = append(causes, Cause{
				Kind:     CauseNoScheduler,
				Severity: said.severity,
				Text:     c.some(len(pods)) + " Pending: " + fmt.Sprintf(said.text, verb(len(pods), "it", "them")),
				Hint:     ways(said.hint, s.wayBackOf(c.rev)),
				About:    pods[0].Ref,
				Since:    troubledSince(pods),
			})
		}
	}
	return causes
}

// silenceOf a pod, the zero one where there is none or it means nothing yet. Only of
// kube-scheduler is it known when it speaks: others may hold pods back until a whole
// group fits.
func (s *situation) silenceOf(p *Pod) silence {
	name, binds := p.Scheduling.Scheduler, p.Scheduling.Binds
	if name == "" || p.NominatedNode != "" || !s.passed(p.Created.Add(schedulerPatience)) || s.newest(p, anyEvent) != nil {
		return silence{}
	}
	unseen := silence{"no scheduler has looked at %s", "see whether kube-scheduler runs", Attention}
	switch {
	case name == corev1.DefaultSchedulerName && (binds == nil || s.passed(p.Created.Add(bindingTimeout))):
		return unseen
	case !s.passed(p.Created.Add(bindingPatience)):
		return silence{}
	case name != corev1.DefaultSchedulerName:
		return silence{"scheduler " + strings.ReplaceAll(name, "%", "%%") + " has said nothing about %s", "see whether " + name + " runs", Attention}
	}
	what := strings.Join(binds, " and ")
	return silence{"the scheduler has said nothing about %s, and may be binding " + what, "look at the state of its " + what, Info}
}

func anyEvent(*Event) bool { return true }

// queueLabel is what Kueue finds a pod's queue by.
const queueLabel = "kueue.x-k8s.io/queue-name"

// gatesText names what holds pods back from the scheduler: "scheduling gate
// example.com/hold (queue ml)".
func gatesText(pods []*Pod) string {
	var gates []string
	seen := make(map[string]bool)
	for _, p := range pods {
		for _, gate := range p.Scheduling.Gates {
			if queue := p.Labels[queueLabel]; queue != "" && strings.HasPrefix(gate, "kueue.x-k8s.io/") {
				gate += " (queue " + queue + ")"
			}
			if !seen[gate] {
				seen[gate] = true
				gates = append(gates, gate)
			}
		}
	}
	if len(gates) == 0 {
		return "scheduling gates"
	}
	return plural(len(gates), "scheduling gate") + " " + strings.Join(gates, ", ")
}
