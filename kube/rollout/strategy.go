package rollout

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"fader/kube"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// draftStrategy sets maxSurge and maxUnavailable: the way out of a rollout that
// waits for room that will not come.
func draftStrategy(m *move) error {
	if m.deployment.Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType {
		return fmt.Errorf("%s has the strategy Recreate, which has neither maxSurge nor maxUnavailable", m.ref())
	}
	rolling := m.after.Spec.Strategy.RollingUpdate
	if rolling == nil {
		rolling = &appsv1.RollingUpdateDeployment{}
		m.after.Spec.Strategy.RollingUpdate = rolling
	}
	was := *rolling
	if err := setBound("maxSurge", m.plan.Intent.MaxSurge, &rolling.MaxSurge); err != nil {
		return err
	}
	if err := setBound("maxUnavailable", m.plan.Intent.MaxUnavailable, &rolling.MaxUnavailable); err != nil {
		return err
	}
	if isZero(rolling.MaxSurge) && isZero(rolling.MaxUnavailable) {
		return fmt.Errorf("maxSurge and maxUnavailable cannot both be 0: no pod could ever be replaced")
	}
	if bound(was.MaxSurge) == bound(rolling.MaxSurge) && bound(was.MaxUnavailable) == bound(rolling.MaxUnavailable) {
		return fmt.Errorf("%s already has maxSurge %s and maxUnavailable %s", m.ref(), bound(was.MaxSurge), bound(was.MaxUnavailable))
	}
	m.plan.Title = fmt.Sprintf("Set the strategy of %s", m.ref())
	m.plan.Action = "Set strategy"
	m.describeStrategy()
	m.fights("the strategy")
	m.inverse(Intent{Verb: SetStrategy, MaxSurge: bound(was.MaxSurge), MaxUnavailable: bound(was.MaxUnavailable)})
	change := map[string]any{"strategy": map[string]any{"rollingUpdate": map[string]any{
		"maxSurge": rolling.MaxSurge, "maxUnavailable": rolling.MaxUnavailable,
	}}}
	asJSON, err := json.Marshal(map[string]any{"spec": change})
	if err != nil {
		return fmt.Errorf("write the strategy: %w", err)
	}
	m.command = []string{"patch", m.name(), "-p", string(asJSON)}
	return m.merge(change)
}

func (m *move) describeStrategy() {
	after := kube.NewDeployment(m.after)
	resolved := kube.ResolveStrategy(m.after.Spec.Strategy, desired(m.after))
	m.effect(fmt.Sprintf("from now on at most %s and at least %d available while pods are replaced", pods(resolved.AtMost), resolved.AtLeast))
	if resolved.Surge == 0 && !settled(m.scene, m.book) {
		m.effect("the rollout goes on at once: an old pod goes first, and its place and its GPUs are free for a new one")
	}
	if have := after.Replicas.Available; resolved.AtLeast < have && resolved.Surge == 0 {
		m.warn(fmt.Sprintf("capacity: while it rolls out, %d instead of %d may serve", resolved.AtLeast, have))
	}
	m.note("the pod template stays as it is: no new revision is made")
}

var boundForm = regexp.MustCompile(`^[0-9]+%?$`)

func setBound(name, text string, to **intstr.IntOrString) error {
	if text == "" {
		return nil
	}
	if !boundForm.MatchString(text) || len(text) > 9 {
		return fmt.Errorf("%s %q is neither a number nor a percentage: give one like 1 or 25%%", name, kube.Clean(text))
	}
	value := intstr.Parse(text)
	*to = &value
	return nil
}

// bound as it is written; 25% where it is unset, as the server has it.
func bound(v *intstr.IntOrString) string {
	if v == nil {
		return "25%"
	}
	return v.String()
}

func isZero(v *intstr.IntOrString) bool { return strings.TrimSuffix(bound(v), "%") == "0" }
