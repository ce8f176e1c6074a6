package journal

import (
	"fmt"
	"strings"
	"time"

	"fader/kube/rollout"
)

// Text is an entry in full, for a viewer of text. Moments are told in zone; back
// says what takes the move back, or why nothing does.
func Text(e Entry, zone *time.Location, back string) string {
	t := &text{zone: zone}
	if e.Course != nil {
		t.course(e.Course)
		return t.String()
	}
	r := e.Receipt
	t.line("%s", r.Plan.Title)
	t.blank()
	t.fact("result", "%s: %s", r.Result, r.Message)
	if o := r.Outcome; o != nil {
		t.fact("outcome", "%s: %s", o.State, o.Text)
		t.fact("", "at %s, %s after it was begun", t.moment(o.At), o.Took.Round(10*time.Millisecond))
	} else if r.Result == rollout.Applied {
		t.fact("outcome", "not known: fader was not there to watch it")
	}
	t.fact("who", "%s", r.Who)
	if r.Why != "" {
		t.fact("why", "%s", r.Why)
	}
	t.fact("when", "%s, answered after %s", t.moment(r.Started), answered(r))
	t.fact("cluster", "%s  %s", r.Plan.Cluster.Context, r.Plan.Cluster.Server)
	target := r.Plan.Target()
	t.fact("object", "%s %s  uid %s", target.Kind, target, target.UID)
	if r.ResourceVersion != "" {
		t.fact("version", "%s → %s", r.Plan.ResourceVersion, r.ResourceVersion)
	}
	if r.Course != "" {
		t.fact("step of", "course %s", r.Course)
	}
	t.fact("kubectl", "%s", r.Plan.Kubectl)
	t.fact("way back", "%s", back)
	t.changes(r.Plan.Changes)
	t.list("Effect, as it was planned", r.Plan.Effect)
	t.list("Notes", r.Plan.Notes)
	t.list("Warnings", r.Plan.Warnings)
	t.checks(r.Plan.Checks)
	return t.String()
}

func answered(r rollout.Receipt) string {
	if r.Finished.IsZero() {
		return "nobody knows how long"
	}
	return r.Finished.Sub(r.Started).Round(time.Millisecond).String()
}

// text in the making.
type text struct {
	strings.Builder
	zone *time.Location
}

func (t *text) blank() { t.WriteByte('\n') }

func (t *text) line(format string, args ...any) { fmt.Fprintf(t, format+"\n", args...) }

// fact is a word and what there is to it; nothing where there is nothing.
func (t *text) fact(name, format string, args ...any) {
	said := fmt.Sprintf(format, args...)
	if strings.TrimSpace(said) != "" {
		t.line("%-9s %s", name, said)
	}
}

func (t *text) moment(at time.Time) string {
	return at.In(t.zone).Format("2006-01-02 15:04:05.000 MST")
}

func (t *text) list(title string, sentences []string) {
	if len(sentences) == 0 {
		return
	}
	t.blank()
	t.line("%s", title)
	for _, s := range sentences {
		t.line("  %s", s)
	}
}

func (t *text) changes(changes []rollout.Change) {
	if len(changes) == 0 {
		return
	}
	t.blank()
	t.line("Changes")
	for _, c := range changes {
		t.line("  %s", c.Path)
		t.line("    %s → %s", present(c.Before), present(c.After))
	}
}

func (t *text) checks(checks []rollout.Check) {
	var lines []string
	for _, c := range checks {
		line := map[bool]string{true: "passed", false: "failed"}[c.Passed] + "  " + c.Name
		if c.Detail != "" {
			line += ": " + c.Detail
		}
		lines = append(lines, line)
	}
	t.list("Checks", lines)
}

// course tells where a course has been, line by line of the journal.
func (t *text) course(c *Course) {
	t.line("%s", c.Title)
	t.blank()
	t.fact("state", "%s: %s", c.last().State, c.last().Text)
	t.fact("who", "%s", c.Who)
	t.fact("when", "%s", t.moment(c.Began))
	t.fact("cluster", "%s  %s", c.Cluster.Context, c.Cluster.Server)
	t.fact("object", "%s %s", c.Target.Kind, c.Target)
	t.fact("course", "%s", c.ID)
	t.blank()
	t.line("Course")
	for _, l := range c.Lines {
		t.line("  %s  %-5s  %s", t.moment(l.At), l.State, l.Text)
	}
}
