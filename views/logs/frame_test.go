package logs_test

import (
	"fmt"
	"strings"
	"testing"

	"fader/keymap"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/logs"
	"fader/views/theme"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var update = golden.Flag()

// desk is what one sees during a rollout that goes wrong.
func desk() *logs.View {
	older, newer, gone := source("5c8b-aaaaa", 8), source("7d9f-x2k4p", 9), source("5c8b-ccccc", 8)
	v := logs.New("logs of Deployment ml/fraud-model")
	v.SetState(logs.State{Following: 2, LeftOut: []string{"fraud-model-7d9f-9k2lm"}})
	var lines []logs.Line
	for i := range 40 {
		lines = append(lines,
			logs.Line{From: older, Time: at(float64(i)), Text: fmt.Sprintf("INFO  served POST /score in %d ms", 80+i)},
			logs.Line{From: newer, Time: at(float64(i) + 0.25), Text: fmt.Sprintf(`{"level":"warn","msg":"slow batch","model":"fraud:v2.2.0","took_ms":%d,"queue":"0123456789 0123456789 0123456789"}`, 400+i)})
	}
	lines = append(lines,
		logs.Line{From: gone, Time: at(38.5), Text: "SIGTERM, finishing 3 requests"},
		logs.Line{From: gone, Time: at(38.5), Text: "the pod is gone; its lines are kept here", Remark: true},
		logs.Line{From: newer, Time: at(39.5), Text: "the container has ended with exit code 137 (OOMKilled)", Remark: true})
	v.Append(lines, 1200)
	return v
}

func TestFrames(t *testing.T) {
	for name, c := range map[string]struct {
		filter  string
		actions []keymap.Action
	}{
		"following": {"", nil},
		"paused":    {"", []keymap.Action{keymap.PageUp, keymap.Timestamps}},
		"wrapped":   {"", []keymap.Action{keymap.Wrap}},
		"filtered":  {"!served", []keymap.Action{keymap.Timestamps, keymap.Right}},
	} {
		for _, size := range fixture.Sizes() {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				v := desk()
				v.SetFilter(c.filter)
				v.Render(size[0], size[1])
				for _, action := range c.actions {
					v.Handle(action)
				}
				if name == "paused" {
					v.Append(numbered(source("5c8b-aaaaa", 8), 100, 1234), 0)
				}
				frame := v.Render(size[0], size[1])
				golden.Sized(t, frame, size[0], size[1])
				golden.Equal(t, *update, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), frame)
			})
		}
	}
}

func TestALineHasTheHueOfItsRevision(t *testing.T) {
	v := desk()
	for _, dark := range []theme.Theme{theme.Dark(false), theme.Light(false)} {
		v.SetTheme(dark)
		frame := strings.Join(v.Render(120, 40), "\n")
		require.Contains(t, frame, dark.Hue(9).Paint("9 7d9f-x2k4p"))
		require.Contains(t, frame, dark.Hue(8).Paint("8 5c8b-ccccc"))
	}
}

func TestASCIIThemeDrawsNothingElse(t *testing.T) {
	v := desk()
	v.SetTheme(theme.Dark(true))
	for _, action := range []keymap.Action{keymap.Timestamps, keymap.Wrap, keymap.Up} {
		for _, size := range append(fixture.Sizes(), [2]int{30, 9}) {
			for _, r := range plain(v.Render(size[0], size[1])) {
				require.Less(t, r, rune(0x7f), "%q", r)
			}
		}
		v.Handle(action)
	}
}

func TestFramesHaveTheirSizeWhateverTheLines(t *testing.T) {
	letters := []rune("ab-/. é日本語한국👩‍💻\u0301\u0308\u200d\ufe0f🇩🇪ｶﾞ…─│‖0123456789")
	actions := []keymap.Action{
		keymap.Up, keymap.Down, keymap.Top, keymap.Bottom, keymap.PageUp, keymap.PageDown, keymap.Right, keymap.Left,
		keymap.Wrap, keymap.Timestamps, keymap.Follow,
	}
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string, n int) string {
			return rapid.StringOfN(rapid.RuneFrom(letters), 0, n, -1).Draw(t, name)
		}
		sources := []*logs.Source{
			nil,
			{Pod: draw("pod", 30), Container: draw("container", 9), Revision: rapid.Int64().Draw(t, "revision")},
			{Pod: draw("pod", 9), Container: draw("container", 30)},
		}
		v := logs.New(draw("title", 40))
		for range rapid.IntRange(1, 9).Draw(t, "times") {
			var lines []logs.Line
			for range rapid.IntRange(0, 9).Draw(t, "lines") {
				l := logs.Line{
					From: rapid.SampledFrom(sources).Draw(t, "from"), Text: draw("text", 200), Remark: rapid.Bool().Draw(t, "remark"),
				}
				if seconds := rapid.IntRange(-1, 60).Draw(t, "seconds"); seconds >= 0 {
					l.Time = at(float64(seconds))
				}
				lines = append(lines, l)
			}
			v.Append(lines, rapid.IntRange(0, 2).Draw(t, "dropped"))
			v.SetFilter(rapid.SampledFrom([]string{"", "", "a", "!a", "-l", "-l =("}).Draw(t, "filter"))
			w, h := rapid.IntRange(0, 130).Draw(t, "w"), rapid.IntRange(0, 30).Draw(t, "h")
			golden.Sized(t, v.Render(w, h), w, h)
			v.Handle(rapid.SampledFrom(actions).Draw(t, "action"))
			v.Wheel(rapid.IntRange(-5, 5).Draw(t, "wheel"))
			golden.Sized(t, v.Render(w, h), w, h)
		}
	})
}
