package e2e

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"unicode"

	"fader/kube"
	"fader/kube/cluster"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
	admissionv1 "k8s.io/api/admission/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// hostile is what a webhook says to paint over the screen that shows it: it
// names the window, clears the screen and turns the text round.
const hostile = "not \x1b]0;owned\x07\x1b[2J\u202eon a Friday"

// clean requires of a text that it can be shown as it is and still says its words.
func clean(t *testing.T, text string) {
	t.Helper()
	for _, r := range text {
		require.False(t, unicode.IsControl(r) || unicode.Is(unicode.Cf, r), "%q", text)
	}
	require.Contains(t, text, "on a Friday")
}

func allow() *admissionv1.AdmissionResponse { return &admissionv1.AdmissionResponse{Allowed: true} }

func deny(code int32) *admissionv1.AdmissionResponse {
	return &admissionv1.AdmissionResponse{Result: &metav1.Status{Message: hostile, Code: code}}
}

func isDryRun(r *admissionv1.AdmissionRequest) bool { return r.DryRun != nil && *r.DryRun }

// webhookDenies says no at once, or only when it is meant; with whatever code.
func webhookDenies(t *testing.T, s *site) {
	desk := s.gateway(s.kubeconfig())
	for _, code := range []int32{http.StatusForbidden, http.StatusConflict, http.StatusUnprocessableEntity} {
		t.Run(fmt.Sprint("the dry run ", code), func(t *testing.T) {
			s := s.in(t)
			name := fmt.Sprint("denies-", code)
			h := s.register(hook{name: name, answer: func(*admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse { return deny(code) }})
			d := s.create(deployment(name, 0, labelled("webhook", name)))
			plan, err := desk.Plan(t.Context(), rollout.Intent{Verb: rollout.Restart, Target: at(d)})
			require.NoError(t, err)
			blocked := plan.Blocked()
			require.NotNil(t, blocked)
			require.Equal(t, "server dry run", blocked.Name)
			require.Contains(t, blocked.Detail, "denied the request")
			clean(t, blocked.Detail)
			dry, _ := h.questions()
			require.Less(t, dry, 3, "a no is no reason to go on asking")

			receipt := desk.Execute(soon(t), plan, rollout.Confirmation{})
			require.Equal(t, rollout.Refused, receipt.Result)
			clean(t, receipt.Message)
			require.Zero(t, s.patches(d.Name))
			s.unchanged(d)
		})
		t.Run(fmt.Sprint("only what is meant ", code), func(t *testing.T) {
			s := s.in(t)
			name := fmt.Sprint("denies-it-", code)
			s.register(hook{name: name, answer: func(r *admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse {
				if isDryRun(r) {
					return allow()
				}
				return deny(code)
			}})
			d := s.create(deployment(name, 0, labelled("webhook", name)))
			plan := s.plan(desk, rollout.Intent{Verb: rollout.Restart, Target: at(d)})
			receipt := desk.Execute(soon(t), plan, rollout.Confirmation{})
			require.Equal(t, rollout.Refused, receipt.Result, receipt.Message)
			require.Contains(t, receipt.Message, "nothing was done")
			clean(t, receipt.Message)
			require.Equal(t, 1, s.patches(d.Name), "a no is no reason to send it again")
			s.unchanged(d)
		})
	}
	t.Run("the dry run of a pod's label", func(t *testing.T) {
		s := s.in(t)
		s.register(hook{name: "denies-pods", answer: func(*admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse {
			return deny(http.StatusUnprocessableEntity)
		}})
		pod, err := s.client.CoreV1().Pods(faults).Create(t.Context(), &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Name: "lone", Labels: map[string]string{"webhook": "denies-pods"}},
			Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "registry.example/main:v1"}}},
		}, metav1.CreateOptions{})
		require.NoError(t, err)
		plan, err := desk.Plan(t.Context(), rollout.Intent{
			Verb: rollout.Label, Label: "status=enabled",
			Target: kube.Ref{Kind: kube.KindPod, Namespace: faults, Name: pod.Name, UID: string(pod.UID)},
		})
		require.NoError(t, err)
		require.NotNil(t, plan.Blocked())
		clean(t, plan.Blocked().Detail)
	})
}

// webhookWarns lets the move through and says something about it. Of texts with
// control characters the API server itself passes nothing on; the others it does.
func webhookWarns(t *testing.T, s *site) {
	var mu sync.Mutex
	var warnings []string
	desk := s.gatewayOf(cluster.Options{Warn: func(text string) {
		mu.Lock()
		defer mu.Unlock()
		warnings = append(warnings, text)
	}}, s.kubeconfig())
	s.register(hook{name: "warns", answer: func(*admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse {
		return &admissionv1.AdmissionResponse{Allowed: true, Warnings: []string{hostile, "not \u202eon\u200b a \u2066Friday"}}
	}})
	d := s.create(deployment("warns", 0, labelled("webhook", "warns")))
	plan := s.plan(desk, rollout.Intent{Verb: rollout.Restart, Target: at(d)})
	receipt := desk.Execute(soon(t), plan, rollout.Confirmation{})
	require.Equal(t, rollout.Applied, receipt.Result, receipt.Message)
	mu.Lock()
	defer mu.Unlock()
	require.NotEmpty(t, warnings)
	for _, text := range warnings {
		clean(t, text)
	}
}

// webhookHangs does not answer in the second it is given.
func webhookHangs(t *testing.T, s *site) {
	desk := s.gateway(s.kubeconfig())
	t.Run("the dry run", func(t *testing.T) {
		s := s.in(t)
		s.register(hook{name: "hangs", answer: func(*admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse { return nil }})
		d := s.create(deployment("hangs", 0, labelled("webhook", "hangs")))
		plan, err := desk.Plan(t.Context(), rollout.Intent{Verb: rollout.Restart, Target: at(d)})
		require.NoError(t, err)
		require.NotNil(t, plan.Blocked())
		require.Contains(t, plan.Blocked().Detail, `failed calling webhook "hangs.faults.example"`)
		s.unchanged(d)
	})
	t.Run("what is meant", func(t *testing.T) {
		s := s.in(t)
		s.register(hook{name: "hangs-later", answer: func(r *admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse {
			if isDryRun(r) {
				return allow()
			}
			return nil
		}})
		d := s.create(deployment("hangs-later", 0, labelled("webhook", "hangs-later")))
		plan := s.plan(desk, rollout.Intent{Verb: rollout.Restart, Target: at(d)})
		receipt := desk.Execute(soon(t), plan, rollout.Confirmation{})
		require.Equal(t, rollout.Refused, receipt.Result, receipt.Message)
		require.Contains(t, receipt.Message, "nothing was done")
		require.Contains(t, receipt.Message, `failed calling webhook "hangs-later.faults.example"`)
		require.Equal(t, 1, s.patches(d.Name))
		s.unchanged(d)
	})
}

// webhookCannotRehearse has side effects, so the API server refuses dry runs: that
// is no denial. The plan says that none was made, and the move works.
func webhookCannotRehearse(t *testing.T, s *site) {
	desk := s.gateway(s.kubeconfig())
	h := s.register(hook{
		name: "acts", acts: true,
		answer: func(*admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse { return allow() },
	})
	d := s.create(deployment("acts", 0, labelled("webhook", "acts")))
	plan := s.plan(desk, rollout.Intent{Verb: rollout.Restart, Target: at(d)})
	require.Contains(t, plan.Checks[1].Name, "server dry run")
	require.Contains(t, plan.Checks[1].Detail, "skipped: ")
	require.Contains(t, plan.Checks[1].Detail, "does not support dry run")
	receipt := desk.Execute(soon(t), plan, rollout.Confirmation{})
	require.Equal(t, rollout.Applied, receipt.Result, receipt.Message)
	dry, real := h.questions()
	require.Equal(t, []int{0, 1}, []int{dry, real})
	require.Equal(t, d.Generation+1, s.get(d.Name).Generation)
}

// webhookChanges writes something more into what is sent.
func webhookChanges(t *testing.T, s *site) {
	change := func(*admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse {
		kind := admissionv1.PatchTypeJSONPatch
		return &admissionv1.AdmissionResponse{
			Allowed: true, PatchType: &kind,
			Patch: []byte(`[{"op":"add","path":"/spec/minReadySeconds","value":7}]`),
		}
	}
	x := s.proxy(t, true)
	desk := s.gateway(x.kubeconfig)
	for _, c := range []struct {
		name  string
		acts  bool
		fault fault
	}{
		{"changes", false, nil},
		// What it adds is no sign that somebody else was there, whether it was seen in
		// the dry run or not.
		{"changes-cut", false, cut},
		{"changes-acts-cut", true, cut},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := s.in(t)
			s.register(hook{name: c.name, mutating: true, acts: c.acts, answer: change})
			d := s.create(deployment(c.name, 0, labelled("webhook", c.name)))
			plan := s.plan(desk, rollout.Intent{Verb: rollout.Pause, Target: at(d)})
			if !c.acts {
				require.Contains(t, plan.Warnings, "admission would also change spec.minReadySeconds: (none) → 7")
			}
			x.on(c.fault)
			receipt := desk.Execute(soon(t), plan, rollout.Confirmation{})
			x.on(nil)
			require.Equal(t, rollout.Applied, receipt.Result, receipt.Message)
			require.Equal(t, 1, s.patches(d.Name))
			s.got(d.Name, func(d *appsv1.Deployment) bool { return d.Spec.Paused && d.Spec.MinReadySeconds == 7 })
		})
	}
}

// got requires something of a Deployment as it is now.
func (s *site) got(name string, what func(*appsv1.Deployment) bool) {
	s.t.Helper()
	d := s.get(name)
	require.True(s.t, what(d), "%+v", d.Spec)
}
