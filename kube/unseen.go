package kube

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// schedulerPatience is how long a pod may wait for the first look of a scheduler.
const schedulerPatience = 10 * time.Second

// noScheduler finds pods that no scheduler has looked at: they carry no condition
// and no event.
func noScheduler(s *situation) []Cause {
	if !s.eventsKnown {
		return nil
	}
	var causes []Cause
	for _, c := range s.cohorts {
		var order []string
		found := make(map[string][]*Pod)
		for _, p := range c.pods {
			name := p.Scheduling.Scheduler
			if name == "" || p.Node != "" || !s.passed(p.Created.Add(schedulerPatience)) || s.newest(p, anyEvent) != nil {
				continue
			}
			if found[name] == nil {
				order = append(order, name)
			}
			found[name] = append(found[name], p)
		}
		for _, name := range order {
			pods := found[name]
			who, program := "no scheduler", "kube-scheduler"
			if name != corev1.DefaultSchedulerName {
				who, program = "no scheduler named "+name, name
			}
			causes = append(causes, Cause{
				Kind:     CauseNoScheduler,
				Severity: Attention,
				Text:     fmt.Sprintf("%s Pending: %s has looked at %s", c.some(len(pods)), who, verb(len(pods), "it", "them")),
				Hint:     ways("see whether "+program+" runs", s.wayBack()),
				About:    pods[0].Ref,
				Since:    troubledSince(pods),
			})
		}
	}
	return causes
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
