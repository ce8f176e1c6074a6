package rollout

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"fader/kube"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
	"pgregory.net/rapid"
)

func shopWeb() kube.Ref {
	return kube.Ref{Kind: kube.KindDeployment, Namespace: "shop", Name: "web", UID: "u1"}
}

// movedAt is an applied move, so many seconds after noon.
func movedAt(seconds float64, verb Verb, title string) Receipt {
	started := noon().Add(time.Duration(seconds * float64(time.Second)))
	return Receipt{
		Plan: Plan{
			Intent: Intent{Verb: verb, Target: shopWeb()}, Title: title, Cluster: Identity{Context: "prod", Server: "https://a"},
			Changes: []Change{{"spec.replicas", "6", "8"}},
		},
		Result: Applied, Message: "done", Who: "ada", Started: started, Finished: started.Add(time.Second),
	}
}

func eventAt(seconds int, kind kube.Kind, name, reason string) *kube.Event {
	return &kube.Event{
		UID: fmt.Sprint("e", seconds), About: kube.Ref{Kind: kind, Namespace: "shop", Name: name}, Reason: reason, Message: "it did",
		Count: 1, Last: noon().Add(time.Duration(seconds) * time.Second),
	}
}

func TestATimelineIsMergedByTime(t *testing.T) {
	undo := movedAt(60, Undo, "Undo shop/web to revision 4")
	undo.Outcome = &Outcome{State: Complete, Text: "rolled out in 42s: 3 of 3 pods of revision 10 ready", Took: 42 * time.Second, At: undo.Started.Add(42 * time.Second)}
	undo.Outcomes = []Outcome{{State: Stalled, Text: "stalled after 12s", At: undo.Started.Add(12 * time.Second)}, *undo.Outcome}
	refused := movedAt(30, Scale, "Scale shop/web to 8 replicas")
	refused.Result, refused.Message = Refused, "nothing was done: exceeded quota"
	pull := eventAt(20, kube.KindPod, "web-5d4f7c-x2x5z", "Failed")
	pull.Warning, pull.Count = true, 12
	timeline := Timeline{
		Shown: ShowAll, Receipts: []Receipt{undo, refused},
		Events: []*kube.Event{
			eventAt(61, kube.KindReplicaSet, "web-5d4f7c", "SuccessfulDelete"), pull, eventAt(62, kube.KindPod, "other-5d4f7c-x2x5z", "Killing"),
			eventAt(-31, kube.KindDeployment, "web", "TooOld"), eventAt(-29, kube.KindDeployment, "web", "ScalingReplicaSet"),
		},
		More: []Moment{{At: noon().Add(40 * time.Second), What: "course", Object: "Service shop/front", Text: "left at 2 of 8", Warning: true}},
		Made: noon().Add(time.Hour),
	}
	var told []string
	for _, m := range timeline.Moments() {
		told = append(told, fmt.Sprintf("%s %v %s | %s", m.At.Format("04:05"), m.Warning, m.What, m.Object+" | "+m.Text))
	}
	require.Equal(t, []string{
		"59:31 false event | Deployment shop/web | ScalingReplicaSet: it did",
		"00:20 true event | Pod shop/web-5d4f7c-x2x5z | Failed: it did (12 times, latest at this time)",
		"00:30 true move | Deployment shop/web | Scale shop/web to 8 replicas by ada: refused, nothing was done: exceeded quota",
		"00:40 true course | Service shop/front | left at 2 of 8",
		"01:00 false move | Deployment shop/web | Undo shop/web to revision 4 by ada: applied",
		"01:01 false event | ReplicaSet shop/web-5d4f7c | SuccessfulDelete: it did",
		"01:12 true outcome | Deployment shop/web | stalled: stalled after 12s (Undo shop/web to revision 4)",
		"01:42 false outcome | Deployment shop/web | complete: rolled out in 42s: 3 of 3 pods of revision 10 ready (Undo shop/web to revision 4)",
	}, told)
}

func TestTheIncidentReport(t *testing.T) {
	undo := movedAt(60, Undo, "Undo shop/web to revision 4")
	undo.Outcome = &Outcome{State: Stalled, Text: "stalled after 12s: 1 pod", Took: 12 * time.Second, At: undo.Started.Add(12 * time.Second)}
	undo.Outcomes = []Outcome{*undo.Outcome}
	undo.Plan.Changes = []Change{
		{"metadata.annotations[kubernetes.io/change-cause]", "", "x"},
		{"spec.template.spec.containers[web].image", "a|b", ""},
		{"spec.paused", "true", "false"},
	}
	scale := movedAt(90, Scale, "Scale shop/web")
	scale.Who = "bob"
	cart := movedAt(120, Scale, "Scale shop/cart")
	cart.Plan.Intent.Target.Name = "cart"
	cart.Outcome = &Outcome{State: Complete, Text: "scaled in 3s", Took: 3 * time.Second, At: cart.Started.Add(3 * time.Second)}
	warning := eventAt(70, kube.KindPod, "web-5d4f7c-x2x5z", "Failed")
	warning.Warning = true
	report := Timeline{
		Receipts: []Receipt{undo, scale, cart}, Events: []*kube.Event{warning, eventAt(71, kube.KindPod, "web-5d4f7c-x2x5z", "Pulled")},
		Damaged: 1, Unread: []string{"The events of stage were not read: here is prod."}, Made: noon(),
	}
	text := report.Markdown()
	for _, want := range []string{
		"# Incident report\n\n## Summary\n\n- 3 moves on 2 objects of prod, by ada, bob\n",
		"- First move 2026-03-04 12:01:00 UTC: Undo shop/web to revision 4\n",
		"- Last move 2026-03-04 12:02:00 UTC, 1m later: Scale shop/cart\n",
		"- First warning of the cluster 2026-03-04 12:01:10 UTC: Pod shop/web-5d4f7c-x2x5z: Failed: it did\n",
		"- Now: Deployment shop/web: Scale shop/web, outcome unknown (not watched to completion)\n",
		"- Now: Deployment shop/cart: Scale shop/cart: complete, scaled in 3s\n",
		"\n## Deployment shop/web on prod\n\n| time | who | move | change | result | outcome | took |\n",
		"| 12:01:00.0 | ada | Undo shop/web to revision 4 | `spec.template.spec.containers[web].image` `a\\|b` → (none)<br>and 2 more | applied | stalled: stalled after 12s: 1 pod | 12.0s |\n",
		"| `spec.replicas` `6` → `8` | applied | unknown (not watched to completion) | ? |\n",
		"\n## Deployment shop/cart on prod\n",
		"| **2026-03-04** |  |  |  |\n",
		"| 12:01:12.0 | **outcome** | Deployment shop/web | stalled: stalled after 12s: 1 pod (Undo shop/web to revision 4) |\n",
		"| 12:01:10.0 | **event** | Pod shop/web-5d4f7c-x2x5z | Failed: it did |\n",
		"- Put together 2026-03-04 12:00:00 UTC from fader's journal on this machine.\n",
		"- 1 line of the journal cannot be read: moves are missing here.\n- The events of stage were not read: here is prod.\n",
	} {
		require.Contains(t, text, want)
	}
	require.NotContains(t, text, "Pulled", "warnings only, unless asked")
	require.NotContains(t, text, "p99", "Prometheus was not asked")

	report.Shown, report.Unread = ShowAll, nil
	require.Contains(t, report.Markdown(), "Pulled: it did")
	require.Contains(t, report.Markdown(), "an hour unless it is told otherwise")
	report.Shown = ShowNone
	require.NotContains(t, report.Markdown(), "Failed: it did |")

	p99, errors := 420*time.Millisecond, 0.064
	report.Measured = func(r Receipt) (before, after Measurement) {
		if r.Plan.Intent.Verb == Undo {
			return Measurement{P99: &p99, Errors: &errors}, Measurement{Errors: new(0.001)}
		}
		return before, after
	}
	require.Contains(t, report.Markdown(), "| 12.0s | 420ms → ? | 6.4% → 0.1% | ? |\n")
	require.Equal(t, "# Incident report\n\nNo move in this time, put together 2026-03-04 12:00:00 UTC.\n", Timeline{Made: noon()}.Markdown())
}

func TestWhoseEventsTheyAre(t *testing.T) {
	about := func(kind kube.Kind, name string) kube.Ref { return kube.Ref{Kind: kind, Namespace: "shop", Name: name} }
	service := kube.Ref{Kind: kube.KindService, Namespace: "shop", Name: "web"}
	pod := kube.Ref{Kind: kube.KindPod, Namespace: "shop", Name: "web-5d4f7c-x2x5z"}
	for _, c := range []struct {
		target, about kube.Ref
		want          bool
	}{
		{shopWeb(), about(kube.KindDeployment, "web"), true},
		{shopWeb(), about(kube.KindService, "web"), false},
		{shopWeb(), about(kube.KindReplicaSet, "web-5d4f7c"), true},
		{shopWeb(), about(kube.KindReplicaSet, "web-canary-5d4f7c"), false},
		{shopWeb(), about(kube.KindReplicaSet, "web-canary"), false},
		{shopWeb(), about(kube.KindPod, "web-5d4f7c-x2x5z"), true},
		{shopWeb(), about(kube.KindPod, "web-5d4f7c"), false},
		{shopWeb(), about(kube.KindPod, "web-"), false},
		{shopWeb(), about(kube.KindPod, "web2-5d4f7c-x2x5z"), false},
		{shopWeb(), about(kube.KindPod, "web-canary-5d4f7c-x2x5z"), false},
		{shopWeb(), kube.Ref{Kind: kube.KindDeployment, Namespace: "ml", Name: "web"}, false},
		{service, about(kube.KindEndpointSlice, "web-x2x5z"), true},
		{service, about(kube.KindPod, "web-5d4f7c-x2x5z"), false},
		{pod, about(kube.KindPod, "web-5d4f7c-x2x5z"), true},
	} {
		require.Equal(t, c.want, concerns(c.target, c.about), "%v of %v", c.about, c.target)
	}
}

func TestEventsThatAreAlikeAreToldOnce(t *testing.T) {
	pod := func(seconds, n int, warning bool, message string) *kube.Event {
		e := eventAt(seconds, kube.KindPod, fmt.Sprintf("web-5d4f7c-x2x%d", n), "Scheduled")
		e.UID, e.Warning, e.Message = fmt.Sprint(seconds, n), warning, message
		return e
	}
	timeline := Timeline{Shown: ShowAll, Receipts: []Receipt{movedAt(0, Scale, "first"), movedAt(20, Scale, "second")}, Events: []*kube.Event{
		pod(1, 2, false, "to n1"), pod(2, 4, false, "to n2"), pod(3, 5, false, "to n3"),
		pod(21, 6, false, "after the second"), pod(51, 7, false, "half a minute"), pod(52, 8, false, "too late"),
		pod(53, 2, true, "no room"), pod(54, 4, true, "no room"), pod(55, 5, true, "no right"),
	}}
	var told []string
	for _, m := range timeline.Moments() {
		told = append(told, m.Text)
	}
	require.Equal(t, []string{
		"first by ada: applied", "Scheduled: to n1 (and 2 more like it)", "second by ada: applied",
		"Scheduled: after the second (and 1 more like it)", "Scheduled: too late", "Scheduled: no room (and 1 more like it)", "Scheduled: no right",
	}, told)
}

func TestTooManyEventsAreTheLatest(t *testing.T) {
	timeline := Timeline{Shown: ShowAll, Receipts: []Receipt{movedAt(0, Scale, "Scale")}}
	for i := range mostEvents + 20 {
		timeline.Events = append(timeline.Events, eventAt(i, kube.KindDeployment, "web", fmt.Sprint("r", i)))
	}
	moments := timeline.Moments()
	require.Len(t, moments, mostEvents+1)
	require.Contains(t, moments[1].Text, "r20:")
}

// Whatever the cluster or the journal says: each line of the tables has its
// cells and no more, and nothing in it is markup, a link or a mention.
func TestHostileTextStaysText(t *testing.T) {
	pieces := []string{
		"|", "\\", "\\|", "`", "``", "*x*", "_x_", "<script>", "</code>", "[a](http://x)", "![i](//y)", "http://evil.example", "www.evil.example",
		"@team", "a@b.example", "#1", "\n# head", "\r", "\x1b[31m", "&lt;", "~~~", "$x$", "\u202e", " ", "plain", "---",
	}
	rapid.Check(t, func(rt *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 6).Draw(rt, "pieces"), "")
		for _, cell := range []string{escape(text), code(text)} {
			require.NotContains(rt, cell, "\n")
			require.Len(rt, cells("| "+cell+" | next |"), 2, "%q became %q", text, cell)
			if strings.HasPrefix(cell, "`") || strings.HasPrefix(cell, "<code>") {
				continue
			}
			bare := regexp.MustCompile(`\\[[:punct:]]`).ReplaceAllString(cell, "")
			require.NotRegexp(rt, "[`*_\\[\\]<>#!|~&$@]", bare, "%q became %q", text, cell)
			require.NotContains(rt, bare, "://")
			require.NotContains(rt, bare, "www.")
		}
		require.True(rt, isCode(code(text)), "%q: a code span and nothing else", code(text))
	})
}

// isCode says that a text is one code span: what opens it closes it at its end
// and not before.
func isCode(text string) bool {
	if inner, html := strings.CutPrefix(text, "<code>"); html {
		return !strings.ContainsAny(strings.TrimSuffix(inner, "</code>"), "<>`|")
	}
	fence := text[:len(text)-len(strings.TrimLeft(text, "`"))]
	runs := regexp.MustCompile("`+").FindAllStringIndex(text[len(fence):], -1)
	for _, run := range runs {
		if run[1]-run[0] == len(fence) {
			return run[1] == len(text)-len(fence)
		}
	}
	return false
}

// cells of a row, as tables are split: at bars that no backslash stands before.
func cells(line string) []string {
	var found []string
	var cell strings.Builder
	for i := 1; i < len(line); i++ {
		switch {
		case line[i] == '\\' && i+1 < len(line):
			i++
		case line[i] == '|':
			found = append(found, cell.String())
			cell.Reset()
			continue
		}
		cell.WriteByte(line[i])
	}
	return found
}

func TestEventsAreReadAsFarAsTheyCanBe(t *testing.T) {
	here := Identity{Context: "prod", Server: "https://a"}
	client := fake.NewClientset(&corev1.Event{
		ObjectMeta:     metav1.ObjectMeta{Namespace: "shop", Name: "e1"},
		InvolvedObject: corev1.ObjectReference{Kind: "Deployment", Namespace: "shop", Name: "web"}, Reason: "Scaling\x1b[2J",
	})
	client.PrependReactor("list", "events", func(action clienttesting.Action) (bool, runtime.Object, error) {
		return action.GetNamespace() == "ml", nil, errors.New("events is forbidden")
	})
	inML, onStage := movedAt(0, Scale, "Scale"), movedAt(0, Scale, "Scale")
	inML.Plan.Intent.Target.Namespace = "ml"
	onStage.Plan.Cluster = Identity{Context: "stage", Server: "https://b"}
	events, unread := ReadEvents(context.Background(), client, here, []Receipt{movedAt(0, Scale, "Scale"), inML, onStage, movedAt(1, Scale, "Scale")})
	require.Len(t, events, 1)
	require.Equal(t, "Scaling", events[0].Reason)
	require.Equal(t, []string{
		"The events of namespace ml could not be read: events is forbidden", "The events of stage were not read: here is prod.",
	}, unread)
}
