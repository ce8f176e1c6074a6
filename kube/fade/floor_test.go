package fade

import (
	"encoding/json"
	"fmt"
	"testing"

	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drive conducts a course in a world as the runner does, with a watch that lags,
// a process that is killed at any point, and an operator who changes their mind.
type drive struct {
	*rapid.T
	world    *world
	position position
	journal  Course // as it was last written down
	visible  sight  // what the watch shows
	log      []string
	kills    int
	over     *decision
}

func (d *drive) note(format string, args ...any) {
	d.log = append(d.log, d.world.now.Format("04:05 ")+fmt.Sprintf(format, args...))
}

// again begins anew with what the journal has: the next process, whose watch
// begins with a consistent list.
func (d *drive) again(back bool) {
	var c Course
	line, err := json.Marshal(d.journal)
	require.NoError(d, err)
	require.NoError(d, json.Unmarshal(line, &c))
	if back {
		c = c.TakeBack()
	}
	d.note("killed; next process, back %v, step %d", back, c.Step)
	d.kills++
	d.position = begin(c, false)
	d.journal = c
	d.visible = look(c, d.world.snapshot())
}

// act until there is something to wait for.
func (d *drive) act(mayKill bool) {
	for range 20 {
		p, decision := next(d.position, d.visible, d.world.now)
		d.position = p
		switch decision.act {
		case actAgain:
			continue
		case actEnd:
			d.over = &decision
			d.note("%s: %s", decision.state, decision.text)
			return
		case actWait:
			return
		}
		d.journal = d.position.course
		if mayKill && rapid.IntRange(0, 9).Draw(d.T, "killed before the write") == 7 {
			d.again(rapid.Bool().Draw(d.T, "back"))
			return
		}
		d.note("%s (floor %d)", decision.text, d.position.course.Floor)
		d.proper(decision)
		version := d.world.write(decision.intent)
		if mayKill && rapid.IntRange(0, 9).Draw(d.T, "killed after the write") == 7 {
			d.again(rapid.Bool().Draw(d.T, "back"))
			return
		}
		d.position = d.position.written(decision, version)
		return
	}
	d.Fatalf("it decides and decides and never waits: %v", d.log)
}

// proper checks a write against the world as it is: it expects what is there, and
// lowers one side only where the pods of the other are available.
func (d *drive) proper(decision decision) {
	for i, m := range d.world.members {
		if m.name != decision.intent.Target.Name {
			continue
		}
		require.Equal(d, m.replicas, decision.expect)
		if decision.intent.Verb != rollout.Scale || decision.intent.Replicas > m.replicas {
			continue
		}
		other, available := d.world.members[1-i], int32(0)
		for _, p := range other.pods {
			available += one(other.available(p) || p.disturbed)
		}
		missing := d.position.course.Total - d.position.course.Floor
		if other == d.world.canary() {
			missing = 0
		}
		require.GreaterOrEqual(d, available, other.replicas-missing, "lowers %s too early\n%s", m.name, d)
	}
}

// The floor holds whatever happens, the course ends, and the total is restored.
func TestTheFloorHoldsWhateverHappens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stable := rapid.Int32Range(0, 8).Draw(t, "stable")
		canary := rapid.Int32Range(0, 8).Draw(t, "canary")
		if stable+canary == 0 {
			stable = 1
		}
		w := newWorld(stable, canary)
		course := drawCourse(t, w)
		w.stable().minReady = rapid.IntRange(0, 2).Draw(t, "minReady")
		if broken := rapid.IntRange(0, 6).Draw(t, "broken from the beginning"); broken == 0 && stable > 1 && course.Kind != Promote {
			// (a rollout past a pod that never becomes ready does not end by itself)
			w.stable().pods[0].ready = -1
			w.slice()
		}
		d := &drive{T: t, world: w}
		bad := rapid.IntRange(0, 3).Draw(t, "bad canary") == 0
		w.delay = func(m *member) int {
			if bad && m.name == "web-canary" {
				return -1
			}
			return rapid.IntRange(0, 4).Draw(t, "delay")
		}
		w.asleep = func() bool { return rapid.IntRange(0, 4).Draw(t, "asleep") == 0 }
		w.slicesLag = func() bool { return rapid.IntRange(0, 3).Draw(t, "slices lag") == 0 }
		disturbances := rapid.Bool().Draw(t, "disturbances")
		promised := min(course.Total, w.ready())
		d.journal, d.position = course, begin(course, true)
		d.visible = look(course, w.snapshot())

		const calm, most = 60, 400
		for tick := 0; d.over == nil && tick < most; tick++ {
			if tick < calm {
				d.interfere(disturbances)
			}
			if tick == calm && bad {
				bad = d.flee()
			}
			if rapid.IntRange(0, 3).Draw(t, "the watch lags") > 0 || tick >= calm {
				d.visible = look(d.position.course, w.snapshot())
			}
			d.act(tick < calm)
			w.tick()
			require.GreaterOrEqual(t, w.ready()+w.disturbed(), promised, "ready endpoints below the floor\n%s", d)
		}
		require.NotNil(t, d.over, "it does not end\n%s", d)
		require.Equal(t, Done, d.over.state, "%s\n%s", d.over.text, d)
		require.Equal(t, course.Total, w.stable().replicas+w.canary().replicas, "the total is not restored\n%s", d)
		for _, m := range w.members {
			require.Len(t, m.pods, int(m.replicas), "%s has yet to settle\n%s", m.name, d)
		}
		want := course.last()
		if d.position.course.Return {
			want = course.From
		}
		require.Equal(t, want, w.canary().replicas, "%s", d)
		if course.Kind == Promote {
			image := "web:v2"
			if d.position.course.Return {
				image = "web:v1"
			}
			require.Equal(t, image, w.stable().image, "%s", d)
		}
	})
}

// flee from a canary whose pods never become ready. Where the way back leads
// through more of them, there is only mending them.
func (d *drive) flee() (bad bool) {
	if c := d.position.course; c.Return || d.world.canary().replicas < c.From {
		d.note("mended")
		for _, p := range d.world.canary().pods {
			p.ready = max(0, p.ready)
		}
		return false
	}
	d.note("take back")
	d.position = d.position.takeBack()
	if rapid.Bool().Draw(d.T, "the canary breaks down") {
		for _, p := range d.world.canary().pods {
			p.sick, p.disturbed = 1<<20, true
		}
	}
	return true
}

func (d *drive) String() string {
	text := fmt.Sprintf("%+v\n", d.position.course)
	for _, line := range d.log {
		text += line + "\n"
	}
	return text
}

func drawCourse(t *rapid.T, w *world) Course {
	p := w.pair()
	total := p.Total()
	switch rapid.SampledFrom([]Kind{Shift, Shift, Shift, Promote, Abort}).Draw(t, "kind") {
	case Promote:
		return named(NewPromote(p, rapid.Int32Range(0, total).Draw(t, "home")))
	case Abort:
		return named(NewAbort(p))
	}
	from := p.Canary.Deployment.Replicas.Desired
	to := rapid.Int32Range(0, total).Draw(t, "to")
	steps := Steps(total, from, to, rapid.SampledFrom([][]int{nil, {10, 25, 50, 100}, {50}}).Draw(t, "percents"))
	if len(steps) == 0 {
		return named(NewAbort(p))
	}
	return named(NewShift(p, steps, 0))
}

func named(c Course) Course {
	c.ID = "a course"
	return c
}

// interfere is what happens to a course meanwhile.
func (d *drive) interfere(disturbances bool) {
	switch rapid.IntRange(0, 40).Draw(d.T, "interfere") {
	case 23:
		d.again(rapid.Bool().Draw(d.T, "back"))
	case 31:
		d.note("take back")
		d.position = d.position.takeBack()
	case 0, 9, 15, 27:
		if disturbances {
			d.disturb()
		}
	}
}

// disturb makes a pod unready for a while, or deletes it: then the next pod that
// is made is the one that is missing.
func (d *drive) disturb() {
	m := rapid.SampledFrom(d.world.members).Draw(d.T, "of")
	if len(m.pods) == 0 {
		return
	}
	p := rapid.SampledFrom(m.pods).Draw(d.T, "pod")
	if !p.isReady() {
		return
	}
	d.note("disturbed %s", p.name)
	p.sick, p.disturbed = rapid.IntRange(1, 6).Draw(d.T, "sick"), true
}
