package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/charmbracelet/x/vt"
	"github.com/stretchr/testify/require"
)

// heard is what reached the person who was not looking.
type heard struct {
	mu      sync.Mutex
	bells   int
	desktop []string // notifications by OSC 9
}

// listen hears what the terminal rings and passes on from now on.
func (x *terminal) listen() *heard {
	h := &heard{}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.screen.SetCallbacks(vt.Callbacks{Bell: func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.bells++
	}})
	x.screen.RegisterOscHandler(9, func(data []byte) bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.desktop = append(h.desktop, string(data))
		return true
	})
	return h
}

func (h *heard) says() (bells int, desktop string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.bells, strings.Join(h.desktop, "\n")
}

// told is what the operator's command was given of one move.
type told struct {
	Event, Context, Kind, Namespace, Name, Move, Title, Text string
	TookSeconds                                              float64
}

// hook makes a command that keeps what it is given, and returns what it was given.
func (p *practice) hook() (command string, given func() []told) {
	dir := filepath.Join(p.dir, "given")
	require.NoError(p.t, os.MkdirAll(dir, 0o700))
	command = filepath.Join(p.dir, "hook")
	script := "#!/bin/sh\ncat > \"$1/$$.tmp\" && mv \"$1/$$.tmp\" \"$1/$$.json\"\n"
	require.NoError(p.t, os.WriteFile(command, []byte(script), 0o700))
	return command + `", "` + dir, func() (all []told) {
		paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
		require.NoError(p.t, err)
		for _, path := range paths {
			text, err := os.ReadFile(path)
			require.NoError(p.t, err)
			var one told
			require.NoError(p.t, json.Unmarshal(text, &one))
			all = append(all, one)
		}
		return all
	}
}

// After a move: it is watched until it is settled, whoever does not look is told,
// the journal knows it, and takes it back.
func TestAfterAMove(t *testing.T) {
	p := up(t, "bad-image")
	command, given := p.hook()
	p.configure("notify:\n  bell: true\n  osc9: true\n  command: [\"" + command + "\"]\n")
	desk := p.desk(150, 40, "-n", "shop", "deploy/web")
	ears := desk.listen()
	desk.see(`cannot pull`)
	do := func(button string, keys ...string) {
		t.Helper()
		desk.press(keys...)
		desk.see(`\[ ` + button + ` \] y`)
		desk.press("y")
		desk.miss(`\[ Cancel \]`)
	}

	t.Run("an undo is said to be through, and how long it took", func(t *testing.T) {
		do("Undo", "u")
		desk.see(`shop/web: rolled out in \d+(\.\d)?s: 10 of 10 pods of revision \d+ ready · U takes it back`)
	})
	t.Run("a scale", func(t *testing.T) {
		desk.press("s")
		desk.see(`Scale shop/web`)
		do("Scale", "ctrl+u", "4", "enter")
		desk.see(`shop/web: scaled in \d+(\.\d)?s: 4 of 4 pods ready`)
	})
	t.Run("a restart", func(t *testing.T) {
		do("Restart", "r")
		desk.see(`shop/web: rolled out in \d+(\.\d)?s: 4 of 4 pods of revision \d+ ready`)
	})
	t.Run("a bad image is stalled, with its cause, long before the deadline", func(t *testing.T) {
		desk.press("h")
		desk.see(`History of shop/web`)
		desk.press("j") // past the one before the restart
		desk.see(`\+ +- image: \S+does-not-exist|\+ +image: \S+does-not-exist`)
		do("Undo", "enter")
		desk.see(`shop/web: stalled after 1\ds: .*new pods? cannot pull .*-does-not-exist`)
	})
	t.Run("the journal page takes it back", func(t *testing.T) {
		desk.press("6")
		desk.see(`✖ stalled`)
		desk.see(`✔ complete`)
		desk.press("enter")
		desk.see(`outcome +stalled: stalled after`)
		desk.see(`way back +u plans it`)
		desk.press("esc")
		desk.see(`OUTCOME`)
		desk.press("u")
		desk.see(`takes back: Undo shop/web to revision \d+, of \d{4}`)
		do("Undo")
		desk.see(`shop/web: rolled out in \d+(\.\d)?s: 4 of 4 pods`)
		require.NotContains(t, p.field("shop", "web", ".spec.template.spec.containers[0].image"), "does-not-exist")
		desk.press("g", "j", "u")
		desk.see(`already taken back at \d{4}-`)
	})
	t.Run("the operator's command, the bell and the desktop", func(t *testing.T) {
		p.eventually("the command has been given five events", func() bool { return len(given()) >= 5 })
		all := given()
		require.Len(t, all, 5)
		at := slices.IndexFunc(all, func(o told) bool { return o.Event == "stalled" })
		require.GreaterOrEqual(t, at, 0)
		require.Equal(t, "undo", all[at].Move)
		require.Contains(t, all[at].Text, "cannot pull")
		require.Greater(t, all[at].TookSeconds, 10.0)
		for i, o := range all {
			require.True(t, i == at || o.Event == "complete", o)
			require.Equal(t, "Deployment shop web", o.Kind+" "+o.Namespace+" "+o.Name)
		}
		bells, desktop := ears.says()
		require.Equal(t, 5, bells)
		require.Equal(t, 5, strings.Count(desktop, "9;fader "), desktop)
		require.Regexp(t, `9;fader \S+ · shop/web: stalled after`, desktop)
	})
	desk.press("q")
	require.Zero(t, desk.ended())

	t.Run("fader journal", func(t *testing.T) { p.readJournal() })
}

// readJournal reads it in its three forms, and without a cluster.
func (p *practice) readJournal() {
	t := p.t
	table := p.fader("journal")
	require.Zero(t, table.status, table.err)
	require.Regexp(t, `applied +shop/web +Scale shop/web to 4 replicas +complete +\d+\.\ds +\S.* spec.replicas 10 → 4\n`, table.out)

	var listed struct {
		Moves []struct {
			Plan    struct{ Title string }
			Receipt struct{ Who, Result string }
			Outcome struct {
				State   string
				Seconds float64
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(p.fader("journal", "-o", "json", "--since", "1h").out), &listed))
	require.Len(t, listed.Moves, 5)
	for i, state := range []string{"complete", "complete", "complete", "stalled", "complete"} {
		require.Equal(t, state, listed.Moves[i].Outcome.State, listed.Moves[i].Plan.Title)
		require.Positive(t, listed.Moves[i].Outcome.Seconds)
	}
	require.NotContains(t, p.fader("journal", "-o", "json", "-n", "ml").out, "shop")

	timeline := p.fader("journal", "-o", "md", "--since", "1h").out
	require.Contains(t, timeline, "5 moves on 1 object of ")
	require.Regexp(t, `(?m)^\| .* \| Scale shop/web to 4 replicas \| .spec.replicas. .10. → .4. \| applied \| complete: scaled in .* ready \| \d+\.\ds \|$`, timeline)
	require.Regexp(t, `(?m)^\| .* \| \*\*outcome\*\* \| Deployment shop/web \| stalled: stalled after .*cannot pull`, timeline)
	require.NotContains(t, timeline, "ScalingReplicaSet")
	all := p.fader("journal", "-o", "md", "--since", "1h", "--events", "all").out
	require.Regexp(t, `(?m)^\| .* \| event \| Deployment shop/web \| ScalingReplicaSet: Scaled (up|down)`, all)
	require.Regexp(t, `(?m)^\| .* \| \*\*event\*\* \| Pod shop/web-\S+ \| Failed: .*does-not-exist`, timeline)

	alone := run(t, append(p.env(), "KUBECONFIG="+filepath.Join(p.dir, "none")), "journal", "-o", "md")
	require.Zero(t, alone.status, alone.err)
	require.Contains(t, alone.out, "5 moves on 1 object of ")
	require.Contains(t, alone.out, "\n- ")
	require.NotContains(t, alone.out, "| event |")
}
