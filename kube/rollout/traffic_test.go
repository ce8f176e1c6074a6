package rollout

import (
	"encoding/json"
	"fmt"
	"testing"

	"fader/kube"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// The world of these tests is Service shop/web in front of blue pods, with green
// ones beside.

func web(adjust ...func(*corev1.Service)) *corev1.Service {
	s := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web", UID: "s-1", ResourceVersion: "200"},
		Spec:       corev1.ServiceSpec{ClusterIP: "10.0.0.1", Selector: map[string]string{"app": "web", "version": "blue"}},
	}
	for _, f := range adjust {
		f(s)
	}
	return s
}

func coloured(colour string, i int, ready bool, adjust ...func(*corev1.Pod)) *corev1.Pod {
	status := corev1.ConditionFalse
	if ready {
		status = corev1.ConditionTrue
	}
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "shop", Name: fmt.Sprintf("%s-%d", colour, i), UID: types.UID(fmt.Sprintf("p-%s-%d", colour, i)), ResourceVersion: "300",
			Labels:          map[string]string{"app": "web", "version": colour, "status": "enabled", "pod-template-hash": "1"},
			OwnerReferences: []metav1.OwnerReference{{Kind: "ReplicaSet", Name: "web-" + colour + "-1", UID: types.UID("rs-" + colour), Controller: new(true)}},
		},
		Spec:   corev1.PodSpec{Containers: []corev1.Container{{Name: "web", Ports: []corev1.ContainerPort{{Name: "http"}}}}},
		Status: corev1.PodStatus{Phase: corev1.PodRunning, Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: status}}},
	}
	for _, f := range adjust {
		f(p)
	}
	return p
}

func colours(blue, green []bool) []*corev1.Pod {
	var pods []*corev1.Pod
	for i, ready := range blue {
		pods = append(pods, coloured("blue", i, ready))
	}
	for i, ready := range green {
		pods = append(pods, coloured("green", i, ready))
	}
	return pods
}

func front(s *corev1.Service, pods []*corev1.Pod, others ...*corev1.Service) *scene {
	colour := func(name string) *appsv1.Deployment {
		d := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web-" + name}}
		d.Spec.Template.Labels = map[string]string{"app": "web", "version": name}
		return d
	}
	return &scene{
		target: s, pods: pods, services: append(others, s),
		deployments: []*appsv1.Deployment{colour("blue"), colour("green")},
	}
}

func flipPlan(t *testing.T, s *scene, change string, adjust ...func(*Intent)) (Plan, error) {
	intent := Intent{Verb: Flip, Target: kube.Ref{Kind: kube.KindService, Namespace: "shop", Name: "web"}, Selector: change}
	for _, f := range adjust {
		f(&intent)
	}
	return draft(s, intent, practice(), noon())
}

var yes3 = []bool{true, true, true}

func TestFlipReplacesTheWholeSelectorAndTestsTheOldOne(t *testing.T) {
	p, err := flipPlan(t, front(web(), colours(yes3, yes3)), "version=green")
	require.NoError(t, err)
	require.Nil(t, p.Blocked())
	require.Equal(t, "Flip shop/web to version=green", p.Title)
	require.Equal(t, []Change{{"spec.selector.version", "blue", "green"}}, p.Changes)
	require.Equal(t, "traffic goes from web-blue (3 of 3 pods ready) to web-green (3 of 3 pods ready)", p.Effect[0])
	require.Equal(t, "kubectl --context prod-eu -n shop set selector service web app=web,version=green", p.Kubectl)
	require.Equal(t, "version=blue", p.Inverse.Selector)
	var steps []operation
	require.NoError(t, json.Unmarshal(p.Patch, &steps))
	require.Equal(t, []operation{
		{"test", pathUID, "s-1"},
		{"test", pathResourceVersion, "200"},
		{"test", "/spec/selector", map[string]any{"app": "web", "version": "blue"}},
		{"replace", "/spec/selector", map[string]any{"app": "web", "version": "green"}},
	}, steps)
}

func TestTheGateOfAFlip(t *testing.T) {
	named := func(s *corev1.Service) {
		s.Spec.Ports = []corev1.ServicePort{{TargetPort: intstr.FromString("grpc")}}
	}
	leftover := func(s *corev1.Service) { s.Spec.Selector["release"] = "r1" }
	released := colours(nil, yes3)
	for i := range 3 {
		released = append(released, coloured("blue", i, true, func(p *corev1.Pod) { p.Labels["release"] = "r1" }))
	}
	ending := colours(yes3, []bool{true, true})
	gone := metav1.NewTime(noon())
	ending = append(ending, coloured("green", 2, true, func(p *corev1.Pod) { p.DeletionTimestamp = &gone }))
	for name, test := range map[string]struct {
		scene  *scene
		change string
		want   string // "" passes
	}{
		"as many ready":        {front(web(), colours(yes3, yes3)), "version=green", ""},
		"nothing serves now":   {front(web(), colours(nil, []bool{true})), "version=green", ""},
		"fewer ready":          {front(web(), colours(yes3, []bool{true, true, false})), "version=green", "2 of 3 pods matching app=web,version=green are ready, and 3 are needed (3 are ready behind the Service now)"},
		"matching but unready": {front(web(), colours(nil, []bool{false, false})), "version=green", "0 of 2 pods matching app=web,version=green are ready, and 1 are needed (0 are ready behind the Service now)"},
		"none matches":         {front(web(), colours(yes3, nil)), "version=grey", "no pod matches app=web,version=grey"},
		"being deleted":        {front(web(), ending), "version=green", "2 of 3 pods matching app=web,version=green are ready, and 3 are needed (3 are ready behind the Service now)"},
		"a leftover key":       {front(web(leftover), released), "version=green", "no pod matches app=web,release=r1,version=green: 3 pods would match without release=r1 (take it out with release-)"},
		"leftover taken out":   {front(web(leftover), released), "version=green,release-", ""},
		"no such port":         {front(web(named), colours(nil, yes3)), "version=green", "0 of 3 pods matching app=web,version=green are ready, and 1 are needed (0 are ready behind the Service now); 3 pods do not have port grpc"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := flipPlan(t, test.scene, test.change)
			require.NoError(t, err)
			if test.want == "" {
				require.Nil(t, p.Blocked())
				require.Empty(t, stillReady(test.scene, &p))
				return
			}
			require.Equal(t, test.want, p.Blocked().Detail)
			require.True(t, p.Overrule, "typing the name overrules the gate")
			require.Contains(t, stillReady(test.scene, &p), test.want, "and it is asked again at the last moment")
			overruled, err := flipPlan(t, test.scene, test.change, func(i *Intent) { i.Unready = true })
			require.NoError(t, err)
			require.Nil(t, overruled.Blocked())
			require.Contains(t, overruled.Warnings, "overruled: "+test.want)
		})
	}
}

func container(ports ...corev1.ContainerPort) []corev1.Container {
	return []corev1.Container{{Name: "web", Ports: ports}}
}

func TestAFlipNeedsThePortsThatTheServiceHasToday(t *testing.T) {
	asks := func(names ...string) func(*corev1.Service) {
		return func(s *corev1.Service) {
			for _, name := range names {
				s.Spec.Ports = append(s.Spec.Ports, corev1.ServicePort{Name: name, TargetPort: intstr.FromString(name)})
			}
		}
	}
	headless := func(s *corev1.Service) { s.Spec.ClusterIP = corev1.ClusterIPNone }
	gives := func(pods []*corev1.Pod, colour string, change func(*corev1.Pod)) []*corev1.Pod {
		for _, p := range pods {
			if p.Labels["version"] == colour {
				change(p)
			}
		}
		return pods
	}
	udp := func(p *corev1.Pod) {
		p.Spec.Containers = container(corev1.ContainerPort{Name: "http", Protocol: corev1.ProtocolUDP})
	}
	inInit := func(policy *corev1.ContainerRestartPolicy) func(*corev1.Pod) {
		return func(p *corev1.Pod) {
			p.Spec.InitContainers, p.Spec.Containers = container(corev1.ContainerPort{Name: "http"}), container()
			p.Spec.InitContainers[0].RestartPolicy = policy
		}
	}
	web2 := func(p *corev1.Pod) { p.Spec.Containers = container(corev1.ContainerPort{Name: "web"}) }
	const short = "0 of 3 pods matching app=web,version=green are ready, and 3 are needed (3 are ready behind the Service now); 3 pods do not have port http"
	for name, c := range map[string]struct {
		service *corev1.Service
		pods    []*corev1.Pod
		want    string
	}{
		"the same name":                     {web(asks("http")), colours(yes3, yes3), ""},
		"renamed":                           {web(asks("http")), gives(colours(yes3, yes3), "green", web2), short},
		"the same name, another protocol":   {web(asks("http")), gives(colours(yes3, yes3), "green", udp), short},
		"of a sidecar":                      {web(asks("http")), gives(colours(yes3, yes3), "green", inInit(new(corev1.ContainerRestartPolicyAlways))), ""},
		"of an init container that is done": {web(asks("http")), gives(colours(yes3, yes3), "green", inInit(nil)), short},
		"a port that nobody has today":      {web(asks("http", "metrics")), colours(yes3, yes3), ""},
		"headless":                          {web(asks("http"), headless), gives(colours(yes3, yes3), "green", web2), ""},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := flipPlan(t, front(c.service, c.pods), "version=green")
			require.NoError(t, err)
			if c.want == "" {
				require.Nil(t, p.Blocked())
				return
			}
			require.Equal(t, c.want, p.Blocked().Detail)
		})
	}
}

func TestAFlipNamesTheOwnersOfThePods(t *testing.T) {
	owner := func(kind, name string) func(*corev1.Pod) {
		return func(p *corev1.Pod) {
			p.OwnerReferences = []metav1.OwnerReference{{Kind: kind, Name: name, Controller: new(true)}}
		}
	}
	nobody := func(p *corev1.Pod) { p.OwnerReferences = nil }
	pods := append(colours(yes3[:2], nil),
		coloured("blue", 5, true, owner("StatefulSet", "store")), coloured("blue", 6, false, owner("StatefulSet", "store")),
		coloured("blue", 7, true, nobody), coloured("blue", 8, true, owner("ReplicationController", "old")),
		coloured("green", 1, true, owner("StatefulSet", "green")), coloured("green", 2, true, owner("StatefulSet", "green")))
	for i := 3; i < 6; i++ {
		pods = append(pods, coloured("green", i, true, owner("StatefulSet", "green")))
	}
	s := front(web(), pods)
	s.deployments = s.deployments[:1]
	p, err := flipPlan(t, s, "version=green")
	require.NoError(t, err)
	require.Equal(t, "traffic goes from StatefulSet store (1 of 2), web-blue (2 of 2), ReplicationController old (1 of 1), "+
		"pods without owner (1 of 1): 5 of 6 pods ready to StatefulSet green (5 of 5 pods ready)", p.Effect[0])
	require.Contains(t, p.Notes[0], "the pods of StatefulSet store, web-blue, ReplicationController old, pods without owner stay as they are")
}

func TestScalingToNoneSaysWhoStillServes(t *testing.T) {
	labels := map[string]string{"c": "api", "app": "all"}
	d := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: "mix", Name: "api", UID: "d"}}
	d.Spec.Replicas, d.Spec.Template.Labels = new(int32(2)), labels
	set := &appsv1.ReplicaSet{ObjectMeta: metav1.ObjectMeta{Name: "api-1", UID: "rs"}}
	set.Status.Replicas = 2
	pod := func(name, owner string, ready bool, labels map[string]string) *corev1.Pod {
		p := coloured(name, 0, ready)
		p.Labels, p.OwnerReferences[0].UID = labels, types.UID(owner)
		return p
	}
	service := func(name string, selector map[string]string, ports ...corev1.ServicePort) *corev1.Service {
		s := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "mix", Name: name}}
		s.Spec.Selector, s.Spec.Ports = selector, ports
		return s
	}
	own := []*corev1.Pod{pod("a", "rs", true, labels), pod("b", "rs", true, labels)}
	store := append([]*corev1.Pod{pod("s", "set", true, map[string]string{"app": "all"}), pod("t", "set", false, map[string]string{"app": "all"})}, own...)
	api, all := service("api", map[string]string{"c": "api"}), service("all", map[string]string{"app": "all"})
	grpc := service("grpc", map[string]string{"app": "all"}, corev1.ServicePort{TargetPort: intstr.FromString("grpc")})
	other := service("other", map[string]string{"c": "other"})
	for name, c := range map[string]struct {
		services []*corev1.Service
		around   []*corev1.Pod
		unseen   string
		effect   []string
		warning  string // "" for none
		note     string
	}{
		"nobody else":          {services: []*corev1.Service{api, other}, around: own, effect: []string{"2 → 0: 2 pods go"}, warning: "nothing will serve: all 2 pods of mix/api go"},
		"others keep all":      {services: []*corev1.Service{all}, around: store, effect: []string{"2 → 0: 2 pods go", "Service all keeps 1 ready pod of others"}},
		"others keep some":     {services: []*corev1.Service{api, all}, around: store, effect: []string{"2 → 0: 2 pods go"}, warning: "nothing will serve behind Service api: all 2 pods of mix/api go; Service all keeps 1 ready pod"},
		"others lack the port": {services: []*corev1.Service{grpc}, around: store, effect: []string{"2 → 0: 2 pods go"}, warning: "nothing will serve: all 2 pods of mix/api go"},
		"not known":            {unseen: "forbidden", effect: []string{"2 → 0: 2 pods go"}, warning: "nothing will serve: all 2 pods of mix/api go", note: "not known whether others stand behind its Services: forbidden"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &scene{target: d, deployment: d, replicaSets: []*appsv1.ReplicaSet{set}, services: c.services, around: c.around, unseen: c.unseen}
			p, err := draft(s, Intent{Verb: Scale, Target: kube.Ref{Kind: kube.KindDeployment, Namespace: "mix", Name: "api"}}, practice(), noon())
			require.NoError(t, err)
			require.Equal(t, c.effect, p.Effect)
			if c.warning == "" {
				require.NotContains(t, fmt.Sprint(p.Warnings), "nothing will serve")
			} else {
				require.Contains(t, p.Warnings, c.warning)
			}
			if c.note != "" {
				require.Contains(t, p.Notes, c.note)
			}
		})
	}
}

func TestServicesThatCannotBeFlipped(t *testing.T) {
	for name, test := range map[string]struct {
		service *corev1.Service
		change  string
		want    string
	}{
		"an alias": {
			web(func(s *corev1.Service) { s.Spec.Type, s.Spec.ExternalName = "ExternalName", "other.example" }), "version=green",
			"shop/web is an ExternalName Service, an alias of other.example: it selects no pods and cannot be flipped",
		},
		"no selector":     {web(func(s *corev1.Service) { s.Spec.Selector = nil }), "version=green", "shop/web has no selector: somebody else writes its endpoints, and a flip would change nothing"},
		"what it selects": {web(), "version=blue", "shop/web already selects app=web,version=blue"},
		"nothing left":    {web(), "version-,app-", "the selector of shop/web would be empty, which selects nothing: leave a label in it"},
		"no change":       {web(), "green", `"green" changes no label: write key=value, or key- to remove it`},
		"no key":          {web(), "=green", `"" is no label key: name part must be non-empty`},
		"no value":        {web(), "version=gr een", `"gr een" is no label value: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := flipPlan(t, front(test.service, colours(yes3, yes3)), test.change)
			require.EqualError(t, err, test.want)
		})
	}
}

func TestAFlipWarnsOfWhatChangesItsMeaning(t *testing.T) {
	twin := web(func(s *corev1.Service) { s.Name, s.UID = "api", "s-2" })
	s := web(func(s *corev1.Service) {
		s.Spec.ClusterIP, s.Spec.PublishNotReadyAddresses = corev1.ClusterIPNone, true
		s.Labels = map[string]string{"app.kubernetes.io/managed-by": "Helm"}
		s.Annotations = map[string]string{"meta.helm.sh/release-name": "shop"}
	})
	p, err := flipPlan(t, front(s, colours(yes3, yes3), twin), "version=green")
	require.NoError(t, err)
	for i, want := range []string{"a headless Service", "publishNotReadyAddresses", "Service api selects the same pods and stays behind", "managed by Helm (shop): the next helm upgrade or rollback sets the selector again if the chart sets it"} {
		require.Contains(t, p.Warnings[i], want)
	}
}

func labelPlan(pod *corev1.Pod, label string, s *scene) (Plan, error) {
	s.target = pod
	return draft(s, Intent{Verb: Label, Target: kube.Ref{Kind: kube.KindPod, Namespace: "shop", Name: pod.Name}, Label: label}, practice(), noon())
}

func TestLabelTakesAPodOutOfAService(t *testing.T) {
	enabled := web(func(s *corev1.Service) { s.Spec.Selector = map[string]string{"app": "web", "status": "enabled"} })
	pods := colours(yes3[:2], nil)
	p, err := labelPlan(pods[0], "status-", front(enabled, pods))
	require.NoError(t, err)
	require.Equal(t, []Change{{"metadata.labels.status", "enabled", ""}}, p.Changes)
	require.Equal(t, []string{"blue-0 leaves Service web: no new connection reaches it; it goes on running"}, p.Effect)
	require.Empty(t, p.Warnings)
	require.Equal(t, "status=enabled", p.Inverse.Label)
	require.Equal(t, "kubectl --context prod-eu -n shop label pod blue-0 status-", p.Kubectl)
	require.JSONEq(t, `{"metadata":{"uid":"p-blue-0","resourceVersion":"300","labels":{"status":null}}}`, string(p.Patch))

	p, err = labelPlan(pods[0], "status=disabled", front(enabled, pods[:1]))
	require.NoError(t, err)
	require.Equal(t, []string{"Service web is left without a ready pod: its traffic fails"}, p.Warnings)
	require.Contains(t, p.Kubectl, "--overwrite")

	outside := coloured("blue", 7, true, func(p *corev1.Pod) { delete(p.Labels, "status") })
	p, err = labelPlan(outside, "status=enabled", front(enabled, pods))
	require.NoError(t, err)
	require.Equal(t, []string{"blue-7 joins Service web: traffic reaches it as soon as it is ready"}, p.Effect)
	require.Equal(t, "status-", p.Inverse.Label)
}

func TestALabelOfAPodWithoutThePort(t *testing.T) {
	enabled := web(func(s *corev1.Service) {
		s.Spec.Selector = map[string]string{"app": "web", "status": "enabled"}
		s.Spec.Ports = []corev1.ServicePort{{TargetPort: intstr.FromString("http")}}
	})
	pods := colours(yes3[:2], nil)
	pods[1].Spec.Containers = container(corev1.ContainerPort{Name: "web"})
	p, err := labelPlan(pods[0], "status-", front(enabled, pods))
	require.NoError(t, err)
	require.Equal(t, []string{"Service web is left without a ready pod: its traffic fails"}, p.Warnings, "the other is not reached")
	delete(pods[1].Labels, "status")
	p, err = labelPlan(pods[1], "status=enabled", front(enabled, pods))
	require.NoError(t, err)
	require.Equal(t, []string{"blue-1 joins Service web and gets nothing from it: it does not have port http"}, p.Effect)
}

func TestALabelThatOrphansAPodSaysSo(t *testing.T) {
	pods := colours(yes3, nil)
	s := front(web(), pods)
	s.replicaSets = []*appsv1.ReplicaSet{{
		ObjectMeta: metav1.ObjectMeta{Name: "web-blue-1"},
		Spec:       appsv1.ReplicaSetSpec{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"version": "blue"}}},
	}}
	p, err := labelPlan(pods[0], "version=grey", s)
	require.NoError(t, err)
	require.Contains(t, p.Warnings[0], "ReplicaSet web-blue-1 selects by this label: it lets the pod go and makes a new one")
	p, err = labelPlan(pods[0], "status-", s)
	require.NoError(t, err)
	require.Empty(t, p.Warnings)
	require.Equal(t, []string{"no Service gains or loses the pod"}, p.Effect)
}

func TestLabelsThatCannotBe(t *testing.T) {
	pod := coloured("blue", 0, true)
	ended := coloured("blue", 1, false, func(p *corev1.Pod) { p.Status.Phase = corev1.PodSucceeded })
	for name, test := range map[string]struct {
		pod   *corev1.Pod
		label string
		want  string
	}{
		"what it has":      {pod, "status=enabled", "shop/blue-0 already has status=enabled"},
		"what it lacks":    {pod, "role-", "shop/blue-0 has no label role"},
		"a pod that ended": {ended, "status-", "shop/blue-1 has ended and gets no traffic any more"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := labelPlan(test.pod, test.label, front(web(), nil))
			require.EqualError(t, err, test.want)
		})
	}
}
