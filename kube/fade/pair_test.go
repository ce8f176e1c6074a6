package fade

import (
	"fmt"
	"testing"
	"time"

	"fader/kube"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

type labels = map[string]string

// shop is a namespace of Deployments and Services.
type shop struct{ objects kube.Objects }

func (s *shop) deployment(name string, replicas int32, pods labels) kube.Ref {
	d := kube.NewDeployment(&appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "shop", Name: name, UID: types.UID(name),
			CreationTimestamp: metav1.Unix(int64(len(s.objects.Deployments)), 0),
		},
		Spec: appsv1.DeploymentSpec{Replicas: &replicas, Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: pods}}},
	})
	s.objects.Deployments = append(s.objects.Deployments, d)
	return d.Ref
}

func (s *shop) service(name string, selector labels) kube.Ref {
	service := kube.NewService(&corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name, UID: types.UID(name)}, Spec: corev1.ServiceSpec{Selector: selector},
	})
	s.objects.Services = append(s.objects.Services, service)
	return service.Ref
}

// pairs as text: "service: stable canary".
func (s *shop) pairs(of kube.Ref) (all []string) {
	for _, p := range Pairs(kube.Build(s.objects, nil), of) {
		all = append(all, fmt.Sprintf("%s: %s %s", p.Service.Name, p.Stable.Ref().Name, p.Canary.Ref().Name))
	}
	return all
}

func TestWhichIsTheCanary(t *testing.T) {
	app := labels{"app": "web"}
	for _, c := range []struct {
		name             string
		one, other       string
		replicas, others int32
		pods, othersPods labels
		want             string
	}{
		{"by name", "web-canary", "web-stable", 9, 1, app, app, "web: web-stable web-canary"},
		{"by one name", "web", "web-canary", 1, 9, app, app, "web: web web-canary"},
		{"by label", "a", "b", 9, 1, labels{"app": "web", "track": "canary"}, labels{"app": "web", "track": "stable"}, "web: b a"},
		{"as Flagger has it", "web", "web-primary", 9, 1, app, app, "web: web-primary web"},
		{"as KServe has it", "web-predictor-canary", "web-predictor-default", 9, 1, app, app, "web: web-predictor-default web-predictor-canary"},
		{"the smaller", "a", "b", 1, 9, app, app, "web: b a"},
		{"the younger", "z", "a", 3, 3, app, app, "web: z a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &shop{}
			ref := s.deployment(c.one, c.replicas, c.pods)
			other := s.deployment(c.other, c.others, c.othersPods)
			service := s.service("web", app)
			for _, of := range []kube.Ref{ref, other, service} {
				require.Equal(t, []string{c.want}, s.pairs(of), of.Name)
			}
		})
	}
}

func TestMostLikelyPairFirst(t *testing.T) {
	s := &shop{}
	app := labels{"app": "web"}
	stable := s.deployment("web", 9, app)
	s.deployment("web-canary", 1, app)
	s.deployment("web-batch", 3, app)
	s.deployment("web-old", 0, app)
	s.service("everything", app)
	service := s.service("web", app)
	require.Equal(t, []string{
		"web: web web-canary", "everything: web web-canary",
		"web: web web-batch", "web: web web-old", "everything: web web-batch", "everything: web web-old",
	}, s.pairs(stable))
	require.Equal(t, "web: web web-canary", s.pairs(service)[0])
	require.Len(t, s.pairs(service), 6)
}

func TestNoPair(t *testing.T) {
	s := &shop{}
	blue := s.deployment("storefront-blue", 3, labels{"app": "storefront", "version": "blue"})
	s.deployment("storefront-green", 3, labels{"app": "storefront", "version": "green"})
	alone := s.deployment("cart", 3, labels{"app": "cart"})
	service := s.service("storefront", labels{"app": "storefront", "version": "blue"})
	s.service("cart", labels{"app": "cart"})
	s.service("none", nil)
	require.Empty(t, s.pairs(blue), "blue and green behind a flip are no pair")
	require.Empty(t, s.pairs(service))
	require.Empty(t, s.pairs(alone))
	require.Empty(t, s.pairs(kube.Ref{Kind: kube.KindDeployment, Namespace: "other", Name: "cart", UID: "cart"}))
	s.objects.Services = nil
	require.Empty(t, s.pairs(blue), "Services may not be seen")
}

func TestNewCourses(t *testing.T) {
	p := newWorld(9, 1).pair()
	shift := NewShift(p, []int32{5, 10}, time.Minute)
	require.Equal(t, "Shift shop/web: canary 1 → 10 of 10", shift.Title())
	require.EqualValues(t, 10, shift.Total)
	require.EqualValues(t, 1, shift.From)
	require.Equal(t, "Take back: Shift shop/web: canary 1 → 10 of 10", shift.TakeBack().Title())
	promote := NewPromote(p, 99)
	require.Equal(t, "web=web:v2", promote.Images)
	require.Equal(t, "web=web:v1", promote.Before)
	require.Equal(t, []int32{10}, promote.Steps, "no more than there are")
	require.Equal(t, "Promote shop/web-canary to web-stable", promote.Title())
	require.Equal(t, "Abort shop/web-canary: all 10 replicas to web-stable", NewAbort(p).Title())
	hold := NewHold(p.Stable, 3)
	require.Equal(t, "Hold shop/web-stable at 3 of 9 updated pods", hold.Title())
	require.Equal(t, p.Stable.Ref(), hold.Subject())
	require.Equal(t, p.Service, shift.Subject())
	require.True(t, shift.Moves(p.Canary.Ref()))
	require.False(t, hold.Moves(p.Canary.Ref()))
}
