package rollout_test

import (
	"testing"
	"time"

	"fader/kube"
	"fader/kube/gauge"
	"fader/metrics/fake"
	"fader/views/fixture"
	"fader/views/rollout"
	"fader/views/theme"
)

// A Deployment of 600 pods of which one changes: what its figures cost then.
func BenchmarkFiguresOfManyPods(b *testing.B) {
	r := fixture.Rollout(fixture.Spec{
		Namespace: "shop", Name: "huge", Phase: kube.Progressing, Age: time.Hour, Image: "huge", Revisions: []fixture.Rev{
			{Number: 2, Want: 300, Ready: 300, Age: time.Hour}, {Number: 1, Want: 300, Ready: 300, Age: time.Hour},
		},
	})
	p := &fake.Prometheus{}
	for _, rev := range r.Revisions {
		for _, pod := range rev.Pods {
			p.Pods = append(p.Pods, fake.Pod{Namespace: "shop", Name: pod.Ref.Name, At: fake.Steady(fake.Load{Rate: 3, Median: 0.02})})
		}
	}
	picture := p.Picture(fixture.Now(), 30*time.Minute)
	v := rollout.New()
	v.SetTheme(theme.Dark(false))
	v.SetNow(fixture.Now())
	v.SetRef(r.Ref())
	v.SetGauge(gauge.New(picture))
	s := fixture.Full()
	b.ReportAllocs()
	for b.Loop() {
		next, changed := *s, *r
		next.Rollouts = []*kube.Rollout{&changed}
		v.SetSnapshot(&next)
		v.Render(200, 50)
	}
}

func BenchmarkRenderWithFigures(b *testing.B) {
	v := measured("shop/web")
	v.Render(200, 50)
	second := 0
	b.ReportAllocs()
	for b.Loop() {
		second++
		v.SetNow(fixture.Now().Add(time.Duration(second) * time.Second))
		v.Render(200, 50)
	}
}

func BenchmarkNewFigures(b *testing.B) {
	v := page("ml/fraud-model", fixture.Full())
	b.ReportAllocs()
	for b.Loop() {
		v.SetGauge(gauge.New(picture()))
		v.Render(200, 50)
	}
}
