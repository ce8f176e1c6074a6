package kube

import (
	"fmt"
	"strings"
	"time"
)

// The kubelet's names of the probes whose failure ends a container.
const (
	livenessProbe = "liveness"
	startupProbe  = "startup"
)

// killedByProbe returns the probe that ended the container's last run, "" for none
// that the kubelet speaks of.
func (s *situation) killedByProbe(p *Pod, t *Trouble) string {
	if t.Since.IsZero() {
		return ""
	}
	probe := ""
	s.newest(p, func(e *Event) bool {
		if e.Reason != "Killing" || !e.isOf(t) || e.Last.Before(t.runBegan()) {
			return false
		}
		for _, kind := range [...]string{livenessProbe, startupProbe} {
			if strings.Contains(e.Message, "ontainer "+t.Container+" failed "+kind+" probe") {
				probe = kind
			}
		}
		return probe != ""
	})
	return probe
}

// isOf reports whether the event may be about the trouble's container.
func (e *Event) isOf(t *Trouble) bool { return e.Container == "" || e.Container == t.Container }

// runBegan is when the run that ended last began. Where the status does not say, it
// is taken as no longer ago than the kubelet remembers.
func (t *Trouble) runBegan() time.Time {
	if t.LastRun > 0 {
		return t.Since.Add(-t.LastRun)
	}
	return t.Since.Add(-backOffReset)
}

// probeSaid is what a probe of the container said last, from that moment on; "" for
// nothing.
func (s *situation) probeSaid(p *Pod, t *Trouble, probe string, from time.Time) string {
	prefix := strings.ToUpper(probe[:1]) + probe[1:] + " probe "
	e := s.newest(p, func(e *Event) bool {
		return e.Warning && e.Reason == "Unhealthy" && e.isOf(t) && !e.Last.Before(from) && strings.HasPrefix(e.Message, prefix)
	})
	if e == nil {
		return ""
	}
	return strings.TrimPrefix(strings.TrimPrefix(e.Message, prefix), "failed: ")
}

// probeKill finds containers that the kubelet ends because a probe fails.
func probeKill(s *situation) []Cause {
	var causes []Cause
	for _, y := range s.symptoms(CauseProbeKill, s.probeKey) {
		causes = append(causes, y.cause(CauseProbeKill, y.killedText(s), ways(y.probeHint(s), s.wayBackOf(y.cohort.rev))))
	}
	return causes
}

// probeKey holds those together that one probe of one container kills.
func (s *situation) probeKey(p *Pod, t *Trouble) string {
	return t.Container + " " + s.killedByProbe(p, t)
}

func (y *symptom) killedText(s *situation) string {
	n, t := len(y.pods), &y.trouble
	probe := s.killedByProbe(y.pods[0], t)
	text := fmt.Sprintf("%s %s killed by %s %s probe: container %q", y.subject(), verb(n, "is", "are"), verb(n, "its", "their"), probe, t.Container)
	for _, p := range y.pods {
		if said := s.probeSaid(p, t, probe, t.runBegan()); said != "" {
			text += ": " + bothEnds(said, messageCells)
			break
		}
	}
	return text + y.restarted()
}

// probeHint is what to look at when a probe kills: the program, or the probe's
// patience with a slow start.
func (y *symptom) probeHint(s *situation) string {
	t, name := &y.trouble, y.pods[0].Ref.Name
	hint := "read the previous logs of " + name
	switch {
	case s.killedByProbe(y.pods[0], t) == startupProbe:
		return ways(hint, "raise the startup probe's failureThreshold if container "+t.Container+" starts slowly")
	case !s.hasStartupProbe(t.Container):
		return ways(hint, "give container "+t.Container+" a startupProbe if it starts slowly")
	}
	return hint
}

func (s *situation) hasStartupProbe(container string) bool {
	for i := range s.Deployment.Containers {
		if c := &s.Deployment.Containers[i]; c.Name == container {
			return c.HasStartupProbe
		}
	}
	return false
}
