package rollout

import (
	"context"
	"testing"

	"fader/kube"

	"github.com/stretchr/testify/require"
)

func TestABatchIsShownAsOnePlan(t *testing.T) {
	two := func(name string) Plan {
		return Plan{
			Intent: Intent{Verb: Pause, Target: kube.Ref{Kind: kube.KindDeployment, Namespace: "ml", Name: name}}, Action: "Pause",
			Changes: []Change{{"spec.paused", "false", "true"}}, Effect: []string{"it stops"}, Warnings: []string{"Flux"}, Kubectl: "kubectl pause " + name,
		}
	}
	blocked := two("c")
	blocked.Checks = []Check{{Name: checkPermitted, Detail: "no rule allows it"}}
	b := Batch{Plans: []Plan{two("a"), two("b"), blocked}, Failed: []Failure{{Intent{}, "ml/d is already paused"}}}
	p := b.Preview()
	require.Equal(t, "Pause 3 deployments", p.Title)
	require.Equal(t, "Pause 2", p.Action)
	require.Equal(t, []Change{{"ml/a spec.paused", "false", "true"}, {"ml/b spec.paused", "false", "true"}}, p.Changes)
	require.Equal(t, []string{"ml/a: it stops", "ml/b: it stops"}, p.Effect)
	require.Equal(t, []string{"ml/a: Flux", "ml/b: Flux", "left out: ml/c: permitted: no rule allows it", "left out: ml/d is already paused"}, p.Warnings)
	require.Equal(t, []Check{{Name: "each permitted and rehearsed (2 of 4)", Passed: true}}, p.Checks)
	require.Equal(t, "kubectl pause a && kubectl pause b", p.Kubectl)
	require.Equal(t, "3 objects", p.Word())
	require.NotNil(t, Batch{Plans: []Plan{blocked, blocked}}.Preview().Blocked())
}

func TestABatchIsExecutedAndTakenBackAsOne(t *testing.T) {
	b := newBench(deploymentAt(5), set(4, 0), set(5, 3))
	d := deskAt(t, b)
	ctx := context.Background()
	batch := d.PlanAll(ctx, []Intent{{Verb: Pause, Target: target()}, {Verb: Scale, Target: target(), Replicas: 5}, {Verb: Resume, Target: target()}})
	require.Len(t, batch.Plans, 2)
	require.Equal(t, "ml/fraud is not paused", batch.Failed[0].Err)
	var told []Receipt
	// One at a time: the second finds the object changed by the first, which is a result.
	receipts := d.ExecuteAll(ctx, batch, Confirmation{}, 1, func(r Receipt) { told = append(told, r) })
	require.Equal(t, receipts, told)
	require.Equal(t, Applied, receipts[0].Result)
	require.Equal(t, Conflict, receipts[1].Result)
	require.NotEmpty(t, receipts[0].Batch)

	scaled := d.PlanAll(ctx, []Intent{{Verb: Scale, Target: target(), Replicas: 5}})
	resumed := d.ExecuteAll(ctx, scaled, Confirmation{}, 0, nil)
	require.Equal(t, Applied, resumed[0].Result)
	last := d.LastMoves()
	require.Len(t, last, 1, "of the last batch only")
	require.Equal(t, Scale, last[0].Plan.Intent.Verb)

	stopped, cancel := context.WithCancel(ctx)
	cancel()
	again := d.PlanAll(ctx, []Intent{{Verb: Scale, Target: target(), Replicas: 9}})
	require.Equal(t, Refused, d.ExecuteAll(stopped, again, Confirmation{}, 0, nil)[0].Result)
}
