package e2e

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestShiftByKeyboard moves replicas between shop/checkout's two Deployments, and
// holds a rollout, with nothing but keys; kubectl and a watch of the endpoints say
// whether it is so.
func TestShiftByKeyboard(t *testing.T) {
	p := up(t, "canary,paused")
	p.eventually("ten ready endpoints", func() bool {
		out, err := p.tryKubectl("-n", "shop", "get", "endpointslices", "-l", "kubernetes.io/service-name=checkout", "-o", "jsonpath={.items[*].endpoints[*].conditions.ready}")
		return err == nil && strings.Count(out, "true") == 10
	})
	s := &shifting{practice: p}
	for _, c := range []struct {
		name string
		test func(*testing.T)
	}{
		{"in steps to the end, and taken back", s.inSteps},
		{"stopped", s.stopped},
		{"turned round while under way", s.turnedRound},
		{"promoted, and taken back", s.promoted},
		{"aborted", s.aborted},
		{"held at 2", s.held},
		{"killed half-way and finished", s.killedAndFinished},
		{"killed half-way and taken back", s.killedAndTakenBack},
		{"left by quitting twice, and left alone", s.left},
		{"the room that it tells is the scheduler's", s.room},
	} {
		require.True(t, t.Run(c.name, func(t *testing.T) {
			s.practice = &practice{t: t, bin: p.bin, dir: p.dir}
			s.watch = newEndpointWatch(s.practice, "shop", "checkout", 10)
			c.test(t)
		}))
	}
}

type shifting struct {
	*practice
	watch *endpointWatch
}

// open the desk.
func (s *shifting) open(t *testing.T) *terminal {
	t.Helper()
	return s.desk(120, 36, "-A")
}

// find puts the cursor on a Deployment, once Services are read too: a pair is known by its Service.
func (s *shifting) find(desk *terminal, name string) {
	desk.see(`Deployments`)
	desk.press("4")
	desk.see(`checkout +ClusterIP`)
	desk.press("1", "/", name, "enter")
	desk.see(`1 of \d+ Deployments`)
}

// replicas of stable and canary, as kubectl says.
func (s *shifting) replicas() string {
	return s.field("shop", "checkout-stable", ".spec.replicas") + "+" + s.field("shop", "checkout-canary", ".spec.replicas")
}

// kept requires that no fewer endpoints were ever ready than the screen promised.
func (s *shifting) kept(t *testing.T, screen string) {
	t.Helper()
	promised := regexp.MustCompile(`never below (\d+) endpoints`).FindStringSubmatch(screen)
	require.NotNil(t, promised, screen)
	floor, err := strconv.Atoi(promised[1])
	require.NoError(t, err)
	require.GreaterOrEqual(t, floor, 8, "nothing less than the strategy of a promotion may take away is promised")
	require.GreaterOrEqual(t, s.watch.lowest(), floor)
}

// begin a shift to a percentage by its key: all at once, or in steps each of which
// waits until told.
func (s *shifting) begin(desk *terminal, key string, steps bool) {
	desk.press("m")
	desk.see(`┌ Shift shop/checkout`)
	desk.press(key)
	desk.see(`\d+ → \d+ replica`)
	if steps {
		desk.press("w", "w")
		desk.see(`until you continue`)
	} else {
		desk.press("s")
		desk.see(`all at once`)
	}
	desk.press("enter")
	desk.confirm(`Shift shop/checkout: canary \d+ → \d+`, "Shift")
}

func (s *shifting) inSteps(t *testing.T) {
	desk := s.open(t)
	s.find(desk, "checkout-stable")
	s.begin(desk, "3", true)
	desk.see(`c goes on`)
	require.Equal(t, "8+2", s.replicas())
	s.hide(desk)
	line := desk.line("shift shop/checkout at 2 of 10", "m opens it")
	require.Contains(t, line, "holding")
	desk.press("m")
	desk.see(`✔ 2`)
	desk.press("c")
	s.kept(t, desk.see(`✔ done: stable 5, canary 5`))
	require.Equal(t, "5+5", s.replicas())
	desk.see(`U takes it back`)

	s.hide(desk)
	desk.press("U")
	desk.see(`takes back: Shift shop/checkout: canary 1 → 5`)
	desk.confirm(`Shift shop/checkout: canary 5 → 1`, "Shift")
	s.kept(t, desk.see(`✔ done: stable 9, canary 1`))
	require.Equal(t, "9+1", s.replicas())
	s.leave(t, desk)
}

// hide the dialog of a course, if it is open: a key that follows an escape which
// closes nothing would be taken for one with alt.
func (s *shifting) hide(desk *terminal) {
	if !strings.Contains(desk.text(), "│  Now ") {
		return
	}
	desk.press("esc")
	desk.miss(`│  Now `)
}

func (s *shifting) leave(t *testing.T, desk *terminal) {
	t.Helper()
	s.hide(desk)
	desk.press("q")
	require.Zero(t, desk.ended())
}

func (s *shifting) stopped(t *testing.T) {
	desk := s.open(t)
	s.find(desk, "checkout-stable")
	s.begin(desk, "4", true)
	desk.see(`c goes on`)
	desk.press("s")
	s.kept(t, desk.see(`‖ stopped`))
	require.Equal(t, "8+2", s.replicas())
	desk.press("c")
	desk.see(`it is over`)
	s.leave(t, desk)
}

func (s *shifting) turnedRound(t *testing.T) {
	desk := s.open(t)
	s.find(desk, "checkout-canary")
	s.begin(desk, "4", true)
	desk.see(`canary 2  →  ◌ 5`)
	desk.see(`raising|waiting`)
	desk.press("U")
	desk.see(`U again takes it back: canary to 2, stable to 8 of 10`)
	desk.press("U")
	s.kept(t, desk.see(`✔ taken back: stable 8, canary 2`))
	require.Equal(t, "8+2", s.replicas())
	s.leave(t, desk)
}

func (s *shifting) promoted(t *testing.T) {
	const image = ".spec.template.spec.containers[0].image"
	desk := s.open(t)
	s.find(desk, "checkout-stable")
	before := s.field("shop", "checkout-stable", image)
	desk.press("m")
	desk.see(`┌ Shift shop/checkout`)
	desk.press("p")
	desk.confirm(`Promote shop/checkout-canary to checkout-stable`, "Promote")
	s.kept(t, desk.see(`✔ done: stable 9, canary 1`))
	require.Equal(t, "9+1", s.replicas())
	require.Equal(t, s.field("shop", "checkout-canary", image), s.field("shop", "checkout-stable", image))

	s.hide(desk)
	desk.press("U")
	desk.see(`takes back: Promote`)
	desk.confirm(`Promote`, "Promote")
	s.kept(t, desk.see(`✔ done: stable 8, canary 2`))
	require.Equal(t, "8+2", s.replicas())
	require.Equal(t, before, s.field("shop", "checkout-stable", image))
	s.leave(t, desk)
}

func (s *shifting) aborted(t *testing.T) {
	desk := s.open(t)
	s.find(desk, "checkout-canary")
	desk.press("m")
	desk.see(`┌ Shift shop/checkout`)
	desk.press("a")
	desk.confirm(`Abort shop/checkout-canary: all 10 replicas`, "Abort")
	s.kept(t, desk.see(`✔ done: stable 10, canary 0`))
	require.Equal(t, "10+0", s.replicas())
	s.leave(t, desk)
}

func (s *shifting) held(t *testing.T) {
	desk := s.open(t)
	s.find(desk, "query-api")
	desk.press("T")
	desk.see(`Hold search/query-api`)
	desk.press("ctrl+u", "2", "enter")
	desk.see(`works only while fader runs`)
	desk.confirm(`Hold search/query-api at 2 of 6 updated pods`, "Hold")
	desk.see(`✔ .*paused`)
	require.Equal(t, "true", s.field("search", "query-api", ".spec.paused"))
	updated := s.field("search", "query-api", ".status.updatedReplicas")
	require.GreaterOrEqual(t, updated, "2")
	require.Less(t, updated, "6", "in the middle of it")
	s.leave(t, desk)
}

// killed kills fader with -9 when the canary was raised and the stable was not yet
// lowered, and opens the next one.
func (s *shifting) killed(t *testing.T) *terminal {
	desk := s.open(t)
	s.find(desk, "checkout-stable")
	s.begin(desk, "2", false)
	desk.see(`◌ waiting for \d of 2 canary pods`)
	require.NoError(t, desk.cmd.Process.Kill())
	require.NotZero(t, desk.ended())
	require.Equal(t, "10+2", s.replicas(), "half-way: nothing was lowered")

	next := s.open(t)
	next.see(`Left half-way`)
	next.see(`Shift shop/checkout: canary 0 → 2 of 10`)
	next.see(`● live`)
	next.see(`f +finish it`)
	return next
}

func (s *shifting) killedAndFinished(t *testing.T) {
	desk := s.killed(t)
	desk.press("f")
	desk.confirm(`Shift shop/checkout: canary 0 → 2`, "Shift")
	s.kept(t, desk.see(`✔ done: stable 8, canary 2`))
	require.Equal(t, "8+2", s.replicas())
	s.hide(desk)
	s.find(desk, "checkout-stable")
	s.begin(desk, "0", false)
	s.kept(t, desk.see(`✔ done: stable 10, canary 0`))
	s.leave(t, desk)
}

func (s *shifting) killedAndTakenBack(t *testing.T) {
	desk := s.killed(t)
	desk.press("U")
	desk.confirm(`Take back: Shift shop/checkout`, "Take back")
	s.kept(t, desk.see(`✔ taken back: stable 10, canary 0`))
	require.Equal(t, "10+0", s.replicas())
	s.leave(t, desk)
}

func (s *shifting) left(t *testing.T) {
	desk := s.open(t)
	s.find(desk, "checkout-stable")
	s.begin(desk, "2", false)
	desk.see(`◌ waiting for \d of 2 canary pods`)
	s.hide(desk)
	desk.press("q")
	desk.see(`q again leaves it there`)
	desk.press("q")
	require.Zero(t, desk.ended())

	next := s.open(t)
	next.see(`│ +l +leave it`)
	next.press("l")
	next.see(`l +again: leave it`)
	next.press("l")
	next.see(`not asked about again`)
	next.press("q")
	require.Zero(t, next.ended())
	require.Equal(t, "10+2", s.replicas())

	last := s.open(t)
	last.see(`\d+ Deployments`)
	last.see(`● live`)
	require.NotContains(t, last.text(), "Left half-way")
	last.press("q")
	require.Zero(t, last.ended())
}

// room asks for more CPU than half a node has, so that one pod fits on each: the
// scheduler finds a place for as many pods as were told, and for none more.
func (s *shifting) room(t *testing.T) {
	s.kubectl("-n", "shop", "set", "resources", "deployment/checkout-canary", "--requests=cpu=9")
	s.kubectl("-n", "shop", "rollout", "status", "deployment/checkout-canary", "--timeout=60s")
	runs, err := strconv.Atoi(s.field("shop", "checkout-canary", ".spec.replicas"))
	require.NoError(t, err)
	desk := s.open(t)
	s.find(desk, "checkout-canary")
	desk.press("m")
	desk.see(`┌ Shift shop/checkout`)
	desk.press("4", "s") // to 100 %, all at once
	told := regexp.MustCompile(`room for (\d+): CPU needs`)
	room, err := strconv.Atoi(told.FindStringSubmatch(desk.see(told.String()))[1])
	require.NoError(t, err)
	require.Positive(t, room)
	desk.press("esc")
	desk.miss(`┌ Shift`)
	desk.press("s")
	desk.see(`Scale shop/checkout-canary`)
	desk.press("ctrl+u", strconv.Itoa(runs+room+1), "enter")
	require.Contains(t, desk.confirm(`Scale shop/checkout-canary to `, "Scale"),
		fmt.Sprintf("the nodes have room for %d of %d more pods: CPU needs", room, room+1))
	s.eventually("a place for all but one", func() bool {
		waiting := s.kubectl("-n", "shop", "get", "pods", "-l", "track=canary", "-o", `jsonpath={.items[?(@.status.phase=="Pending")].status.conditions[*].message}`)
		return s.field("shop", "checkout-canary", ".status.readyReplicas") == strconv.Itoa(runs+room) && strings.Contains(waiting, "Insufficient cpu")
	})
	s.leave(t, desk)
}
