package tui

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"fader/kube"
	"fader/kube/rollout"
	"fader/views/fields"

	tea "charm.land/bubbletea/v2"
)

const noPod = "no pod is under the cursor: labels of single pods are set on the Pods page"

// askLabel opens the form of a label for the marked pods, or the one under the cursor.
func (m *Model) askLabel() tea.Cmd {
	pods := m.podsMeant()
	if len(pods) == 0 {
		m.say(warn, noPod)
		return nil
	}
	if m.refuse() {
		return nil
	}
	title := "Label " + pods[0].Ref.String()
	if len(pods) > 1 {
		title = fmt.Sprintf("Label %d pods", len(pods))
	}
	field := fields.Field{
		Name: "label", Choices: m.labelChoices(pods),
		Hint: "key=value sets it, key- removes it; Services that select by it gain or lose the pod",
	}
	var refs []kube.Ref
	for _, p := range pods {
		refs = append(refs, p.Ref)
	}
	const empty = "the label is empty: write key=value, or key- to remove it"
	return m.fillOne(title, field, empty, func(label string) []rollout.Intent {
		return onEach(rollout.Intent{Verb: rollout.Label, Label: label}, refs)
	})
}

// podsMeant by the cursor or the marks.
func (m *Model) podsMeant() []*kube.Pod {
	wanted := m.meant(kube.KindPod)
	if page, ok := m.top().page.(interface{ Pod() (kube.Ref, bool) }); ok {
		if ref, any := page.Pod(); any {
			wanted = []kube.Ref{ref}
		}
	}
	var found []*kube.Pod
	for _, p := range m.snapshot.Pods {
		if slices.Contains(wanted, p.Ref) {
			found = append(found, p)
		}
	}
	return found
}

// labelChoices are what takes the first of the pods out of the Services it is
// behind, and into those that it lacks one label for.
func (m *Model) labelChoices(pods []*kube.Pod) []fields.Choice {
	notes := map[string][]string{}
	for _, b := range m.snapshot.Backends {
		s := b.Service
		if s.Ref.Namespace != pods[0].Ref.Namespace || len(s.Selector) == 0 {
			continue
		}
		change, into := labelFor(s, pods[0].Labels)
		switch {
		case change == "":
		case into:
			notes[change] = append(notes[change], "into Service "+s.Ref.Name)
		default:
			notes[change] = append(notes[change], "out of Service "+s.Ref.Name)
		}
	}
	var choices []fields.Choice
	for _, change := range slices.Sorted(maps.Keys(notes)) {
		choices = append(choices, fields.Choice{Value: change, Note: strings.Join(notes[change], ", ")})
	}
	return choices
}

// labelFor is the one label that takes a pod into the Service or out of it; ""
// where it takes more than one. Out goes by the selector's most particular key:
// the last that is not the application's name.
func labelFor(s *kube.Service, labels map[string]string) (change string, into bool) {
	var missing []string
	keys := slices.Sorted(maps.Keys(s.Selector))
	for _, key := range keys {
		if labels[key] != s.Selector[key] {
			missing = append(missing, key+"="+s.Selector[key])
		}
	}
	switch len(missing) {
	case 0:
		return keys[len(keys)-1] + "-", false
	case 1:
		return missing[0], true
	}
	return "", false
}

// labelsText is a selector as kubectl writes it.
func labelsText(labels map[string]string) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		parts = append(parts, key+"="+labels[key])
	}
	return strings.Join(parts, ",")
}
