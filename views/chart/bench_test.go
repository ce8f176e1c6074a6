package chart_test

import (
	"testing"

	"fader/keymap"
	"fader/kube/gauge"
	"fader/views/theme"
)

func BenchmarkRender(b *testing.B) {
	v := page("ml/fraud-model")
	b.ReportAllocs()
	for b.Loop() {
		v.SetTheme(theme.Dark(false))
		v.Render(200, 50)
	}
}

// A new picture is everything anew: lines, verdict, frame.
func BenchmarkNewPicture(b *testing.B) {
	v := page("ml/fraud-model")
	b.ReportAllocs()
	for b.Loop() {
		v.SetGauge(gauge.New(picture()))
		v.Handle(keymap.Figure)
		v.Render(200, 50)
	}
}
