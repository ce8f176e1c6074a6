package e2e

import (
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
)

// TestFaultsOnTheScreen is about what a person sees when something is in the way
// of a move. One cluster serves them all; each opens fader anew.
func TestFaultsOnTheScreen(t *testing.T) {
	g := ground(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *site)
	}{
		{"F16 an answer that comes late", lateAnswer},
		{"F20 F21 another hand under the preview", anotherHand},
		{"F22 the answer is cut", cutOnTheScreen},
		{"F23 busy, and given up", givenUpOnTheScreen},
		{"F24 a webhook that paints", paintingWebhook},
		{"F24 webhooks that take no part", absentWebhooks},
		{"F33 replicas by keyboard", replicasByKeyboard},
		{"F35 a paste over the preview", pasteOverPreview},
		{"F37 a disk that is full", fullDisk},
		{"F47 a terminal that stops reading", deafTerminal},
		{"F48 a terminal that hangs up", hungUp},
		// The last: it stops the controllers.
		{"F34 nobody observes", nobodyObserves},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, g.in(t)) })
	}
}

// screen opens fader on one Deployment, or on the board of all for "".
func (s *site) screen(name, kubeconfig string, args ...string) *terminal {
	s.t.Helper()
	fader, _ := binaries(s.t)
	if name != "" {
		args = append(args, "deploy/"+name)
	}
	desk := open(s.t, 180, 40, append(s.env(), "KUBECONFIG="+kubeconfig), fader, append([]string{"-n", faults}, args...)...)
	desk.see(`● live`)
	if name != "" {
		desk.see(faults + "/" + name)
	}
	return desk
}

// sampled looks at every change of the screen until it is told to stop, and then
// fails with the first screen of which something was wrong.
func (x *terminal) sampled(wrong func(screen string) string) (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	var first, reason string
	go func() {
		defer close(done)
		for {
			text, changed := x.look()
			if why := wrong(text); why != "" && reason == "" {
				first, reason = text, why
			}
			select {
			case <-changed:
			case <-quit:
				return
			}
		}
	}()
	end := sync.OnceFunc(func() {
		close(quit)
		<-done
	})
	return func() {
		x.t.Helper()
		end()
		require.Empty(x.t, reason, "on this screen:\n%s", first)
	}
}

// row is the line of the board that counts the pods of a Deployment; "" where there is none.
func row(screen, name string) string {
	counted := regexp.MustCompile(`(?m)^.* ` + regexp.QuoteMeta(name) + ` .*\d+/\d+.*$`)
	return counted.FindString(screen)
}

// The API server's answer to a write is held back until the watch has shown what
// somebody else did after it: the row never goes back to what the answer says.
func lateAnswer(t *testing.T, s *site) {
	d := s.create(deployment("late", 1))
	x := s.proxy(t, true)
	desk := s.screen("", x.kubeconfig)
	desk.line("late", "Complete", "1/1")
	hold, release := heldBack()
	defer release()
	x.on(hold)
	desk.press("/", "late", "enter", "s")
	desk.see(`Scale faults/late`)
	desk.press("ctrl+u", "2", "enter")
	desk.see(`\[ Scale \] y`)
	desk.press("y")
	desired := regexp.MustCompile(`\d+/(\d+)`)
	highest := 0
	stop := desk.sampled(func(screen string) string {
		for _, cell := range desired.FindAllStringSubmatch(row(screen, d.Name), -1) {
			n, _ := strconv.Atoi(cell[1])
			if n < highest {
				return "it went back from " + strconv.Itoa(highest) + " to " + cell[1]
			}
			highest = n
		}
		return ""
	})
	s.until("the write is done", func() bool { return *s.get(d.Name).Spec.Replicas == 2 })
	s.kubectl("-n", faults, "scale", "deployment/late", "--replicas=3")
	desk.line("late", "/3")
	desk.see(`waiting for the API server's answer`)
	require.Equal(t, 1, x.sent(), "the answer is still held back")
	release()
	desk.miss(`waiting for the API server's answer`)
	s.kubectl("-n", faults, "scale", "deployment/late", "--replicas=4")
	desk.line("late", "Complete", "4/4")
	stop()
	require.Equal(t, 4, highest)
}

// Edited by somebody else: the new plan is shown, and who edited what. Deleted and
// made again: refused. Neither sends anything.
func anotherHand(t *testing.T, s *site) {
	s.create(deployment("hand", 1))
	s.edit("hand", image("v2"))
	desk := s.screen("hand", s.kubeconfig())
	desk.press("s")
	desk.see(`Scale faults/hand`)
	desk.press("ctrl+u", "4", "enter")
	desk.see(`spec.replicas\s+1 → 4`)
	desk.see(`\[ Scale \] y`)
	s.kubectl("-n", faults, "scale", "deployment/hand", "--replicas=2")
	desk.press("y")
	desk.see(`Notice +faults/hand was edited since \d\d:\d\d:\d\d by kubectl \(spec.replicas\): nothing was done`)
	desk.see(`spec.replicas\s+2 → 4`)
	desk.see(`\[ Scale \] y`)
	require.Zero(t, s.patches("hand"))
	require.EqualValues(t, 2, *s.get("hand").Spec.Replicas)
	desk.press("y") // the new plan is as good as any
	desk.see(`scaled faults/hand 2 → 4`)
	require.Equal(t, 1, s.patches("hand", http.StatusOK))

	desk.press("r")
	desk.see(`\[ Restart \] y`)
	s.kubectl("-n", faults, "delete", "deployment", "hand")
	again := s.create(deployment("hand", 1))
	desk.press("y")
	desk.see(`faults/hand was deleted and created again since`)
	s.unchanged(again)
	require.Equal(t, 1, s.patches("hand", http.StatusOK)) // one may have met a newer status before it
}

// The write is done and its answer never comes: the screen says that it is there.
// The next one is lost on its way out, and looks the same from here: the screen
// says that it is not there.
func cutOnTheScreen(t *testing.T, s *site) {
	d := s.create(deployment("cut-seen", 1))
	x := s.proxy(t, true)
	x.on(cut)
	desk := s.screen(d.Name, x.kubeconfig)
	desk.press("r")
	desk.see(`\[ Restart \] y`)
	desk.press("y")
	desk.see(`restarted faults/cut-seen \(the answer was lost; read again, it is there\)`)
	require.Equal(t, 1, x.sent())
	require.Equal(t, 1, s.patches(d.Name))
	after := s.observed(d.Name)
	require.Equal(t, d.Generation+1, after.Generation)

	x.on(lost)
	desk.press("t")
	desk.see(`\[ Pause \] y`)
	desk.press("y")
	desk.see(`the answer was lost \(.+\) and faults/cut-seen has not changed so far: look again before you repeat it`)
	require.Equal(t, 2, x.sent())
	s.unchanged(after)
	desk.press("q")
	require.Zero(t, desk.ended())
	require.Equal(t, 2, x.sent(), "nothing was sent again")
	require.Equal(t, 1, s.patches(d.Name))
}

// Somebody in the way keeps the write and answers 503 with a Retry-After when the
// user has long given up. What is sent after that is what the user asks for then.
func givenUpOnTheScreen(t *testing.T, s *site) {
	d := s.create(deployment("given-up-seen", 1))
	x := s.proxy(t, true)
	gate := make(chan struct{})
	x.on(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		<-gate
		busy("60")(w, r, next)
	})
	desk := s.screen(d.Name, x.kubeconfig)
	desk.press("r")
	desk.see(`\[ Restart \] y`)
	desk.press("y")
	desk.see(`waiting for the API server's answer`)
	desk.press("esc")
	desk.see(`the answer was lost \(cancelled\) and faults/given-up-seen has not changed so far: look again before you repeat it`)
	x.on(nil)
	close(gate)
	s.unchanged(d)

	x.on(busy("60"))
	desk.press("r")
	desk.see(`\[ Restart \] y`)
	desk.press("y")
	desk.see(`nothing was done \(read again to be sure\): .*no backend is available`)
	x.on(nil)
	desk.press("t")
	desk.see(`\[ Pause \] y`)
	desk.press("y")
	desk.see(`paused faults/given-up-seen|paused in \d`) // the receipt, or already what came of it
	require.Equal(t, 3, x.sent())
	require.Equal(t, 1, s.patches(d.Name), "the pause")
	require.Equal(t, d.Spec.Template, s.get(d.Name).Spec.Template, "no restart came late")
}

// The disk takes nothing more: what cannot be written down is not done. A limit
// on the size of files is to a write what a full disk is.
func fullDisk(t *testing.T, s *site) {
	d := s.create(deployment("full", 1))
	fader, _ := binaries(t)
	desk := open(t, 180, 40, s.env(), "bash", "-c", `ulimit -f 0; exec "$0" "$@"`, fader, "-n", faults, "deploy/full")
	desk.see(`● live`)
	desk.press("r")
	desk.see(`\[ Restart \] y`)
	desk.press("y")
	desk.see(`the journal cannot be written, so nothing was sent: write journal: .*file too large`)
	require.Zero(t, s.patches(d.Name))
	s.unchanged(d)
}

// The controllers are gone: a move is taken by the API server and nobody acts on
// it. The screen says so and nothing is complete.
func nobodyObserves(t *testing.T, s *site) {
	s.create(deployment("unseen", 2))
	desk := s.screen("", s.kubeconfig())
	desk.line("unseen", "Complete", "2/2")
	desk.press("/", "unseen", "enter")
	desk.see(`filter unseen`)
	s.do("stop", "kube-controller-manager")
	desk.press("r")
	desk.see(`\[ Restart \] y`)
	desk.press("y")
	desk.see(`the Deployment controller has not observed generation 2 yet, only 1`)
	// Neither the row nor what is said of the move: its pods are those of before.
	complete := regexp.MustCompile(`(?i)\bcomplete\b|rolled out|pods of revision \d+ ready`)
	stop := desk.sampled(func(screen string) string { return complete.FindString(screen) })
	s.kubectl("-n", faults, "set", "image", "deployment/unseen", "main=registry.example/main:v5")
	desk.see(`the Deployment controller has not observed generation 3 yet, only 1`)
	headless := s.fader("status", "-n", faults, "unseen", "-o", "json")
	require.NotEqual(t, 0, headless.status)
	require.Contains(t, headless.out, `"rollout":"progressing","phase":"Progressing","rank":"moving","cause":"the Deployment controller has not observed generation 3 yet, only 1`)
	waited := s.fader("scale", "-n", faults, "unseen", "--replicas", "3", "--yes", "--wait", "--timeout", "2s", "-o", "json")
	require.Equal(t, 4, waited.status, waited.out+waited.err)
	require.Contains(t, waited.out, `"state":"pending","text":"the Deployment controller has not observed generation 4 yet, only 1"`)
	desk.see(`the Deployment controller has not observed generation 4 yet, only 1`)
	stop()
	s.do("start", "kube-controller-manager")
	desk.line("unseen", "Complete", "3/3")
	s.got("unseen", func(d *appsv1.Deployment) bool { return d.Status.ObservedGeneration == 4 })
}
