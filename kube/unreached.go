package kube

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// noEndpoint finds Services of the rollout that lead nowhere. Before anything was
// ever ready, and in the gap of a Recreate, that is how it has to be.
func noEndpoint(s *situation) []Cause {
	if s.Deployment.Replicas.Desired == 0 {
		return nil
	}
	severity := Attention
	if s.verdict == VerdictWaiting && !s.wasComplete() &&
		(len(s.Revisions) < 2 || s.Deployment.Strategy.Type == string(appsv1.RecreateDeploymentStrategyType)) {
		severity = Info
	}
	var causes []Cause
	for _, b := range s.Backends {
		if c, found := s.missingPort(b); found {
			causes = append(causes, c)
			continue
		}
		if b.Notice != MatchesNoPod && b.Notice != MatchesNotReady {
			continue
		}
		matches := "no pod"
		if b.Notice == MatchesNotReady {
			matches = "pods that have no address yet"
			if n := b.podCount(); n > 0 {
				matches = fmt.Sprintf("%d %s, none ready", n, plural(n, "pod"))
			}
		}
		causes = append(causes, Cause{
			Kind:     CauseNoEndpoint,
			Severity: severity,
			Text:     fmt.Sprintf("Service %s has no ready endpoint: its selector %s matches %s", b.Service.Ref.Name, labels.Set(b.Service.Selector), matches),
			About:    b.Service.Ref,
		})
	}
	return causes
}

// missingPort finds a Service that sends nothing to pods of the Deployment, or to
// nobody at all, because they do not have its ports, or not all of what comes for one
// of them. Time does not cure that.
func (s *situation) missingPort(b *Backend) (Cause, bool) {
	d := s.Deployment.Ref
	c := Cause{Kind: CauseNoPort, Severity: Attention, About: b.Service.Ref}
	cut, ports := b.cutOff(d)
	if b.Notice == MatchesNoPort {
		c.Kind = CauseNoEndpoint
		c.Text = fmt.Sprintf("Service %s has no ready endpoint: %s", b.Service.Ref.Name, b.MissingPorts())
		c.Hint = b.portHint(func(p BackendPort) bool { return p.Missing > 0 })
		return c, true
	}
	if cut > 0 {
		c.Text = fmt.Sprintf("Service %s sends nothing to %d %s of %s: %s not have %s %s", b.Service.Ref.Name,
			cut, plural(cut, "pod"), d.Name, verb(cut, "it does", "they do"), plural(len(ports), "port"), strings.Join(ports, " and "))
		c.Hint = b.portHint(func(p BackendPort) bool { return slices.Contains(ports, p.Port.Text()) })
		return c, true
	}
	if b.Notice == HasDeadPort {
		c.Text = fmt.Sprintf("one port of Service %s leads nowhere: %s", b.Service.Ref.Name, b.NoticeText())
		c.Hint = b.portHint(BackendPort.Dead)
		return c, true
	}
	if r := b.partlyReached(d, s.fresh); r.lasting {
		c.Text = fmt.Sprintf("%s of %s: %d %s not have %s", r, d.Name, r.lacks, verb(r.lacks, "does", "do"), verb(len(r.ports), "it", "them"))
		c.Hint = b.portHint(func(p BackendPort) bool { return slices.Contains(r.ports, p.Port.Text()) })
		return c, true
	}
	return Cause{}, false
}

// cutOff counts the Deployment's pods that are ready and not reached, and says for
// want of which ports.
func (b *Backend) cutOff(d Ref) (n int, ports []string) {
	pods := make(map[Ref]bool)
	for _, e := range b.Endpoints {
		if !e.NoPort || e.Deployment != d {
			continue
		}
		pods[e.Pod] = true
		for _, port := range e.Missing {
			if !slices.Contains(ports, port) {
				ports = append(ports, port)
			}
		}
	}
	return len(pods), ports
}

// portHint is the way out where pods are to have a port of a name; "" where the
// Service asks for a number, which every pod has.
func (b *Backend) portHint(wanted func(BackendPort) bool) string {
	for _, p := range b.Ports {
		if _, err := strconv.Atoi(p.Port.Target); wanted(p) && err != nil {
			return fmt.Sprintf("name a container port %s, or set the Service's targetPort to what the pods have", p.Port.Target)
		}
	}
	return ""
}

// podCount is the number of pods behind the Service, whatever their families.
func (b *Backend) podCount() int {
	pods := make(map[Ref]bool, len(b.Endpoints))
	for _, e := range b.Endpoints {
		pods[e.Pod] = true
	}
	return len(pods)
}
