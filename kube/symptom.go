package kube

import "slices"

// symptom is one kind of trouble that several pods of a cohort have.
type symptom struct {
	cohort  cohort
	pods    []*Pod
	trouble Trouble // the first one's, with the most restarts of any
	// restarts of all the pods together.
	restarts int
}

// symptoms are the troubles of that cause, alike ones together, the commonest first.
func (s *situation) symptoms(kind CauseKind, alike func(*Pod, *Trouble) string) []symptom {
	return s.group(func(p *Pod) []Trouble { return p.Troubles }, func(p *Pod, t *Trouble) string {
		if !s.explains(p, t) || s.causeOf(p, t) != kind {
			return ""
		}
		return alike(p, t)
	})
}

// group the troubles of the cohorts' pods by key, the commonest first; those whose
// key is "" are left out.
func (s *situation) group(troubles func(*Pod) []Trouble, key func(*Pod, *Trouble) string) []symptom {
	var all []symptom
	for _, c := range s.cohorts {
		var found []symptom
		index := make(map[string]int)
		for _, p := range c.pods {
			own := troubles(p)
			for i := range own {
				k := key(p, &own[i])
				if k == "" {
					continue
				}
				at, known := index[k]
				if !known {
					at = len(found)
					index[k] = at
					found = append(found, symptom{cohort: c, trouble: own[i]})
				}
				found[at].add(p, &own[i])
			}
		}
		slices.SortStableFunc(found, func(a, b symptom) int { return len(b.pods) - len(a.pods) })
		all = append(all, found...)
	}
	return all
}

func (y *symptom) add(p *Pod, t *Trouble) {
	if len(y.pods) == 0 || y.pods[len(y.pods)-1] != p {
		y.pods = append(y.pods, p)
	}
	y.restarts += t.Restarts
	y.trouble.Restarts = max(y.trouble.Restarts, t.Restarts)
	if t.Reason == reasonCrashLoop {
		y.trouble.Reason = t.Reason
	}
	if y.trouble.Message == "" {
		y.trouble.Message = t.Message
	}
}

func (y *symptom) subject() string { return y.cohort.some(len(y.pods)) }

// cause of that kind about the first of the pods.
func (y *symptom) cause(kind CauseKind, text, hint string) Cause {
	return Cause{Kind: kind, Severity: y.severity(), Text: text, Hint: hint, About: y.pods[0].Ref, Since: troubledSince(y.pods)}
}

// severity is Broken unless the containers run again and what ended them happened
// once, or after a run that was long: that is no loop yet.
func (y *symptom) severity() Severity {
	t := &y.trouble
	if t.Running && t.Reason != reasonCrashLoop && (t.Restarts < 2 || t.LastRun >= backOffReset) {
		return Attention
	}
	return Broken
}

// explains reports whether the trouble is one of today. On a node that is not ready
// nobody reports; and a container that has run for long enough is past what ended
// it before, whatever keeps it from being ready now.
func (s *situation) explains(p *Pod, t *Trouble) bool {
	if s.nodeTrouble(p) != "" {
		return false
	}
	if t.RunningSince.IsZero() {
		return true
	}
	return !isLostState(t.LastReason) && !s.passed(t.RunningSince.Add(backOffReset))
}

// isTroubled reports whether a trouble of a container explains why the pod is not
// ready.
func (s *situation) isTroubled(p *Pod) bool {
	for i := range p.Troubles {
		if s.explains(p, &p.Troubles[i]) {
			return true
		}
	}
	return false
}

// causeOf the trouble, with what the kubelet's events say of it.
func (s *situation) causeOf(p *Pod, t *Trouble) CauseKind {
	kind := t.cause()
	if (kind == CauseCrashLoop || kind == CauseInit) && s.killedByProbe(p, t) != "" {
		return CauseProbeKill
	}
	if kind == CauseCrashLoop && s.killedByHook(p, t) {
		return CauseCannotStart
	}
	return kind
}
