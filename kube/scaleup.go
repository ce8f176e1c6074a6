package kube

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// eventScaling is the reason of the Deployment controller's events on what it scales.
const eventScaling = "ScalingReplicaSet"

// scaling is one such event: "Scaled up replica set web-5 from 3 to 12".
type scaling struct {
	up       bool
	set      string
	from, to int32 // from is -1 where it is not told: servers before 1.29 did not
}

// readScaling reads the controller's sentence, false for another one.
func readScaling(message string) (s scaling, ok bool) {
	message = eventWords(message)
	rest, up := strings.CutPrefix(message, "Scaled up replica set ")
	if !up {
		var down bool
		if rest, down = strings.CutPrefix(message, "Scaled down replica set "); !down {
			return s, false
		}
	}
	s.up, s.from = up, -1
	words := strings.Fields(rest)
	if len(words) < 3 {
		return s, false
	}
	s.set = words[0]
	for i := 1; i+1 < len(words); i += 2 {
		n, err := strconv.ParseInt(words[i+1], 10, 32)
		if err != nil {
			return s, false
		}
		switch words[i] {
		case "from":
			s.from = int32(n)
		case "to":
			s.to = int32(n)
		}
	}
	return s, true
}

// scalingTopic holds those events together that scale one ReplicaSet the same way. How
// a ReplicaSet began is a topic of its own.
func scalingTopic(message string) string {
	s, ok := readScaling(message)
	switch {
	case !ok:
		return ""
	case !s.up:
		return eventScaling + " down " + s.set
	case s.from == 0:
		return eventScaling + " from nothing " + s.set
	}
	return eventScaling + " up " + s.set
}

// scaleUp is a change of spec.replicas after the rollout was complete, which its
// pods have not caught up with.
type scaleUp struct {
	from, to int32
	last     time.Time // when the controller scaled up last; zero where no event tells
}

// scaleSlack is how long after the controller has scaled a ReplicaSet up its pods may
// be created. A younger one took the place of another.
const scaleSlack = 2 * time.Minute

// adds says that the pod may be one that the scale-up asks for and has not got yet.
func (u *scaleUp) adds(p *Pod) bool {
	return !everReady(p) && (u.last.IsZero() || p.Created.Sub(u.last) <= scaleSlack)
}

// isUnderWay says that some of the pods have yet to come, or to be ready for the first
// time.
func (u *scaleUp) isUnderWay(fresh *Revision) bool {
	live := fresh.live()
	return len(live) < int(u.to) || slices.ContainsFunc(live, u.adds)
}

// hasLost says that a pod which the scale-up does not account for is not ready.
func (u *scaleUp) hasLost(fresh *Revision) bool {
	return fresh.Ready() < u.from || slices.ContainsFunc(fresh.live(), func(p *Pod) bool { return !p.IsReady && !u.adds(p) })
}

// noteScaling takes in what the controller's events, newest first, say of the new
// revision.
func (r *Rollout) noteScaling(events []*Event) {
	if r.Deployment.Verdict() == VerdictWaiting {
		r.anew = r.beganAnew(events)
		r.scaling = r.scaleUp(events)
	}
}

// beganAnew says that the new revision was scaled up from nothing after the
// Deployment was complete.
func (r *Rollout) beganAnew(events []*Event) bool {
	complete, fresh := r.Deployment.Condition(conditionProgressing), r.NewRevision()
	if complete == nil || fresh == nil {
		return false
	}
	return slices.ContainsFunc(events, func(e *Event) bool {
		if !e.Last.After(complete.Updated) || e.Reason != eventScaling || e.About.UID != r.Deployment.Ref.UID {
			return false
		}
		s, ok := readScaling(e.Message)
		return ok && s.up && s.from == 0 && s.set == fresh.ReplicaSet.Ref.Name
	})
}

// scaleUp of a rollout that was complete, nil where none is known. What the earlier
// snapshots saw tells, or the controller's events since then.
func (r *Rollout) scaleUp(events []*Event) *scaleUp {
	d, fresh := r.Deployment, r.NewRevision()
	if fresh == nil || d.Verdict() != VerdictWaiting || !r.wasComplete() {
		return nil
	}
	up := r.scaledUp(fresh, events)
	if r.seen.settled(d) {
		up.from = r.seen.replicas
	}
	if up.from < 0 || up.from >= up.to || !up.isUnderWay(fresh) {
		return nil
	}
	return &up
}

// scaledUp is how the controller scaled the revision up since it was complete, or since
// it was last scaled down: from the least number of pods, -1 where no event tells.
func (r *Rollout) scaledUp(fresh *Revision, events []*Event) scaleUp {
	up := scaleUp{from: -1, to: r.Deployment.Replicas.Desired}
	complete := r.Deployment.Condition(conditionProgressing)
	for _, e := range events { // the newest first
		if e.Reason != eventScaling || e.About.UID != r.Deployment.Ref.UID {
			continue
		}
		s, ok := readScaling(e.Message)
		if !ok || s.set != fresh.ReplicaSet.Ref.Name {
			continue
		}
		if !s.up || complete != nil && e.Last.Before(complete.Updated) || up.last.IsZero() && s.to != up.to {
			break
		}
		n := s.from
		if n < 0 {
			n = fresh.madeBefore(e)
		}
		// How the revision began is no scale-up. Moments are whole seconds, and without a
		// condition nothing tells when it was complete.
		if complete == nil && n == 0 || complete != nil && e.Last.Equal(complete.Updated) && (n == 0 || r.rolledWith(e, fresh, events)) {
			break
		}
		if up.last.IsZero() {
			up.last = e.Last
		}
		if up.from < 0 || n < up.from {
			up.from = n
		}
	}
	return up
}

// rolledWith says that another ReplicaSet was scaled in the same moments: pods of one took
// the place of the other's.
func (r *Rollout) rolledWith(e *Event, fresh *Revision, events []*Event) bool {
	return slices.ContainsFunc(events, func(other *Event) bool {
		s, ok := readScaling(other.Message)
		return ok && other.Reason == eventScaling && other.About.UID == r.Deployment.Ref.UID &&
			s.set != fresh.ReplicaSet.Ref.Name && other.Last.Sub(e.Last).Abs() <= endSlack
	})
}

// madeBefore counts the pods that were there before an event.
func (r *Revision) madeBefore(e *Event) (n int32) {
	for _, p := range r.Pods {
		if p.Counts() && p.Created.Before(e.Last) {
			n++
		}
	}
	return n
}

// prefix of a cause that keeps a scale-up from its end.
func (u *scaleUp) prefix() string {
	if u == nil {
		return ""
	}
	return fmt.Sprintf("scaling up from %d to %d: ", u.from, u.to)
}
