package main

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/fade"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
	"k8s.io/cli-runtime/pkg/genericclioptions"
)

// written is a journal of two moves and a course, read at noon.
func written(t *testing.T) (o *journalOptions, out, errs *bytes.Buffer) {
	t.Helper()
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	out, errs = &bytes.Buffer{}, &bytes.Buffer{}
	o = &journalOptions{
		streams: streams{out: out, err: errs}, scope: &scopeFlags{config: genericclioptions.NewConfigFlags(true)},
		path: filepath.Join(t.TempDir(), "journal.jsonl"), now: func() time.Time { return noon },
	}
	j := rollout.NewJournal(o.path)
	web := rollout.Receipt{
		Plan:   planOf("web", rollout.Change{Path: "spec.paused", Before: "true"}, rollout.Change{Path: "spec.template.spec.containers[web].env[TOKEN].value", Before: "hunter1", After: "hunter2"}),
		Result: rollout.Applied, Message: "undone", Who: "ada", Started: noon.Add(-30 * time.Minute), Finished: noon.Add(-30 * time.Minute),
	}
	old := web
	old.Plan = planOf("api")
	old.Plan.Intent.Target.Namespace, old.Plan.Cluster.Context = "ml", "stage"
	old.Result, old.Started = rollout.Refused, noon.Add(-26*time.Hour)
	course, err := json.Marshal(fade.Course{ID: "c1", Kind: fade.Hold, Target: kube.Ref{Namespace: "shop", Name: "web"}, Total: 6, Steps: []int32{2}, Began: noon.Add(-time.Hour), Who: "bob", Cluster: web.Plan.Cluster})
	require.NoError(t, err)
	require.NoError(t, j.Record(old))
	require.NoError(t, j.Record(web))
	require.NoError(t, j.Settle(web, rollout.Outcome{State: rollout.Complete, Text: "rolled out in 42s", Took: 42 * time.Second, At: noon}))
	require.NoError(t, j.RecordCourse(rollout.CourseLine{ID: "c1", State: rollout.CourseBegun, Text: "begun", Course: course}))
	require.NoError(t, j.RecordCourse(rollout.CourseLine{ID: "c1", State: rollout.CourseLeft, Text: "left at 1 of 2", Course: course}))
	return o, out, errs
}

func TestTheJournalAsATable(t *testing.T) {
	o, out, _ := written(t)
	require.NoError(t, o.run(context.Background()))
	require.Equal(t, `TIME                 RESULT   OBJECT    MOVE                                  OUTCOME   TOOK   WHO  CLUSTER  CHANGE
2026-11-20 10:00:00  refused  ml/api    Undo shop/api                         -         -      ada  stage
2026-11-21 11:00:00  left     shop/web  Hold shop/web at 2 of 6 updated pods  -         -      bob  prod     left at 1 of 2
2026-11-21 11:30:00  applied  shop/web  Undo shop/web                         complete  42.0s  ada  prod     spec.paused true → (none) +1
`, out.String())
}

func TestTheJournalIsNarrowed(t *testing.T) {
	for name, c := range map[string]struct {
		set  func(*journalOptions)
		want []string
	}{
		"all":       {func(*journalOptions) {}, []string{"api", "web"}},
		"since":     {func(o *journalOptions) { o.since = 2 * time.Hour }, []string{"web"}},
		"namespace": {func(o *journalOptions) { *o.scope.config.Namespace = "ml" }, []string{"api"}},
		"-A wins":   {func(o *journalOptions) { *o.scope.config.Namespace, o.scope.allNamespaces = "ml", true }, []string{"api", "web"}},
		"context":   {func(o *journalOptions) { *o.scope.config.Context = "prod" }, []string{"web"}},
		"nothing":   {func(o *journalOptions) { *o.scope.config.Context = "elsewhere" }, nil},
		"until":     {func(o *journalOptions) { o.until = 2 * time.Hour }, []string{"api"}},
		"object":    {func(o *journalOptions) { o.object = kube.Ref{Kind: kube.KindDeployment, Name: "web"} }, []string{"web"}},
		"kind":      {func(o *journalOptions) { o.object = kube.Ref{Kind: kube.KindService, Name: "web"} }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			o, out, _ := written(t)
			o.output = "json"
			c.set(o)
			require.NoError(t, o.run(context.Background()))
			var got journalItem
			require.NoError(t, json.Unmarshal(out.Bytes(), &got))
			var names []string
			for _, m := range got.Moves {
				names = append(names, m.Plan.Target().Name)
			}
			require.Equal(t, c.want, names)
		})
	}
}

func TestTheJournalAsJSON(t *testing.T) {
	o, out, _ := written(t)
	o.output, o.since = "json", 2*time.Hour
	require.NoError(t, o.run(context.Background()))
	require.NotContains(t, out.String(), "hunter")
	var got struct {
		Moves []struct {
			Plan    struct{ Title string }
			Receipt struct{ Who, Result string }
			Outcome *struct {
				State   string
				Seconds float64
			}
		}
		Courses []struct{ ID, State, Title, Text string }
		Damaged int
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &got))
	require.Equal(t, "Undo shop/web", got.Moves[0].Plan.Title)
	require.Equal(t, "ada", got.Moves[0].Receipt.Who)
	require.Equal(t, "complete", got.Moves[0].Outcome.State)
	require.Equal(t, 42.0, got.Moves[0].Outcome.Seconds)
	require.Len(t, got.Courses, 1)
	require.Equal(t, "left", got.Courses[0].State)
	require.Equal(t, "left at 1 of 2", got.Courses[0].Text)
}

func TestAnEmptyJournal(t *testing.T) {
	for output, want := range map[string]string{
		"": "", "json": `{"moves":[],"courses":[],"damaged":0}` + "\n",
		"md": "# Incident report\n\nNo move in this time, put together 2026-11-21 12:00:00 UTC.\n",
	} {
		o, out, errs := written(t)
		o.path, o.output = filepath.Join(t.TempDir(), "none"), output
		require.NoError(t, o.run(context.Background()))
		require.Equal(t, want, out.String())
		if output == "" {
			require.Equal(t, "no move in the journal\n", errs.String())
		}
	}
}

func TestTheJournalsFlags(t *testing.T) {
	for _, c := range []struct {
		set  func(*journalOptions)
		args []string
		says string
	}{
		{func(o *journalOptions) { o.output = "yaml" }, nil, `-o "yaml" is unknown`},
		{func(o *journalOptions) { o.since = -time.Hour }, nil, "below zero"},
		{func(o *journalOptions) { o.scope.selector = "app=web" }, nil, "-l does not work here"},
		{func(*journalOptions) {}, []string{"web"}, `"web" is not TYPE/NAME`},
		{func(*journalOptions) {}, []string{"node/web"}, `"node/web" is not TYPE/NAME`},
		{func(o *journalOptions) { o.until = -time.Hour }, nil, "below zero"},
		{func(o *journalOptions) { o.since, o.until = time.Hour, 2*time.Hour }, nil, "nothing lies between"},
		{func(o *journalOptions) { o.events = "some" }, nil, `--events "some" is unknown`},
	} {
		o, _, _ := written(t)
		c.set(o)
		require.ErrorContains(t, o.validate(c.args), c.says)
	}
}
