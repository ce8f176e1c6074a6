package main

import (
	"fmt"
	"io"
	"strings"

	"fader/kube/rollout"
	"fader/views/box"
)

// show prints the plan before anything is asked or done. With -o it belongs into
// the document, and a person who is asked gets it beside.
func (m *mover) show(batch rollout.Batch) error {
	to := m.out
	if m.flags.output != "" {
		if !m.flags.executes() || !m.asks() {
			return nil
		}
		to = m.err
	}
	preview, err := redacted(batch.Preview())
	if err != nil {
		return err
	}
	if m.flags.dryRun == "client" {
		preview.Checks = nil
	}
	return printPlan(to, preview)
}

// asks says that a person will be asked.
func (m *mover) asks() bool { return m.interactive && !m.flags.yes && m.flags.confirm == "" }

// tell prints a receipt as it comes. Of one object, only what was done: what was
// not is the command's error.
func (m *mover) tell(r rollout.Receipt) {
	switch {
	case m.flags.output != "":
	case !m.single():
		fmt.Fprintf(m.out, "%-8s  %s\n", r.Result, r.Message)
	case r.Result == rollout.Applied:
		fmt.Fprintln(m.out, r.Message)
	}
}

// print writes the documents, where a form was asked for.
func (m *mover) print(docs []document, err error) error {
	if err != nil || m.flags.output == "" {
		return err
	}
	if m.single() {
		return writeAs(m.out, m.flags.output, docs[0])
	}
	return writeAs(m.out, m.flags.output, map[string][]document{"moves": docs})
}

// printPlan prints a plan as the dialog of the desk shows it.
func printPlan(w io.Writer, p rollout.Plan) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s · %s · %s\n", p.Title, p.Cluster, p.Cluster.Server)
	lines := func(head string, texts []string) {
		for i, text := range texts {
			if i > 0 {
				head = ""
			}
			b.WriteString("  " + box.Fit(head, 10) + text + "\n")
		}
	}
	lines("Changes", changesOf(p))
	lines("Effect", p.Effect)
	lines("Note", p.Notes)
	lines("Warning", p.Warnings)
	passed, refused := checksOf(p)
	lines("Checked", passed)
	lines("Refused", refused)
	if p.Kubectl != "" {
		lines("kubectl", strings.Split(p.Kubectl, "\n"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func changesOf(p rollout.Plan) []string {
	var texts []string
	for _, c := range p.Changes {
		texts = append(texts, fmt.Sprintf("%s   %s → %s", c.Path, orNone(c.Before), orNone(c.After)))
	}
	return texts
}

func orNone(value string) string {
	if value == "" {
		return "(none)"
	}
	return value
}

// checksOf are the checks that passed, and the one that did not.
func checksOf(p rollout.Plan) (passed, refused []string) {
	for _, c := range p.Checks {
		text := c.Name
		if c.Detail != "" {
			text += ": " + c.Detail
		}
		if c.Passed {
			passed = append(passed, text)
		} else {
			refused = append(refused, text)
		}
	}
	return passed, refused
}
