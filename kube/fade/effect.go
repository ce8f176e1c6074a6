package fade

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"fader/kube"
)

// effectOfPair says in words what happens to the pods and to the traffic.
func effectOfPair(c Course, have replicas, s sight, ahead []stage) []string {
	var all []string
	if images := strings.Join(imagesAhead(ahead), ", "); images != "" {
		all = append(all, fmt.Sprintf("%s rolls out %s by its own strategy; the replicas move when that is complete", c.Stable.Name, images))
	}
	all = append(all, stepsInWords(c, have, ahead, s.others)...)
	if len(all) == 0 {
		all = append(all, "the replicas are where they shall be: it only waits until the pods are")
	}
	floor := fmt.Sprintf("never lowers the ready endpoints of %s below %d (%d ready now)", c.Service, c.Floor, s.ready())
	if s.others > 0 {
		floor = fmt.Sprintf("never lowers the ready endpoints of %s and %s behind %s below %d (%d of its %d ready now)",
			c.Stable.Name, c.Canary.Name, c.Service, c.Floor, s.ready(), s.ready()+s.others)
	}
	if c.Dip > 0 {
		floor += fmt.Sprintf("; while its images roll out, the strategy of %s may take %d of them away", c.Stable.Name, c.Dip)
	}
	all = append(all, floor)
	if peak := peak(have, ahead); peak > c.Total {
		all = append(all, fmt.Sprintf("at most %d pods at once, %d in the end", peak, c.Total))
	}
	return append(all, pauseInWords(c)...)
}

// stepsInWords is a line a step: "step 2 of 4: canary 1 → 2, and when that is
// available stable 9 → 8: 20 % of the replicas". others are ready endpoints of the
// Service that are of neither.
func stepsInWords(c Course, have replicas, ahead []stage, others int32) []string {
	var all []string
	canary := have.canary
	for step := 0; step <= len(c.Steps); step++ {
		var parts []string
		for _, w := range ahead {
			if w.step == step && w.path == "spec.replicas" {
				parts = append(parts, fmt.Sprintf("%s %s → %s", w.name, w.before, w.after))
				if w.name == "canary" {
					canary = number(w.after)
				}
			}
		}
		if len(parts) == 0 {
			continue
		}
		text := strings.Join(parts, ", and when that is available ")
		if c.Total > 0 {
			text += fmt.Sprintf(": %d %% of the replicas are the canary's", percentOf(canary, c.Total))
			if others > 0 {
				text += fmt.Sprintf(", %d %% of all endpoints", percentOf(canary, c.Total+others))
			}
		}
		if len(c.Steps) > 1 && !c.Return {
			text = fmt.Sprintf("step %d of %d: %s", step+1, len(c.Steps), text)
		}
		all = append(all, text)
	}
	return all
}

func percentOf(n, total int32) int32 { return int32(math.Round(100 * float64(n) / float64(total))) }

func imagesAhead(ahead []stage) []string {
	var all []string
	for _, w := range ahead {
		if container, isImage := strings.CutPrefix(w.path, imagePath); isImage {
			all = append(all, strings.TrimSuffix(container, "].image")+" "+w.after)
		}
	}
	return all
}

// peak is the most pods wanted at once.
func peak(have replicas, ahead []stage) int32 {
	most := have.sum()
	for _, w := range ahead {
		if w.path != "spec.replicas" {
			continue
		}
		if w.name == "stable" {
			have.stable = number(w.after)
		} else {
			have.canary = number(w.after)
		}
		most = max(most, have.sum())
	}
	return most
}

func number(text string) int32 {
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0
	}
	return int32(n)
}

func pauseInWords(c Course) []string {
	switch {
	case c.Return || len(c.Steps)-c.Step < 2 || c.Every == 0:
		return nil
	case c.Every < 0:
		return []string{"after each step it holds until you let it go on"}
	}
	return []string{fmt.Sprintf("after each step it holds for %s", c.Every.Round(time.Second))}
}

func effectOfHold(c Course, s sight) []string {
	t := &s.stable
	if c.Return {
		if !c.Paused {
			return []string{"the rollout goes on, and is not paused"}
		}
		return []string{fmt.Sprintf("the rollout is paused again, now at %d of %d updated pods available", t.level.Updated, t.level.Desired)}
	}
	verb := "goes on"
	if t.paused {
		verb = "is resumed"
	}
	return []string{
		fmt.Sprintf("the rollout %s; when %d of %d updated pods are available (%d now), it is paused", verb, c.last(), t.level.Desired, t.level.Updated),
		"pods that are on their way then still come: it may end a few above",
		"works only while fader runs: Kubernetes itself does not hold a rollout at a number",
	}
}

// crowded warns of steps whose pods would not all find a place at once.
func crowded(ahead []stage, snapshot *kube.Snapshot) []string {
	var all []string
	for _, w := range ahead {
		r := snapshot.Rollout(w.target)
		more := int64(number(w.after) - number(w.before))
		if r == nil || w.path != "spec.replicas" || more <= 0 {
			continue
		}
		if room := snapshot.Room(r.Deployment); room != nil && room.Pods < more {
			all = append(all, fmt.Sprintf("%s %s → %s: the nodes have room for %s of %d more pods (%s); it waits there until there is room",
				w.name, w.before, w.after, room.Count(), more, room.Short(more)))
		}
	}
	return all
}
