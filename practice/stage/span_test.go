package stage

import (
	"testing"
	"time"
)

func TestSpan(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"20s": 10 * time.Second, "300ms": 150 * time.Millisecond, "2m": time.Minute, "5": 2500 * time.Millisecond, "": time.Second, "soon": time.Second,
	} {
		if got := Span(map[string]string{"a": text}, "a", 2*time.Second, 2); got != want {
			t.Errorf("Span(%q) = %v, want %v", text, got, want)
		}
	}
}
