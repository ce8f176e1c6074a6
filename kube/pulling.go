package kube

import (
	"fmt"
	"strings"
	"time"
)

// Until so long ago a pod that starts is a matter of course.
const (
	pullPatience  = 10 * time.Second
	startPatience = 30 * time.Second
)

// pulling returns the kubelet's event of a pull that is under way for a pod which
// starts; nil for none.
func (s *situation) pulling(p *Pod) *Event {
	if p.IsReady || p.Node == "" || !p.isStarting() || s.isTroubled(p) || s.nodeTrouble(p) != "" {
		return nil
	}
	e := s.newest(p, func(e *Event) bool {
		switch e.Reason {
		case "Pulling", "Pulled", "Failed", "BackOff":
			return true
		}
		return false
	})
	if e == nil || e.Reason != "Pulling" {
		return nil
	}
	done := s.newest(p, func(other *Event) bool {
		return (other.Reason == "Pulled" || other.Reason == "Failed") && !other.Last.Before(e.Last) && (e.Container == "" || other.Container == e.Container)
	})
	if done != nil {
		return nil
	}
	return e
}

// pulledImage is the image that an event Pulling names.
func pulledImage(e *Event) string {
	_, after, _ := strings.Cut(e.Message, `"`)
	image, _, _ := strings.Cut(after, `"`)
	return image
}

// imagePulling finds pods whose image is on its way.
func imagePulling(s *situation) []Cause {
	var causes []Cause
	for _, c := range s.cohorts {
		found := make(map[string]int)
		first := len(causes)
		pods := make(map[string][]*Pod)
		for _, p := range c.pods {
			e := s.pulling(p)
			if e == nil || s.setupFailure(p) != nil || !s.passed(e.Last.Add(pullPatience)) {
				continue
			}
			image := pulledImage(e)
			at, known := found[image]
			if !known {
				at = len(causes)
				found[image] = at
				causes = append(causes, Cause{Kind: CausePulling, About: p.Ref, Hint: ""})
			}
			pods[image] = append(pods[image], p)
			causes[at].Since = earlier(causes[at].Since, e.Last)
			n := len(pods[image])
			causes[at].Text = fmt.Sprintf("%s %s image %q", c.some(n), verb(n, "pulls", "pull"), image)
		}
		for i := first; i < len(causes); i++ {
			if s.verdict == VerdictFailed {
				causes[i].Severity = Attention
				causes[i].Hint = s.wayBackOf(c.rev)
			}
		}
	}
	return causes
}

// notStarted finds pods that are on a node for a while and whose containers do not
// run, without a word of what they wait for.
func notStarted(s *situation) []Cause {
	if !s.eventsKnown {
		return nil
	}
	var causes []Cause
	for _, c := range s.cohorts {
		var order []string
		found := make(map[string][]*Pod)
		for _, p := range c.pods {
			if p.IsReady || p.Node == "" || p.InitContainer != "" || !p.isStarting() || s.isTroubled(p) || s.nodeTrouble(p) != "" ||
				s.setupFailure(p) != nil || s.pulling(p) != nil || !s.passed(p.startBegan().Add(startPatience)) {
				continue
			}
			key := p.Status
			if key == podPending {
				key += " " + p.Node
			}
			if found[key] == nil {
				order = append(order, key)
			}
			found[key] = append(found[key], p)
		}
		for _, key := range order {
			pods := found[key]
			n := len(pods)
			cause := Cause{Kind: CauseStarting, About: pods[0].Ref, Since: troubledSince(pods)}
			cause.Text = fmt.Sprintf("%s %s not started: its containers are not created yet (%s)", c.some(n), verb(n, "has", "have"), pods[0].Status)
			if n > 1 {
				cause.Text = strings.Replace(cause.Text, "its containers", "their containers", 1)
			}
			if pods[0].Status == podPending {
				cause.Text = fmt.Sprintf("%s %s not started: the kubelet of node %s says nothing of %s", c.some(n), verb(n, "has", "have"), pods[0].Node, verb(n, "it", "them"))
			}
			if s.verdict == VerdictFailed {
				cause.Severity = Attention
				cause.Hint = s.wayBackOf(c.rev)
			}
			causes = append(causes, cause)
		}
	}
	return causes
}

// startBegan is from when on a pod without running containers is waited for.
func (p *Pod) startBegan() time.Time {
	if p.ReadySince.After(p.Created) {
		return p.ReadySince
	}
	return p.Created
}
