package e2e

import (
	"context"
	"os/exec"
	"path/filepath"
	"testing"

	"fader/kube/fade"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// TestCourses conducts courses on a real API server: what the scenario canary has
// for the shift and what follows it, and pairs of their own for the faults.
func TestCourses(t *testing.T) {
	t.Parallel() // most of it is waiting for rollouts
	p := up(t, "canary")
	config, err := clientcmd.BuildConfigFromFlags("", p.kubeconfig())
	require.NoError(t, err)
	config.QPS, config.Burst = 500, 1000
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)
	s := &site{practice: p, client: client}
	for _, c := range []struct {
		name string
		test func(*testing.T, *site)
	}{
		{"a shift under a load of readiness changes, and home", disturbedShift},
		{"stop, take back and abort", turnedRound},
		{"promote while the stable serves", promoted},
		{"hold in the middle of a rollout", held},
		{"without a terminal", conductedHeadless},
		{"F32 killed between the two writes", killedBetween},
		{"F32 the second write is forbidden", secondForbidden},
		{"F32 the second write meets another hand", secondConflicts},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, s.in(t)) })
	}
}

func disturbedShift(t *testing.T, s *site) {
	x := s.admin("shop", "checkout")
	c := x.shift(10, 0)
	g := x.gauge()
	run := x.start(c)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	times := make(chan int, 1)
	go func() { times <- x.disturb(ctx, g) }()
	p := x.end(run)
	cancel()
	disturbances := <-times
	require.Equal(t, fade.Done, p.State, p.Text)
	require.GreaterOrEqual(t, disturbances, 4)
	t.Logf("%d times a pod was made unready", disturbances)
	g.held(t, p)
	require.Len(t, p.Receipts, 6)
	require.Equal(t, [2]int32{0, 10}, x.replicas(x.pair()))

	home := x.end(x.start(fade.NewPromote(x.pair(), 1)))
	require.Equal(t, fade.Done, home.State, home.Text)
	g.held(t, home)
	pair := x.pair()
	require.Equal(t, [2]int32{9, 1}, x.replicas(pair))
	require.Equal(t, pair.Canary.Deployment.Images(), pair.Stable.Deployment.Images())
}

func turnedRound(t *testing.T, s *site) {
	x := s.admin(s.twins("turned", 5, 1, nil), "web")
	g := x.gauge()
	run := x.start(x.shift(6, fade.Forever))
	x.reach(run, "the first hold", func(p fade.Progress) bool { return p.State == fade.Holding })
	run.Stop()
	p := x.end(run)
	require.Equal(t, fade.Stopped, p.State)
	require.False(t, p.Unfinished, p.Text)
	require.Equal(t, [2]int32{3, 3}, x.replicas(x.pair()))

	run = x.start(x.shift(6, fade.Forever))
	x.reach(run, "the canary is raised", func(p fade.Progress) bool { return p.Canary.Desired == 6 })
	run.TakeBack()
	p = x.end(run)
	require.Equal(t, "taken back: stable 3, canary 3", p.Text)
	g.held(t, p)

	p = x.end(x.start(fade.NewAbort(x.pair())))
	require.Equal(t, "done: stable 6, canary 0", p.Text)
	g.held(t, p)
	require.Equal(t, [2]int32{6, 0}, x.replicas(x.pair()))
}

func promoted(t *testing.T, s *site) {
	x := s.admin(s.twins("promoted", 3, 3, map[string]string{"practice.fader/ready-after": "700ms"}), "web")
	g := x.gauge()
	p := x.end(x.start(fade.NewPromote(x.pair(), 1)))
	require.Equal(t, "done: stable 5, canary 1", p.Text)
	g.held(t, p)
	pair := x.pair()
	require.Equal(t, []string{"registry.example/web:v2"}, pair.Stable.Deployment.Images())
	require.Equal(t, [2]int32{5, 1}, x.replicas(pair))
}

func held(t *testing.T, s *site) {
	x := s.admin(s.twins("held", 6, 1, map[string]string{"practice.fader/ready-after": "2s"}), "web")
	target := x.pair().Stable
	s.kubectl("-n", x.namespace, "rollout", "pause", "deployment/web-stable")
	s.kubectl("-n", x.namespace, "set", "image", "deployment/web-stable", "web=registry.example/web:v3")
	c := fade.NewHold(target, 2)
	c.Paused = true
	p := x.end(x.start(c))
	require.Equal(t, fade.Done, p.State, p.Text)
	require.Contains(t, p.Text, "paused: ")
	require.GreaterOrEqual(t, p.Stable.Updated, int32(2))
	d, err := x.client.AppsV1().Deployments(x.namespace).Get(t.Context(), "web-stable", metav1.GetOptions{})
	require.NoError(t, err)
	require.True(t, d.Spec.Paused)
	require.Less(t, d.Status.UpdatedReplicas, int32(6), "in the middle")
	t.Logf("%s: %s", c.Title(), p.Text)
}

// killedBetween kills fader with -9 after the first write of a step; the next
// process finds the course and finishes it, or takes it back.
func killedBetween(t *testing.T, s *site) {
	namespace := s.twins("killed", 3, 1, map[string]string{"practice.fader/ready-after": "2s"})
	x := s.stand(s.kubeconfig(), namespace, "web", filepath.Join(s.dir, "state", "fader", "journal.jsonl"), nil)
	g := x.gauge()
	fader, _ := binaries(t)
	for _, c := range []struct {
		name string
		take func(fade.Course) fade.Course
		want [2]int32
	}{
		{"taken back", fade.Course.TakeBack, [2]int32{3, 1}},
		{"finished", func(c fade.Course) fade.Course { return c }, [2]int32{2, 2}},
	} {
		pair := x.pair()
		cmd := exec.Command(fader, "shift", "-n", namespace, "service/web", "--to", "2", "--yes")
		cmd.Env = append(cmd.Environ(), s.env()...)
		require.NoError(t, cmd.Start())
		s.until("the first write", func() bool { return x.replicas(pair) == [2]int32{3, 2} })
		running, err := x.runner.Unfinished()
		require.NoError(t, err)
		require.Empty(t, running, "a course that somebody conducts is not offered")
		require.NoError(t, cmd.Process.Kill())
		require.Error(t, cmd.Wait())

		left, err := x.runner.Unfinished()
		require.NoError(t, err)
		require.Len(t, left, 1)
		require.Equal(t, [2]int32{3, 2}, x.replicas(pair), "half-way")
		_, err = x.runner.Plan(soon(t), fade.NewAbort(x.pair()))
		require.ErrorContains(t, err, "left half-way")
		p := x.end(x.start(c.take(left[0].Course)))
		require.Equal(t, fade.Done, p.State, p.Text)
		require.Equal(t, c.want, x.replicas(pair), c.name)
		g.held(t, p)
		left, err = x.runner.Unfinished()
		require.NoError(t, err)
		require.Empty(t, left)
	}
}

// twins makes a namespace with a stable and a canary behind Service web, which roll
// out one pod at a time and whose pods are quick unless annotated otherwise, and
// waits until they are ready.
func (s *site) twins(namespace string, stable, canary int32, annotations map[string]string) string {
	s.t.Helper()
	_, err := s.client.CoreV1().Namespaces().Create(s.t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}, metav1.CreateOptions{})
	require.NoError(s.t, err)
	_, err = s.client.CoreV1().Services(namespace).Create(s.t.Context(), &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec:       corev1.ServiceSpec{Selector: map[string]string{"app": "web"}, Ports: []corev1.ServicePort{{Port: 80}}},
	}, metav1.CreateOptions{})
	require.NoError(s.t, err)
	for _, track := range []string{"stable", "canary"} {
		d := deployment("web-"+track, stable, func(d *appsv1.Deployment) {
			d.Namespace = namespace
			labels := map[string]string{"app": "web", "track": track}
			d.Spec.Selector.MatchLabels, d.Spec.Template.Labels = labels, labels
			one, none := intstr.FromInt32(1), intstr.FromInt32(0)
			d.Spec.Strategy.RollingUpdate = &appsv1.RollingUpdateDeployment{MaxSurge: &one, MaxUnavailable: &none}
			d.Spec.Template.Annotations = map[string]string{"practice.fader/pull-after": "200ms", "practice.fader/terminate-after": "300ms"}
			for k, v := range annotations {
				d.Spec.Template.Annotations[k] = v
			}
			c := &d.Spec.Template.Spec.Containers[0]
			c.Name, c.Image = "web", "registry.example/web:v1"
			if len(annotations) > 0 { // what loads is seen by its probe
				c.ReadinessProbe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{Exec: &corev1.ExecAction{Command: []string{"true"}}}}
			}
			if track == "canary" {
				d.Spec.Replicas, c.Image = &canary, "registry.example/web:v2"
			}
		})
		_, err := s.client.AppsV1().Deployments(namespace).Create(s.t.Context(), d, metav1.CreateOptions{})
		require.NoError(s.t, err)
	}
	s.until("the twins of "+namespace, func() bool {
		slices, err := s.client.DiscoveryV1().EndpointSlices(namespace).List(s.t.Context(), metav1.ListOptions{})
		if err != nil || len(slices.Items) == 0 {
			return false
		}
		ready := int32(0)
		for _, e := range slices.Items[0].Endpoints {
			if *e.Conditions.Ready {
				ready++
			}
		}
		return ready == stable+canary
	})
	return namespace
}
