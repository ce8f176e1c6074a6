package rollout

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"fader/kube"
)

// Batch is one move on several objects, previewed together and executed each by
// itself: a part that fails is a result, not the end of the others.
type Batch struct {
	Plans  []Plan    // what can be done, in the order asked for
	Failed []Failure // what cannot even be planned
}

// Failure is an intent that came to no plan, and why.
type Failure struct {
	Intent Intent `json:"intent"`
	Err    string `json:"error"` // one sentence
}

// concurrency of planning and executing where the caller gives no limit.
const concurrency = 4

// PlanAll plans every intent, a few at a time.
func (d *Desk) PlanAll(ctx context.Context, intents []Intent) Batch {
	plans, errs := make([]Plan, len(intents)), make([]error, len(intents))
	each(len(intents), concurrency, func(i int) { plans[i], errs[i] = d.Plan(ctx, intents[i]) })
	var b Batch
	for i := range intents {
		if errs[i] != nil {
			b.Failed = append(b.Failed, Failure{intents[i], errs[i].Error()})
			continue
		}
		b.Plans = append(b.Plans, plans[i])
	}
	return b
}

// ExecuteAll executes the plans of a batch that are not blocked, at most limit at
// a time (0: four), and calls tell with every receipt, one call at a time, as it
// comes. Plans that a cancelled context did not let begin come back as refused.
// c.Typed, for a protected cluster, is the batch's Word.
func (d *Desk) ExecuteAll(ctx context.Context, b Batch, c Confirmation, limit int, tell func(Receipt)) []Receipt {
	if limit <= 0 {
		limit = concurrency
	}
	receipts, batch := make([]Receipt, len(b.Plans)), ""
	if len(b.Plans) > 1 {
		batch = d.Now().Format(time.RFC3339Nano)
	}
	var one sync.Mutex
	each(len(b.Plans), limit, func(i int) {
		p := b.Plans[i]
		own := Confirmation{Course: c.Course, Batch: batch}
		if c.Typed == b.Word() {
			own.Typed = p.Target().Name
		}
		receipts[i] = d.Execute(ctx, p, own)
		if tell != nil {
			one.Lock()
			defer one.Unlock()
			tell(receipts[i])
		}
	})
	return receipts
}

// each calls do with 0…n-1, at most limit at a time, and returns when all are done.
func each(n, limit int, do func(int)) {
	slots := make(chan struct{}, limit)
	var all sync.WaitGroup
	for i := range n {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			do(i)
		})
	}
	all.Wait()
}

// Word is what is typed to confirm the batch in a protected cluster: the name of
// its object, or how many there are: "5 objects".
func (b Batch) Word() string {
	if len(b.Plans) == 1 {
		return b.Plans[0].Word()
	}
	return fmt.Sprintf("%d objects", len(b.Plans))
}

// Blocked are the plans that may not be executed.
func (b Batch) Blocked() []Plan {
	return slices.DeleteFunc(slices.Clone(b.Plans), func(p Plan) bool { return p.Blocked() == nil })
}

// Preview is the batch as one plan to be shown. The gateway does not execute it:
// it is of no object.
func (b Batch) Preview() Plan {
	if len(b.Plans) == 1 && len(b.Failed) == 0 {
		return b.Plans[0]
	}
	p := Plan{Typed: b.Word()}
	if len(b.Plans) > 0 {
		first := b.Plans[0]
		p.Intent.Verb, p.Action, p.Cluster, p.MadeAt, p.Protected = first.Intent.Verb, first.Action, first.Cluster, first.MadeAt, first.Protected
		p.Title = fmt.Sprintf("%s %s", first.Action, count(int64(len(b.Plans)), strings.ToLower(string(first.Target().Kind))))
		p.Action += fmt.Sprintf(" %d", len(b.Plans)-len(b.Blocked()))
	}
	for _, one := range b.Plans {
		b.include(&p, one)
	}
	for _, f := range b.Failed {
		p.Warnings = append(p.Warnings, kube.Clean(fmt.Sprintf("left out: %s", f.Err)))
	}
	p.Checks = b.checks()
	return p
}

// include adds what one plan says, under the name of its object.
func (b Batch) include(p *Plan, one Plan) {
	name := one.Target().String()
	if blocked := one.Blocked(); blocked != nil {
		p.Warnings = append(p.Warnings, fmt.Sprintf("left out: %s: %s: %s", name, blocked.Name, blocked.Detail))
		return
	}
	for _, c := range one.Changes {
		c.Path = name + " " + c.Path
		p.Changes = append(p.Changes, c)
	}
	for _, e := range one.Effect {
		p.Effect = append(p.Effect, name+": "+e)
	}
	for _, w := range one.Warnings {
		p.Warnings = append(p.Warnings, name+": "+w)
	}
	if one.Kubectl != "" {
		p.Kubectl = strings.TrimPrefix(p.Kubectl+" && "+one.Kubectl, " && ")
	}
}

// checks of the whole: one that passed where any plan may be executed.
func (b Batch) checks() []Check {
	able := len(b.Plans) - len(b.Blocked())
	if able == 0 {
		return []Check{{Name: "executable", Detail: "nothing of it can be done"}}
	}
	return []Check{{Name: fmt.Sprintf("each permitted and rehearsed (%d of %d)", able, len(b.Plans)+len(b.Failed)), Passed: true}}
}
