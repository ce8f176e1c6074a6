package rollout

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"fader/kube"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// settleTime bounds the reading that settles a lost answer.
const settleTime = 5 * time.Second

// Execute sends the plan's patch, once, and returns what became of it. It never
// returns an error: every way it can end is a Receipt. Receipts of moves that
// were sent, and the intention before, are in the journal; refusals by the
// gateway are not, since nothing was attempted. A cancelled context ends it;
// nothing is sent after that.
func (d *Desk) Execute(ctx context.Context, p Plan, c Confirmation) Receipt {
	r := Receipt{Plan: p, Who: d.Who, Started: d.Now(), Course: c.Course, Batch: c.Batch, Why: kube.Clean(c.Why)}
	if reason := d.refusal(&p, c); reason != "" {
		return d.finish(r, Refused, reason)
	}
	if d.Journal == nil {
		return d.finish(r, Refused, "there is no journal to write to: nothing was sent")
	}
	if ctx.Err() != nil {
		return d.finish(r, Refused, "cancelled: nothing was sent")
	}
	r.Result = Sent
	if err := d.Journal.Record(r); err != nil {
		return d.finish(r, Refused, kube.Clean(fmt.Sprintf("the journal cannot be written, so nothing was sent: %v", err)))
	}
	r = d.send(ctx, r)
	if err := d.Journal.Record(r); err != nil {
		r.Message = kube.Clean(fmt.Sprintf("%s · this receipt is not in the journal: %v", r.Message, err))
	}
	if r.Result == Applied && c.Course == "" {
		d.remember(r)
	}
	if r.Result == Applied && len(p.Disowns) > 0 {
		r.Message += " · " + d.giveBack(ctx, p, c)
	}
	return r
}

func (d *Desk) finish(r Receipt, result Result, message string) Receipt {
	r.Result, r.Message, r.Finished = result, message, d.Now()
	return r
}

// send reads the object again and patches it. During a rollout the status, and
// with it the resourceVersion, moves several times a second: the guard is carried
// forward over that, and over nothing else. A guard that fails is the server's
// word that nothing was written, so trying again is no repetition.
func (d *Desk) send(ctx context.Context, r Receipt) Receipt {
	p := r.Plan
	var rejected error
	for range attempts {
		live, err := d.get(ctx, p.Target())
		if err != nil {
			return d.finish(r, Refused, fmt.Sprintf("%v · nothing was done", err))
		}
		if rejected != nil && live.GetResourceVersion() == p.ResourceVersion {
			break // it was not the guard: the server objects to the change itself
		}
		if text := changedSince(&p, live); text != "" {
			return d.finish(r, Conflict, text)
		}
		if text := d.noLonger(ctx, &p); text != "" {
			return d.finish(r, Refused, text)
		}
		if err := p.guardFor(live); err != nil {
			return d.finish(r, Refused, fmt.Sprintf("cannot guard the patch: %v · nothing was done", err))
		}
		p.ResourceVersion = live.GetResourceVersion()
		var got answer
		if got, rejected = d.patcher.patch(ctx, p, false); rejected == nil {
			r.ResourceVersion = got.resourceVersion
			return d.finish(r, Applied, done(&p))
		}
		if !mayHaveMoved(rejected) {
			break
		}
	}
	return d.settle(ctx, r, p, rejected)
}

// guardFor makes the patch one that lands on the object as it is by now.
func (p *Plan) guardFor(live object) (err error) {
	if v, known := verbs()[p.Intent.Verb]; known && v.anew != nil {
		return v.anew(live, p)
	}
	p.Patch, err = carryForward(p.PatchType, p.Patch, live.GetResourceVersion())
	return err
}

// noLonger says why a plan whose target is as it was may not be executed all the
// same: what it depends on around the target has changed. "" where it may.
func (d *Desk) noLonger(ctx context.Context, p *Plan) string {
	v, err := verbOf(p.Intent.Verb)
	if err != nil || v.still == nil {
		return ""
	}
	s, err := d.look(ctx, p.Intent)
	if err != nil {
		return fmt.Sprintf("%v · nothing was done", err)
	}
	return kube.Clean(v.still(s, p))
}

// changedSince says what somebody else did to the object since the plan was made;
// "" where only its status has moved on.
func changedSince(p *Plan, live object) string {
	if string(live.GetUID()) != p.UID {
		return fmt.Sprintf("%s was deleted and created again since %s: nothing was done, look again", p.Target(), p.MadeAt.Format(time.TimeOnly))
	}
	if live.GetDeletionTimestamp() != nil {
		return fmt.Sprintf("%s is being deleted: nothing was done", p.Target())
	}
	if live.GetResourceVersion() == p.ResourceVersion {
		return ""
	}
	changes, err := changesBetween(p.from, live)
	if err != nil {
		return fmt.Sprintf("%s changed since %s and cannot be compared (%v): nothing was done, look again", p.Target(), p.MadeAt.Format(time.TimeOnly), err)
	}
	if len(changes) == 0 {
		return ""
	}
	return fmt.Sprintf("%s was edited since %s%s (%s): nothing was done, look at the new plan",
		p.Target(), p.MadeAt.Format(time.TimeOnly), editor(p, live), listed(changes))
}

// editor names who wrote last since the plan was made, as far as the server
// remembers it: by what it remembers now and did not then, so that neither this
// machine's clock nor a write in the same second before names the wrong one. Of
// writes to the scale it remembers who, but not when.
func editor(p *Plan, live object) string {
	var last *metav1.ManagedFieldsEntry
	for _, entry := range live.GetManagedFields() {
		known := slices.ContainsFunc(p.from.GetManagedFields(), func(then metav1.ManagedFieldsEntry) bool {
			return then.Manager == entry.Manager && then.Operation == entry.Operation && then.Subresource == entry.Subresource && then.Time.Equal(entry.Time)
		})
		if !known && entry.Subresource != "status" && (last == nil || last.Time.Before(entry.Time)) {
			last = &entry
		}
	}
	if last == nil {
		return ""
	}
	return " by " + kube.Clean(last.Manager)
}

// listed names the fields; their values are for the new plan and, since this goes
// into the journal, not for here.
func listed(changes []Change) string {
	const most = 3
	var paths []string
	for _, c := range changes {
		paths = append(paths, c.Path)
	}
	if more := len(paths) - most; more > 0 {
		paths = append(paths[:most], fmt.Sprintf("%d more", more))
	}
	return strings.Join(paths, ", ")
}

// done is what an applied plan did, in the past tense.
func done(p *Plan) string {
	v, err := verbOf(p.Intent.Verb)
	if err != nil {
		return p.Title
	}
	return v.told(p)
}

// settle finds out what a failed patch did. A clear no is a refusal. Anything
// else (no answer, or the word of a server or proxy in trouble) may have been
// written all the same: that is settled by reading, with a context of its own,
// because the caller's may be what ended.
func (d *Desk) settle(ctx context.Context, r Receipt, p Plan, failure error) Receipt {
	why := kube.Clean(explain(failure))
	if clearNo(failure) || neverSent(failure) {
		return d.finish(r, Refused, "nothing was done: "+why)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	live, err := d.get(ctx, p.Target())
	if err != nil {
		return d.finish(r, Unclear, fmt.Sprintf("the answer was lost (%s) and reading again failed (%v): look at %s before you repeat it", why, err, p.Target()))
	}
	there := reached(&p, live)
	switch {
	case string(live.GetUID()) != p.UID:
		return d.finish(r, Unclear, fmt.Sprintf("the answer was lost (%s) and %s was deleted and created again since: look again", why, p.Target()))
	case there && live.GetResourceVersion() != p.ResourceVersion:
		r.ResourceVersion = live.GetResourceVersion()
		return d.finish(r, Applied, done(&p)+" (the answer was lost; read again, it is there)")
	case inTrouble(failure):
		return d.finish(r, Refused, fmt.Sprintf("nothing was done (read again to be sure): %s", why))
	case changedSince(&p, live) != "":
		return d.finish(r, Unclear, fmt.Sprintf("the answer was lost (%s) and somebody else edited %s meanwhile: look again", why, p.Target()))
	default:
		return d.finish(r, Unclear, fmt.Sprintf("the answer was lost (%s) and %s has not changed so far: look again before you repeat it", why, p.Target()))
	}
}

// clearNo recognises the answers by which a server says that it did not write:
// every 4xx, too many requests included, but a timeout.
func clearNo(err error) bool {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return false
	}
	code := status.Status().Code
	return code >= 400 && code < 500 && code != http.StatusRequestTimeout
}

// inTrouble recognises a server that could not serve the request. Not one that
// ran out of time over it: it may still be at it.
func inTrouble(err error) bool {
	return (apierrors.IsServiceUnavailable(err) || apierrors.IsInternalError(err)) &&
		!strings.Contains(explain(err), "timed out")
}

// neverSent recognises failures before the request was on its way.
func neverSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// reached compares what the plan writes with what is there.
func reached(p *Plan, live object) bool {
	if p.Intent.Verb == Disown {
		return !ownsSome(p, live)
	}
	of, err := servedAs(p.Target().Kind)
	return err == nil && of.reached(p.want, live)
}
