package moment_test

import (
	"strings"
	"testing"
	"time"

	"fader/kube"
	"fader/views/box"
	"fader/views/moment"
	"fader/views/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
)

func at(minute int) time.Time { return time.Date(2026, 5, 4, 14, minute, 30, 0, time.UTC) }

// axis of ten minutes from 14:00, a cell for each.
func axis() moment.Axis {
	return moment.Axis{Cells: 10, Cell: func(t time.Time) int { return int(t.Sub(at(0)) / time.Minute) }}
}

func drawn(a moment.Axis, all ...moment.Moment) string {
	var b strings.Builder
	pen := box.NewPen(&b, theme.Dark(false), theme.Style{}, 40)
	moment.Draw(&pen, theme.Dark(false), a, all)
	return ansi.Strip(b.String())
}

func told(w int, all ...moment.Moment) string {
	return ansi.Strip(moment.Explain(theme.Dark(false), axis(), all, time.UTC, w))
}

func TestMarksStandAtTheirTime(t *testing.T) {
	image, ready := moment.Moment{At: at(3), Label: "set image"}, moment.Moment{At: at(5), Label: "first ready of 9", Revision: 9}
	outside := moment.Moment{At: at(30), Label: "later"}
	require.Equal(t, "   ▲ ●    ", drawn(axis(), ready, outside, image))
	require.Equal(t, "   ●      ", drawn(axis(), image, moment.Moment{At: at(3).Add(time.Second), Revision: 9}), "the newest wins a cell")
	require.Equal(t, "", drawn(moment.Axis{}, image), "the zero axis has no room")
	require.Equal(t, "▲ 14:03 set image · ● 14:05 first ready of 9", told(60, ready, outside, image))
	require.Equal(t, "● 14:05 first ready of 9", told(40, image, ready), "the newest is told")
	require.Equal(t, "", told(10, image, ready))
	require.Contains(t, moment.Explain(theme.Dark(false), axis(), []moment.Moment{image}, time.FixedZone("", 3600), 60), "15:03")
}

func TestFirstReady(t *testing.T) {
	pod := func(ready bool, since time.Time, restarts int) *kube.Pod {
		return &kube.Pod{IsReady: ready, ReadySince: since, Restarts: restarts}
	}
	revision := func(number int64, pods ...*kube.Pod) *kube.Revision {
		return &kube.Revision{ReplicaSet: &kube.ReplicaSet{Revision: number}, Pods: pods}
	}
	require.Equal(t, []moment.Moment{{At: at(2), Label: "first ready of 9", Revision: 9}}, moment.FirstReady(&kube.Rollout{Revisions: []*kube.Revision{
		revision(9, pod(true, at(4), 0), pod(true, at(2), 0), pod(true, at(1), 3), pod(false, at(0), 0), pod(true, time.Time{}, 0)),
		revision(8, pod(false, at(1), 0)),
		revision(0, pod(true, at(1), 0)),
	}}))
}
