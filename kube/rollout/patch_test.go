package rollout

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/types"
	"pgregory.net/rapid"
)

func TestEveryPatchIsGuardedFirst(t *testing.T) {
	s := sceneOf(deploymentAt(5), set(4, 0), set(5, 3))
	for _, intent := range []Intent{{Verb: Pause}, {Verb: Scale, Replicas: 4}, {Verb: Restart}} {
		p := plan(t, s, intent)
		require.Equal(t, types.MergePatchType, p.PatchType)
		var body struct {
			Metadata map[string]string `json:"metadata"`
		}
		require.NoError(t, json.Unmarshal(p.Patch, &body))
		require.Equal(t, map[string]string{"uid": testUID, "resourceVersion": "100"}, body.Metadata)
	}
	var steps []operation
	require.NoError(t, json.Unmarshal(plan(t, s, Intent{Verb: Undo}).Patch, &steps))
	require.Equal(t, []operation{{"test", pathUID, testUID}, {"test", pathResourceVersion, "100"}}, steps[:2])
}

func TestCarryForwardChangesTheGuardOnly(t *testing.T) {
	s := sceneOf(deploymentAt(5), set(4, 0), set(5, 3))
	for _, intent := range []Intent{{Verb: Scale, Replicas: 2147483647}, {Verb: Undo}} {
		p := plan(t, s, intent)
		forward, err := carryForward(p.PatchType, p.Patch, "101")
		require.NoError(t, err)
		require.NotEqual(t, string(p.Patch), string(forward))
		back, err := carryForward(p.PatchType, forward, "100")
		require.NoError(t, err)
		require.JSONEq(t, string(p.Patch), string(back))
	}
	for kind, patch := range map[types.PatchType]string{
		types.MergePatchType: `{"spec":{"paused":true}}`,
		types.JSONPatchType:  `[{"op":"add","path":"/spec/paused","value":true}]`,
	} {
		_, err := carryForward(kind, []byte(patch), "101")
		require.Error(t, err, "a patch without a guard is never sent")
	}
}

// TestInverseBringsTheSpecBack makes moves in any order and takes each back at
// once, through the same planner, patches applied as the server applies them.
func TestInverseBringsTheSpecBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBench(deploymentAt(3), set(1, 0), set(2, 0), set(3, 3))
		for i := range rapid.IntRange(1, 12).Draw(t, "moves") {
			before := b.deployment
			p, err := draft(sceneOf(b.deployment, b.sets...), anyIntent(b).Draw(t, "intent"), practice(), noon().Add(time.Duration(i)*time.Second))
			if err != nil {
				continue // already paused, already what runs, …
			}
			b.apply(t, p)
			require.True(t, equality.Semantic.DeepEqual(p.want.(*appsv1.Deployment).Spec, b.deployment.Spec), "the patch does what the plan shows")
			changes, err := changesBetween(before, b.deployment)
			require.NoError(t, err)
			require.Equal(t, p.Changes, changes)
			if p.Inverse == nil || rapid.Bool().Draw(t, "keep") {
				continue
			}
			back, err := draft(sceneOf(b.deployment, b.sets...), *p.Inverse, practice(), noon())
			require.NoError(t, err)
			b.apply(t, back)
			require.True(t, equality.Semantic.DeepEqual(before.Spec, b.deployment.Spec), "the inverse brings the spec back")
			require.Equal(t, before.Annotations[changeCauseAnnotation], b.deployment.Annotations[changeCauseAnnotation])
		}
	})
}

func anyIntent(b *bench) *rapid.Generator[Intent] {
	return rapid.Custom(func(t *rapid.T) Intent {
		intent := Intent{Verb: rapid.SampledFrom([]Verb{Pause, Resume, Scale, Restart, Undo, SetImage, SetStrategy}).Draw(t, "verb"), Target: target()}
		switch intent.Verb {
		case Scale:
			intent.Replicas = rapid.Int32Range(0, 12).Draw(t, "replicas")
		case Undo:
			intent.Revision = rapid.Int64Range(0, ledgerOf(b.deployment, b.sets).next()).Draw(t, "revision")
			intent.Pause = rapid.Bool().Draw(t, "pause")
		case SetImage:
			intent.Images = fmt.Sprintf("model=fraud:v%d", rapid.IntRange(1, 9).Draw(t, "image"))
		case SetStrategy:
			bounds := rapid.SampledFrom([]string{"", "0", "1", "25%", "100%"})
			intent.MaxSurge, intent.MaxUnavailable = bounds.Draw(t, "surge"), bounds.Draw(t, "unavailable")
		}
		if intent.Verb.ChangesTemplate() && rapid.Bool().Draw(t, "why") {
			intent.Cause = "a reason"
		}
		return intent
	})
}

// apply does the plan and lets the controller follow.
func (b *bench) apply(t require.TestingT, p Plan) {
	after, err := patched(b.deployment, string(p.PatchType), p.Patch)
	require.NoError(t, err)
	b.store(after)
	b.control()
}
