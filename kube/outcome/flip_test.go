package outcome

import (
	"testing"
	"time"

	"fader/kube"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
	discoveryv1 "k8s.io/api/discovery/v1"
)

func flipped() *Watch {
	front := kube.Ref{Kind: kube.KindService, Namespace: "shop", Name: "front", UID: "svc"}
	return New(moved(rollout.Intent{Verb: rollout.Flip, Target: front, Selector: "revision=5,release-"}))
}

// blueGreen is revision 4 behind the Service and revision 5 beside it.
func blueGreen(ready int) *scene { return newScene(3).revision(5, 3, ready).serves(4) }

func TestAFlipIsThroughWhenTheEndpointsAre(t *testing.T) {
	w, s := flipped(), blueGreen(3)
	is(t, s.at(w, 0.1), rollout.Pending, "the new selector has not been seen")
	s.selects(5)
	is(t, s.at(w, 0.2), rollout.Pending, "not switched after 0.2s: 3 endpoints are still there that revision=5,release- does not select")
	s.serves(5).behind = append(s.behind, s.pods[0])
	is(t, s.at(w, 0.3), rollout.Pending, "1 endpoint is still there")
	s.serves(5).behind = s.behind[:2]
	is(t, s.at(w, 0.3), rollout.Pending, "2 of 3 ready pods of revision=5,release- have an endpoint")
	s.serves(5)
	o := s.at(w, 0.4)
	is(t, o, rollout.Complete, "switched in 0.4s: 3 ready endpoints of revision=5,release-, and none of another")
	require.Equal(t, 400, int(o.Took.Milliseconds()))
}

func TestAFlipThatTrafficDoesNotFollow(t *testing.T) {
	for name, c := range map[string]struct {
		scene *scene
		state rollout.State
		text  string
	}{
		"slices that lag":   {blueGreen(3).selects(5), rollout.Stalled, "still there that revision=5,release- does not select · flip it back"},
		"nobody is ready":   {blueGreen(0).selects(5).serves(5), rollout.Stalled, "no pod of revision=5,release- is ready: nothing serves · flip it back"},
		"somebody flipped":  {blueGreen(3), rollout.Superseded, "the selector was changed again"},
		"no right to see":   {blueGreen(3).selects(5).resource("endpointslices", kube.Forbidden), rollout.Unknown, "endpointslices are forbidden"},
		"slices not live":   {blueGreen(3).selects(5).resource("endpointslices", kube.Syncing), rollout.Pending, "endpointslices are not live"},
		"a key that stayed": {blueGreen(3).selects(5).keeps("release"), rollout.Superseded, "the selector was changed again"},
		"the Service gone":  {blueGreen(3).otherService(), rollout.Gone, "deleted after"},
		"stale altogether":  {blueGreen(3).selects(5).serves(5).health_(kube.Disconnected), rollout.Pending, "not live"},
	} {
		t.Run(name, func(t *testing.T) { is(t, c.scene.at(flipped(), 10), c.state, c.text) })
	}
}

func (s *scene) resource(name string, state kube.State) *scene {
	s.health.Resources[name] = kube.ResourceHealth{State: state}
	return s
}

func (s *scene) keeps(key string) *scene {
	s.service.Spec.Selector[key] = "old"
	return s
}

func (s *scene) otherService() *scene {
	s.service.UID = "another"
	return s
}

func TestAFlipCountsNoEndpointOfSomebodyElse(t *testing.T) {
	s := blueGreen(3).selects(5).serves(5)
	snapshot := s.snapshot()
	foreign := kube.NewEndpointSlice(&discoveryv1.EndpointSlice{Endpoints: []discoveryv1.Endpoint{{Addresses: []string{"192.0.2.1"}}}})
	snapshot.Backends[0].Endpoints = append(snapshot.Backends[0].Endpoints, &kube.Placed{Endpoint: foreign.Endpoints[0], ManagedBy: "somebody"})
	is(t, flipped().Observe(snapshot, noon), rollout.Complete, "switched")
}

func TestAFlipToPodsWithoutThePort(t *testing.T) {
	lacking := func(ready, lacks int) *kube.Snapshot {
		snapshot := blueGreen(3).selects(5).serves(5).snapshot()
		b := *snapshot.Backends[0]
		b.Ready = ready
		b.Ports = []kube.BackendPort{{Port: kube.ServicePort{Target: "http", Protocol: "TCP"}, Ready: ready, Missing: lacks}}
		for i, e := range b.Endpoints {
			changed := *e
			changed.NoPort = i < lacks
			b.Endpoints[i] = &changed
		}
		snapshot.Backends[0] = &b
		return snapshot
	}
	w := flipped()
	is(t, w.Observe(lacking(0, 3), noon.Add(time.Second)), rollout.Pending, "switched, and nothing serves: 3 pods do not have port http")
	is(t, w.Observe(lacking(0, 3), noon.Add(10*time.Second)), rollout.Stalled, "3 pods do not have port http · flip it back")
	is(t, w.Observe(lacking(2, 1), noon.Add(11*time.Second)), rollout.Complete, "2 ready endpoints of revision=5,release-, and none of another; 1 pod does not have port http")
}

func labelled(label string) *Watch {
	target := kube.Ref{Kind: kube.KindPod, Namespace: "shop", Name: "web-4-00", UID: "web-4-00"}
	return New(moved(rollout.Intent{Verb: rollout.Label, Target: target, Label: label}))
}

func TestAPodIsInOrOutOfItsServices(t *testing.T) {
	enabled := func() *scene {
		s := newScene(3).serves(4)
		s.service.Spec.Selector = map[string]string{"app": "web", "status": "enabled"}
		return s
	}
	t.Run("out", func(t *testing.T) {
		w, s := labelled("status-"), enabled()
		s.pods[0].Labels["status"] = "enabled"
		is(t, s.at(w, 0.1), rollout.Pending, "the label has not been seen")
		delete(s.pods[0].Labels, "status")
		is(t, s.at(w, 0.2), rollout.Pending, "after 0.2s the pod is still among the endpoints of shop/front")
		s.behind = s.behind[1:]
		is(t, s.at(w, 0.3), rollout.Complete, "out of front after 0.3s")
	})
	t.Run("in", func(t *testing.T) {
		w, s := labelled("status=enabled"), enabled()
		s.behind = s.behind[1:]
		s.pods[0].Labels["status"] = "enabled"
		is(t, s.at(w, 0.2), rollout.Pending, "after 0.2s the pod is not among the endpoints of shop/front yet")
		is(t, s.at(w, 10), rollout.Stalled, "not among the endpoints of shop/front yet")
		s.serves(4)
		is(t, s.at(w, 11), rollout.Complete, "in front after 11s")
	})
	t.Run("no Service looks at it", func(t *testing.T) {
		s := newScene(3).serves(4)
		s.pods[0].Labels["colour"] = "red"
		is(t, s.at(labelled("colour=red"), 1), rollout.Complete, "labelled in 1.0s: no Service in sight selects it by that")
	})
	t.Run("changed again", func(t *testing.T) {
		w, s := labelled("status=enabled"), enabled()
		s.behind = nil
		s.pods[0].Labels["status"] = "enabled"
		is(t, s.at(w, 1), rollout.Pending, "not among")
		s.pods[0].Labels["status"] = "disabled"
		is(t, s.at(w, 2), rollout.Superseded, "label status was changed again after 2.0s")
	})
	t.Run("gone", func(t *testing.T) {
		s := enabled()
		s.pods = s.pods[1:]
		is(t, s.at(labelled("status-"), 2), rollout.Gone, "deleted after 2.0s")
	})
	t.Run("no right to see", func(t *testing.T) {
		is(t, enabled().resource("services", kube.Forbidden).at(labelled("status-"), 2), rollout.Unknown, "services are forbidden")
	})
}

func TestADurationInWords(t *testing.T) {
	for want, seconds := range map[string]float64{"0.0s": -1, "0.4s": 0.44, "42s": 42.9, "2m05s": 125, "1h02m": 3725} {
		require.Equal(t, want, words(time.Duration(seconds*float64(time.Second))))
	}
}
