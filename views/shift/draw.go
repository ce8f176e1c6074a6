package shift

import (
	"fmt"
	"strings"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/fade"
	"fader/views/age"
	"fader/views/box"
	"fader/views/shift/strip"
	"fader/views/theme"
)

const (
	widest = 96 // beyond that the two sides are too far apart to compare
	label  = 9  // cells of the left column of facts
)

// Render is the dialog in at most w×h cells.
func (v *View) Render(t theme.Theme, w, h int) []string {
	w = min(w, widest)
	facts := v.facts(t, w-6)
	desk := v.desk(t)
	// What room is over goes to blank lines, then to the meters.
	spare := max(h-2-desk.Height(3)-2-len(facts), 0)
	blank := make([]string, 1)
	gap := func() []string {
		spare--
		return blank[:min(max(spare+1, 0), 1)]
	}
	top, above, below, bottom := gap(), gap(), gap(), gap()
	lines := append([]string(nil), top...)
	lines = append(lines, desk.Strips(t, w-2, 3+min(max(spare, 0), 6))...)
	lines = append(append(lines, above...), desk.Crossfader(t, w-2)...)
	lines = append(append(append(lines, below...), facts...), bottom...)
	title, word := t.Strong.Paint("Shift "+v.Pair().Service.String()), ""
	if len(v.pairs) > 1 {
		word = t.Dim.Paint(fmt.Sprintf("pair %d of %d ", v.at+1, len(v.pairs))) + t.Accent.Paint(v.key(keymap.NextPane))
	}
	return box.Frame(t, title, word, lines, w, min(len(lines)+2, h), true)
}

func (v *View) desk(t theme.Theme) strip.Desk {
	p := v.Pair()
	d := strip.Desk{Stable: side(t, "stable", p.Stable), Canary: side(t, "canary", p.Canary)}
	d.Stable.After, d.Canary.After = v.total()-v.canary, v.canary
	d.Stable.Hue, d.Canary.Hue = strip.Hues(t, p.Stable.Deployment.Revision, p.Canary.Deployment.Revision)
	if b := v.backend(); b != nil {
		d.Stable.Endpoints, d.Canary.Endpoints = new(ready(b, p.Stable.Ref())), new(ready(b, p.Canary.Ref()))
		d.Others = int32(b.Ready) - *d.Stable.Endpoints - *d.Canary.Endpoints
	}
	return d
}

func side(t theme.Theme, role string, r *kube.Rollout) strip.Side {
	return strip.Side{
		Role: role, Name: r.Ref().Name, Now: r.Deployment.Replicas.Desired, Ready: r.Deployment.Replicas.Ready,
		Image: strip.Image(t, r.Deployment),
	}
}

// backend is the pair's Service with its endpoints, nil where these are not known.
func (v *View) backend() *kube.Backend {
	for _, b := range v.snapshot.Backends {
		if b.Service.Ref == v.Pair().Service && !b.Unknown {
			return b
		}
	}
	return nil
}

func ready(b *kube.Backend, of kube.Ref) (n int32) {
	for _, backer := range b.Backers {
		if backer.Deployment == of {
			n += int32(backer.Ready)
		}
	}
	return n
}

// fact is a labelled line; key is what changes it.
type fact struct {
	label, text, key string
	style            theme.Style
}

func (v *View) facts(t theme.Theme, w int) []string {
	var lines []string
	for _, f := range v.allFacts(t) {
		text := strings.ReplaceAll(f.text, middle, t.Glyphs.Dot)
		for i, line := range box.Wrap(text, max(w-label-2, 10)) {
			head, key := "", ""
			if i == 0 {
				head, key = f.label, t.Accent.Paint(f.key)
			}
			lines = append(lines, "  "+box.Spread(t.Dim.Paint(box.Fit(head, label))+f.style.Paint(line), key, w))
		}
	}
	return lines
}

func (v *View) allFacts(t theme.Theme) []fact {
	if _, why := v.Course(); why != "" {
		style := t.Dim
		if v.gone != "" {
			style = t.Broken
		}
		return []fact{v.stepFact(t), v.pauseFact(t), {"", why, "", style}, {"", v.jumps(), "", t.Dim}}
	}
	room, short := v.room()
	style := t.Text
	if short {
		style = t.Waiting
	}
	return []fact{v.stepFact(t), v.pauseFact(t), {"Order", v.order(t), "", t.Text}, {"Room", room, "", style}}
}

// jumps names the keys that go straight to a percentage.
func (v *View) jumps() string {
	return strings.Join([]string{
		v.key(keymap.ShareNone), v.key(keymap.ShareTenth), v.key(keymap.ShareQuart), v.key(keymap.ShareHalf), v.key(keymap.ShareAll),
	}, " ") + " go to 0, 10, 25, 50, 100 %"
}

func (v *View) stepFact(t theme.Theme) fact {
	f := fact{"Steps", "all at once", v.key(keymap.Steps), t.Text}
	if !v.stepped {
		return f
	}
	f.text = "by way of 10, 25, 50, 100 %"
	if steps := v.steps(); len(steps) > 0 {
		parts := []string{fmt.Sprintf("canary %d", v.from())}
		for _, n := range steps {
			parts = append(parts, fmt.Sprint(n))
		}
		f.text = strings.Join(parts, " "+t.Glyphs.Arrow+" ") + fmt.Sprintf(" of %d", v.total())
	}
	return f
}

func (v *View) pauseFact(t theme.Theme) fact {
	f := fact{"Wait", "", v.key(keymap.StepPause), t.Text}
	switch every := pauses()[v.pause]; {
	case !v.stepped || len(v.steps()) == 1:
		f.text, f.style = "one step: nothing to wait between", t.Dim
	case every == 0:
		f.text = "not at all between steps"
	case every == fade.Forever:
		f.text = "between steps until you continue it"
	default:
		f.text = wait(every) + " between steps"
	}
	return f
}

// wait is a pause between steps as a person says it.
func wait(d time.Duration) string {
	if d%time.Minute == 0 {
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return age.Long(d)
}

func (v *View) order(t theme.Theme) string {
	up, down := "canary", "stable"
	if v.canary < v.from() {
		up, down = down, up
	}
	arrow := " " + t.Glyphs.Arrow + " "
	text := "raise " + up + arrow + "wait until available" + arrow + "lower " + down
	if len(v.steps()) > 1 {
		text += ", each step"
	}
	return text
}
