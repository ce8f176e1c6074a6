package rollout

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"fader/kube"
	"fader/views/age"
	"fader/views/box"
	"fader/views/phase"
	"fader/views/theme"
)

// title is the first line: which rollout, in which phase, how far.
func (v *View) title(w int) string {
	r, t := v.rollout, v.theme
	sign, style := phase.Look(t, r)
	style = v.ink(style)
	if r.Phase == kube.Complete && !v.old() {
		style = t.Good
	}
	var b strings.Builder
	pen := box.NewPen(&b, t, theme.Style{}, w)
	pen.Blank(1)
	facts := v.facts()
	pen.Write(v.ink(t.Strong), v.name(w, sign+" "+string(r.Phase), facts))
	pen.Blank(3)
	pen.Write(style, sign+" "+string(r.Phase))
	for _, part := range facts {
		if box.Width(part)+3 > pen.Left() {
			break // half a number is worse than none
		}
		pen.Write(t.Faint, " "+t.Glyphs.Dot+" ")
		pen.Write(v.ink(t.Text), part)
	}
	pen.Fill()
	return b.String()
}

// name of the rollout, shortened in the middle so that phase, revision and counts
// have room beside it.
func (v *View) name(w int, phase string, facts []string) string {
	const around, between, counts, least = 4, 3, 3, 18
	room := w - around - box.Width(phase)
	for _, fact := range facts[:min(counts, len(facts))] {
		room -= between + box.Width(fact)
	}
	name := v.ref.String()
	room = max(room, least)
	if box.Width(name) <= room {
		return name
	}
	more := v.theme.Glyphs.Ellipsis
	namespace := box.Middle(v.ref.Namespace, room/3, more)
	return namespace + "/" + box.Middle(v.ref.Name, room-box.Width(namespace)-1, more)
}

// facts are the numbers of the rollout, the most important first.
func (v *View) facts() []string {
	r, n := v.rollout, v.rollout.Deployment.Replicas
	facts := []string{
		"revision " + number(r.Deployment.Revision),
		fmt.Sprintf("%d of %d updated", n.Updated, n.Desired), fmt.Sprintf("%d available", n.Available),
	}
	if r.Deployment.Paused {
		facts = append(facts, "paused")
	}
	if clock := v.deadline(); clock != "" {
		facts = append(facts, clock)
	}
	if n.Terminating != nil && *n.Terminating > 0 {
		facts = append(facts, fmt.Sprintf("%d terminating", *n.Terminating))
	}
	return facts
}

// deadline is the countdown, "" where none is counted.
func (v *View) deadline() string {
	r, now := v.rollout, v.clock()
	switch {
	case r.Phase != kube.Progressing && r.Phase != kube.Stalled:
		return ""
	case r.Deadline.IsZero():
		return "no deadline"
	case r.Deadline.After(now):
		return "deadline in " + age.Long(r.Deadline.Sub(now))
	}
	return "deadline passed " + age.Short(now.Sub(r.Deadline)) + " ago"
}

// strategy is the second line: the limits, and what they come to. What does not
// fit goes as a whole, the least important first.
func (v *View) strategy(w int) string {
	d, t := v.rollout.Deployment, v.theme
	parts := v.limits()
	if d.Manager.Tool != "" {
		parts = append(parts, "by "+strings.TrimSpace(d.Manager.Tool+" "+d.Manager.Name))
	}
	parts = append(parts, "minReady "+seconds(d.MinReady), "deadline "+limit(d.ProgressDeadline))
	const between = "  "
	warning := ""
	if unprobed(d) {
		warning = "no readiness probe: ready only means started"
		if 1+box.Width(parts[0])+len(between)+box.Width(warning) > w {
			warning = "no readiness probe"
		}
	}
	for len(parts) > 1 && 1+box.Width(warning)+len(between)+box.Width(strings.Join(parts, between)) > w {
		parts = parts[:len(parts)-1]
	}
	var b strings.Builder
	pen := box.NewPen(&b, t, theme.Style{}, w)
	pen.Blank(1)
	pen.Write(v.ink(t.Dim), strings.Join(parts, between))
	pen.Blank(len(between))
	pen.Write(v.ink(t.Waiting), warning)
	pen.Fill()
	return b.String()
}

// limits are the strategy's numbers.
func (v *View) limits() []string {
	s := v.rollout.Deployment.Strategy
	if s.Type == "Recreate" {
		return []string{"Recreate: all old pods go before the first new one comes"}
	}
	return []string{
		"maxSurge " + resolved(s.MaxSurge, s.Surge) + "  maxUnavailable " + resolved(s.MaxUnavailable, s.Unavailable),
		fmt.Sprintf("%s at most %d, at least %d available", v.theme.Glyphs.Arrow, s.AtMost, s.AtLeast),
		s.Type,
	}
}

// resolved is a limit as written, with its number of pods where that differs.
func resolved(written string, pods int32) string {
	if n := strconv.Itoa(int(pods)); n != written {
		return written + " (" + n + ")"
	}
	return written
}

// unprobed says that no container has a readiness probe.
func unprobed(d *kube.Deployment) bool {
	known := false
	for _, c := range d.Containers {
		if c.HasReadinessProbe {
			return false
		}
		known = known || !c.Init
	}
	return known
}

func seconds(d time.Duration) string { return fmt.Sprintf("%ds", int64(d/time.Second)) }

func limit(d *time.Duration) string {
	if d == nil {
		return "none"
	}
	return age.Long(*d)
}

// notice says that what is shown is not the truth of now, or, on screens without
// a pane for it, what is worst.
func (v *View) notice(w int) (string, bool) {
	text, style := v.alarm()
	if text == "" {
		return "", false
	}
	return box.Fit(style.Paint(" "+box.Cut(text, max(w-1, 0), v.theme.Glyphs.Ellipsis)), w), true
}

func (v *View) alarm() (string, theme.Style) {
	t, g := v.theme, v.theme.Glyphs
	if !v.Gone() {
		return v.fresh.Banner(t, v.now, "replicasets", "pods", "events")
	}
	text := g.No + " gone since " + v.gone.Format("15:04:05") + ": " + v.whyGone()
	if v.again {
		text = g.No + " deleted and created again at " + v.gone.Format("15:04:05") + ": this is the old one, go back and open the new one"
	}
	return text + " " + g.Dot + " what you see is its last known state", t.Broken.Bold()
}

// whyGone tells a deletion from a scope that does not include it.
func (v *View) whyGone() string {
	scope := v.snapshot.Scope
	switch {
	case scope.Namespace != "" && scope.Namespace != v.ref.Namespace:
		return "not in the scope, namespace " + scope.Namespace
	case scope.Selector != "":
		return "deleted, or its labels no longer match " + scope.Selector
	}
	return "deleted"
}
