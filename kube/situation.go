package kube

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// situation is a rollout laid out for the detectors.
type situation struct {
	*Rollout
	verdict Verdict
	fresh   *Revision // nil before there is one
	cohorts []cohort  // the new one first; those without pods are left out
	serving string    // "revision 4 still serves 8 of 10", "" where it is not known
	ground  *terrain
	evidence
}

// cohort is the pods of one revision that count.
type cohort struct {
	rev  *Revision
	pods []*Pod
	noun string // what goes before "pods": "new", ""
	tail string // what goes behind: " of revision 4", ""
}

func newSituation(r *Rollout, ground *terrain) *situation {
	s := &situation{Rollout: r, ground: ground, verdict: r.Verdict(), fresh: r.NewRevision()}
	for _, rev := range r.Revisions {
		pods := rev.live()
		if len(pods) == 0 {
			continue
		}
		c := cohort{rev: rev, pods: pods}
		switch {
		case !rev.New:
			c.tail = " of " + rev.label()
		case !r.wasComplete():
			c.noun = "new "
		}
		s.cohorts = append(s.cohorts, c)
	}
	s.serving = s.whatServes()
	return s
}

// label is how a revision is called in a sentence.
func (r *Revision) label() string {
	if r.ReplicaSet.Revision == 0 {
		return "ReplicaSet " + r.ReplicaSet.Ref.Name
	}
	return fmt.Sprintf("revision %d", r.ReplicaSet.Revision)
}

// whatServes says who answers while the new pods do not.
func (s *situation) whatServes() string {
	desired := s.Deployment.Replicas.Desired
	if len(s.Revisions) == 0 || desired == 0 {
		return ""
	}
	var names []string
	var old, fresh int32
	for _, rev := range s.Revisions {
		switch n := rev.Ready(); {
		case rev.New:
			fresh = n
		case n > 0:
			names = append(names, rev.label())
			old += n
		}
	}
	switch {
	case len(names) == 1:
		return fmt.Sprintf("%s still serves %d of %d", names[0], old, desired)
	case len(names) > 1:
		return fmt.Sprintf("%d older revisions still serve %d of %d", len(names), old, desired)
	case fresh == 0:
		return "no pod is ready"
	}
	return fmt.Sprintf("%d of %s ready", fresh, are(int(desired), "pod"))
}

// wayBackOf a revision is the undo to offer for what its pods do. What old pods do is no
// reason to go back: the new revision may be the one that mends it.
func (s *situation) wayBackOf(rev *Revision) string {
	if !rev.New {
		return ""
	}
	return s.wayBack()
}

// wayBack is the undo to offer, "" where there is none: to a revision that is known
// to be healthy, or in a total outage to one of which nothing is known, which is said.
// Where the present revision was complete, only what serves now is known to be better.
func (s *situation) wayBack() string {
	back := s.BestUndo()
	switch {
	case back == nil || s.wasComplete() && back.Revision.Ready() == 0:
		return ""
	case back.Health == Healthy:
		return "undo to " + back.Revision.label()
	case slices.ContainsFunc(s.Revisions, func(rev *Revision) bool { return rev.Ready() > 0 }):
		return ""
	}
	return "undo to " + back.Revision.label() + ", not known to be healthy"
}

// some names n of the cohort's pods: "5 new pods", "2 of 5 new pods".
func (c cohort) some(n int) string {
	all := len(c.pods)
	if n == all {
		return fmt.Sprintf("%d %s%s%s", n, c.noun, plural(n, "pod"), c.tail)
	}
	return fmt.Sprintf("%d of %d %s%s%s", n, all, c.noun, plural(all, "pod"), c.tail)
}

// troubledSince is when the first of the pods was last ready, or began without
// ever getting there.
func troubledSince(pods []*Pod) time.Time {
	var first time.Time
	for _, p := range pods {
		since := p.Created
		if !p.IsReady && !p.ReadySince.IsZero() {
			since = p.ReadySince
		}
		first = earlier(first, since)
	}
	return first
}

// plural of a noun: "pod", "pods".
func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// are is a number, a noun and its verb: "1 pod is", "2 pods are".
func are(n int, noun string) string {
	return fmt.Sprintf("%d %s %s", n, plural(n, noun), verb(n, "is", "are"))
}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// ways out, those that are none left out: "a, or b".
func ways(out ...string) string {
	out = slices.DeleteFunc(out, func(s string) bool { return s == "" })
	return strings.Join(out, ", or ")
}
