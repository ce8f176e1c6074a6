package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/fade"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
)

func planOf(name string, changes ...rollout.Change) rollout.Plan {
	return rollout.Plan{
		Intent:  rollout.Intent{Verb: rollout.Undo, Target: kube.Ref{Kind: kube.KindDeployment, Namespace: "shop", Name: name}},
		Cluster: rollout.Identity{Context: "prod", Server: "https://10.1.2.3"}, Title: "Undo shop/" + name, Action: "Undo",
		Changes: changes, Effect: []string{"1 pod goes"}, Warnings: []string{"Flux will revert it", "and again"},
		Checks:  []rollout.Check{{Name: "permitted", Passed: true}, {Name: "server dry run", Detail: "denied"}},
		Kubectl: "kubectl one\nkubectl two",
	}
}

func TestAPlanIsPrintedAsLines(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, printPlan(&out, planOf("web", rollout.Change{Path: "spec.paused", Before: "true"})))
	require.Equal(t, `Undo shop/web · prod · https://10.1.2.3
  Changes   spec.paused   true → (none)
  Effect    1 pod goes
  Warning   Flux will revert it
            and again
  Checked   permitted
  Refused   server dry run: denied
  kubectl   kubectl one
            kubectl two
`, out.String())
}

func TestNoDocumentHasValuesOfVariables(t *testing.T) {
	secret := rollout.Change{Path: "spec.template.spec.containers[web].env[PASSWORD].value", Before: "hunter1", After: "hunter2"}
	failed := rollout.Failure{Intent: rollout.Intent{Verb: rollout.Undo}, Err: "it is gone"}
	batch := rollout.Batch{Plans: []rollout.Plan{planOf("web", secret), planOf("api")}, Failed: []rollout.Failure{failed}}
	applied := rollout.Receipt{
		Plan: batch.Plans[0], Result: rollout.Applied, Message: "done",
		Outcome: &rollout.Outcome{State: rollout.Complete, Text: "rolled out", Took: 1500 * time.Millisecond},
	}
	docs, err := documents(batch, []rollout.Receipt{applied, {Plan: batch.Plans[1], Result: rollout.Refused}}, "")
	require.NoError(t, err)
	require.Len(t, docs, 3)
	require.InDelta(t, 1.5, docs[0].Outcome.Seconds, 0)
	require.Nil(t, docs[1].Outcome)
	require.Nil(t, docs[2].Plan)
	require.Equal(t, "it is gone", docs[2].Failed.Err)
	for _, form := range []string{"json", "yaml"} {
		var out bytes.Buffer
		require.NoError(t, writeAs(&out, form, docs))
		require.NotContains(t, out.String(), "hunter")
		require.Contains(t, out.String(), "PASSWORD")
	}
	require.Equal(t, "hunter2", batch.Plans[0].Changes[0].After, "the plan that is executed stays whole")
}

func TestTemplatesAreShownWithoutWhatMayBeSecret(t *testing.T) {
	const before = `spec:
  containers:
  - args: [--password, hunter2]
    command: [serve]
    env:
    - {name: LEVEL, value: info}
    - {name: PASSWORD, value: hunter2}
    - {name: TOKEN, valueFrom: {secretKeyRef: {key: token, name: web}}}
    image: web:v1
    readinessProbe: {httpGet: {httpHeaders: [{name: Authorization, value: Bearer x}], path: /healthz}}
`
	h := newHider()
	from, err := h.template(before)
	require.NoError(t, err)
	for _, text := range []string{"hunter2", "info", "Bearer", "serve"} {
		require.NotContains(t, from, text)
	}
	for _, text := range []string{"name: PASSWORD", "secretKeyRef", "image: web:v1", "path: /healthz"} {
		require.Contains(t, from, text)
	}
	same, err := h.template(before)
	require.NoError(t, err)
	require.Equal(t, from, same)
	other, err := h.template(string(bytes.ReplaceAll([]byte(before), []byte("value: hunter2"), []byte("value: hunter3"))))
	require.NoError(t, err)
	require.NotEqual(t, from, other, "that it changed shows")
	again, err := newHider().template(before)
	require.NoError(t, err)
	require.Equal(t, from, again, "the names do not depend on chance")
	_, err = h.template("a: [")
	require.ErrorContains(t, err, "read the pod template")
}

func TestTheWorstOfSeveralMovesIsTheExitStatus(t *testing.T) {
	receipts := func(states ...rollout.State) (all []rollout.Receipt) {
		for _, s := range states {
			all = append(all, rollout.Receipt{Outcome: &rollout.Outcome{State: s}})
		}
		return append(all, rollout.Receipt{})
	}
	for _, c := range []struct {
		states []rollout.State
		status int
	}{
		{nil, exitComplete},
		{[]rollout.State{rollout.Complete, rollout.Complete}, exitComplete},
		{[]rollout.State{rollout.Complete, rollout.Held}, exitPaused},
		{[]rollout.State{rollout.Held, rollout.Pending}, exitTimedOut},
		{[]rollout.State{rollout.Pending, rollout.Stalled}, exitFailed},
		{[]rollout.State{rollout.Complete, rollout.Superseded}, exitFailed},
		{[]rollout.State{rollout.Gone}, exitFailed},
		{[]rollout.State{rollout.Unknown}, exitFailed},
	} {
		require.Equal(t, c.status, report(streams{}, ending(receipts(c.states...))), c.states)
	}
}

func TestHowACourseEnds(t *testing.T) {
	x := &conductor{course: courses()[0], name: "checkout", cluster: rollout.Identity{Context: "prod eu"}, mover: mover{flags: &moveFlags{}}}
	hold := fade.Course{Kind: fade.Hold}
	for name, c := range map[string]struct {
		end    fade.Progress
		why    error
		status int
		says   string
	}{
		"done":        {fade.Progress{State: fade.Done}, nil, exitComplete, ""},
		"held":        {fade.Progress{State: fade.Done, Course: hold, Stable: fade.Level{Desired: 3, Updated: 2}}, nil, exitPaused, ""},
		"held at all": {fade.Progress{State: fade.Done, Course: hold, Stable: fade.Level{Desired: 3, Updated: 3}}, nil, exitComplete, ""},
		"refused":     {fade.Progress{State: fade.Failed, Text: "forbidden"}, nil, exitFailed, "forbidden"},
		"timed out":   {fade.Progress{State: fade.Stopped, Text: "stopped"}, context.DeadlineExceeded, exitTimedOut, "the time is up: stopped"},
		"interrupted": {fade.Progress{State: fade.Stopped, Text: "stopped", Unfinished: true}, errors.New("interrupted"), exitFailed, "interrupted: stopped: fader --context 'prod eu' shift service/checkout with --finish goes on"},
		"done anyway": {fade.Progress{State: fade.Done}, errors.New("interrupted"), exitComplete, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var errs bytes.Buffer
			require.Equal(t, c.status, report(streams{err: &errs}, x.ending(c.end, c.why)))
			require.Contains(t, errs.String(), c.says)
		})
	}
}

// asking answers a question with what is typed, each line so long after the question.
func asking(t *testing.T, m *mover, batch rollout.Batch, typed string) (string, error) {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { r.Close() })
	_, err = w.WriteString(typed)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	m.in, m.err = r, &bytes.Buffer{}
	return m.confirm(t.Context(), batch)
}

func TestWhatConfirmsAMove(t *testing.T) {
	able := planOf("web")
	able.Checks = nil
	guarded, overruling := able, able
	guarded.Protected = true
	overruling.Intent.Unready = true
	for name, c := range map[string]struct {
		plan        rollout.Plan
		flags       moveFlags
		interactive bool
		typed       string
		pace        time.Duration // between the question and its answer
		word        string
		says        string // "" for confirmed
	}{
		"--yes":                            {plan: able, flags: moveFlags{yes: true}},
		"--confirm":                        {plan: able, flags: moveFlags{confirm: "web"}, word: "web"},
		"--confirm of another":             {plan: able, flags: moveFlags{confirm: "api"}, says: `give --confirm "web"`},
		"protected, --yes":                 {plan: guarded, flags: moveFlags{yes: true}, says: `prod is protected: --yes is not enough, give --confirm "web"`},
		"protected, --confirm":             {plan: guarded, flags: moveFlags{confirm: "web"}, word: "web"},
		"overruled, --yes":                 {plan: overruling, flags: moveFlags{yes: true}, says: "--yes is not enough"},
		"typed yes":                        {plan: able, interactive: true, typed: "yes\n", pace: time.Second},
		"typed y":                          {plan: able, interactive: true, typed: "y\n", pace: time.Second, says: "cancelled"},
		"typed nothing":                    {plan: able, interactive: true, pace: time.Second, says: "cancelled"},
		"typed ahead":                      {plan: able, interactive: true, typed: "yes\n", says: "cancelled"},
		"protected, typed":                 {plan: guarded, interactive: true, typed: "web\n", pace: time.Second, word: "web"},
		"protected, typed yes":             {plan: guarded, interactive: true, typed: "yes\n", pace: time.Second, says: "cancelled"},
		"protected, --yes on a terminal":   {plan: guarded, flags: moveFlags{yes: true}, interactive: true, typed: "yes\n", pace: time.Second, says: "cancelled"},
		"what is blocked needs no consent": {plan: planOf("web")},
	} {
		t.Run(name, func(t *testing.T) {
			moment := time.Unix(0, 0)
			m := &mover{flags: &c.flags, now: func() time.Time { moment = moment.Add(c.pace); return moment }}
			m.interactive = c.interactive
			word, err := asking(t, m, rollout.Batch{Plans: []rollout.Plan{c.plan}}, c.typed)
			if c.says != "" {
				require.ErrorContains(t, err, c.says)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.word, word)
		})
	}
}
