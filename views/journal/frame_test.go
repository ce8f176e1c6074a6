package journal_test

import (
	"testing"
	"time"

	"fader/kube"
	"fader/kube/rollout"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/journal"
)

var update = golden.Flag()

func page() *journal.View {
	v := golden.Open(journal.New(), fixture.Stale())
	v.SetEntries(fixture.Receipts(), courses())
	return v
}

// courses: one that ended, one that was left half-way.
func courses() []journal.Course {
	line := func(before time.Duration, state rollout.CourseState, text string) rollout.CourseLine {
		return rollout.CourseLine{State: state, Text: text, At: fixture.Now().Add(-before)}
	}
	course := func(id, title, name string, before time.Duration, lines ...rollout.CourseLine) journal.Course {
		return journal.Course{
			ID: id, Title: title, Who: "ada", Began: fixture.Now().Add(-before), Lines: lines,
			Target:  kube.Ref{Kind: kube.KindService, Namespace: "shop", Name: name, UID: "uid-svc-" + name},
			Cluster: rollout.Identity{Context: "prod-eu", Server: "https://10.1.2.3:6443"},
		}
	}
	return []journal.Course{
		course("c1", "Shift shop/search: canary 1 to 4 of 8", "search", 20*time.Minute,
			line(20*time.Minute, rollout.CourseBegun, "begun"), line(18*time.Minute, rollout.CourseEnded, "done: the canary has 4 of 8")),
		course("c2", "Shift shop/checkout: canary 1 to 8 of 8", "checkout", 9*time.Minute,
			line(9*time.Minute, rollout.CourseBegun, "begun"), line(8*time.Minute, rollout.CourseStep, "raising the canary to 4"),
			line(7*time.Minute, rollout.CourseLeft, "left at 2 of 8")),
	}
}

func pages() map[string]*journal.View {
	empty := golden.Open(journal.New(), nil)
	empty.SetEntries(nil, nil)
	damaged := page()
	damaged.SetDamaged(2)
	return map[string]*journal.View{"full": page(), "empty": empty, "reading": golden.Open(journal.New(), nil), "damaged": damaged}
}

func TestFrames(t *testing.T) { golden.Frames(t, *update, pages()) }

func TestASCIIThemeDrawsNothingElse(t *testing.T) { golden.ASCII(t, pages()) }

func TestFrameHasItsSizeWhateverTheNames(t *testing.T) { golden.AnySize(t, page) }

func TestContract(t *testing.T) { golden.Contract(t, page()) }
