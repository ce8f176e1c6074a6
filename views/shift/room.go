package shift

import (
	"fmt"
	"strings"

	"fader/kube"
)

// middle stands for the theme's dot until the text is painted.
const middle = "\x00"

// room says whether the pods that come find a place, the most important first, and
// whether it is known that they do not.
func (v *View) room() (text string, short bool) {
	raise := v.raise()
	if raise == 0 {
		return "nothing is raised", false
	}
	parts := []string{pods(raise) + " more at a time"}
	d, room := v.raised().Deployment, v.rooms[v.raised().Ref()]
	switch {
	case room == nil:
		parts = append(parts, "room not known: nodes are not in sight")
		parts = append(parts, demands(d, raise)...)
	case room.Pods < int64(raise):
		parts = append(parts, fmt.Sprintf("room for %s: %s", room.Count(), room.Short(int64(raise))))
		parts = append(parts, others(room, raise)...)
		short = true
	default:
		parts = append(parts, "room for "+room.Count())
		parts = append(parts, others(room, raise)...)
	}
	if d.Request.CPU == 0 {
		parts = append(parts, "no CPU requested")
	}
	if room != nil && room.Doubt() != "" {
		parts = append(parts, room.Doubt())
	}
	return strings.Join(parts, " "+middle+" "), short
}

// others are what is needed and is not short, scarcest first. Places among the
// pods of a node are worth a word where they are all that limits.
func others(room *kube.Room, raise int32) (parts []string) {
	for i, n := range room.Needs {
		if n.Pods >= int64(raise) && (i == 0 || !n.IsPods()) {
			parts = append(parts, n.Text(int64(raise)))
		}
	}
	return parts
}

// demands are what so many pods need where it is not known what there is.
func demands(d *kube.Deployment, raise int32) (parts []string) {
	for _, n := range d.Needs() {
		if !n.IsPods() {
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
