package tui

import (
	"errors"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/inspect"
	"fader/kube/rollout"

	"github.com/stretchr/testify/require"
)

func TestTheNumbersOpenThePages(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/cart"))
	for key, sees := range map[string]string{
		"1": "cart", "2": "cart-rs", "3": "cart-pod", "4": "cart-svc", "5": "GPU", "6": "Journal",
	} {
		d.press(key)
		d.sees(sees)
		require.Len(t, d.m.stack, 1)
	}
}

func TestEnterGoesInAndEscapeComesBack(t *testing.T) {
	for _, c := range []struct {
		key, in, about string
	}{
		{"1", "Revisions", "shop/cart"},
		{"2", "pods of shop/cart-rs", "shop/cart-rs"},
		{"4", "shop/cart-svc", "shop/cart-svc"},
	} {
		d := drive(t)
		d.show(cluster("shop/cart"))
		d.press(c.key, "enter")
		d.sees(c.in)
		require.Equal(t, c.about, d.m.top().about.String())
		d.press("esc")
		require.Len(t, d.m.stack, 1)
		d.press("]")
		require.Equal(t, c.about, d.m.top().about.String(), "forward again")
		d.press("[")
		require.Len(t, d.m.stack, 1)
	}
}

// A move on a ReplicaSet or a pod is one on the Deployment it belongs to.
func TestMovesFromOtherPagesAreOnTheOwner(t *testing.T) {
	for _, page := range []string{"1", "2", "3"} {
		d := drive(t)
		d.show(cluster("shop/cart"))
		d.press(page, "r")
		require.Len(t, d.desk.planned, 1, "page %s", page)
		require.Equal(t, "uid-cart", d.desk.planned[0].Target.UID)
	}
	d := drive(t)
	d.show(cluster("shop/cart"))
	d.press("4", "r")
	require.Empty(t, d.desk.planned)
	d.sees(noDeployment)
}

func TestLookingCloser(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/cart"))
	d.press("3", "y")
	d.sees("kind: Pod", "name: cart-pod", "YAML")
	d.press("esc", "d")
	d.sees("Name: cart-pod")
	d.press("esc", "e")
	d.sees("Started", "started it")
	d.press("esc")
	d.sees("cart-pod")
	d.readErr = errors.New("it is gone")
	d.press("y")
	d.sees("it is gone")
}

func TestEventsAreThoseOfTheObjectAndItsChildren(t *testing.T) {
	d := drive(t)
	s := cluster("shop/cart", "shop/web")
	d.show(s)
	for _, c := range []struct {
		ref  kube.Ref
		want int
	}{
		{s.Rollouts[0].Ref(), 1},
		{s.ReplicaSets[0].Ref, 1},
		{s.Pods[0].Ref, 1},
		{kube.Ref{Kind: kube.KindPod, Namespace: "shop", Name: "other"}, 0},
	} {
		require.Len(t, d.m.eventsOf(s, c.ref), c.want, c.ref.Name)
	}
}

func TestFindInAViewer(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/cart"))
	d.press("y", "/", "n", "a", "m", "enter")
	d.sees("1 of 1")
}

func TestTheJournalPage(t *testing.T) {
	d := drive(t)
	d.receipts = []rollout.Receipt{{
		Plan: rollout.Plan{Title: "Undo shop/web to revision 3"}, Result: rollout.Applied, Who: "alice",
		Started: d.now.Add(-time.Minute), Finished: d.now,
	}}
	d.show(cluster("shop/cart"))
	d.press("6")
	d.sees("Undo shop/web", "alice")
}

func TestEveryPageFollowsTheFilterOfItsOwn(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/cart", "shop/web"))
	d.press("3", "/", "w", "e", "b", "enter")
	d.misses("cart-pod")
	d.press("1")
	d.sees("cart")
	d.press("3")
	d.misses("cart-pod")
	d.press("esc")
	d.sees("cart-pod")
}

// Every key of the table can be pressed on every page without harm.
func TestEveryKeyOnEveryPage(t *testing.T) {
	for _, page := range []string{"1", "2", "3", "4", "5", "6"} {
		for _, b := range keymap.Default() {
			if b.Action == keymap.Quit || b.Action == keymap.Interrupt || len(b.Keys[0]) > 1 && !known(b.Keys[0]) {
				continue
			}
			d := drive(t)
			d.show(cluster("shop/cart", "shop/web"))
			d.press(page, b.Keys[0])
			require.Empty(t, d.desk.executed, "%s on page %s", b.Keys[0], page)
			d.press("esc", "esc", "esc")
			require.Nil(t, d.m.dialog, "%s on page %s", b.Keys[0], page)
		}
	}
}

func known(key string) bool {
	switch key {
	case "enter", "esc", "tab", "space", "up", "down", "ctrl+d", "ctrl+k":
		return true
	}
	return false
}

func TestLogsOfAPodOrOfARevision(t *testing.T) {
	for page, about := range map[string]string{"1": "cart", "2": "cart-rs", "3": "cart-pod"} {
		d := drive(t)
		s := cluster("shop/cart")
		d.show(s)
		d.press(page, "l")
		require.Len(t, d.streams, 1)
		require.Equal(t, []inspect.Source{{Pod: s.Pods[0].Ref, Container: "app", Revision: 3}}, d.streams[0].sources)
		p := d.m.top().page.(*logPage)
		require.Equal(t, about, p.about.Name)
		d.send(logsMsg{page: p, batch: inspect.Batch{Lines: []inspect.Line{{From: &d.streams[0].sources[0], Text: "hello from the pod"}}}})
		d.sees("hello from the pod")
		d.press("/", "x", "y", "z", "enter")
		d.misses("hello from the pod")
		d.press("esc", "esc", "1")
		require.True(t, d.streams[0].stopped)
	}
}

// Pods of what is no Deployment have logs, too: which containers they have is read
// when they are followed.
func TestLogsOfAnyPod(t *testing.T) {
	s := cluster("shop/cart")
	pod := func(name string, change func(*kube.Pod)) *kube.Pod {
		p := &kube.Pod{Ref: kube.Ref{Kind: kube.KindPod, Namespace: "shop", Name: name, UID: "uid-" + name}, Labels: map[string]string{"app": "db"}}
		change(p)
		return p
	}
	store := pod("store-0", func(p *kube.Pod) { p.OwnerUID, p.Node = "uid-set", "gpu-1" })
	scorer := pod("scorer", func(p *kube.Pod) { p.GPUs, p.Node = map[string]int64{"nvidia.com/gpu": 1}, "gpu-1" })
	ended := pod("import", func(p *kube.Pod) { p.Finished, p.Node = true, "gpu-1" })
	s.Pods = append(s.Pods, store, scorer, ended)
	set := kube.Ref{Kind: kube.KindReplicaSet, Namespace: "shop", Name: "argo", UID: "uid-set"}
	service := kube.Ref{Kind: kube.KindService, Namespace: "shop", Name: "db", UID: "uid-db"}
	s.Backends = append(s.Backends, &kube.Backend{Service: &kube.Service{Ref: service, Selector: map[string]string{"app": "db"}}})
	whole := func(pods ...*kube.Pod) (all []inspect.Source) {
		for _, p := range pods {
			all = append(all, inspect.Source{Pod: p.Ref})
		}
		return all
	}
	for _, c := range []struct {
		name  string
		about kube.Ref
		want  []inspect.Source
	}{
		{"a pod of a StatefulSet", store.Ref, whole(store)},
		{"a pod of nobody that has ended", ended.Ref, whole(ended)},
		{"a pod of a Deployment", s.Pods[0].Ref, []inspect.Source{{Pod: s.Pods[0].Ref, Container: "app", Revision: 3}}},
		{"a ReplicaSet without a Deployment", set, whole(store)},
		{"a Service", service, whole(scorer, store)},
		{"a node: who has its GPUs comes first", kube.Ref{Kind: kube.KindNode, Name: "gpu-1"}, whole(scorer, store)},
		{"a node without pods", kube.Ref{Kind: kube.KindNode, Name: "gpu-9"}, nil},
	} {
		require.Equal(t, c.want, sourcesOf(s, c.about), c.name)
	}
	require.Equal(t, "gpu-9 has no pods in sight", noLogs(s, kube.Ref{Kind: kube.KindNode, Name: "gpu-9"}))
}

// The words of kubectl for what has no page say so; they open no other page.
func TestWordsForWhatIsNotShown(t *testing.T) {
	for word, want := range map[string]string{
		"sts": "StatefulSets are not shown yet; their pods are on page 3", "statefulsets": "StatefulSets are not shown yet",
		"ds": "DaemonSets are not shown yet; their pods are on page 3", "jobs": "Jobs are not shown yet; their pods are on page 3",
		"cm": "ConfigMaps are not shown",
	} {
		d := drive(t)
		d.show(cluster("shop/cart"))
		root := d.m.root
		d.press(":")
		for _, letter := range word {
			d.press(string(letter))
		}
		d.press("enter")
		d.sees(want)
		require.Equal(t, root, d.m.root, word)
		require.Nil(t, d.m.dialog, word)
	}
}

// A pod that comes is followed; one that goes is kept.
func TestLogsFollowTheRevision(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/cart"))
	d.press("l")
	next := cluster("shop/cart")
	rev := next.Rollouts[0].Revisions[0]
	rev.Pods = []*kube.Pod{{Ref: kube.Ref{Kind: kube.KindPod, Namespace: "shop", Name: "cart-new", UID: "n"}}}
	d.show(next)
	require.Len(t, d.streams[0].sources, 2)
}

// The worst comes first, and the cursor is on it until somebody chooses a row.
func TestTheCursorIsOnTheWorstUntilAKeyIsPressed(t *testing.T) {
	worse := func(s *kube.Snapshot, i int) *kube.Snapshot {
		s.Rollouts[i].Phase = kube.Stalled
		s.Number++
		return s
	}
	d := drive(t)
	d.show(cluster("shop/a", "shop/b"))
	d.show(worse(cluster("shop/a", "shop/b"), 1))
	d.now = d.now.Add(6 * time.Second)
	// A rank has to hold before its row moves.
	d.update(tickMsg{d.now})
	ref, _ := d.m.subject()
	require.Equal(t, "b", ref.Name)

	d = drive(t)
	d.show(cluster("shop/a", "shop/b"))
	d.press("r", "esc")
	d.show(worse(cluster("shop/a", "shop/b"), 1))
	ref, _ = d.m.subject()
	require.Equal(t, "a", ref.Name, "a move was made from that row: it stays under the cursor")
}
