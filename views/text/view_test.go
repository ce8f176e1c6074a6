package text_test

import (
	"fmt"
	"strings"
	"testing"

	"fader/keymap"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/text"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var update = golden.Flag()

// manifest is a Deployment as kube/inspect hands it out, shortened.
const manifest = `apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    deployment.kubernetes.io/revision: "9"
    kubectl.kubernetes.io/last-applied-configuration: (folded, 1893 characters)
  # read by the API server
  managedFields: (folded) kube-controller-manager 2026-11-21T13:59:01Z, kubectl 2026-11-20T09:12:44Z (2 entries)
  name: fraud-model
  namespace: ml
spec:
  progressDeadlineSeconds: 600
  replicas: 3
  paused: false
  template:
    spec:
      containers:
      - args:
        - --model=/models/fraud/v2.2.0
        - |
          set -e
          kind: this is text within a script, no key
          exec serve
        env:
        - name: API_TOKEN
          value: (hidden, 24 characters)
        image: registry.example/ml/fraud:v2.2.0
        name: model
        resources:
          limits: {"nvidia.com/gpu": "1"}
          requests:
            cpu: 500m
            memory: 2Gi
        command: ["serve", "--a-very-long-command-line", "--that-goes-on", "--and-on", "--until-no-screen-is-wide-enough", "--to-show-all-of-it", "--without-scrolling", "--to-the-right", "--last"]
status:
  conditions:
  - lastTransitionTime: "2026-11-21T13:59:01Z"
    status: "True"
    type: Progressing
`

func viewer(kind text.Kind, of string) *text.View {
	v := text.New("YAML of Deployment ml/fraud-model", kind)
	v.SetText(of)
	return v
}

func plain(frame []string) string { return ansi.Strip(strings.Join(frame, "\n")) }

func TestFrames(t *testing.T) {
	views := map[string]func() *text.View{
		"yaml": func() *text.View { return viewer(text.YAML, manifest) },
		"found": func() *text.View {
			v := viewer(text.YAML, manifest)
			return v
		},
		"wrapped": func() *text.View {
			v := viewer(text.Plain, manifest)
			v.Handle(keymap.Wrap)
			return v
		},
		"note": func() *text.View {
			v := viewer(text.YAML, "")
			v.SetNote(`not permitted (403): deployments.apps "fraud-model" is forbidden: User "dev" cannot get resource "deployments" in API group "apps" in the namespace "ml"`)
			return v
		},
	}
	for name, make := range views {
		for _, size := range fixture.Sizes() {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				v := make()
				v.Render(size[0], size[1])
				switch name {
				case "wrapped":
					v.Handle(keymap.Bottom)
				case "found":
					v.SetFind("--")
					v.Handle(keymap.NextMatch)
				}
				frame := v.Render(size[0], size[1])
				golden.Sized(t, frame, size[0], size[1])
				golden.Equal(t, *update, fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), frame)
			})
		}
	}
}

// numbered is a text of n lines.
func numbered(n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "line %d\n", i)
	}
	return b.String()
}

// sight is what is read of a viewer of 40×12: ten lines.
func sight(v *text.View) []string {
	var out []string
	for _, line := range v.Render(40, 12)[1:11] {
		out = append(out, strings.Trim(ansi.Strip(line), "│ "))
	}
	return out
}

func TestMoving(t *testing.T) {
	v := viewer(text.Plain, numbered(100))
	for _, c := range []struct {
		action keymap.Action
		first  string
	}{
		{keymap.Up, "line 1"},
		{keymap.Down, "line 2"},
		{keymap.PageDown, "line 12"},
		{keymap.PageUp, "line 2"},
		{keymap.Bottom, "line 91"},
		{keymap.PageDown, "line 91"},
		{keymap.Top, "line 1"},
	} {
		sight(v)
		require.True(t, v.Handle(c.action))
		require.Equal(t, c.first, sight(v)[0], string(c.action))
	}
	require.False(t, v.Handle(keymap.Quit))
	v.Wheel(3)
	require.Equal(t, "line 4", sight(v)[0])
	require.Contains(t, plain(v.Render(60, 12)), "lines 4 to 13 of 100")
}

func TestFinding(t *testing.T) {
	v := viewer(text.Plain, numbered(100))
	sight(v)
	v.SetFind("LINE 9")
	require.Equal(t, "›line 9", sight(v)[8], "in sight already")
	says := func() string { return ansi.Strip(v.Render(90, 12)[0]) }
	require.Contains(t, says(), `1 of 11 "LINE 9", lines 1 to 10 of 100`)
	v.Handle(keymap.NextMatch)
	require.Contains(t, sight(v), "›line 90")
	require.Contains(t, says(), "2 of 11")
	v.Handle(keymap.PrevMatch)
	v.Handle(keymap.PrevMatch)
	require.Contains(t, sight(v), "›line 99", "round the ends")
	v.SetFind("nothing")
	require.Contains(t, says(), `no "nothing"`)
	v.Handle(keymap.NextMatch)
	v.SetFind("")
	require.NotContains(t, says(), "nothing")
	v.Handle(keymap.Top)
	v.SetFind("line 5")
	require.Contains(t, sight(v), "›line 5", "from the top line on")
}

func TestAMatchFarToTheRightIsBroughtIntoSight(t *testing.T) {
	v := viewer(text.Plain, strings.Repeat("x", 300)+"needle\nshort")
	sight(v)
	v.SetFind("needle")
	require.Contains(t, sight(v)[0], "needle")
	v.SetFind("short")
	require.Contains(t, sight(v)[1], "short")
	v.SetFind("needle")
	v.Handle(keymap.Wrap)
	require.Contains(t, plain(v.Render(40, 12)), "needle")
	require.Contains(t, plain(v.Render(40, 4)), "xxx")
	v.Handle(keymap.Bottom)
	v.SetFind("needle")
	require.Contains(t, plain(v.Render(40, 4)), "needle")
}

func TestScrollingSideways(t *testing.T) {
	v := viewer(text.Plain, "0123456789abcdefghijklmnop\n日本語日本語日本語")
	v.Render(12, 5)
	v.Handle(keymap.Right)
	require.Equal(t, "89abcdef…", strings.Trim(ansi.Strip(v.Render(12, 5)[1]), "│ "))
	require.Equal(t, "本語日本語", strings.Trim(ansi.Strip(v.Render(14, 5)[2]), "│ "))
	for range 20 {
		v.Handle(keymap.Right)
	}
	require.Contains(t, plain(v.Render(12, 5)), "p", "never past the end of the longest line")
	for range 20 {
		v.Handle(keymap.Left)
	}
	require.Contains(t, plain(v.Render(12, 5)), "01234567")
}

func TestWrappingKeepsTheLineAtTheTop(t *testing.T) {
	v := viewer(text.Plain, strings.Repeat(strings.Repeat("word ", 20)+"\n", 50)+numbered(50))
	sight(v)
	v.Wheel(60)
	require.Equal(t, "line 11", sight(v)[0])
	v.Handle(keymap.Wrap)
	require.Equal(t, "line 11", sight(v)[0])
	v.Render(90, 12)
	require.Equal(t, "line 11", sight(v)[0], "a resize, too")
	v.Handle(keymap.Wrap)
	require.Equal(t, "line 11", sight(v)[0])
}

func TestATextReadAgainKeepsItsPlaceAndItsMatch(t *testing.T) {
	v := viewer(text.Plain, numbered(100))
	sight(v)
	v.SetFind("line 9")
	v.Handle(keymap.NextMatch)
	before := sight(v)
	v.SetText(numbered(101))
	require.Equal(t, before, sight(v))
	require.Contains(t, plain(v.Render(60, 12)), "2 of 11")
	v.SetText("short")
	require.Equal(t, "short", sight(v)[0])
	require.Equal(t, "short", v.Text())
	v.SetNote("gone")
	require.Equal(t, "gone", sight(v)[0])
	require.NotContains(t, plain(v.Render(60, 12)), "lines")
}

func TestColoursAreQuiet(t *testing.T) {
	v := viewer(text.YAML, manifest)
	dark := theme.Dark(false)
	frame := strings.Join(v.Render(120, 60), "\n")
	for _, painted := range []string{
		dark.Hue(4).Paint("replicas"), dark.Hue(5).Paint(" 3"), dark.Hue(5).Paint(" 500m"), dark.Hue(6).Paint(` "9"`),
		dark.Faint.Paint("# read by the API server"), dark.Text.Paint("          kind: this is text within a script, no key"),
		dark.Hue(4).Paint("deployment.kubernetes.io/revision"),
	} {
		require.Contains(t, frame, painted)
	}
	light := theme.Light(false)
	v.SetTheme(light)
	require.Contains(t, strings.Join(v.Render(120, 60), "\n"), light.Hue(4).Paint("replicas"))
}

func TestASCIIThemeDrawsNothingElse(t *testing.T) {
	v := viewer(text.YAML, manifest)
	v.SetTheme(theme.Dark(true))
	v.SetFind("--")
	for _, size := range append(fixture.Sizes(), [2]int{30, 9}) {
		for _, r := range plain(v.Render(size[0], size[1])) {
			require.Less(t, r, rune(0x7f), "%q", r)
		}
	}
}

func TestFramesHaveTheirSizeWhateverTheText(t *testing.T) {
	letters := []rune("ab-:/. #\"'|é日本語한국👩‍💻\u0301\u0308\u200d\ufe0f🇩🇪ｶﾞ…─│‖0123456789\n\n")
	actions := []keymap.Action{
		keymap.Down, keymap.Bottom, keymap.PageUp, keymap.Right, keymap.Left, keymap.Wrap, keymap.NextMatch, keymap.PrevMatch,
	}
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) string {
			return rapid.StringOfN(rapid.RuneFrom(letters), 0, 300, -1).Draw(t, name)
		}
		v := text.New(strings.ReplaceAll(draw("title"), "\n", ""), rapid.SampledFrom([]text.Kind{text.Plain, text.YAML}).Draw(t, "kind"))
		v.SetText(draw("text"))
		for range rapid.IntRange(1, 8).Draw(t, "times") {
			w, h := rapid.IntRange(0, 90).Draw(t, "w"), rapid.IntRange(0, 30).Draw(t, "h")
			golden.Sized(t, v.Render(w, h), w, h)
			v.Handle(rapid.SampledFrom(actions).Draw(t, "action"))
			if rapid.Bool().Draw(t, "find") {
				v.SetFind(rapid.SampledFrom([]string{"", "a", "日", "no such thing", "\u0301"}).Draw(t, "words"))
			}
			if rapid.Bool().Draw(t, "again") {
				v.SetText(draw("text"))
			}
			golden.Sized(t, v.Render(w, h), w, h)
		}
	})
}

func long() *text.View { return viewer(text.YAML, strings.Repeat(manifest, 500)) }

func BenchmarkRender200x50OfALongText(b *testing.B) {
	v := long()
	b.ReportAllocs()
	for b.Loop() {
		v.Handle(keymap.Down)
		v.Render(200, 50)
	}
}

func BenchmarkRenderOfWhatIsUnchanged(b *testing.B) {
	v := long()
	b.ReportAllocs()
	for b.Loop() {
		v.Render(200, 50)
	}
}

// TestOnlyWhatIsSeenIsDrawn: a text of 20 000 lines costs no more than one of 40.
func TestOnlyWhatIsSeenIsDrawn(t *testing.T) {
	cost := func(v *text.View) float64 {
		return testing.AllocsPerRun(10, func() {
			v.Handle(keymap.Down)
			v.Render(200, 50)
		})
	}
	require.LessOrEqual(t, cost(long()), 2*cost(viewer(text.YAML, manifest+manifest)))
	require.LessOrEqual(t, cost(long()), 1000.0)
	v := long()
	require.Zero(t, testing.AllocsPerRun(10, func() { v.Render(200, 50) }), "and what is drawn is not drawn again")
}
