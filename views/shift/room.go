package shift

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"fader/kube"
)

// room says whether the pods that come find a place, and whether that is in doubt.
func (v *View) room() (text string, doubt bool) {
	raise := v.raise()
	if raise == 0 {
		return "nothing is raised", false
	}
	d := v.raised().Deployment
	gpus, doubt := "no GPU", false
	if len(d.GPUs) > 0 {
		gpus, doubt = v.gpus(d, raise)
	}
	return fmt.Sprintf("%s more at a time %s %s %s CPU not known", pods(raise), middle, gpus, middle), doubt
}

// middle stands for the theme's dot until the text is painted.
const middle = "\x00"

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

func (v *View) gpus(d *kube.Deployment, raise int32) (text string, doubt bool) {
	var needs []string
	for _, name := range slices.Sorted(maps.Keys(d.GPUs)) {
		needs = append(needs, v.gpu(name, d.GPUs[name]*int64(raise)))
	}
	text = strings.Join(needs, ", ")
	if v.snapshot.GPUNodes == nil {
		return text, true
	}
	room, partial := d.Room(v.snapshot.GPUNodes)
	switch {
	case room < int64(raise):
		return fmt.Sprintf("%s: room for %d of %s", text, room, pods(raise)), true
	case partial:
		return text + " at most", false
	}
	return text, false
}

// gpu says how many are needed of one resource, and how many are free.
func (v *View) gpu(name string, need int64) string {
	if v.snapshot.GPUNodes == nil {
		return fmt.Sprintf("needs %d %s, free ones unknown (nodes may not be read)", need, name)
	}
	var free int64
	for _, n := range v.snapshot.GPUNodes {
		for _, use := range n.Resources {
			if use.Resource == name && use.Unusable == "" {
				free += max(use.Free, 0)
			}
		}
	}
	return fmt.Sprintf("needs %d %s, %d free", need, name, free)
}

func pods(n int32) string {
	if n == 1 {
		return "1 pod"
	}
	return fmt.Sprintf("%d pods", n)
}
