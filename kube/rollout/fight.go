package rollout

import (
	"fmt"
	"strings"

	"fader/kube"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// fights says who will fight the change: the tools that hold the Deployment to
// what is written elsewhere. about names what the verb changes, as their source
// would have it: "the pod template", "replicas".
func fights(s *scene, about string) []string {
	var warnings []string
	if text := managerFight(s, about); text != "" {
		warnings = append(warnings, text)
	}
	if _, applied := s.deployment.Annotations[corev1.LastAppliedConfigAnnotation]; applied {
		warnings = append(warnings, fmt.Sprintf("was made with kubectl apply: the next apply of its manifest sets %s again", about))
	}
	return warnings
}

func managerFight(s *scene, about string) string {
	m := s.domain().Manager
	name := m.Name
	if name != "" {
		name = " (" + name + ")"
	}
	switch m.Tool {
	case "":
		return applierFight(s, about)
	case "Flux":
		return fmt.Sprintf("managed by Flux%s: reverted at the next reconcile if its source sets %s", name, about)
	case "Argo CD":
		return fmt.Sprintf("managed by Argo CD%s: out of sync from now on, and reverted by self-heal or the next sync if its source sets %s", name, about)
	case "Helm":
		return fmt.Sprintf("managed by Helm%s: the next helm upgrade or rollback sets %s again", name, about)
	default:
		return fmt.Sprintf("managed by %s%s: may be reverted if its source sets %s", m.Tool, name, about)
	}
}

// applierFight names whoever applies the object server-side: a controller that
// no label gives away. kubectl's own apply is a person's and fights nobody.
func applierFight(s *scene, about string) string {
	for _, entry := range s.deployment.ManagedFields {
		if entry.Operation == metav1.ManagedFieldsOperationApply && entry.Subresource == "" &&
			entry.Manager != fieldManager && !strings.HasPrefix(entry.Manager, "kubectl") {
			return fmt.Sprintf("applied by %q (server-side apply): may be reverted if it sets %s", entry.Manager, about)
		}
	}
	return ""
}

// kedaLabel is on the autoscalers that KEDA makes for its ScaledObjects.
const kedaLabel = "scaledobject.keda.sh/name"

// autoscalerFights says what the autoscalers do to a Deployment that is scaled by hand.
func autoscalerFights(s *scene, wanted int32) []string {
	var warnings []string
	for i := range s.autoscalers {
		hpa := &s.autoscalers[i]
		low, high := int32(1), hpa.Spec.MaxReplicas
		if hpa.Spec.MinReplicas != nil {
			low = *hpa.Spec.MinReplicas
		}
		who := "HorizontalPodAutoscaler " + hpa.Name
		scaled := hpa.Labels[kedaLabel]
		if scaled != "" {
			who = fmt.Sprintf("KEDA's ScaledObject %s (through %s)", scaled, who)
		}
		text := fmt.Sprintf("%s (%d..%d) scales it: it will change replicas back within 15 s where its metrics say so", who, low, high)
		if blind := withoutMetrics(hpa); blind != "" {
			text = fmt.Sprintf("%s (%d..%d) has no metrics (%s): it does nothing while replicas stay in that range", who, low, high, blind)
		}
		switch {
		case wanted == 0:
			text = fmt.Sprintf("%s (%d..%d) scales it: 0 replicas disable the autoscaler until someone scales up again", who, low, high)
		case desired(s.deployment) == 0:
			text = fmt.Sprintf("%s (%d..%d) was disabled by 0 replicas: it takes over again", who, low, high)
		case wanted < low || wanted > high:
			text = fmt.Sprintf("%s keeps it between %d and %d: it will change replicas back within 15 s", who, low, high)
		}
		if scaled != "" {
			text += "; the annotation autoscaling.keda.sh/paused-replicas on the ScaledObject makes it stand still"
		}
		warnings = append(warnings, text)
	}
	return warnings
}

// withoutMetrics is why an autoscaler has no metrics to scale by, "" where it has.
func withoutMetrics(hpa *autoscalingv2.HorizontalPodAutoscaler) string {
	if a := kube.NewAutoscaler(hpa); a.NoMetrics {
		return a.Blind
	}
	return ""
}

// unseen is a note for what could not be looked at: not knowing is not none.
func unseen(s *scene) []string {
	if s.blind == "" {
		return nil
	}
	return []string{"not known whether an autoscaler scales it: " + s.blind}
}
