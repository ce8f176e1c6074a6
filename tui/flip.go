package tui

import (
	"fmt"
	"slices"
	"strings"

	"fader/kube"
	"fader/kube/rollout"
	"fader/views/fields"

	tea "charm.land/bubbletea/v2"
)

const noService = "no Service is under the cursor, and none selects this Deployment"

// askFlip opens the form of the new selector for the marked Services, or the one
// under the cursor, or those in front of the Deployment.
func (m *Model) askFlip() tea.Cmd {
	services := m.servicesMeant()
	if len(services) == 0 {
		m.say(warn, noService)
		return nil
	}
	if m.refuse() {
		return nil
	}
	var names []string
	var refs []kube.Ref
	for _, s := range services {
		names, refs = append(names, s.Ref.String()), append(refs, s.Ref)
	}
	choices := m.flipChoices(services)
	field := fields.Field{
		Name: "selector", Choices: choices,
		Hint: "now " + labelsText(services[0].Selector) + "; key=value sets a key, key- takes it out, a comma joins two",
	}
	if len(choices) > 0 {
		field.Value = choices[0].Value
	}
	const empty = "the selector is empty: write what is to change in it, like version=green"
	return m.fillOne("Flip "+strings.Join(names, ", "), field, empty, func(change string) []rollout.Intent {
		return onEach(rollout.Intent{Verb: rollout.Flip, Selector: change}, refs)
	})
}

// fillOne opens a form of one line, and plans what is wanted by it; empty says what
// is missing where nothing is.
func (m *Model) fillOne(title string, field fields.Field, empty string, wanted func(string) []rollout.Intent) tea.Cmd {
	return m.fill(fields.New(title, m.formFoot(), field), func(values []string) tea.Cmd {
		value := strings.TrimSpace(values[0])
		if value == "" {
			m.refill(empty)
			return nil
		}
		return m.planAll(wanted(value), "")
	})
}

// servicesMeant by the cursor or the marks.
func (m *Model) servicesMeant() []*kube.Service {
	wanted := m.meant(kube.KindService)
	about, ofDeployment := m.target()
	var found []*kube.Service
	for _, b := range m.snapshot.Backends {
		switch {
		case slices.Contains(wanted, b.Service.Ref):
			found = append(found, b.Service)
		case len(wanted) == 0 && ofDeployment && m.inFront(b.Service, about) && len(kube.FlipChoices(m.snapshot, b.Service)) > 0:
			found = append(found, b.Service)
		}
	}
	return found
}

// inFront says that the Service selects the Deployment's pods.
func (m *Model) inFront(s *kube.Service, of kube.Ref) bool {
	r := m.snapshot.Rollout(of)
	return r != nil && s.Ref.Namespace == of.Namespace && s.Selects(r.Deployment.TemplateLabels)
}

// flipChoices that all these Services have, as the first one ranks them.
func (m *Model) flipChoices(services []*kube.Service) []fields.Choice {
	var choices []fields.Choice
	for _, c := range kube.FlipChoices(m.snapshot, services[0]) {
		if m.allHave(services[1:], c.Change) {
			choices = append(choices, fields.Choice{Value: c.Change, Note: flipNote(c)})
		}
	}
	return choices
}

func (m *Model) allHave(services []*kube.Service, change string) bool {
	for _, s := range services {
		if !slices.ContainsFunc(kube.FlipChoices(m.snapshot, s), func(c kube.FlipChoice) bool { return c.Change == change }) {
			return false
		}
	}
	return true
}

func flipNote(c kube.FlipChoice) string {
	var names []string
	for _, r := range c.Rollouts {
		names = append(names, r.Ref().Name)
	}
	switch {
	case c.Others == 1:
		names = append(names, "1 pod of another")
	case c.Others > 1:
		names = append(names, fmt.Sprintf("%d pods of others", c.Others))
	}
	return fmt.Sprintf("%s, %d of %d ready", strings.Join(names, " and "), c.Ready, c.Desired)
}
