package rollout

import (
	"fmt"
	"strconv"

	appsv1 "k8s.io/api/apps/v1"
)

func draftScale(m *move) error {
	was, wanted := desired(m.deployment), m.plan.Intent.Replicas
	if wanted < 0 {
		return fmt.Errorf("%d replicas cannot be: 0 or more", wanted)
	}
	if wanted == was {
		return fmt.Errorf("%s already has %s", m.ref(), count(int64(was), "replica"))
	}
	m.plan.Title = fmt.Sprintf("Scale %s to %s", m.ref(), count(int64(wanted), "replica"))
	m.plan.Action = "Scale"
	m.plan.Subresource = "scale"
	m.after.Spec.Replicas = &wanted
	m.command = []string{"scale", m.name(), "--replicas=" + strconv.Itoa(int(wanted))}
	m.effect(scaleEffect(was, wanted))
	if !settled(m.scene, m.book) && total(m.book) > 0 {
		m.note("a rollout is under way: the change is spread over its revisions in proportion")
	}
	if wanted == 0 {
		m.warn(fmt.Sprintf("nothing will serve: all %s of %s go", pods(total(m.book)), m.ref()))
	}
	m.warnGrowth(was, wanted)
	m.warn(autoscalerFights(m.scene, wanted)...)
	m.note(unseen(m.scene)...)
	m.fights("replicas")
	m.inverse(Intent{Verb: Scale, Replicas: was})
	return m.merge(map[string]any{"replicas": wanted})
}

func scaleEffect(was, wanted int32) string {
	if wanted > was {
		more := wanted - was
		noun := "pods"
		if more == 1 {
			noun = "pod"
		}
		return fmt.Sprintf("%d → %d: %d more %s", was, wanted, more, noun)
	}
	return fmt.Sprintf("%d → %d: %s %s", was, wanted, pods(was-wanted), goes(was-wanted))
}

func toldScale(p *Plan) string {
	return fmt.Sprintf("scaled %s %d → %d", p.Target(), desired(p.from.(*appsv1.Deployment)), p.Intent.Replicas)
}
