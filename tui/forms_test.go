package tui

import (
	"errors"
	"testing"

	"fader/kube"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
)

func (d *driver) typeIn(text string) {
	d.t.Helper()
	for _, r := range text {
		d.press(string(r))
	}
}

// withImages is a Deployment of two containers with an earlier revision.
func withImages() *kube.Snapshot {
	s := cluster("shop/web")
	r := s.Rollouts[0]
	r.Deployment.Containers = []kube.Container{{Name: "app", Image: "web:3"}, {Name: "side", Image: "proxy:1"}}
	old := *r.Revisions[0].ReplicaSet
	old.Revision, old.Ref.UID, old.Containers = 2, "uid-rs-old", []kube.Container{{Name: "app", Image: "web:2"}}
	r.Revisions = append(r.Revisions, &kube.Revision{ReplicaSet: &old})
	return s
}

func TestAnImageIsChosenOrTyped(t *testing.T) {
	d := drive(t)
	d.show(withImages())
	d.press("i")
	d.sees("Set the image of shop/web", "web:3", "web:2", "revision 2")
	d.press("down", "tab", "1", "tab")
	d.typeIn("INC-7")
	d.press("enter")
	require.Equal(t, []rollout.Intent{{
		Verb: rollout.SetImage, Target: d.m.snapshot.Rollouts[0].Ref(), Images: "app=web:2 side=proxy:11", Cause: "INC-7",
	}}, d.desk.planned)
	d.press("y")
	require.Len(t, d.desk.executed, 1)
}

func TestWhatIsWrongWithAFormIsSaidInIt(t *testing.T) {
	d := drive(t)
	d.show(withImages())
	d.press("i", "enter")
	d.sees("these are the images it has: change one")
	d.press("space", "x", "enter")
	d.sees("give one without spaces")
	d.press("ctrl+u")
	d.typeIn("web:9")
	d.desk.planErr = errors.New("the server says no")
	d.press("enter")
	d.sees("the server says no", "web:9") // nothing typed is lost
	d.desk.planErr = nil
	d.press("enter")
	require.Len(t, d.desk.planned, 2)
	require.Equal(t, "app=web:9", d.desk.planned[1].Images)
}

func TestTheChangeCauseIsWordedInThePreview(t *testing.T) {
	d := drive(t)
	d.show(withImages())
	d.press("r", "w")
	d.sees("Why: Do restart shop/web")
	d.typeIn("INC-8")
	d.press("enter")
	require.Equal(t, "INC-8", d.desk.planned[1].Cause)
	d.press("esc", "t", "w")
	d.sees("this move writes no change-cause")
}

func TestTheWayOutOfADeadlockIsProposed(t *testing.T) {
	d := drive(t)
	s := cluster("ml/ranker")
	s.Rollouts[0].Deployment.Strategy = kube.Strategy{Type: "RollingUpdate", MaxSurge: "25%", MaxUnavailable: "25%"}
	s.Rollouts[0].Causes = []kube.Cause{{Kind: kube.CauseSurgeDeadlock}}
	d.show(s)
	d.press("S", "enter")
	require.Equal(t, "0", d.desk.planned[0].MaxSurge)
	require.Equal(t, "1", d.desk.planned[0].MaxUnavailable)
	recreate := cluster("ml/ranker")
	recreate.Rollouts[0].Deployment.Strategy = kube.Strategy{Type: "Recreate"}
	d.press("esc")
	d.show(recreate)
	d.press("S")
	d.sees("Recreate")
}

func colours() *kube.Snapshot {
	s := cluster("shop/blue", "shop/green")
	for _, r := range s.Rollouts {
		r.Deployment.TemplateLabels = map[string]string{"app": "web", "version": r.Ref().Name}
		r.Revisions[0].Pods[0].Labels = r.Deployment.TemplateLabels
	}
	for _, b := range s.Backends {
		b.Service.Selector = map[string]string{"app": "web", "version": "blue"}
	}
	return s
}

func TestAFlipIsOnTheServiceMeant(t *testing.T) {
	d := drive(t)
	d.show(colours())
	d.press("b") // on Deployment blue: both Services are in front of it
	d.sees("Flip shop/blue-svc, shop/green-svc", "version=green", "green, 1 of 1 ready")
	d.press("enter")
	require.Len(t, d.desk.planned, 2)
	require.Equal(t, "version=green", d.desk.planned[0].Selector)
	d.press("esc", "4", "j", "b", "enter")
	require.Equal(t, "green-svc", d.desk.planned[2].Target.Name)
	d.press("esc", "5", "b")
	d.sees(noService)
}

func TestALabelIsOnThePodsMeant(t *testing.T) {
	d := drive(t)
	s := colours()
	for _, p := range s.Pods {
		p.Labels = map[string]string{"app": "web", "version": "blue"}
	}
	d.show(s)
	d.press("L")
	d.sees(noPod)
	d.press("3", "space", "j", "space", "L")
	d.sees("Label 2 pods", "version-", "out of Service")
	d.press("enter")
	d.sees("the label is empty")
	d.press("down", "enter")
	require.Len(t, d.desk.planned, 2)
	require.Equal(t, "version-", d.desk.planned[1].Label)
}

func TestMarkedDeploymentsMoveTogether(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/a", "shop/b", "shop/c"))
	d.press("space", "j", "space", "r")
	d.sees("Do 2 deployments")
	d.press("y")
	require.Len(t, d.desk.executed, 2)
	d.sees("done, 2 of 2")
	d.press("r")
	require.Len(t, d.desk.planned, 3, "the marks are gone: only the row under the cursor")

	d.press("esc", "space", "j", "space", "s")
	d.sees("Scale 2 Deployments")
	d.press("ctrl+u", "5", "enter")
	require.Equal(t, int32(5), d.desk.planned[4].Replicas)
	d.desk.result = rollout.Refused
	d.press("y")
	d.sees("0 of 2 done", "receipt: refused") // what failed stays on the screen
	d.press("esc")
	d.misses("receipt: refused")
}

func TestPauseOfMarkedOnesIsPauseUntilAllAre(t *testing.T) {
	d := drive(t)
	s := cluster("shop/a", "shop/b")
	s.Rollouts[0].Deployment.Paused = true
	d.show(s)
	d.press("space", "j", "space", "t")
	require.Equal(t, rollout.Pause, d.desk.planned[0].Verb)
	d.press("esc")
	both := cluster("shop/a", "shop/b")
	both.Rollouts[0].Deployment.Paused, both.Rollouts[1].Deployment.Paused = true, true
	d.show(both)
	d.press("t")
	require.Equal(t, rollout.Resume, d.desk.planned[2].Verb)
}
