package guard_test

import (
	"context"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/guard"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/client-go/kubernetes/fake"
)

// bench is a real gateway on a clientset in memory, whose checks pass.
type bench struct {
	*rollout.Desk
	objects *fake.Clientset
	journal recorder
	checks  []rollout.Check
	between func() // planning and executing
}

type recorder struct{ receipts []rollout.Receipt }

func (r *recorder) Record(x rollout.Receipt) error {
	r.receipts = append(r.receipts, x)
	return nil
}

func benchOf(w *world, protected bool) *bench {
	b := &bench{objects: fake.NewClientset(w.deployment, w.sets[0], w.sets[1])}
	b.Desk = rollout.NewDesk(rollout.Options{
		Client: b.objects, Cluster: rollout.Identity{Context: "prod"}, Who: "ada", Protected: protected, Journal: &b.journal,
		Health: func() kube.Health { return kube.Health{State: kube.Live} }, Now: noon,
	})
	return b
}

func (b *bench) Plan(ctx context.Context, i rollout.Intent) (rollout.Plan, error) {
	p, err := b.Desk.Plan(ctx, i)
	p.Checks = b.checks // a clientset in memory permits nothing and rehearses nothing
	if b.between != nil {
		b.between()
	}
	return p, err
}

func (b *bench) live(t *testing.T) *appsv1.Deployment {
	got, err := b.objects.Tracker().Get(appsv1.SchemeGroupVersion.WithResource("deployments"), "ml", "fraud")
	require.NoError(t, err)
	return got.(*appsv1.Deployment)
}

// breached is a guard whose limits are broken, and what it hands out.
func (w *world) breached(o guard.Order) (guard.Guard, guard.News) {
	w.load[2] = failing()
	g, handed := w.watch(w.arm(o), 3)
	require.Len(w.t, handed, 1)
	return g, handed[0]
}

func TestTheActIsAMoveWithItsReason(t *testing.T) {
	for order, after := range map[guard.Action]struct {
		state  guard.State
		paused bool
		image  string
	}{
		guard.Pause: {guard.Breached, true, "fraud:v2"},
		guard.Undo:  {guard.Undone, false, "fraud:v1"},
	} {
		t.Run(string(order), func(t *testing.T) {
			w := worldOf(t)
			g, news := w.breached(guard.Order{OnBreach: order})
			b := benchOf(w, false)
			deed := g.Act(t.Context(), b, news.Intent)
			require.Empty(t, deed.Refused)
			require.Equal(t, rollout.Applied, deed.Receipt.Result)
			require.Equal(t, "guard: errors 6.0% are over the limit of 1.0%", deed.Receipt.Why)
			for _, r := range b.journal.receipts {
				require.Equal(t, deed.Receipt.Why, r.Why, "also before it was sent")
			}
			require.Equal(t, after.paused, b.live(t).Spec.Paused)
			require.Equal(t, after.image, b.live(t).Spec.Template.Spec.Containers[0].Image)
			if order == guard.Undo {
				require.Equal(t, deed.Receipt.Why, b.live(t).Annotations["kubernetes.io/change-cause"])
				require.Equal(t, "guard: the limit that broke", w.arm(guard.Order{OnBreach: order}).Intent(order).Cause, "while it is not known")
			}
			require.Equal(t, after.state, g.Acted(deed).State)
		})
	}
}

func TestItDoesNotActOnWhatWasNotArmed(t *testing.T) {
	edit := func(change func(*appsv1.Deployment)) func(*testing.T, *bench) {
		return func(t *testing.T, b *bench) {
			d := b.live(t).DeepCopy()
			change(d)
			d.ResourceVersion = "101"
			require.NoError(t, b.objects.Tracker().Update(appsv1.SchemeGroupVersion.WithResource("deployments"), d, "ml"))
		}
	}
	recreated := edit(func(d *appsv1.Deployment) { d.UID = "d-2" })
	released := edit(func(d *appsv1.Deployment) { d.Spec.Template = template(3) })
	for name, c := range map[string]struct {
		order   guard.Action
		change  func(*testing.T, *bench)
		between bool
		want    string
	}{
		"recreated":          {order: guard.Pause, change: recreated, want: "was deleted and created again"},
		"another template":   {order: guard.Pause, change: released, want: "the pod template of ml/fraud is another one than the guard was armed on"},
		"edited in between":  {order: guard.Pause, change: released, between: true, want: "was edited since"},
		"paused by somebody": {order: guard.Pause, change: edit(func(d *appsv1.Deployment) { d.Spec.Paused = true }), want: "already paused"},
		"read-only": {order: guard.Undo, change: func(_ *testing.T, b *bench) {
			b.checks = []rollout.Check{{Name: "writes allowed", Detail: "fader runs read-only"}}
		}, want: "writes allowed: fader runs read-only"},
		"the way back is gone": {order: guard.Undo, change: func(t *testing.T, b *bench) {
			require.NoError(t, b.objects.Tracker().Delete(appsv1.SchemeGroupVersion.WithResource("replicasets"), "ml", "fraud-1"))
		}, want: "fraud-1"},
	} {
		t.Run(name, func(t *testing.T) {
			w := worldOf(t)
			g, news := w.breached(guard.Order{OnBreach: c.order})
			b := benchOf(w, false)
			if c.between {
				b.between = func() { c.change(t, b) }
			} else {
				c.change(t, b)
			}
			before := b.live(t).DeepCopy()
			deed := g.Act(t.Context(), b, news.Intent)
			require.Contains(t, deed.Refused, c.want)
			if !c.between {
				require.Equal(t, before, b.live(t))
			}
			require.Equal(t, "fraud:v1", template(1).Spec.Containers[0].Image)
			g = g.Acted(deed)
			require.Equal(t, guard.Breached, g.State)
			require.Contains(t, g.Note, c.want)
		})
	}
}

func TestAProtectedContextWantsTheWordAtArming(t *testing.T) {
	w := worldOf(t)
	g, news := w.breached(guard.Order{OnBreach: guard.Pause})
	deed := g.Act(t.Context(), benchOf(w, true), news.Intent)
	require.Equal(t, "prod is protected, and fraud was not typed when the guard was armed", deed.Refused)
	w = worldOf(t)
	g, news = w.breached(guard.Order{OnBreach: guard.Pause, Typed: "fraud"})
	require.Empty(t, g.Act(t.Context(), benchOf(w, true), news.Intent).Refused)
}

func TestALostAnswerCountsAsAnAct(t *testing.T) {
	w := worldOf(t)
	g, _ := w.breached(guard.Order{OnBreach: guard.Pause})
	g = g.Acted(guard.Deed{Verb: rollout.Pause, Refused: "the answer was lost", Receipt: rollout.Receipt{Result: rollout.Unclear, Message: "the answer was lost"}})
	w.load[2] = good()
	g, _ = w.watch(g, 1)
	w.load[2] = failing()
	_, handed := w.watch(g, 3)
	require.Equal(t, guard.Notify, handed[0].Do)
}

func TestARefusedActMayBeTriedInTheNextBreach(t *testing.T) {
	w := worldOf(t)
	g, _ := w.breached(guard.Order{OnBreach: guard.Pause})
	g = g.Acted(guard.Deed{Verb: rollout.Pause, Refused: "disconnected", Receipt: rollout.Receipt{Result: rollout.Refused}})
	require.Equal(t, "it did not pause: disconnected", g.Note)
	g, handed := w.watch(g, 5)
	require.Empty(t, handed)
	w.load[2] = good()
	g, _ = w.watch(g, 1)
	w.load[2] = failing()
	w.now = w.now.Add(time.Minute)
	_, handed = w.watch(g, 3)
	require.Equal(t, guard.Pause, handed[0].Do)
}
