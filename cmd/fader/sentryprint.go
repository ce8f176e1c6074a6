package main

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"fader/kube/guard"
	"fader/kube/rollout"
	"fader/metrics"
)

// say how the guard stands, a line per change of state, and of why it is halted:
// numbers in the reason may change.
func (x *sentry) say() {
	line := x.guard.State.String()
	if x.guard.State == guard.Halted {
		line += strings.Map(letter, x.guard.Text)
	}
	if line == x.said {
		return
	}
	x.said = line
	x.printLine()
}

// letter drops digits.
func letter(r rune) rune {
	if unicode.IsDigit(r) {
		return -1
	}
	return r
}

func (x *sentry) printLine() {
	to := x.out
	if x.flags.output != "" {
		to = x.err
	}
	g := &x.guard
	line := fmt.Sprintf("%s %-10s %s", x.now().Format(time.TimeOnly), g.State, g.Text)
	if figures := figuresOf(&g.Standing); figures != "" {
		line += " · " + figures
	}
	fmt.Fprintln(to, line)
}

// figuresOf are the figures that the limits are about; "" where none is known.
func figuresOf(g *guard.Standing) string {
	var all []string
	if limit := g.Limits.MaxP99; g.P99.Known && limit > 0 {
		all = append(all, "p99 "+guard.Latency(g.P99.V)+" of "+guard.Latency(limit.Seconds()))
	}
	if limit := g.Limits.MaxErrors; g.Errors.Known && limit > 0 {
		all = append(all, "errors "+guard.Ratio(g.Errors.V)+" of "+guard.Ratio(limit))
	}
	return strings.Join(all, ", ")
}

// guardDocument is a guard on -o json and yaml. What is unknown is null.
type guardDocument struct {
	Namespace  string        `json:"namespace"`
	Name       string        `json:"name"`
	Revision   *int64        `json:"revision"`
	Limits     guardLimits   `json:"limits"`
	OnBreach   string        `json:"onBreach"`
	State      string        `json:"state"` // halted, watching, breached, done, undone, superseded, gone
	Since      time.Time     `json:"since"`
	Text       string        `json:"text"`
	Broken     *time.Time    `json:"brokenAt"`
	P99        *float64      `json:"p99Seconds"`
	Errors     *float64      `json:"errorRatio"`
	DryRun     string        `json:"dryRun,omitempty"`
	Plan       *rollout.Plan `json:"plan"`    // what was done, or would be
	Receipt    *receiptItem  `json:"receipt"` // null where nothing was sent
	Refused    string        `json:"refused,omitempty"`
	Ended      string        `json:"ended,omitempty"` // why, where the state does not say it
	ExitStatus int           `json:"exitStatus"`
}

type guardLimits struct {
	P99      *float64 `json:"p99Seconds"`
	Errors   *float64 `json:"errorRatio"`
	NotWorse bool     `json:"notWorse"`
}

// finish prints the document, where one was asked for, and passes on how it ended.
func (x *sentry) finish(end error) error {
	if x.flags.output == "" {
		return end
	}
	d, err := x.document(end)
	if err == nil {
		err = writeAs(x.out, x.flags.output, d)
	}
	if err != nil {
		return errors.Join(end, err)
	}
	return end
}

func (x *sentry) document(end error) (guardDocument, error) {
	g := &x.guard.Standing
	d := guardDocument{
		Namespace: g.Target.Namespace, Name: g.Target.Name, OnBreach: x.flags.onBreach,
		Limits: guardLimits{P99: some(g.Limits.MaxP99.Seconds()), Errors: some(g.Limits.MaxErrors), NotWorse: g.Limits.NotWorse},
		State:  g.State.String(), Since: g.Since, Text: g.Text, P99: knownValue(g.P99), Errors: knownValue(g.Errors),
	}
	if g.Release.Revision > 0 {
		d.Revision = &g.Release.Revision
	}
	if !g.Broke.IsZero() {
		d.Broken = &g.Broke
	}
	if !x.flags.executes() {
		d.DryRun = x.flags.dryRun
	}
	var exit exitError
	if errors.As(end, &exit) {
		d.ExitStatus = exit.status
		if exit.err != nil {
			d.Ended = exit.err.Error()
		}
	}
	if x.deed == nil {
		return d, nil
	}
	d.Refused = x.deed.Refused
	if x.deed.Receipt.Result != "" {
		d.Receipt = newReceiptItem(x.deed.Receipt)
	}
	if x.deed.Plan.Title != "" {
		p, err := redacted(x.deed.Plan)
		if err != nil {
			return d, err
		}
		d.Plan = &p
	}
	return d, nil
}

// some is a limit, nil for none.
func some(limit float64) *float64 {
	if limit == 0 {
		return nil
	}
	return &limit
}

func knownValue(v metrics.Value) *float64 {
	if !v.Known {
		return nil
	}
	return &v.V
}
