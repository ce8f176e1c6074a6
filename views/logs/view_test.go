package logs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fader/keymap"
	"fader/views/logs"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
)

func at(seconds float64) time.Time {
	return time.Date(2026, 11, 21, 14, 0, 0, 0, time.UTC).Add(time.Duration(seconds * float64(time.Second)))
}

func source(pod string, revision int64) *logs.Source {
	return &logs.Source{Pod: "fraud-model-" + pod, Container: "model", Revision: revision}
}

// said are lines of one second each, from a second on.
func said(from *logs.Source, second int, texts ...string) []logs.Line {
	var lines []logs.Line
	for i, text := range texts {
		lines = append(lines, logs.Line{From: from, Time: at(float64(second + i)), Text: text})
	}
	return lines
}

// numbered are n lines, counted from a number.
func numbered(from *logs.Source, first, n int) []logs.Line {
	var texts []string
	for i := range n {
		texts = append(texts, fmt.Sprintf("line %d", first+i))
	}
	return said(from, first, texts...)
}

func plain(frame []string) string { return ansi.Strip(strings.Join(frame, "\n")) }

// sight are the lines seen in a view of 60×12, borders and blanks taken off.
func sight(v *logs.View) []string {
	var out []string
	frame := v.Render(60, 12)
	for _, line := range frame[1 : len(frame)-1] {
		if text := strings.TrimRight(strings.TrimPrefix(strings.TrimSuffix(ansi.Strip(line), "│"), "│"), " "); text != "" {
			out = append(out, text)
		}
	}
	return out
}

func head(v *logs.View) string { return ansi.Strip(v.Render(60, 12)[0]) }

func full(n int) *logs.View {
	v := logs.New("logs of ml/fraud-model")
	v.SetState(logs.State{Following: 1})
	v.Append(numbered(source("a", 9), 1, n), 0)
	return v
}

func TestLinesAreInTheOrderOfTimeWheneverTheyCome(t *testing.T) {
	a, b := source("7d9f-aaaaa", 9), source("5c8b-bbbbb", 8)
	v := logs.New("logs")
	v.Append(said(a, 10, "a10", "a11"), 0)
	v.Append(said(b, 1, "b1", "b2"), 0)
	v.Append([]logs.Line{
		{From: b, Time: at(12), Text: "b12"}, {From: a, Time: at(10.5), Text: "a10.5"}, {From: b, Time: at(11), Text: "b11"},
	}, 0)
	v.Append([]logs.Line{{Text: "gone", Remark: true}}, 0)
	require.Equal(t, []string{
		"8 5c8b-bbbbb │ b1", "8 5c8b-bbbbb │ b2", "9 7d9f-aaaaa │ a10", "9 7d9f-aaaaa │ a10.5",
		"9 7d9f-aaaaa │ a11", "8 5c8b-bbbbb │ b11", "8 5c8b-bbbbb │ b12", "             │ → gone",
	}, sight(v))
}

func TestFollowsUntilScrolledUp(t *testing.T) {
	v := full(100)
	require.Equal(t, "line 100", sight(v)[9])
	require.Contains(t, head(v), "following 1 container")
	v.Handle(keymap.Down)
	require.Contains(t, head(v), "following")
	v.Handle(keymap.Up)
	require.Equal(t, "line 99", sight(v)[9])
	require.Contains(t, head(v), "─ paused ┐")

	v.Append(numbered(source("a", 9), 101, 1234), 0)
	require.Equal(t, "line 99", sight(v)[9], "what is read stays")
	require.Contains(t, head(v), "paused, 1 234 new lines below")
	v.Handle(keymap.PageDown)
	require.Equal(t, "line 109", sight(v)[9])
	v.Handle(keymap.Bottom)
	require.Equal(t, "line 1334", sight(v)[9])
	require.Contains(t, head(v), "following")
	v.Handle(keymap.Follow)
	v.Append(numbered(source("a", 9), 1335, 1), 0)
	require.Equal(t, "line 1334", sight(v)[9])
	require.Contains(t, head(v), "paused, 1 new line below")
	v.Handle(keymap.Follow)
	require.Equal(t, "line 1335", sight(v)[9])
	require.True(t, v.Following())
}

func TestWhatIsReadStaysWhenEarlierLinesComeLate(t *testing.T) {
	for name, filter := range map[string]string{"all": "", "filtered": "line"} {
		t.Run(name, func(t *testing.T) {
			v := full(100)
			v.SetFilter(filter)
			sight(v)
			v.Wheel(-30)
			before := sight(v)
			late := source("a", 9)
			v.Append(said(late, 20, "line late", "nothing of the filter's", "line late"), 0)
			require.Equal(t, before[1:], sightWithout(v, "late", "nothing")[1:])
			require.Contains(t, strings.Join(before, " "), "line 70")
			shown, kept := v.Counts()
			require.Equal(t, 103, kept)
			require.Equal(t, map[string]int{"all": 103, "filtered": 102}[name], shown)
		})
	}
}

// sightWithout are the texts in sight, without labels and the lines that hold words.
func sightWithout(v *logs.View, words ...string) []string {
	var out []string
	for _, line := range sight(v) {
		if _, text, found := strings.Cut(line, "│ "); found {
			line = text
		}
		skip := false
		for _, word := range words {
			skip = skip || strings.Contains(line, word)
		}
		if !skip {
			out = append(out, line)
		}
	}
	return out
}

func TestMoving(t *testing.T) {
	v := full(100)
	for _, c := range []struct {
		action keymap.Action
		first  string
	}{
		{keymap.PageUp, "line 81"},
		{keymap.Top, "line 1"},
		{keymap.Up, "line 1"},
		{keymap.Down, "line 2"},
		{keymap.PageDown, "line 12"},
		{keymap.Bottom, "line 91"},
	} {
		sight(v)
		require.True(t, v.Handle(c.action))
		require.Equal(t, c.first, sight(v)[0], string(c.action))
	}
	require.False(t, v.Handle(keymap.Quit))
	v.Handle(keymap.Up)
	v.Wheel(1000)
	require.Equal(t, "line 100", sight(v)[9])
	require.False(t, v.Following(), "only G and f follow again")
}

func TestFilter(t *testing.T) {
	a, b := source("aaa", 9), source("bbb", 8)
	v := logs.New("logs")
	v.Append(said(a, 1, "GET /healthz 200", "POST /score 500", "GET /metrics 200"), 0)
	v.Append(said(b, 4, "POST /score 200"), 0)
	for _, c := range []struct {
		filter string
		want   []string
	}{
		{"post", []string{"POST /score 500", "POST /score 200"}},
		{"!get", []string{"POST /score 500", "POST /score 200"}},
		{"score !500", []string{"POST /score 200"}},
		{"bbb", []string{"POST /score 200"}},
		{"model", []string{"GET /healthz 200", "POST /score 500", "GET /metrics 200", "POST /score 200"}},
		{"!", []string{"GET /healthz 200", "POST /score 500", "GET /metrics 200", "POST /score 200"}},
	} {
		v.SetFilter(c.filter)
		require.Equal(t, c.want, sightWithout(v, "filter "), c.filter)
		shown, kept := v.Counts()
		require.Equal(t, len(c.want), shown)
		require.Equal(t, 4, kept)
		require.Contains(t, plain(v.Render(60, 12)), fmt.Sprintf("filter %s: %d of 4 lines", c.filter, len(c.want)))
		require.Equal(t, c.filter, v.Filter())
	}
	v.SetFilter("nothing like it")
	require.Contains(t, plain(v.Render(60, 12)), "no line passes the filter; esc clears it")
	v.SetFilter("score")
	v.Append(said(a, 10, "POST /score 201", "GET /healthz 200"), 0)
	require.Equal(t, []string{"POST /score 500", "POST /score 200", "POST /score 201"}, sightWithout(v, "filter "))
	v.SetFilter("")
	require.Len(t, sight(v), 6)
}

func TestAFilterThatIsNoneKeepsTheOneBefore(t *testing.T) {
	v := full(20)
	v.SetFilter("line 7")
	for input, says := range map[string]string{"-l app=web": "have no labels", "-l a=(": "no label selector"} {
		v.SetFilter(input)
		require.Contains(t, sight(v)[0], says)
		require.Equal(t, "line 7", sight(v)[1])
	}
}

func TestPausedCountsWhatTheFilterShows(t *testing.T) {
	v := full(50)
	v.SetFilter("line")
	v.Handle(keymap.Up)
	v.Append(said(source("a", 9), 100, "line x", "other", "line y"), 0)
	require.Contains(t, head(v), "paused, 2 new lines below")
}

func TestAFilterKeepsThePlace(t *testing.T) {
	v := full(1000)
	sight(v)
	v.Wheel(-500)
	require.Equal(t, "line 491", sight(v)[0])
	v.SetFilter("0") // every tenth and the hundreds
	require.Equal(t, "line 500", sight(v)[1])
	v.SetFilter("")
	require.Equal(t, "line 491", sight(v)[0])
}

func TestWrapping(t *testing.T) {
	v := logs.New("logs")
	v.Append(said(source("a", 9), 1, "short", strings.Repeat("0123456789", 13), "last"), 0)
	require.Equal(t, 3, len(sight(v)))
	require.True(t, strings.HasSuffix(sight(v)[1], "…"))
	v.Handle(keymap.Right)
	require.True(t, strings.HasPrefix(sight(v)[0], "0123"), "%q", sight(v))
	v.Handle(keymap.Wrap)
	require.Equal(t, []string{
		"short", strings.Repeat("0123456789", 6)[:58], "89" + strings.Repeat("0123456789", 6)[:56], "67890123456789"[:14], "last",
	}, sight(v))
	// the rows of a line are steps of their own
	v.Append(said(source("a", 9), 10, strings.Repeat("x", 58*30)+"end"), 0)
	require.Contains(t, sight(v)[9], "end")
	v.Handle(keymap.Up)
	require.Equal(t, strings.Repeat("x", 58), sight(v)[9])
	v.Handle(keymap.Down)
	require.Contains(t, sight(v)[9], "end")
	v.Handle(keymap.Top)
	require.Equal(t, "short", sight(v)[0])
	v.Wheel(2)
	require.True(t, strings.HasPrefix(sight(v)[0], "890123"))
}

func TestTimes(t *testing.T) {
	v := full(2)
	v.Append([]logs.Line{{Text: "the pod is gone", Remark: true}}, 0)
	v.Handle(keymap.Timestamps)
	require.Equal(t, []string{"14:00:01 line 1", "14:00:02 line 2", "         → the pod is gone"}, sight(v))
	require.Contains(t, plain(v.Render(120, 12)), "2026-11-21 14:00:01.000 line 1")
	v.SetZone(time.FixedZone("CET", 3600))
	require.Contains(t, plain(v.Render(120, 12)), "2026-11-21 15:00:01.000 line 1")
	v.Handle(keymap.Timestamps)
	require.Equal(t, "line 1", sight(v)[0])
}

func TestLabelsTellApartWhatDiffers(t *testing.T) {
	v := logs.New("logs")
	show := func(s ...*logs.Source) {
		for i, s := range s {
			v.Append([]logs.Line{{From: s, Time: at(float64(i)), Text: "x"}}, 0)
		}
	}
	one := &logs.Source{Pod: "web-7d9f-x2k4p", Container: "web", Revision: 5}
	show(one)
	require.Equal(t, []string{"x"}, sight(v), "one source needs no label")
	show(&logs.Source{Pod: "web-7d9f-9k2lm", Container: "web", Revision: 5})
	require.Contains(t, sight(v), "5 x2k4p │ x")
	show(&logs.Source{Pod: "web-5c8b-aaaaa", Container: "proxy"})
	require.Contains(t, sight(v), "5 7d9f-x2k4p/web │ x")
	require.Contains(t, sight(v), "5c8b-aaaaa/proxy │ x")
	show(&logs.Source{Pod: "other", Container: "proxy"})
	require.Contains(t, sight(v), "other/proxy        │ x")
}

func TestWhatIsNotThereIsSaid(t *testing.T) {
	v := logs.New("logs")
	require.Equal(t, []string{" no lines yet"}, sight(v))
	require.Contains(t, head(v), "no stream is open")
	v.SetState(logs.State{Ended: true})
	require.Equal(t, []string{" the log is empty"}, sight(v))
	require.Contains(t, head(v), "ended")
	v.SetState(logs.State{Following: 30, LeftOut: []string{"a", "b"}})
	v.Append(nil, 12345)
	require.Equal(t, []string{
		"not followed, too many at once: 2 pods: a, b",
		"12 345 lines lost: they came faster than they could be ta…",
		" no lines yet",
	}, sight(v))
	require.Contains(t, head(v), "following 30 containers")
	v.Append(numbered(source("a", 9), 1, 9), 0)
	require.Contains(t, plain(v.Render(60, 4)), "line 9", "the log has most of the room")
}
