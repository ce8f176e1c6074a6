package fade

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"fader/kube"
	"fader/kube/rollout"
)

const (
	// writeTime bounds the planning and sending of one write.
	writeTime = 30 * time.Second
	// planAgain is how long after a plan that could not be made it is tried again,
	// and tries how often in a row: planning only reads.
	planAgain = time.Second
	tries     = 5
)

// conductor is the loop around next: it looks, does what is decided, and writes
// down where the course is.
type conductor struct {
	*Run
	position position
	recorded Course // as the journal has it
	feed     Feed
	desk     Desk
	seen     *kube.Snapshot
	misses   int // plans in a row that could not be made
}

func (c *conductor) run(ctx context.Context) {
	defer close(c.done)
	defer c.cancel()
	defer c.feed.Stop()
	defer func() {
		// Whoever owns the terminal must not lose it to a panic in here.
		if value := recover(); value != nil {
			c.end(decision{state: Failed, text: fmt.Sprintf("fader failed: %v", value), wrong: true}, true)
		}
	}()
	snapshots := make(chan *kube.Snapshot, 1)
	broken := make(chan error, 1)
	go c.pump(ctx, snapshots, broken)
	var wake <-chan time.Time
	for {
		select {
		case c.seen = <-snapshots:
		case <-wake:
		case <-c.bell:
		case err := <-broken:
			c.fail(ctx, fmt.Sprintf("what is shown comes to an end: %v", err))
			return
		}
		// Whatever woke it: an order that was given goes before the next write.
		if c.obey() {
			return
		}
		if c.seen == nil {
			continue
		}
		moment, over := c.advance(ctx)
		if over {
			return
		}
		wake = nil
		if !moment.IsZero() {
			wake = time.After(max(0, moment.Sub(c.runner.Now())))
		}
	}
}

// pump hands on what the feed delivers, the newest where nobody has taken the last.
func (c *conductor) pump(ctx context.Context, to chan *kube.Snapshot, broken chan<- error) {
	for {
		snapshot, err := c.feed.Next(ctx)
		if err != nil {
			broken <- err
			return
		}
		select {
		case <-to:
		default:
		}
		to <- snapshot
	}
}

// obey the operator. over says that the course is.
func (c *conductor) obey() (over bool) {
	o := c.taken()
	if o.stop {
		half := c.position.halfway()
		c.end(decision{state: Stopped, text: stoppedText(&c.position)}, half)
		return true
	}
	if o.back && !c.position.course.Return {
		c.position = c.position.takeBack()
	}
	if o.proceed {
		c.position = c.position.proceed()
	}
	return false
}

// advance decides and does until there is something to wait for: the next
// snapshot, an order, or the moment that is returned.
func (c *conductor) advance(ctx context.Context) (wake time.Time, over bool) {
	for ctx.Err() == nil {
		s := look(c.position.course, c.seen)
		p, d := next(c.position, s, c.runner.Now())
		c.position = p
		c.show(s, d)
		switch d.act {
		case actAgain:
			continue
		case actEnd:
			c.end(d, false)
			return time.Time{}, true
		case actWrite:
			return c.write(ctx, d)
		}
		return d.wake, false
	}
	return time.Time{}, false
}

// show what was seen and decided.
func (c *conductor) show(s sight, d decision) {
	c.publish(func(p *Progress) {
		p.Course, p.Floor, p.Until = c.position.course, c.position.course.Floor-c.position.course.Dip, d.wake
		if s.stale == "" {
			p.Stable, p.Canary = s.stable.level, s.canary.level
			if c.position.placed && s.blind == "" && c.position.course.Kind != Hold && (p.Lowest == nil || s.ready() < *p.Lowest) {
				p.Lowest = new(s.ready())
			}
		}
		if d.act != actAgain {
			p.State, p.Text = d.state, d.text
		}
	})
}

// write plans the decision's intent and executes it, once what the journal has
// says where the course is. wake is when to look again where it could not be planned.
func (c *conductor) write(ctx context.Context, d decision) (wake time.Time, over bool) {
	if !c.keep(d.text) {
		return time.Time{}, true
	}
	if text := staleness(c.feed.Health()); text != "" { // since the last snapshot
		return c.later(d.text + ": " + text), false
	}
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	plan, err := c.desk.Plan(ctx, d.intent)
	if err != nil {
		if c.misses++; c.misses < tries {
			return c.later(fmt.Sprintf("%s: %v", d.text, err)), false
		}
		c.fail(ctx, err.Error())
		return time.Time{}, true
	}
	c.misses = 0
	if c.ordered() { // while it was planned
		return c.runner.Now(), false
	}
	receipt, foreign := c.execute(ctx, d, plan)
	if foreign == "" && receipt.Result == rollout.Conflict {
		// Somebody edited the object between the two requests. Where the replicas
		// are still ours, that was something else, and the step is planned anew: once.
		if plan, err = c.desk.Plan(ctx, d.intent); err == nil {
			if c.ordered() {
				return c.runner.Now(), false
			}
			receipt, foreign = c.execute(ctx, d, plan)
		}
	}
	switch {
	case foreign != "":
		c.end(halt(foreign), false)
	case receipt.Result == rollout.Applied:
		c.position = c.position.written(d, receipt.ResourceVersion)
		return time.Time{}, false
	default:
		c.fail(ctx, receipt.Message)
	}
	return time.Time{}, true
}

// later is when a write is decided on again that could not be planned now.
func (c *conductor) later(why string) time.Time {
	c.publish(func(p *Progress) { p.State, p.Text = Waiting, why+" · tries again" })
	return c.runner.Now().Add(planAgain)
}

// execute a plan of the course, unless somebody else has changed what it rests
// on: foreign says so.
func (c *conductor) execute(ctx context.Context, d decision, plan rollout.Plan) (receipt rollout.Receipt, foreign string) {
	if was, changes := replicasBefore(plan); changes && was != strconv.Itoa(int(d.expect)) {
		return receipt, fmt.Sprintf("somebody else scaled %s to %s, it was to have %d: the course ends here, nothing more is written", plan.Target(), was, d.expect)
	}
	if subject := c.position.course.Subject(); plan.Protected && c.confirmation.Typed != subject.Name {
		return rollout.Receipt{Message: fmt.Sprintf("%s is protected: type %s to confirm", c.runner.Cluster, subject.Name)}, ""
	}
	receipt = c.desk.Execute(ctx, plan, rollout.Confirmation{Typed: plan.Word(), Course: c.position.course.ID})
	c.receive(receipt)
	return receipt, ""
}

// replicasBefore a plan that changes them.
func replicasBefore(p rollout.Plan) (before string, changes bool) {
	for _, change := range p.Changes {
		if change.Path == "spec.replicas" {
			return change.Before, true
		}
	}
	return "", false
}

// keep writes down where the course is, unless the journal knows. It returns false
// where that is not possible: the course is over then.
func (c *conductor) keep(text string) bool {
	if reflect.DeepEqual(c.recorded, c.position.course) {
		return true
	}
	if err := c.runner.record(c.position.course, rollout.CourseStep, text); err != nil {
		c.end(decision{state: Failed, text: fmt.Sprintf("the journal cannot be written, so nothing more is: %v", err), wrong: true}, c.position.touched())
		return false
	}
	c.recorded = c.position.course
	return true
}

// fail ends the course with what went wrong. One that has written something, or
// may have, is left half-way.
func (c *conductor) fail(ctx context.Context, text string) {
	if errors.Is(ctx.Err(), context.Canceled) {
		c.end(decision{state: Stopped, text: "fader was closed: " + c.Progress().Text}, true)
		return
	}
	half := c.position.touched() || c.maybeWritten()
	if half {
		text += fmt.Sprintf(" · left at stable %d, canary %d: finish it or take it back", c.position.at.stable, c.position.at.canary)
	}
	c.end(decision{state: Failed, text: text, wrong: true}, half)
}

// maybeWritten says that nobody knows what became of the last write.
func (c *conductor) maybeWritten() bool {
	receipts := c.Progress().Receipts
	return len(receipts) > 0 && receipts[len(receipts)-1].Result == rollout.Unclear
}

// end writes the last line and tells.
func (c *conductor) end(d decision, unfinished bool) {
	state := rollout.CourseEnded
	if unfinished {
		state = rollout.CourseLeft
	}
	err := c.runner.record(c.position.course, state, d.text)
	c.publish(func(p *Progress) {
		p.Course, p.State, p.Text, p.Until, p.Unfinished = c.position.course, d.state, d.text, time.Time{}, unfinished
		if d.wrong {
			p.Err = d.text
		}
		if err != nil {
			p.Text += fmt.Sprintf(" · this is not in the journal: %v", err)
		}
	})
}
