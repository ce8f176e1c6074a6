package shift

import (
	"fmt"
	"slices"
	"strings"

	"fader/kube"
)

// middle stands for the theme's dot until the text is painted.
const middle = "\x00"

// places for more pods of one side: what one of them needs, and the room there is,
// nil where that is not known.
type places struct {
	needs []kube.Need
	room  *kube.Room
}

func placesFor(s *kube.Snapshot, r *kube.Rollout) places {
	return places{needs: s.Needs(r.Deployment), room: s.Room(r.Deployment)}
}

// room says whether the pods that come find a place, the most important first, and
// whether it is known that they do not.
func (v *View) room() (text string, short bool) {
	raise := v.raise()
	if raise == 0 {
		return "nothing is raised", false
	}
	parts := []string{pods(raise) + " more at a time"}
	side := v.places[v.raised().Ref()]
	switch room := side.room; {
	case room == nil:
		parts = append(parts, "room not known: nodes are not in sight")
		parts = append(parts, demands(side.needs, raise)...)
	case room.Pods < int64(raise):
		parts = append(parts, fmt.Sprintf("room for %s: %s", room.Count(), room.Short(int64(raise))))
		parts = append(parts, others(room, raise)...)
		short = true
	default:
		parts = append(parts, "room for "+room.Count())
		parts = append(parts, others(room, raise)...)
	}
	if !slices.ContainsFunc(side.needs, func(n kube.Need) bool { return n.Resource == kube.ResourceCPU }) {
		parts = append(parts, "no CPU requested")
	}
	if side.room != nil && side.room.Doubt() != "" {
		parts = append(parts, side.room.Doubt())
	}
	return strings.Join(parts, " "+middle+" "), short
}

// others are what is needed and is not short, scarcest first. Places among the
// pods of a node are worth a word where they are all that limits.
func others(room *kube.Room, raise int32) (parts []string) {
	for i, n := range room.Needs {
		if n.Pods >= int64(raise) && (i == 0 || n.Resource != kube.ResourcePods) {
			parts = append(parts, n.Text(int64(raise)))
		}
	}
	return parts
}

// demands are what so many pods need where it is not known what there is.
func demands(needs []kube.Need, raise int32) (parts []string) {
	for _, n := range needs {
		if n.Resource != kube.ResourcePods {
			parts = append(parts, "needs "+n.Demand(int64(raise)))
		}
	}
	return parts
}

// raise is how many pods come at once, before as many go: the largest step.
func (v *View) raise() int32 {
	at, most := v.from(), int32(0)
	for _, n := range v.steps() {
		most = max(most, n-at, at-n)
		at = n
	}
	return most
}

// raised is the side that gets more replicas.
func (v *View) raised() *kube.Rollout {
	if v.canary < v.from() {
		return v.Pair().Stable
	}
	return v.Pair().Canary
}

func pods(n int32) string {
	if n == 1 {
		return "1 pod"
	}
	return fmt.Sprintf("%d pods", n)
}
