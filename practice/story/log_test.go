package story

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"text/template"
	"time"
)

func start() time.Time { return time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC) }

func library(t *testing.T) Library {
	t.Helper()
	l, err := NewLibrary()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func instance(story string) Instance {
	return Instance{
		Namespace: "shop", Pod: "web-1", UID: "u-1", Container: "web", Image: "registry.example:5000/shop/web:v2",
		Story: story, Started: start(), Loads: 4 * time.Second,
	}
}

func TestEveryLineCanBeSaid(t *testing.T) {
	for name, s := range library(t) {
		var all []*template.Template
		for _, line := range s.opening {
			all = append(all, line.text)
		}
		for _, line := range s.body {
			all = append(all, line.text)
		}
		for _, lines := range s.closing {
			all = append(all, lines...)
		}
		for _, line := range all {
			said := words{Instance: instance(name), random: rand.New(rand.NewPCG(1, 1))}
			if err := line.Execute(io.Discard, said); err != nil {
				t.Errorf("story %s: %v", name, err)
			}
		}
	}
}

// TestLogsAreInOrder plays every story to every possible end.
func TestLogsAreInOrder(t *testing.T) {
	for name, s := range library(t) {
		reasons := []string{"", "OOMKilled"}
		for reason := range s.closing {
			reasons = append(reasons, reason)
		}
		for _, reason := range reasons {
			for _, life := range []time.Duration{0, time.Second, 4 * time.Second, time.Minute} {
				i := instance(name)
				i.Ended, i.Reason = start().Add(life), reason
				log := library(t).Log(i)
				last := start()
				for n := range log.Count(start().Add(time.Hour)) {
					at := log.Time(n)
					if at.Before(last) || at.After(i.Ended) {
						t.Fatalf("%s, %s after %v: line %d is at %v, the one before at %v", name, reason, life, n, at, last)
					}
					if text := log.Text(n); strings.Contains(text, "\n") {
						t.Errorf("%s: line %d is two: %q", name, n, text)
					}
					last = at
				}
			}
		}
	}
}

func TestALogGrowsAndStaysTheSame(t *testing.T) {
	log := library(t).Log(instance("web"))
	early, late := start().Add(30*time.Second), start().Add(time.Hour)
	few, many := log.Count(early), log.Count(late)
	if few < 30 || many < 4000 {
		t.Errorf("%d lines after 30 s, %d after an hour", few, many)
	}
	again := library(t).Log(instance("web"))
	for _, n := range []int{0, few - 1, many - 1} {
		if log.Text(n) != again.Text(n) || log.Time(n) != again.Time(n) {
			t.Errorf("line %d changes", n)
		}
	}
	if last := log.Time(few - 1); last.After(early) || early.Sub(last) > 3*time.Second {
		t.Errorf("at %v the last line is of %v", early, last)
	}
	other := instance("web")
	other.Restart = 1
	if library(t).Log(other).Text(few-1) == log.Text(few-1) {
		t.Error("the next run says the same")
	}
	if log.Count(start().Add(-time.Minute)) != 0 {
		t.Error("it speaks before it starts")
	}
}

func TestRate(t *testing.T) {
	for _, test := range []struct {
		rate float64
		want int // lines in a second
	}{{10_000, 10_000}, {0.5, 0}, {1e9, maxRate}} {
		i := instance("web")
		i.Rate = test.rate
		log := library(t).Log(i)
		from := start().Add(time.Minute)
		if got := log.Count(from.Add(time.Second)) - log.Count(from); got < test.want || got > test.want+1 {
			t.Errorf("rate %v: %d lines in a second, want %d", test.rate, got, test.want)
		}
	}
}

func TestSince(t *testing.T) {
	log := library(t).Log(instance("web"))
	count := log.Count(start().Add(time.Hour))
	for _, age := range []time.Duration{-time.Second, 0, 3 * time.Second, 10 * time.Minute, 2 * time.Hour} {
		n := log.Since(start().Add(age), count)
		if n < count && log.Time(n).Before(start().Add(age)) {
			t.Errorf("since %v: line %d is of %v", age, n, log.Time(n))
		}
		if n > 0 && !log.Time(n-1).Before(start().Add(age)) {
			t.Errorf("since %v: line %d is missing", age, n-1)
		}
	}
}

func TestTheEndOfACrash(t *testing.T) {
	i := instance("web")
	i.Ended, i.Reason, i.ExitCode = start().Add(10*time.Second), "Error", 7
	log := library(t).Log(i)
	count := log.Count(start())
	if text := log.Text(count - 1); text != "exit status 7" {
		t.Errorf("last line %q", text)
	}
	var panics bool
	for n := log.Ending(); n < count; n++ {
		panics = panics || strings.HasPrefix(log.Text(n), "panic: web: ")
	}
	if !panics {
		t.Error("no panic before the end")
	}
}

func TestLoadingIsAsLongAsItTakes(t *testing.T) {
	i := instance("model")
	i.Loads = 30 * time.Second
	log := library(t).Log(i)
	for n := range log.Count(start().Add(time.Minute)) {
		if strings.Contains(log.Text(n), "ready on") {
			if at := log.Time(n).Sub(start()); at != 30*time.Second {
				t.Errorf("ready after %v", at)
			}
			return
		}
	}
	t.Error("never ready")
}

func TestVersion(t *testing.T) {
	for image, want := range map[string]string{"a/b:v1": "v1", "host:5000/b": "latest", "b": "latest", "host:5000/b:v2-x": "v2-x"} {
		if got := (words{Instance: Instance{Image: image}}).Version(); got != want {
			t.Errorf("version of %s = %s, want %s", image, got, want)
		}
	}
}

func TestStoriesAreCheckedStrictly(t *testing.T) {
	for name, text := range map[string]string{
		"no opening":      "every: 1s\nbody: [{weight: 1, text: x}]",
		"body but when":   "opening: [{after: 0s, text: x}]\nbody: [{weight: 1, text: x}]",
		"when but what":   "opening: [{after: 0s, text: x}]\nevery: 1s",
		"no weight":       "opening: [{after: 0s, text: x}]\nevery: 1s\nbody: [{text: x}]",
		"bad time":        "opening: [{after: soon, text: x}]",
		"no time":         "opening: [{text: x}]",
		"two times":       "opening: [{after: 1s, loaded: 0.5, text: x}]",
		"too much loaded": "opening: [{loaded: 2, text: x}]",
		"bad template":    "opening: [{after: 0s, text: '{{.Int'}]",
		"unknown field":   "opening: [{after: 0s, tekst: x}]",
	} {
		if _, err := parse([]byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func BenchmarkText(b *testing.B) {
	l, err := NewLibrary()
	if err != nil {
		b.Fatal(err)
	}
	log := l.Log(instance("web"))
	for n := range b.N {
		_ = fmt.Sprint(log.Time(n).Nanosecond(), log.Text(n))
	}
}
