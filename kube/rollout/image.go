package rollout

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// draftImage sets images of containers, each found by its name.
func draftImage(m *move) error {
	wanted, err := parseImages(m.plan.Intent.Images)
	if err != nil {
		return err
	}
	var steps []operation
	var words, told []string
	for _, w := range wanted {
		path, container := m.container(w.container)
		if container == nil {
			return fmt.Errorf("%s has no container %q: it has %s", m.ref(), w.container, strings.Join(m.containers(), ", "))
		}
		if container.Image == w.image {
			continue
		}
		container.Image = w.image
		steps = append(steps, operation{Op: "replace", Path: path + "/image", Value: w.image})
		words = append(words, w.container+"="+w.image)
		told = append(told, w.container+" "+w.image)
	}
	if len(steps) == 0 {
		return fmt.Errorf("%s already has %s", m.ref(), strings.Join(strings.Fields(m.plan.Intent.Images), " and "))
	}
	m.plan.Intent.Images = strings.Join(words, " ")
	if m.plan.Intent.Cause == "" {
		m.plan.Intent.Cause = "image " + strings.Join(told, ", ")
	}
	m.plan.Title = fmt.Sprintf("Set the image of %s", m.ref())
	m.plan.Action = "Set image"
	m.command = append([]string{"set", "image", m.name()}, words...)
	m.describeTemplate()
	steps = append(steps, m.causeStep()...)
	m.fights("the image")
	m.back(m.deployment.Spec.Paused)
	m.plan.PatchType, m.plan.Patch, err = jsonPatch(m.target, steps...)
	return err
}

// container of the wanted template by name, with its JSON pointer; nil for none.
func (m *move) container(name string) (path string, found *corev1.Container) {
	spec := &m.after.Spec.Template.Spec
	for i := range spec.Containers {
		if spec.Containers[i].Name == name {
			return fmt.Sprintf("/spec/template/spec/containers/%d", i), &spec.Containers[i]
		}
	}
	for i := range spec.InitContainers {
		if spec.InitContainers[i].Name == name {
			return fmt.Sprintf("/spec/template/spec/initContainers/%d", i), &spec.InitContainers[i]
		}
	}
	return "", nil
}

// containers are the names a person may mean, init containers last.
func (m *move) containers() []string {
	var names []string
	spec := &m.deployment.Spec.Template.Spec
	for i := range spec.Containers {
		names = append(names, spec.Containers[i].Name)
	}
	for i := range spec.InitContainers {
		names = append(names, spec.InitContainers[i].Name)
	}
	return names
}

// describeTemplate says what happens to the pods when the template becomes what
// the move makes it: a new revision, or an old one that has the same template.
func (m *move) describeTemplate() {
	if m.deployment.Spec.Paused {
		m.effect("it is paused: no pod changes until it is resumed")
		return
	}
	if twin := m.book.with(&m.after.Spec.Template); twin != nil {
		m.effect(replacement(m.scene, m.book, twin)...)
		m.note(fmt.Sprintf("%s has this very template: it comes back and is renumbered %d", twin, m.book.next()))
	} else {
		m.effect(replacement(m.scene, m.book, nil)...)
	}
	m.warn(recreateWarning(m.scene)...)
	if !settled(m.scene, m.book) && total(m.book) > 0 {
		m.warn("a rollout is under way: it is replaced by this one, half-way as it is")
	}
	m.forecast()
}

// causeStep writes the intent's change-cause beside the template.
func (m *move) causeStep() []operation {
	cause := m.plan.Intent.Cause
	if cause == "" || m.after.Annotations[changeCauseAnnotation] == cause {
		return nil
	}
	if len(m.deployment.Annotations) == 0 {
		m.after.Annotations = map[string]string{changeCauseAnnotation: cause}
		return []operation{{Op: "add", Path: "/metadata/annotations", Value: m.after.Annotations}}
	}
	m.after.Annotations[changeCauseAnnotation] = cause
	return []operation{{Op: "add", Path: "/metadata/annotations/" + pointer(changeCauseAnnotation), Value: cause}}
}

// imageOf is one assignment of an intent.
type imageOf struct{ container, image string }

// parseImages reads "model=fraud:v3 sidecar=proxy:2".
func parseImages(text string) ([]imageOf, error) {
	var wanted []imageOf
	seen := map[string]bool{}
	for _, word := range strings.Fields(text) {
		container, image, ok := strings.Cut(word, "=")
		if !ok || container == "" || image == "" {
			return nil, fmt.Errorf("%q sets no image: write CONTAINER=IMAGE, like model=fraud:v3", word)
		}
		if seen[container] {
			return nil, fmt.Errorf("container %q is given two images: give it one", container)
		}
		seen[container] = true
		wanted = append(wanted, imageOf{container, image})
	}
	if len(wanted) == 0 {
		return nil, fmt.Errorf("no image is given: write CONTAINER=IMAGE, like model=fraud:v3")
	}
	return wanted, nil
}

func toldImage(p *Plan) string { return fmt.Sprintf("set %s on %s", p.Intent.Images, p.Target()) }
