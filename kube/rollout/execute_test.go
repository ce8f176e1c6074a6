package rollout

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func journalOf(t *testing.T, d *Desk) Entries {
	t.Helper()
	entries, err := d.Journal.(*Journal).Read()
	require.NoError(t, err)
	return entries
}

func TestExecuteWritesOnceAndKeepsAReceipt(t *testing.T) {
	tests := map[string]struct {
		intent      Intent
		message     string
		subresource string
		arrange     func(*appsv1.Deployment)
	}{
		"pause":   {intentOf(Pause), "paused ml/fraud", "", func(*appsv1.Deployment) {}},
		"resume":  {intentOf(Resume), "resumed ml/fraud", "", paused},
		"scale":   {Intent{Verb: Scale, Target: target(), Replicas: 0}, "scaled ml/fraud 3 → 0", "scale", func(*appsv1.Deployment) {}},
		"restart": {intentOf(Restart), "restarted ml/fraud", "", func(*appsv1.Deployment) {}},
		"undo":    {intentOf(Undo), "put ml/fraud back to the template of revision 4", "", paused},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := wholeBench()
			test.arrange(b.deployment)
			d := deskAt(t, b)
			p := planned(t, d, test.intent)
			r := d.Execute(t.Context(), p, Confirmation{})

			require.Equal(t, Applied, r.Result, r.Message)
			require.Equal(t, test.message, r.Message)
			require.Equal(t, "101", r.ResourceVersion)
			require.Equal(t, "ada", r.Who)
			require.Equal(t, 1, b.writes)
			require.Equal(t, []string{"fader"}, b.managers)
			require.Equal(t, []string{test.subresource}, b.subresources)
			require.Equal(t, p.want.(*appsv1.Deployment).Spec, b.deployment.Spec)

			entries := journalOf(t, d)
			require.Len(t, entries.Receipts, 1)
			require.Equal(t, Applied, entries.Receipts[0].Result)
			require.Equal(t, p.Intent, entries.Receipts[0].Plan.Intent)
			last, any := d.Last()
			require.True(t, any)
			require.Equal(t, r, last)
		})
	}
}

func TestStatusThatMovesOnIsNoConflict(t *testing.T) {
	for _, verb := range []Verb{Pause, Undo} { // a merge patch's guard and a JSON patch's
		b := wholeBench()
		d := deskAt(t, b)
		p := planned(t, d, intentOf(verb))
		progress := func(d *appsv1.Deployment) {
			d.Status.ReadyReplicas--
			d.Annotations = map[string]string{revisionAnnotation: "6", changeCauseAnnotation: cause(5)}
		}
		b.edit(progress) // before the gateway looks
		times := 2
		b.onPatch = func(b *bench, _ bool) error { // and between its look and its patch
			if times--; times >= 0 {
				b.edit(progress)
			}
			return nil
		}
		r := d.Execute(t.Context(), p, Confirmation{})
		require.Equal(t, Applied, r.Result, r.Message)
		require.Equal(t, p.want.(*appsv1.Deployment).Spec, b.deployment.Spec)
		require.Equal(t, 3, b.writes, "two were turned away by the guard")
	}
}

func TestWhatSomebodyElseDidIsAConflict(t *testing.T) {
	recreated := func(d *appsv1.Deployment) { d.UID = "d-2" }
	edited := func(d *appsv1.Deployment) {
		d.Spec.Template.Spec.Containers[0].Env[0].Value = "hunter2"
		d.ManagedFields = []metav1.ManagedFieldsEntry{
			{Manager: "kubectl-edit", Time: &metav1.Time{Time: noon().Add(time.Second)}},
			{Manager: "kube-controller-manager", Subresource: "status", Time: &metav1.Time{Time: noon().Add(time.Minute)}},
			{Manager: "helm", Time: &metav1.Time{Time: noon().Add(-time.Hour)}},
		}
	}
	tests := map[string]struct {
		change func(*appsv1.Deployment)
		want   string
	}{
		"edited": {
			edited, "ml/fraud was edited since 12:00:00 by kubectl-edit (spec.template.spec.containers[model].env[TOKEN].value): nothing was done, look at the new plan",
		},
		"scaled": {replicas(4), "ml/fraud was edited since 12:00:00 (spec.replicas): nothing was done, look at the new plan"},
		"annotated": {
			annotated("note", "hands off"), "ml/fraud was edited since 12:00:00 (metadata.annotations.note): nothing was done, look at the new plan",
		},
		"deleted and created again": {recreated, "ml/fraud was deleted and created again since 12:00:00: nothing was done, look again"},
		"being deleted": {
			func(d *appsv1.Deployment) { d.DeletionTimestamp = &metav1.Time{Time: noon()} },
			"ml/fraud is being deleted: nothing was done",
		},
	}
	for name, test := range tests {
		for when, arrange := range map[string]func(*bench){
			"before the gateway looks": func(b *bench) { b.edit(test.change) },
			"after it has looked": func(b *bench) {
				b.onPatch = func(b *bench, _ bool) error {
					b.edit(test.change)
					return nil
				}
			},
		} {
			for _, verb := range []Verb{Pause, Undo} {
				t.Run(name+" "+when+" "+string(verb), func(t *testing.T) {
					b := wholeBench()
					d := deskAt(t, b)
					p := planned(t, d, intentOf(verb))
					arrange(b)
					r := d.Execute(t.Context(), p, Confirmation{})
					require.Equal(t, Conflict, r.Result)
					require.Equal(t, test.want, r.Message)
					require.False(t, b.deployment.Spec.Paused)
					require.Equal(t, "fraud:v5", b.deployment.Spec.Template.Spec.Containers[0].Image)
					_, any := d.Last()
					require.False(t, any)
				})
			}
		}
	}
}

func TestWhatTheServerSaysNoTo(t *testing.T) {
	timeout := apierrors.NewTimeoutError("etcdserver: request timed out", 0)
	tests := map[string]struct {
		answer error
		result Result
		want   string
	}{
		"right revoked meanwhile": {
			apierrors.NewForbidden(deployments(), "fraud", errors.New("no patch for you")), Refused,
			`nothing was done: deployments.apps "fraud" is forbidden: no patch for you`,
		},
		"not logged in any more": {apierrors.NewUnauthorized("token expired"), Refused, "nothing was done: token expired"},
		"too many requests, come back in a second": {
			apierrors.NewTooManyRequests("slow down", 1), Refused, "nothing was done: slow down",
		},
		"overloaded, come back in a second": {
			&apierrors.StatusError{ErrStatus: metav1.Status{
				Code: 503, Reason: metav1.StatusReasonServiceUnavailable, Message: "shutting down",
				Details: &metav1.StatusDetails{RetryAfterSeconds: 1},
			}}, Refused,
			"nothing was done (read again to be sure): shutting down",
		},
		"webhook broken": {
			apierrors.NewInternalError(errors.New(`failed calling webhook "x"`)), Refused,
			`nothing was done (read again to be sure): Internal error occurred: failed calling webhook "x"`,
		},
		"webhook's conflict": {
			apierrors.NewConflict(deployments(), "fraud", errors.New("frozen until Monday")), Refused,
			`nothing was done: Operation cannot be fulfilled on deployments.apps "fraud": frozen until Monday`,
		},
		"out of time": {
			timeout, Unclear,
			"the answer was lost (Timeout: etcdserver: request timed out) and ml/fraud has not changed so far: look again before you repeat it",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := wholeBench()
			d := deskAt(t, b)
			p := planned(t, d, intentOf(Pause))
			b.onPatch = func(*bench, bool) error { return test.answer }
			r := d.Execute(t.Context(), p, Confirmation{})
			require.Equal(t, test.result, r.Result)
			require.Equal(t, test.want, r.Message)
			require.Equal(t, 1, b.writes, "sent once and never again")
			require.Equal(t, "100", b.deployment.ResourceVersion)
			require.Equal(t, test.result, journalOf(t, d).Receipts[0].Result)
		})
	}
}

func TestALostAnswerIsSettledByReading(t *testing.T) {
	tests := map[string]struct {
		arrange func(b *bench)
		result  Result
		version string
		want    string
	}{
		"it was written": {
			func(b *bench) { b.after = func() bool { return false } }, Applied, "101",
			"paused ml/fraud (the answer was lost; read again, it is there)",
		},
		"it was written and the status has moved on": {
			func(b *bench) {
				b.after = func() bool { b.edit(available(1)); return false }
			}, Applied, "102",
			"paused ml/fraud (the answer was lost; read again, it is there)",
		},
		"it was written and somebody took it back": {
			func(b *bench) {
				b.after = func() bool {
					b.edit(func(d *appsv1.Deployment) { d.Spec.Paused = false; d.Labels = map[string]string{"by": "me"} })
					return false
				}
			}, Unclear, "", "and somebody else edited ml/fraud meanwhile: look again",
		},
		"it was not written": {
			func(b *bench) { b.onPatch = func(*bench, bool) error { panic(http.ErrAbortHandler) } }, Unclear, "",
			"and ml/fraud has not changed so far: look again before you repeat it",
		},
		"reading fails too": {
			func(b *bench) {
				b.after = func() bool {
					b.onRead = func(*bench) error { return apierrors.NewForbidden(deployments(), "fraud", errors.New("gone")) }
					return false
				}
			}, Unclear, "", "reading again failed",
		},
		"it was deleted": {
			func(b *bench) {
				b.after = func() bool { b.edit(func(d *appsv1.Deployment) { d.UID = "d-2" }); return false }
			}, Unclear, "", "was deleted and created again since: look again",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := wholeBench()
			d := deskAt(t, b)
			p := planned(t, d, intentOf(Pause))
			test.arrange(b)
			r := d.Execute(t.Context(), p, Confirmation{})
			require.Equal(t, test.result, r.Result, r.Message)
			require.Contains(t, r.Message, test.want)
			require.Equal(t, test.version, r.ResourceVersion)
			require.Equal(t, 1, b.writes, "never sent again to find out")
		})
	}
}

func TestALostUndoIsRecognised(t *testing.T) {
	b := wholeBench()
	b.deployment.Spec.Paused = true
	d := deskAt(t, b)
	p := planned(t, d, intentOf(Undo))
	b.after = func() bool { return false }
	require.Equal(t, Applied, d.Execute(t.Context(), p, Confirmation{}).Result)
}

func TestCancelledAfterItWasWrittenIsStillRead(t *testing.T) {
	b := wholeBench()
	d := deskAt(t, b)
	p := planned(t, d, intentOf(Pause))
	ctx, cancel := context.WithCancel(t.Context())
	b.after = func() bool { cancel(); return false }
	r := d.Execute(ctx, p, Confirmation{})
	require.Equal(t, Applied, r.Result, r.Message)
}

func TestTheIntentionIsOnDiskBeforeThePatchIsSent(t *testing.T) {
	b := wholeBench()
	d := deskAt(t, b)
	p := planned(t, d, intentOf(Pause))
	var before Entries
	b.onPatch = func(*bench, bool) error {
		before = journalOf(t, d)
		return nil
	}
	d.Execute(t.Context(), p, Confirmation{})
	require.Len(t, before.Receipts, 1)
	require.Equal(t, Unclear, before.Receipts[0].Result, "that is how it would be read after a crash now")
}

func TestCancelledMeansNothingLandsLater(t *testing.T) {
	b := wholeBench()
	d := deskAt(t, b)
	p := planned(t, d, intentOf(Pause))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := d.Execute(ctx, p, Confirmation{})
	require.Equal(t, Refused, r.Result)
	require.Equal(t, "cancelled: nothing was sent", r.Message)
	require.Zero(t, b.writes)

	// Cancelled while the server asks to come back in a second.
	ctx, cancel = context.WithCancel(t.Context())
	b.onPatch = func(*bench, bool) error {
		cancel()
		return apierrors.NewTooManyRequests("slow down", 1)
	}
	r = d.Execute(ctx, p, Confirmation{})
	require.NotEqual(t, Applied, r.Result)
	require.Equal(t, 1, b.writes)
	require.False(t, b.deployment.Spec.Paused)
}

func TestServerThatIsGoneIsARefusal(t *testing.T) {
	b := wholeBench()
	d := deskAt(t, b)
	p := planned(t, d, intentOf(Pause))
	nowhere := deskAt(t, b, func(o *Options) { o.Client = unreachable(t) })
	r := nowhere.Execute(t.Context(), p, Confirmation{})
	require.Equal(t, Refused, r.Result)
	require.Contains(t, r.Message, "nothing was done")
}

func TestAJournalThatCannotBeWrittenRefusesTheMove(t *testing.T) {
	b := wholeBench()
	inTheWay := filepath.Join(t.TempDir(), "state")
	require.NoError(t, os.WriteFile(inTheWay, nil, 0o600))
	d := deskAt(t, b, func(o *Options) { o.Journal = NewJournal(filepath.Join(inTheWay, "journal.jsonl")) })
	p := planned(t, d, intentOf(Pause))
	r := d.Execute(t.Context(), p, Confirmation{})
	require.Equal(t, Refused, r.Result)
	require.Contains(t, r.Message, "the journal cannot be written, so nothing was sent: open journal")
	require.Zero(t, b.writes)
}

// fullDisk takes the first line and no more.
type fullDisk struct{ lines int }

func (f *fullDisk) Record(Receipt) error {
	if f.lines++; f.lines > 1 {
		return errors.New("no space left on device")
	}
	return nil
}

func TestAReceiptThatCannotBeKeptSaysSo(t *testing.T) {
	b := wholeBench()
	d := deskAt(t, b, func(o *Options) { o.Journal = &fullDisk{} })
	r := d.Execute(t.Context(), planned(t, d, intentOf(Pause)), Confirmation{})
	require.Equal(t, Applied, r.Result)
	require.Equal(t, "paused ml/fraud · this receipt is not in the journal: no space left on device", r.Message)
}
