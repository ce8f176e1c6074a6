package tui

import (
	"fmt"
	"strings"
	"time"

	"fader/kube"
	"fader/kube/guard"
	"fader/metrics"
	"fader/views/fields"
)

// disarmed is the action by which a guard that is armed is disarmed.
const disarmed guard.Action = "off"

// guardOffer is what the form of a guard is filled with.
type guardOffer struct {
	// armed is the order of the guard there is; nil where there is none yet.
	armed *guard.Order
	// of says whose figures p99 and errors are: "revision 8", which serves.
	of          string
	p99, errors metrics.Value // seconds, and a ratio, as they are now
}

// usual values where nothing is known, and how long it watches on after completion.
const (
	usualErrors = 0.01
	usualFor    = 10 * time.Minute
)

// fields of the form that arms a guard, or changes one.
func (o guardOffer) fields() []fields.Field {
	start := guard.Order{OnBreach: guard.Propose, For: usualFor, Limits: metrics.Limits{
		MaxP99: guard.Sensible(o.p99.V), MaxErrors: max(usualErrors, tenthUp(2*o.errors.V)),
	}}
	if !o.p99.Known {
		start.Limits.MaxP99 = 0
	}
	if o.p99.Known && !o.errors.Known { // there are requests, and nothing says which failed
		start.Limits.MaxErrors = 0
	}
	if o.armed != nil {
		start = *o.armed
	}
	l := start.Limits
	return []fields.Field{
		{Name: "p99 up to", Value: latencyLimit(l.MaxP99), Hint: o.hint(o.p99, guard.Latency, "300ms"), Choices: o.doubled()},
		{
			Name: "errors up to", Value: ratioLimit(l.MaxErrors), Hint: o.hint(o.errors, guard.Ratio, "1%"),
			Choices: choicesOf("0.1%", "", "0.5%", "", "1%", "", "2%", "", "5%", ""),
		},
		{
			Name: "not worse", Value: yesNo(l.NotWorse), Hint: "neither slower nor with more errors than the revision that serves beside it, with confidence",
			Choices: choicesOf("no", "", "yes", "needs traffic on both"),
		},
		{
			Name: "on breach", Value: string(start.OnBreach), Hint: "what happens when a limit is broken by three refreshes in a row",
			Choices: append(choicesOf(
				string(guard.Propose), "notify, and preview a pause or an undo",
				string(guard.Notify), "say so: bell, desktop, command",
				string(guard.Pause), "stop the rollout where it is, without asking",
				string(guard.Undo), "go back to the old revision, without asking",
			), o.off()...),
		},
		{
			Name: "watch on for", Value: watchedFor(start.For), Hint: "after the rollout is complete, like 10m; 0 for until it is complete",
			Choices: choicesOf("0", "", "5m", "", "10m", "", "30m", ""),
		},
	}
}

// off is what disarms, where something is armed.
func (o guardOffer) off() []fields.Choice {
	if o.armed == nil {
		return nil
	}
	return choicesOf(string(disarmed), "disarm the guard")
}

// doubled is the latency that is offered, where one is known.
func (o guardOffer) doubled() []fields.Choice {
	if !o.p99.Known {
		return nil
	}
	return choicesOf(latencyLimit(guard.Sensible(o.p99.V)), "twice what "+o.of+" takes now")
}

// hint says what the number is about, and how it is written.
func (o guardOffer) hint(now metrics.Value, text func(float64) string, like string) string {
	if !now.Known {
		return "of the new revision, like " + like + "; empty for no limit"
	}
	return fmt.Sprintf("of the new revision, like %s (%s has %s now); empty for no limit", like, o.of, text(now.V))
}

// readGuardFields reads what was filled in. The error is one sentence.
func readGuardFields(values []string) (o guard.Order, err error) {
	for i := range values {
		values[i] = strings.TrimSpace(values[i])
	}
	if o.OnBreach = guard.Action(strings.ToLower(values[3])); o.OnBreach == disarmed {
		return o, nil
	}
	if o.Limits.MaxP99, err = guard.ParseLatency(values[0]); err != nil {
		return o, err
	}
	if o.Limits.MaxErrors, err = guard.ParseRatio(values[1]); err != nil {
		return o, err
	}
	switch strings.ToLower(values[2]) {
	case "yes", "y":
		o.Limits.NotWorse = true
	case "no", "n", "":
	default:
		return o, fmt.Errorf("not worse is yes or no")
	}
	if o.For, err = time.ParseDuration(values[4]); values[4] != "" && (err != nil || o.For < 0) {
		return o, fmt.Errorf("the time to watch on is no duration: give one like 10m, or 0")
	}
	return o, nil
}

func choicesOf(pairs ...string) (all []fields.Choice) {
	for i := 0; i+1 < len(pairs); i += 2 {
		all = append(all, fields.Choice{Value: pairs[i], Note: pairs[i+1]})
	}
	return all
}

// tenthUp rounds a ratio up to a tenth of a percent.
func tenthUp(v float64) float64 { return float64(int(v*1000+0.999)) / 1000 }

func latencyLimit(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return guard.Latency(d.Seconds())
}

func ratioLimit(v float64) string {
	if v == 0 {
		return ""
	}
	return guard.Ratio(v)
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// watchedFor is how long a guard watches on, as it is typed.
func watchedFor(d time.Duration) string {
	if d == 0 {
		return "0"
	}
	return kube.Brief(d)
}
