package tui

import (
	"fmt"
	"strings"

	"fader/keymap"
	"fader/kube"
	"fader/kube/rollout"
	"fader/views/fields"

	tea "charm.land/bubbletea/v2"
)

// askImage opens the form of images, one line for each container and one for the
// change-cause.
func (m *Model) askImage() tea.Cmd {
	r := m.onRollout()
	if r == nil {
		return nil
	}
	var lines []fields.Field
	for _, c := range r.Deployment.Containers {
		lines = append(lines, fields.Field{
			Name: c.Name, Value: c.Image, Choices: earlier(r, c.Name),
			Hint: "the images that its revisions had; or type another",
		})
	}
	lines = append(lines, fields.Field{Name: "change-cause", Hint: "why; empty names the images"})
	containers, target := r.Deployment.Containers, r.Ref()
	return m.fill(fields.New("Set the image of "+target.String(), m.formFoot(), lines...), func(values []string) tea.Cmd {
		var words []string
		for i, c := range containers {
			image := strings.TrimSpace(values[i])
			if strings.ContainsAny(image, " \t\n") || image == "" {
				m.refill(fmt.Sprintf("the image of %s is %q: give one without spaces", c.Name, kube.Clean(image)))
				return nil
			}
			if image != c.Image {
				words = append(words, c.Name+"="+image)
			}
		}
		if len(words) == 0 {
			m.refill("these are the images it has: change one")
			return nil
		}
		return m.planCmd(rollout.Intent{
			Verb: rollout.SetImage, Target: target, Images: strings.Join(words, " "), Cause: strings.TrimSpace(values[len(values)-1]),
		}, "")
	})
}

// earlier images of a container, the newest revision first, each once.
func earlier(r *kube.Rollout, container string) []fields.Choice {
	var choices []fields.Choice
	seen := map[string]bool{}
	for _, rev := range r.Revisions {
		for _, c := range rev.ReplicaSet.Containers {
			if c.Name != container || seen[c.Image] {
				continue
			}
			seen[c.Image] = true
			choices = append(choices, fields.Choice{Value: c.Image, Note: standing(rev)})
		}
	}
	return choices
}

// standing is what is worth knowing of a revision when one of its images is chosen.
func standing(rev *kube.Revision) string {
	note := fmt.Sprintf("revision %d", rev.ReplicaSet.Revision)
	if rev.New {
		note += " (now)"
	}
	if ready := rev.Ready(); ready > 0 {
		note += fmt.Sprintf(", %d ready", ready)
	} else if cause := rev.ReplicaSet.ChangeCause; cause != "" {
		note += fmt.Sprintf(", %q", cause)
	}
	return note
}

// newCauseForm asks for the change-cause of a plan.
func newCauseForm(p rollout.Plan) *fields.View {
	return fields.New("Why: "+p.Title, "enter shows the plan with it", fields.Field{
		Name: "change-cause", Value: p.Intent.Cause,
		Hint: "one line that the revision keeps: a ticket, a name, a reason",
	})
}

// formFoot says which keys a form has.
func (m *Model) formFoot() string {
	var parts []string
	for _, b := range m.opts.Keys.Of(keymap.FieldsInput) {
		if b.Short != "" {
			parts = append(parts, b.Keys[0]+" "+b.Short)
		}
	}
	return strings.Join(parts, "  ")
}
