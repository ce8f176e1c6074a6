package specimen

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/duration"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/client-go/kubernetes/fake"
)

func noon() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }

func TestTheSameSeedGivesTheSamePods(t *testing.T) {
	one := New(1, 300, "parity", noon())
	if !reflect.DeepEqual(one[:200], New(1, 200, "parity", noon())) {
		t.Error("the first pods depend on how many there are")
	}
	if reflect.DeepEqual(one, New(2, 300, "parity", noon())) {
		t.Error("another seed gives the same pods")
	}
}

func TestEveryFormIsThere(t *testing.T) {
	names, seen := map[string]bool{}, map[string]int{}
	all := New(1, 1000, "parity", noon())
	for _, s := range all {
		if names[s.Pod.Name] || len(validation.IsDNS1123Subdomain(s.Pod.Name)) > 0 {
			t.Errorf("pod name %q is bad or taken", s.Pod.Name)
		}
		names[s.Pod.Name] = true
		seen[s.Pod.Labels[formLabel]]++
		if s.Pod.Annotations[handsOff] == "" || s.Pod.Namespace != "parity" {
			t.Errorf("pod %s is not left alone", s.Pod.Name)
		}
		if s.Deleted != (len(s.Pod.Finalizers) > 0) {
			t.Errorf("pod %s: deleted %v with finalizers %v", s.Pod.Name, s.Deleted, s.Pod.Finalizers)
		}
		if gated := len(s.Pod.Spec.SchedulingGates) > 0; gated && s.Pod.Spec.NodeName != "" {
			t.Errorf("pod %s is on a node and gated", s.Pod.Name)
		}
	}
	for _, f := range forms() {
		if seen[f.name] < 15 {
			t.Errorf("only %d pods of form %s", seen[f.name], f.name)
		}
	}
}

// TestFormsAreWhatTheyAreCalled checks the forms whose point is easily lost.
func TestFormsAreWhatTheyAreCalled(t *testing.T) {
	for _, s := range New(7, 1000, "parity", noon()) {
		status := s.Pod.Status
		switch form := s.Pod.Labels[formLabel]; form {
		case "completed-beside-ready", "completed-beside-unready", "completed-beside-error":
			if status.ContainerStatuses[0].State.Running == nil || status.ContainerStatuses[1].State.Terminated.Reason != "Completed" {
				t.Errorf("%s: %+v", form, status.ContainerStatuses)
			}
		case "init-running":
			if running(status.InitContainerStatuses) != 1 {
				t.Errorf("%s: %+v", form, status.InitContainerStatuses)
			}
		case "sidecar-ready", "sidecar-starting":
			if running(status.InitContainerStatuses) != 1 || !strings.Contains(kinds(s.Pod), "Always") {
				t.Errorf("%s: %+v", form, status.InitContainerStatuses)
			}
		case "deleted-succeeded", "deleted-failed":
			if !s.Deleted || (status.Phase != corev1.PodSucceeded && status.Phase != corev1.PodFailed) {
				t.Errorf("%s: deleted %v in phase %s", form, s.Deleted, status.Phase)
			}
		case "restarted-undated":
			for _, c := range status.ContainerStatuses {
				if end := c.LastTerminationState.Terminated; end != nil && !end.FinishedAt.IsZero() {
					t.Errorf("%s: %+v", form, end)
				}
			}
		}
	}
}

func running(statuses []corev1.ContainerStatus) (n int) {
	for _, status := range statuses {
		if status.State.Running != nil {
			n++
		}
	}
	return n
}

// kinds lists the restart policies of the init containers.
func kinds(pod *corev1.Pod) string {
	var all []string
	for _, c := range pod.Spec.InitContainers {
		if c.RestartPolicy != nil {
			all = append(all, string(*c.RestartPolicy))
		}
	}
	return strings.Join(all, " ")
}

func TestDatesStayTheSameForHalfAMinute(t *testing.T) {
	for _, s := range New(3, 1000, "parity", noon()) {
		for _, c := range append(s.Pod.Status.ContainerStatuses, s.Pod.Status.InitContainerStatuses...) {
			end := c.LastTerminationState.Terminated
			if end == nil || end.FinishedAt.IsZero() {
				continue
			}
			before := noon().Sub(end.FinishedAt.Time)
			if now, later := duration.HumanDuration(before), duration.HumanDuration(before+29*time.Second); now != later {
				t.Errorf("pod %s: %s becomes %s", s.Pod.Name, now, later)
			}
		}
	}
}

func TestCreate(t *testing.T) {
	ctx := context.Background()
	// The fake has no controller that makes the service account.
	client := fake.NewClientset(&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "default", Namespace: "parity"}})
	all := New(1, 60, "parity", noon())
	if err := Create(ctx, client, "parity", all); err != nil {
		t.Fatal(err)
	}
	deleted := 0
	for _, action := range client.Actions() {
		if action.Matches("delete", "pods") {
			deleted++
		}
	}
	if deleted == 0 {
		t.Error("no pod was deleted")
	}
	made, err := client.CoreV1().Nodes().Get(ctx, node, metav1.GetOptions{})
	if err != nil || !made.Spec.Unschedulable {
		t.Errorf("node %+v, %v: it must take no other pod", made, err)
	}
	if err := Create(ctx, client, "parity", all); err == nil || strings.Count(err.Error(), "already exists") != 1 {
		t.Errorf("made twice: %v", err)
	}
}
