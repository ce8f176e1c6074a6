package e2e

import (
	"maps"
	"testing"

	"fader/kube"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// front makes a Service, and returns it.
func (s *site) front(name string, selector map[string]string, change ...func(*corev1.Service)) *corev1.Service {
	s.t.Helper()
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: faults, Name: name},
		Spec:       corev1.ServiceSpec{Selector: selector, Ports: []corev1.ServicePort{{Name: "http", Port: 80, TargetPort: intstr.FromInt32(8080)}}},
	}
	for _, do := range change {
		do(service)
	}
	made, err := s.client.CoreV1().Services(faults).Create(s.t.Context(), service, metav1.CreateOptions{})
	require.NoError(s.t, err)
	return made
}

func (s *site) selector(name string) map[string]string {
	s.t.Helper()
	service, err := s.client.CoreV1().Services(faults).Get(s.t.Context(), name, metav1.GetOptions{})
	require.NoError(s.t, err)
	return service.Spec.Selector
}

// colour is a Deployment of two pods with that label beside "app".
func colour(app, value string, more ...string) *appsv1.Deployment {
	d := deployment(app+"-"+value, 2)
	labels := map[string]string{"app": app, "version": value}
	for i := 0; i < len(more); i += 2 {
		labels[more[i]] = more[i+1]
	}
	d.Spec.Selector.MatchLabels, d.Spec.Template.Labels = labels, maps.Clone(labels)
	return d
}

// never makes the pods of a Deployment not ready for ever.
func never(d *appsv1.Deployment) *appsv1.Deployment {
	d.Spec.Template.Spec.Containers[0].Image = "registry.example/that-image-does-not-exist:v1"
	return d
}

func (s *site) ready(name string, n int32) {
	s.t.Helper()
	s.until(name+" ready", func() bool { return s.get(name).Status.ReadyReplicas == n })
}

func flipTo(service *corev1.Service, change string) rollout.Intent {
	return rollout.Intent{
		Verb: rollout.Flip, Selector: change,
		Target: kube.Ref{Kind: kube.KindService, Namespace: faults, Name: service.Name, UID: string(service.UID)},
	}
}

// flipToNobody (F30): no pods behind the new selector, or none ready, or no
// selector at all.
func flipToNobody(t *testing.T, s *site) {
	desk := s.gateway(s.kubeconfig())
	s.create(colour("thirty", "blue"))
	s.create(never(colour("thirty", "green")))
	s.ready("thirty-blue", 2)
	blue := map[string]string{"app": "thirty", "version": "blue"}
	service := s.front("thirty", blue)
	for name, test := range map[string]struct{ change, why string }{
		"no pod matches":       {"version=grey", "no pod matches app=thirty,version=grey"},
		"matching and unready": {"version=green", "0 of 2 pods matching app=thirty,version=green are ready, and 2 are needed"},
		"a key nobody has":     {"track=stable", "no pod matches app=thirty,track=stable,version=blue"},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := desk.Plan(soon(t), flipTo(service, test.change))
			require.NoError(t, err)
			require.Contains(t, plan.Blocked().Detail, test.why)
			receipt := desk.Execute(soon(t), plan, rollout.Confirmation{})
			require.Equal(t, rollout.Refused, receipt.Result)
			require.Equal(t, blue, s.selector("thirty"))
		})
	}
	for name, test := range map[string]struct {
		service *corev1.Service
		why     string
	}{
		"no selector": {s.front("thirty-bare", nil), "has no selector"},
		"an alias": {s.front("thirty-alias", nil, func(s *corev1.Service) {
			s.Spec.Type, s.Spec.ExternalName = corev1.ServiceTypeExternalName, "elsewhere.example"
		}), "is an ExternalName Service"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := desk.Plan(soon(t), flipTo(test.service, "version=green"))
			require.ErrorContains(t, err, test.why)
		})
	}
	t.Run("headless", func(t *testing.T) {
		service := s.front("thirty-headless", map[string]string{"app": "thirty", "version": "green"}, func(s *corev1.Service) { s.Spec.ClusterIP = corev1.ClusterIPNone })
		plan, err := desk.Plan(soon(t), flipTo(service, "version=blue"))
		require.NoError(t, err)
		require.Nil(t, plan.Blocked())
		require.Contains(t, plan.Warnings[0], "a headless Service")
	})
	t.Run("ready at the preview and not at the confirmation", func(t *testing.T) {
		back := s.front("thirty-late", map[string]string{"app": "thirty", "version": "green"})
		plan, err := desk.Plan(soon(t), flipTo(back, "version=blue"))
		require.NoError(t, err)
		require.Nil(t, plan.Blocked())
		s.edit("thirty-blue", func(d *appsv1.Deployment) { d.Spec.Replicas = new(int32) })
		s.ready("thirty-blue", 0)
		receipt := desk.Execute(soon(t), plan, rollout.Confirmation{})
		require.Equal(t, rollout.Refused, receipt.Result)
		require.Contains(t, receipt.Message, "since the preview")
		require.Equal(t, "green", s.selector("thirty-late")["version"])
	})
}

// flipWithLeftovers (F31): an old key that the new pods do not have, two Services
// on one label, and a hand between preview and confirm.
func flipWithLeftovers(t *testing.T, s *site) {
	desk := s.gateway(s.kubeconfig())
	s.create(colour("thirtyone", "blue", "release", "r1"))
	s.create(colour("thirtyone", "green"))
	s.ready("thirtyone-blue", 2)
	s.ready("thirtyone-green", 2)
	old := map[string]string{"app": "thirtyone", "version": "blue", "release": "r1"}
	web, api := s.front("thirtyone-web", old), s.front("thirtyone-api", old)

	plan, err := desk.Plan(soon(t), flipTo(web, "version=green"))
	require.NoError(t, err)
	require.Contains(t, plan.Blocked().Detail, "2 pods would match without release=r1 (take it out with release-)")

	plan, err = desk.Plan(soon(t), flipTo(web, "version=green,release-"))
	require.NoError(t, err)
	require.Nil(t, plan.Blocked())
	require.Contains(t, plan.Warnings[0], "Service thirtyone-api selects the same pods and stays behind")
	labels := func(change func(*corev1.Service)) {
		service, err := s.client.CoreV1().Services(faults).Get(t.Context(), "thirtyone-web", metav1.GetOptions{})
		require.NoError(t, err)
		change(service)
		_, err = s.client.CoreV1().Services(faults).Update(t.Context(), service, metav1.UpdateOptions{FieldManager: "somebody"})
		require.NoError(t, err)
	}
	labels(func(s *corev1.Service) { s.Spec.Selector["zone"] = "a" })
	receipt := desk.Execute(soon(t), plan, rollout.Confirmation{})
	require.Equal(t, rollout.Conflict, receipt.Result, receipt.Message)
	require.Contains(t, receipt.Message, "spec.selector.zone")
	labels(func(s *corev1.Service) { delete(s.Spec.Selector, "zone") })

	batch := desk.PlanAll(soon(t), []rollout.Intent{flipTo(web, "version=green,release-"), flipTo(api, "version=green,release-")})
	require.Nil(t, batch.Preview().Blocked())
	for _, receipt := range desk.ExecuteAll(soon(t), batch, rollout.Confirmation{}, 0, nil) {
		require.Equal(t, rollout.Applied, receipt.Result, receipt.Message)
	}
	green := map[string]string{"app": "thirtyone", "version": "green"}
	require.Equal(t, green, s.selector("thirtyone-web"))
	require.Equal(t, green, s.selector("thirtyone-api"))
	for _, receipt := range desk.LastMoves() {
		back, err := desk.Plan(soon(t), *receipt.Plan.Inverse)
		require.NoError(t, err)
		require.Equal(t, rollout.Applied, desk.Execute(soon(t), back, rollout.Confirmation{}).Result)
	}
	require.Equal(t, old, s.selector("thirtyone-web"), "the whole old selector comes back")
	require.Equal(t, old, s.selector("thirtyone-api"))
}
