package course_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/fade"
	"fader/kube/rollout"
	"fader/views/course"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var update = golden.Flag()

func ref(kind kube.Kind, name string) kube.Ref {
	return kube.Ref{Kind: kind, Namespace: "shop", Name: name, UID: "uid-shop-" + name}
}

func snapshot() *kube.Snapshot {
	one := func(name string, number int64) *kube.Rollout {
		return fixture.Rollout(fixture.Spec{Namespace: "shop", Name: name, Image: "checkout", Revisions: []fixture.Rev{{Number: number, Want: 5, Ready: 5}}})
	}
	return &kube.Snapshot{Rollouts: []*kube.Rollout{one("checkout-canary", 2), one("checkout-stable", 1)}}
}

func level(desired, ready int32) fade.Level {
	return fade.Level{Desired: desired, Ready: ready, Available: ready, Endpoints: &ready}
}

func receipt(before time.Duration, title string, result rollout.Result) rollout.Receipt {
	return rollout.Receipt{
		Plan: rollout.Plan{Title: title}, Result: result, Message: "exceeded quota: pods=10", Started: fixture.Now().Add(-before),
	}
}

// shift is one of ten replicas on the way to all, by way of 2 and 5, in step 1.
func shift(change ...func(*fade.Progress)) fade.Progress {
	p := fade.Progress{
		Course: fade.Course{
			ID: "a", Kind: fade.Shift, Service: ref(kube.KindService, "checkout"), Stable: ref(kube.KindDeployment, "checkout-stable"),
			Canary: ref(kube.KindDeployment, "checkout-canary"), Total: 10, From: 1, Steps: []int32{2, 5, 10}, Step: 1, Every: 30 * time.Second,
		},
		State: fade.Waiting, Text: "waiting for 2 of 5 canary pods to become available", Since: fixture.Now().Add(-4 * time.Second),
		Stable: level(8, 8), Canary: level(5, 3), Floor: 10, Lowest: new(int32(10)),
		Receipts: []rollout.Receipt{
			receipt(50*time.Second, "Scale shop/checkout-canary to 2 replicas", rollout.Applied),
			receipt(44*time.Second, "Scale shop/checkout-stable to 8 replicas", rollout.Applied),
			receipt(4*time.Second, "Scale shop/checkout-canary to 5 replicas", rollout.Applied),
		},
	}
	for _, f := range change {
		f(&p)
	}
	return p
}

func hold(change ...func(*fade.Progress)) fade.Progress {
	p := fade.Progress{
		Course: fade.Course{ID: "h", Kind: fade.Hold, Target: ref(kube.KindDeployment, "checkout-stable"), Total: 6, Steps: []int32{3}, Paused: true},
		State:  fade.Rolling, Text: "2 of 3 updated pods are available", Stable: fade.Level{Desired: 6, Updated: 2}, Since: fixture.Now(),
	}
	for _, f := range change {
		f(&p)
	}
	return p
}

func open(p fade.Progress) *course.View {
	v := course.New(keymap.Default())
	v.Set(p, 0, 1)
	v.SetNow(fixture.Now())
	v.SetSnapshot(snapshot())
	return v
}

func text(v *course.View, w, h int) string {
	return ansi.Strip(strings.Join(v.Render(theme.Dark(false), w, h), "\n"))
}

func courses() map[string]fade.Progress {
	return map[string]fade.Progress{
		"waiting": shift(),
		"starting": shift(func(p *fade.Progress) {
			p.State, p.Text, p.Stable, p.Canary, p.Lowest, p.Receipts, p.Course.Step = fade.Starting, "begins", fade.Level{}, fade.Level{}, nil, nil, 0
		}),
		"holding": shift(func(p *fade.Progress) {
			p.State, p.Text, p.Until = fade.Holding, "holding after step 1 of 3", fixture.Now().Add(21*time.Second)
		}),
		"returning": shift(func(p *fade.Progress) {
			p.State, p.Text, p.Course.Return, p.Lowest = fade.TakingBack, "raising stable 8 → 9", true, new(int32(9))
		}),
		"done": shift(func(p *fade.Progress) {
			p.State, p.Text, p.Course.Step, p.Stable, p.Canary = fade.Done, "done: stable 0, canary 10", 3, level(0, 0), level(10, 10)
		}),
		"failed": shift(func(p *fade.Progress) {
			p.State, p.Unfinished = fade.Failed, true
			p.Text, p.Err = "exceeded quota: pods=10", "exceeded quota: pods=10"
			p.Receipts = append(p.Receipts, receipt(time.Second, "Scale shop/checkout-canary to 10 replicas", rollout.Refused))
		}),
		"promote": shift(func(p *fade.Progress) {
			p.Course.Kind, p.Course.Steps, p.Course.Step, p.Course.Images = fade.Promote, []int32{1}, 0, "checkout=registry.example/shop/checkout:v2.2.0"
			p.State, p.Text = fade.Rolling, "the stable rolls out its new images: 3 of 8 updated"
		}),
		"hold": hold(),
	}
}

func TestFrames(t *testing.T) {
	for name, p := range courses() {
		for _, size := range [][2]int{{58, 12}, {78, 21}, {118, 33}, {198, 47}} {
			for _, ascii := range []bool{false, true} {
				name := fmt.Sprintf("%s-%dx%d", name, size[0], size[1])
				if ascii {
					name += "-ascii"
				}
				t.Run(name, func(t *testing.T) {
					frame := open(p).Render(theme.Dark(ascii), size[0], size[1])
					require.LessOrEqual(t, len(frame), size[1])
					golden.Sized(t, frame, min(size[0], 96), len(frame))
					golden.Equal(t, *update, name, frame)
				})
			}
		}
	}
}

func TestItFitsAnySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := courses()
		p := all[rapid.SampledFrom([]string{"waiting", "starting", "holding", "returning", "done", "failed", "promote", "hold"}).Draw(t, "which")]
		p.Text, p.Course.Images = rapid.String().Draw(t, "text"), rapid.String().Draw(t, "images")
		p.Course.Steps = rapid.SliceOf(rapid.Int32Range(0, 2000)).Draw(t, "steps")
		for range rapid.IntRange(0, 60).Draw(t, "receipts") {
			p.Receipts = append(p.Receipts, receipt(0, rapid.String().Draw(t, "title"), rollout.Unclear))
		}
		v := open(p)
		v.Ask(rapid.Bool().Draw(t, "again"))
		w, h := rapid.IntRange(58, 198).Draw(t, "w"), rapid.IntRange(12, 47).Draw(t, "h")
		lines := v.Render(theme.Dark(rapid.Bool().Draw(t, "ascii")), w, h)
		require.LessOrEqual(t, len(lines), h)
		for _, line := range lines {
			require.Equal(t, min(w, 96), ansi.StringWidth(line))
		}
		require.Equal(t, w, ansi.StringWidth(course.Line(theme.Dark(false), p, rapid.IntRange(0, 3).Draw(t, "more"), "m opens it", w)))
	})
}

func TestTheLine(t *testing.T) {
	line := func(p fade.Progress, more int) string {
		return ansi.Strip(course.Line(theme.Dark(false), p, more, "m opens it", 120))
	}
	require.Contains(t, line(shift(), 0), " ◌ shift shop/checkout at 5 of 10 ██▒▒▬▬▬▬▬▬: waiting for 2 of 5 canary pods to become available")
	require.Contains(t, line(shift(), 2), "+2 more · m opens it")
	require.Contains(t, line(hold(), 0), "hold shop/checkout-stable at 2 of 3: 2 of 3 updated")
	require.Contains(t, line(courses()["starting"], 0), "shift shop/checkout: begins", "where nothing was seen no number is said")
	require.Contains(t, line(courses()["returning"], 0), "shift shop/checkout, taken back at 5 of 10 ██▒▒▬▬▬▬▬▬: raising")
}

func TestWhatIsSaidOfThePromise(t *testing.T) {
	require.Contains(t, text(open(shift()), 96, 40), "never below 10 endpoints by fader's hand; fewest seen 10")
	require.Contains(t, text(open(courses()["starting"]), 96, 40), "none seen yet")
	require.NotContains(t, text(open(hold()), 96, 40), "never below")
	below := open(courses()["returning"]).Render(theme.Dark(false), 96, 40)
	require.Contains(t, strings.Join(below, "\n"), theme.Dark(false).Waiting.Paint("never below 10 endpoints by fader's hand; fewest seen 9"))
}

func TestThePressThatAsksTwice(t *testing.T) {
	v := open(shift())
	require.False(t, v.Asked())
	v.Ask(true)
	require.Contains(t, text(v, 96, 40), "U again takes it back: canary to 1, stable to 9 of 10")
	v.Set(shift(), 0, 1)
	require.True(t, v.Asked(), "news of the same course leave the question")
	v.Set(courses()["returning"], 0, 1)
	require.False(t, v.Asked(), "it is on its way back")
	paused, running := open(hold()), open(hold(func(p *fade.Progress) { p.Course.Paused = false }))
	paused.Ask(true)
	running.Ask(true)
	require.Contains(t, text(paused, 96, 40), "pauses it at once")
	require.Contains(t, text(running, 96, 40), "leaves it running")
}

func TestTheNewestReceiptsStayInSight(t *testing.T) {
	p := shift()
	for i := range 50 {
		p.Receipts = append(p.Receipts, receipt(0, fmt.Sprintf("Scale number %d", i), rollout.Applied))
	}
	shown := text(open(p), 78, 21)
	require.Contains(t, shown, "Scale number 49")
	require.NotContains(t, shown, "Scale number 9 ")
}

func leftovers(n int) []fade.Leftover {
	var all []fade.Leftover
	for i := range n {
		c := shift().Course
		c.Service.Name = fmt.Sprintf("checkout-%d", i)
		all = append(all, fade.Leftover{
			Course: c, Text: "lowering stable 8 → 5", At: fixture.Now().Add(-time.Duration(i+3) * time.Minute), Host: "laptop", Elsewhere: i == 1,
		})
	}
	return all
}

func TestLeftovers(t *testing.T) {
	for _, n := range []int{1, 3, 9} {
		for _, size := range [][2]int{{58, 12}, {78, 21}, {118, 33}} {
			name := fmt.Sprintf("left-%d-%dx%d", n, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				v := course.NewLeftovers(leftovers(n), fixture.Now(), keymap.Default())
				v.Arm()
				for range n / 2 {
					v.Handle(keymap.Down)
				}
				frame := v.Render(theme.Dark(false), size[0], size[1])
				require.LessOrEqual(t, len(frame), size[1])
				golden.Sized(t, frame, min(size[0], 84), len(frame))
				golden.Equal(t, *update, name, frame)
				require.Contains(t, ansi.Strip(strings.Join(frame, "\n")), "leave it as it is", "what can be chosen stays in sight")
			})
		}
	}
	v := course.NewLeftovers(leftovers(3), fixture.Now(), keymap.Default())
	shown := func() string { return ansi.Strip(strings.Join(v.Render(theme.Dark(false), 78, 21), "\n")) }
	require.NotRegexp(t, `f +finish it`, shown(), "a key that does nothing yet is not named")
	v.Arm()
	require.Regexp(t, `f +finish it`, shown())
	v.Ask(true)
	require.Regexp(t, `l +again: leave it`, shown())
	v.Handle(keymap.Up)
	require.Equal(t, "checkout-0", v.Chosen().Course.Service.Name)
	for range 5 {
		v.Handle(keymap.Down)
	}
	require.Equal(t, "checkout-2", v.Chosen().Course.Service.Name)
	require.Len(t, v.Rest(), 2)
	require.Equal(t, "checkout-1", v.Rest()[1].Course.Service.Name)
}
