package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The main job: a rollout is stuck, the screen says why, one key and one
// confirmation take it back, and the screen shows it whole again.
func TestUndoAStuckRollout(t *testing.T) {
	t.Parallel() // most of it is waiting for a progress deadline
	p := up(t, "bad-image,steady")
	desk := p.desk(140, 36, "-A")
	desk.line("Stalled", "shop", "web")
	desk.press("/", "web", "enter")
	desk.see(`shop/web: .*does-not-exist.*`)
	desk.see(`1 of \d+ Deployments`)

	desk.press("u")
	preview := desk.see(`Undo shop/web to revision \d+`)
	require.Contains(t, preview, "does-not-exist")
	desk.see(`server dry run ✔`)
	desk.see(`\[ Undo \] y`)
	desk.press("y")
	desk.see(`U takes it back`)
	desk.line("Complete", "shop", "web", "10/10")
	require.NotContains(t, p.field("shop", "web", ".spec.template.spec.containers[0].image"), "does-not-exist")
	p.kubectl("-n", "shop", "rollout", "status", "deployment/web", "--timeout=5s")

	journal, err := os.ReadFile(filepath.Join(p.dir, "state", "fader", "journal.jsonl"))
	require.NoError(t, err)
	require.Contains(t, string(journal), `"result":"applied"`)
	info, err := os.Stat(filepath.Join(p.dir, "state", "fader", "journal.jsonl"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	// The undo itself can be taken back through the same path.
	desk.press("U")
	desk.see(`takes back: Undo shop/web`)
	desk.see(`\[ Undo \] y`)
	desk.press("y")
	desk.line("Progressing", "web", "8/10")
	require.Contains(t, p.field("shop", "web", ".spec.template.spec.containers[0].image"), "does-not-exist")
	desk.press("q")
	require.Zero(t, desk.ended())
}

func TestMovesByKeyboard(t *testing.T) {
	p := up(t, "steady")
	desk := p.desk(140, 36, "-n", "shop", "deploy/cart")
	desk.see(`shop/cart`)
	confirm := func(key, title, button string) {
		t.Helper()
		desk.press(key)
		desk.see(title)
		desk.see(`\[ ` + button + ` \] y`)
		desk.press("y")
		desk.miss(`\[ Cancel \]`)
	}
	until := func(what, path, want string) {
		t.Helper()
		p.eventually(what, func() bool { return p.field("shop", "cart", path) == want })
	}

	t.Run("pause and resume", func(t *testing.T) {
		confirm("t", `Pause shop/cart`, "Pause")
		until("paused", ".spec.paused", "true")
		desk.see(`paused`)
		confirm("t", `Resume shop/cart`, "Resume")
		until("resumed", ".spec.paused", "")
	})
	t.Run("scale, and take it back", func(t *testing.T) {
		desk.press("s")
		desk.see(`Scale shop/cart`)
		desk.press("ctrl+u", "6", "enter")
		desk.see(`spec.replicas\s+4 → 6`)
		desk.see(`\[ Scale \] y`)
		desk.press("tab", "enter") // the other way to confirm: mark the button and press it
		until("scaled", ".status.readyReplicas", "6")
		confirm("U", `takes back`, "Scale")
		until("scaled back", ".spec.replicas", "4")
	})
	t.Run("restart", func(t *testing.T) {
		before := p.field("shop", "cart", ".metadata.annotations.deployment\\.kubernetes\\.io/revision")
		confirm("r", `Restart shop/cart`, "Restart")
		p.eventually("a new revision", func() bool {
			return p.field("shop", "cart", ".metadata.annotations.deployment\\.kubernetes\\.io/revision") != before
		})
		require.NotEmpty(t, p.field("shop", "cart", ".spec.template.metadata.annotations.kubectl\\.kubernetes\\.io/restartedAt"))
		desk.see(`Complete`)
	})
	t.Run("undo to a revision of the history", func(t *testing.T) {
		desk.press("h")
		desk.see(`History of shop/cart`)
		desk.press("j", "j")
		desk.see(`undo to revision \d+ changes in the pod template`)
		desk.press("enter")
		desk.see(`Undo shop/cart to revision \d+`)
		desk.press("esc")
		desk.see(`cancelled: nothing was changed`)
	})
	t.Run("the keys that other tools delete with do nothing", func(t *testing.T) {
		desk.press("ctrl+d", "ctrl+k", "?")
		desk.see(`┌ Keys`)
		desk.press("ctrl+f", "ctrl+f")
		desk.see(`cannot delete`)
		desk.press("esc")
		desk.miss(`┌ Keys`)
		require.NotEmpty(t, p.field("shop", "cart", ".metadata.uid"))
	})
}

func TestUndoWhilePausedInMidRollout(t *testing.T) {
	p := up(t, "paused")
	desk := p.desk(140, 36, "-A")
	desk.line("Paused", "query-api")
	desk.press("u")
	preview := desk.see(`Undo search/query-api to revision \d+`)
	require.Regexp(t, `spec.paused\s+true → false`, preview)
	desk.see(`\[ Undo \] y`)
	desk.press("y")
	desk.line("Complete", "query-api", "6/6")
	require.Empty(t, p.field("search", "query-api", ".spec.paused"))
}

// What a person types ahead, holds down or pastes confirms nothing.
func TestTypeAheadConfirmsNothing(t *testing.T) {
	p := up(t, "steady")
	desk := p.desk(120, 36, "-n", "shop", "deploy/cart")
	desk.see(`Complete`)
	image := p.field("shop", "cart", ".spec.template.spec.containers[0].image")
	desk.press("uyyy\r\r")
	desk.see(`\[ Undo \] y|cancelled`)
	desk.press("\x1b[200~y\ny\n\x1b[201~")
	desk.press("esc")
	desk.miss(`\[ Cancel \]`)

	// A key that is held down while the preview opens, and for a while after.
	desk.press("u")
	held := time.NewTicker(30 * time.Millisecond)
	defer held.Stop()
	for range 60 {
		<-held.C
		desk.press("y")
	}
	desk.see(`\[ Cancel \]`)
	desk.press("esc")
	desk.miss(`\[ Cancel \]`)
	require.Equal(t, image, p.field("shop", "cart", ".spec.template.spec.containers[0].image"))
	journal, err := os.ReadFile(filepath.Join(p.dir, "state", "fader", "journal.jsonl"))
	if err == nil {
		require.Empty(t, journal)
	}
}

// Somebody else's hand between preview and confirm.
func TestTheObjectChangesUnderThePreview(t *testing.T) {
	p := up(t, "steady")
	desk := p.desk(140, 36, "-n", "shop", "deploy/cart")
	desk.see(`Complete`)

	t.Run("edited: the new plan is shown and nothing was sent", func(t *testing.T) {
		desk.press("r")
		desk.see(`\[ Restart \] y`)
		p.kubectl("-n", "shop", "set", "image", "deployment/cart", "*=registry.example/shop/cart:v9")
		desk.press("y")
		desk.see(`Notice`)
		desk.see(`\[ Restart \] y`)
		require.Empty(t, p.field("shop", "cart", ".spec.template.metadata.annotations.kubectl\\.kubernetes\\.io/restartedAt"))
		desk.press("esc")
		desk.miss(`Notice`)
	})
	t.Run("deleted and created again: refused", func(t *testing.T) {
		manifest := p.kubectl("-n", "shop", "get", "deployment", "cart", "-o", "json")
		desk.see(`Complete`)
		desk.press("r")
		desk.see(`\[ Restart \] y`)
		p.recreate("shop", "cart", manifest)
		desk.press("y")
		desk.see(`created again`)
		require.Empty(t, p.field("shop", "cart", ".spec.template.metadata.annotations.kubectl\\.kubernetes\\.io/restartedAt"))
	})
}

// recreate deletes a Deployment and makes another of the same name and spec.
func (p *practice) recreate(namespace, name, manifest string) {
	p.t.Helper()
	var object map[string]any
	require.NoError(p.t, json.Unmarshal([]byte(manifest), &object))
	metadata := object["metadata"].(map[string]any)
	for key := range metadata {
		if key != "name" && key != "namespace" && key != "labels" {
			delete(metadata, key)
		}
	}
	delete(object, "status")
	text, err := json.Marshal(object)
	require.NoError(p.t, err)
	file := filepath.Join(p.t.TempDir(), "recreate.json")
	require.NoError(p.t, os.WriteFile(file, text, 0o600))
	p.kubectl("-n", namespace, "delete", "deployment", name, "--wait=true")
	p.kubectl("create", "-f", file)
}

func TestBadReplicas(t *testing.T) {
	p := up(t, "steady")
	desk := p.desk(120, 36, "-n", "shop", "deploy/cart")
	desk.see(`Complete`)
	for _, c := range []struct{ typed, says string }{
		{"1e3", `"1e3" is not a whole number`},
		{"-1", `-1 is below zero`},
		{"", `replicas is empty`},
		{"99999999999", `more than Kubernetes can count`},
		{"\x1b[200~3\ny\n\x1b[201~x", `not a whole number`},
	} {
		desk.press("s")
		desk.see(`Scale shop/cart`)
		desk.press("ctrl+u")
		if c.typed != "" {
			desk.press(c.typed)
		}
		desk.press("enter")
		desk.see(c.says)
		desk.press("esc")
		desk.miss(`Scale shop/cart`)
	}
	require.Equal(t, "4", p.field("shop", "cart", ".spec.replicas"))
	require.Equal(t, "", strings.TrimSpace(p.field("shop", "cart", ".spec.paused")))
}

func TestReadOnlyChangesNothing(t *testing.T) {
	p := up(t, "steady")
	desk := p.desk(120, 36, "-A", "--readonly")
	desk.see(`READ-ONLY`)
	desk.line("Complete", "cart")
	for _, key := range []string{"u", "t", "s", "r"} {
		desk.press(key)
		desk.see(`read-only: `)
		desk.press("esc")
	}
}
