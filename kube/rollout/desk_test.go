package rollout

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"fader/kube"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/client-go/kubernetes/fake"
)

func live() kube.Health { return kube.Health{State: kube.Live} }

// deskAt is a desk before the bench, with a journal of its own.
func deskAt(t *testing.T, b *bench, adjust ...func(*Options)) *Desk {
	t.Helper()
	o := Options{
		Client: b.client(t), Cluster: practice(), Who: "ada", Health: live, Now: noon,
		Journal: NewJournal(filepath.Join(t.TempDir(), "state", "journal.jsonl")),
	}
	for _, f := range adjust {
		f(&o)
	}
	return NewDesk(o)
}

func wholeBench() *bench {
	return newBench(deploymentAt(5), set(3, 0), set(4, 0), set(5, 3))
}

func intentOf(verb Verb) Intent { return Intent{Verb: verb, Target: target()} }

func planned(t *testing.T, d *Desk, intent Intent) Plan {
	t.Helper()
	p, err := d.Plan(t.Context(), intent)
	require.NoError(t, err)
	require.Nil(t, p.Blocked())
	return p
}

func TestPlanIsRehearsedAndWritesNothing(t *testing.T) {
	b := wholeBench()
	b.autoscalers = []autoscalingv2.HorizontalPodAutoscaler{autoscaler(2, 10), {}}
	p := planned(t, deskAt(t, b), Intent{Verb: Scale, Target: target(), Replicas: 4})
	require.Equal(t, []Check{
		{Name: "permitted", Passed: true},
		{Name: "server dry run", Passed: true},
		{Name: "unchanged since 12:00:00 (rv 100)", Passed: true},
	}, p.Checks)
	require.Len(t, p.Warnings, 1)
	require.Contains(t, p.Warnings[0], "HorizontalPodAutoscaler fraud-hpa")
	require.Equal(t, 1, b.rehearsals)
	require.Zero(t, b.writes)
	require.Equal(t, "100", b.deployment.ResourceVersion)
}

func TestPlanThatMayNotBeExecutedIsBlockedWithTheReason(t *testing.T) {
	webhook := func(b *bench) {
		b.onPatch = func(*bench, bool) error {
			return apierrors.NewForbidden(deployments(), "fraud", context.Canceled)
		}
	}
	tests := map[string]struct {
		arrange    func(*bench)
		options    func(*Options)
		check      string
		detail     string
		rehearsals int
	}{
		"not permitted": {
			func(b *bench) { b.denied = true }, func(*Options) {},
			"permitted", "you may not patch deployments/scale in ml: no rule allows it", 0,
		},
		"read-only": {func(*bench) {}, func(o *Options) { o.ReadOnly = true }, "writes allowed", readOnly, 0},
		"denied by admission": {
			webhook, func(*Options) {},
			"server dry run", `deployments.apps "fraud" is forbidden: context canceled`, 1,
		},
		"invalid": {
			func(b *bench) {
				b.onPatch = func(*bench, bool) error {
					return apierrors.NewInvalid(appsv1.SchemeGroupVersion.WithKind("Scale").GroupKind(), "fraud",
						field.ErrorList{field.Invalid(field.NewPath("spec", "replicas"), 4, "too many")})
				}
			}, func(*Options) {},
			"server dry run", `Scale.apps "fraud" is invalid: spec.replicas: Invalid value: 4: too many`, 1,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := wholeBench()
			test.arrange(b)
			d := deskAt(t, b, test.options)
			p, err := d.Plan(t.Context(), Intent{Verb: Scale, Target: target(), Replicas: 4})
			require.NoError(t, err)
			require.Equal(t, &Check{Name: test.check, Detail: test.detail}, p.Blocked())
			require.Equal(t, test.rehearsals, b.rehearsals)
			require.Equal(t, []Change{{"spec.replicas", "3", "4"}}, p.Changes, "it is shown all the same")

			r := d.Execute(t.Context(), p, Confirmation{})
			require.Equal(t, Refused, r.Result)
			require.Zero(t, b.writes)
		})
	}
}

func TestWebhookWithoutDryRunIsNoDenial(t *testing.T) {
	b := wholeBench()
	b.onPatch = func(_ *bench, dryRun bool) error {
		if dryRun {
			return apierrors.NewBadRequest(`admission webhook "audit.example" does not support dry run`)
		}
		return nil
	}
	d := deskAt(t, b)
	p := planned(t, d, intentOf(Pause))
	require.Equal(t, Check{
		Name: "server dry run", Passed: true, Detail: `skipped: admission webhook "audit.example" does not support dry run`,
	}, p.Checks[1])
	require.Equal(t, Applied, d.Execute(t.Context(), p, Confirmation{}).Result)
}

func TestPlanSaysWhatAdmissionAdds(t *testing.T) {
	b := wholeBench()
	s := sceneOf(deploymentAt(5), set(5, 3))
	p := plan(t, s, Intent{Verb: Pause})
	mutated := p.want.(*appsv1.Deployment).DeepCopy()
	mutated.Spec.Template.Spec.Containers[0].Image = "mirror/fraud:v5"
	require.Equal(t,
		[]string{"admission would also change spec.template.spec.containers[model].image: fraud:v5 → mirror/fraud:v5"},
		surprises(&p, answerOf(mutated)))
	require.Empty(t, surprises(&p, answerOf(p.want)))

	p = plan(t, s, Intent{Verb: Scale, Replicas: 9})
	require.Equal(t, []string{"admission would change replicas to 6"}, surprises(&p, answer{replicas: 6}))
	require.Zero(t, b.writes)
}

func TestPlanFollowsAnObjectThatMovesWhileItIsMade(t *testing.T) {
	b := wholeBench()
	moves := 2
	b.onPatch = func(b *bench, _ bool) error {
		if moves > 0 {
			moves--
			b.edit(func(d *appsv1.Deployment) { d.Status.ReadyReplicas-- })
		}
		return nil
	}
	for _, verb := range []Verb{Pause, Undo} { // 409 and 422
		moves = 2
		p := planned(t, deskAt(t, b), intentOf(verb))
		require.Equal(t, b.deployment.ResourceVersion, p.ResourceVersion)
	}
}

func TestPlanOfWhatIsGone(t *testing.T) {
	b := wholeBench()
	b.deployment = nil
	_, err := deskAt(t, b).Plan(t.Context(), intentOf(Pause))
	require.EqualError(t, err, "ml/fraud no longer exists")
}

func TestLastGoesBackMoveByMove(t *testing.T) {
	b := wholeBench()
	d := deskAt(t, b)
	_, any := d.Last()
	require.False(t, any)

	start := b.deployment.Spec.DeepCopy()
	second := noon()
	d.Now = func() time.Time { second = second.Add(time.Second); return second }
	for _, intent := range []Intent{
		{Verb: Undo, Revision: 4}, {Verb: Undo, Revision: 3}, {Verb: Scale, Replicas: 5}, {Verb: Restart}, {Verb: Pause},
	} {
		intent.Target = target()
		require.Equal(t, Applied, d.Execute(t.Context(), planned(t, d, intent), Confirmation{}).Result)
		b.control()
	}
	for range 5 {
		last, any := d.Last()
		require.True(t, any)
		require.Equal(t, Applied, d.Execute(t.Context(), planned(t, d, *last.Plan.Inverse), Confirmation{}).Result)
		b.control()
	}
	_, any = d.Last()
	require.False(t, any, "what takes a move back is not itself the last move")
	require.Equal(t, *start, b.deployment.Spec)
}

func TestTakingAMoveBackByHandCountsAsThat(t *testing.T) {
	b := wholeBench()
	d := deskAt(t, b)
	for _, revision := range []int64{4, 5} {
		p := planned(t, d, Intent{Verb: Undo, Target: target(), Revision: revision})
		require.Equal(t, Applied, d.Execute(t.Context(), p, Confirmation{}).Result)
	}
	_, any := d.Last()
	require.False(t, any)
}

func TestDeskWorksOnAFakeClientset(t *testing.T) {
	objects := fake.NewClientset(deploymentAt(5), set(4, 0), set(5, 3))
	d := deskAt(t, wholeBench(), func(o *Options) { o.Client = objects })
	for _, intent := range []Intent{{Verb: Pause}, {Verb: Scale, Replicas: 4}, {Verb: Undo}, {Verb: Restart}} {
		intent.Target = target()
		p, err := d.Plan(t.Context(), intent)
		require.NoError(t, err)
		p.Checks = nil // a fake permits nothing unless told to
		r := d.Execute(t.Context(), p, Confirmation{})
		require.Equal(t, Applied, r.Result, r.Message)
	}
	got, err := objects.Tracker().Get(appsv1.SchemeGroupVersion.WithResource("deployments"), "ml", "fraud")
	require.NoError(t, err)
	after := got.(*appsv1.Deployment)
	require.Equal(t, int32(4), desired(after))
	require.Equal(t, "fraud:v4", after.Spec.Template.Spec.Containers[0].Image)
	require.False(t, after.Spec.Paused)
	require.NotEmpty(t, after.Spec.Template.Annotations[restartedAtAnnotation])
	require.Equal(t, types.UID(testUID), after.UID)
}
