package shift

import (
	"fmt"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/fade"
)

// View is the dialog.
type View struct {
	keys     keymap.Table
	pairs    []fade.Pair
	at       int
	snapshot *kube.Snapshot
	gone     string              // the side that is not in sight any more
	places   map[kube.Ref]places // of the pair's sides, once for a snapshot

	canary  int32 // its replicas after the shift
	moved   bool  // the knob was touched
	stepped bool  // in steps, not all at once
	pause   int   // index of pauses
}

// New shows the first of the pairs, of which there is at least one, with the knob
// where it is. keys are named where they are worth knowing.
func New(pairs []fade.Pair, s *kube.Snapshot, keys keymap.Table) *View {
	v := &View{keys: keys, pairs: pairs, stepped: true, pause: 1}
	v.SetSnapshot(s)
	return v
}

func pauses() []time.Duration {
	return []time.Duration{0, 30 * time.Second, 2 * time.Minute, fade.Forever}
}

// SetSnapshot shows the same pairs as they are now.
func (v *View) SetSnapshot(s *kube.Snapshot) {
	v.snapshot, v.gone = s, ""
	for i := range v.pairs {
		for _, side := range []**kube.Rollout{&v.pairs[i].Stable, &v.pairs[i].Canary} {
			if now := s.Rollout((*side).Ref()); now != nil {
				*side = now
			} else if i == v.at {
				v.gone = (*side).Ref().String()
			}
		}
	}
	p := v.Pair()
	v.places = map[kube.Ref]places{p.Stable.Ref(): placesFor(s, p.Stable), p.Canary.Ref(): placesFor(s, p.Canary)}
	if !v.moved {
		v.canary = v.from()
	}
	v.canary = min(v.canary, v.total())
}

// Pair that is shown.
func (v *View) Pair() fade.Pair { return v.pairs[v.at] }

func (v *View) key(a keymap.Action) string { return v.keys.Key(keymap.ShiftDialog, a) }

func (v *View) from() int32  { return v.Pair().Canary.Deployment.Replicas.Desired }
func (v *View) total() int32 { return v.Pair().Total() }

// Course is the shift as it stands; where there is none, why says so.
func (v *View) Course() (c fade.Course, why string) {
	switch {
	case v.gone != "":
		return c, v.gone + " is not in sight any more: close this and look again"
	case v.total() == 0:
		return c, "both Deployments have 0 replicas: scale one up first"
	case v.canary == v.from():
		return c, fmt.Sprintf("nothing moves yet: %s and %s move replicas", v.key(keymap.Left), v.key(keymap.Right))
	}
	return fade.NewShift(v.Pair(), v.steps(), v.every()), ""
}

// steps of the canary's replicas that the course goes by.
func (v *View) steps() []int32 {
	if !v.stepped {
		return []int32{v.canary}
	}
	return fade.Steps(v.total(), v.from(), v.canary, percents())
}

func percents() []int { return []int{10, 25, 50, 100} }

func (v *View) every() time.Duration {
	if !v.stepped {
		return 0
	}
	return pauses()[v.pause]
}

// Handle acts on a key of keymap.ShiftDialog, and says whether it was one of those
// that the dialog answers by itself.
func (v *View) Handle(a keymap.Action) bool {
	if percent, ok := shares()[a]; ok {
		v.put(fade.Percent(v.total(), percent))
		return true
	}
	switch a {
	case keymap.Left:
		v.put(v.canary - 1)
	case keymap.Right:
		v.put(v.canary + 1)
	case keymap.FarLeft:
		v.put(v.canary - max(fade.Percent(v.total(), 10), 1))
	case keymap.FarRight:
		v.put(v.canary + max(fade.Percent(v.total(), 10), 1))
	case keymap.Steps:
		v.stepped = !v.stepped
	case keymap.StepPause:
		v.pause = (v.pause + 1) % len(pauses())
	case keymap.NextPane:
		v.at = (v.at + 1) % len(v.pairs)
		v.moved = false
		v.SetSnapshot(v.snapshot)
	default:
		return false
	}
	return true
}

func shares() map[keymap.Action]int {
	return map[keymap.Action]int{
		keymap.ShareNone: 0, keymap.ShareTenth: 10, keymap.ShareQuart: 25, keymap.ShareHalf: 50, keymap.ShareAll: 100,
	}
}

func (v *View) put(canary int32) {
	v.moved = true
	v.canary = min(max(canary, 0), v.total())
}
