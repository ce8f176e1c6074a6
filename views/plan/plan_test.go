package plan_test

import (
	"strings"
	"testing"

	"fader/keymap"
	"fader/kube"
	"fader/kube/rollout"
	"fader/views/plan"
	"fader/views/theme"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func sample() rollout.Plan {
	return rollout.Plan{
		Intent: rollout.Intent{Verb: rollout.Undo, Target: kube.Ref{Namespace: "shop", Name: "web"}},
		Title:  "Undo shop/web to revision 3", Action: "Undo", Cluster: rollout.Identity{Context: "prod", Server: "https://127.0.0.1:6443"},
		Changes:  []rollout.Change{{Path: "spec.paused", Before: "true", After: "false"}, {Path: "metadata.annotations[x]", Before: "y"}},
		Effect:   []string{"5 pods of revision 4 go, revision 3 grows 8 → 10"},
		Warnings: []string{"managed by Flux"},
		Checks:   []rollout.Check{{Name: "permitted", Passed: true}, {Name: "server dry run", Passed: true, Detail: "skipped: a webhook cannot"}},
		Kubectl:  "kubectl -n shop rollout undo deployment/web --to-revision=3",
	}
}

func render(v *plan.View, w, h int) string {
	return ansi.Strip(strings.Join(v.Render(theme.Dark(false), w, h), "\n"))
}

func TestItShowsWhatThePlanSays(t *testing.T) {
	text := render(plan.New(sample(), "edited since"), 100, 30)
	for _, want := range []string{
		"Undo shop/web to revision 3", "prod", "Notice    edited since", "spec.paused   true → false",
		"metadata.annotations[x]   y → (none)", "5 pods of revision 4 go", "managed by Flux",
		"permitted ✔", "server dry run: skipped: a webhook cannot", "--to-revision=3", "[ Cancel ]", "[ Undo ]",
	} {
		require.Contains(t, text, want)
	}
}

func TestOnlyAnArmedUnblockedPlanIsConfirmed(t *testing.T) {
	confirms := func(v *plan.View) bool {
		if v.Handle(keymap.Confirm) == plan.Confirmed {
			return true
		}
		v.Handle(keymap.Toggle)
		return v.Handle(keymap.Enter) == plan.Confirmed
	}
	require.False(t, confirms(plan.New(sample(), "")), "not armed")
	armed := plan.New(sample(), "")
	armed.Arm()
	require.True(t, confirms(armed))
	blocked := sample()
	blocked.Checks = append(blocked.Checks, rollout.Check{Name: "permitted", Detail: "no"})
	refused := plan.New(blocked, "")
	refused.Arm()
	require.False(t, confirms(refused))
	require.Contains(t, render(refused, 100, 30), "Refused   permitted: no")
}

func TestEnterCancelsUnlessTheOtherButtonIsMarked(t *testing.T) {
	v := plan.New(sample(), "")
	require.Equal(t, plan.None, v.Handle(keymap.Enter), "typed ahead")
	v.Arm()
	require.Equal(t, plan.Cancelled, v.Handle(keymap.Enter))
	require.Equal(t, plan.Cancelled, v.Handle(keymap.Cancel))
}

func TestALongPlanScrollsAndItsButtonsStayInSight(t *testing.T) {
	p := sample()
	for range 40 {
		p.Changes = append(p.Changes, rollout.Change{Path: "spec.x", Before: strings.Repeat("long ", 30), After: "b"})
	}
	v := plan.New(p, "")
	text := render(v, 80, 15)
	require.Contains(t, text, "more below")
	require.Contains(t, text, "[ Cancel ]")
	v.Handle(keymap.PageDown)
	require.NotEqual(t, text, render(v, 80, 15))
}

func TestItFitsAnySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := sample()
		p.Title, p.Effect = rapid.String().Draw(t, "title"), []string{rapid.String().Draw(t, "effect")}
		p.Changes = append(p.Changes, rollout.Change{Path: rapid.String().Draw(t, "path"), Before: rapid.String().Draw(t, "before")})
		w, h := rapid.IntRange(4, 200).Draw(t, "w"), rapid.IntRange(6, 50).Draw(t, "h")
		lines := plan.New(p, "").Render(theme.Dark(false), w, h)
		require.LessOrEqual(t, len(lines), h)
		for _, line := range lines {
			require.Equal(t, min(w, 108), ansi.StringWidth(line))
		}
	})
}

// A protected plan, or one whose gate may be overruled, is typed and never keyed.
func TestAWordIsTyped(t *testing.T) {
	protected := sample()
	protected.Protected = true
	gated := sample()
	gated.Overrule = true
	gated.Checks = append(gated.Checks, rollout.Check{Name: "ready", Detail: "none is"})
	for name, c := range map[string]struct {
		plan rollout.Plan
		ask  string
		want plan.Choice
	}{
		"protected": {protected, "to undo, type web >", plan.Confirmed},
		"gated":     {gated, "to overrule, type web >", plan.Overruled},
	} {
		t.Run(name, func(t *testing.T) {
			v := plan.New(c.plan, "")
			require.True(t, v.Asks())
			spell := func(word string) {
				for _, r := range word {
					v.Type(tea.KeyPressMsg{Code: r, Text: string(r)})
				}
			}
			spell("web")
			require.Equal(t, plan.None, v.Handle(keymap.Enter), "not armed: what was typed ahead does not count")
			v.Arm()
			require.Contains(t, render(v, 100, 30), c.ask)
			require.Equal(t, plan.None, v.Handle(keymap.Enter))
			spell("we")
			require.Equal(t, plan.None, v.Handle(keymap.Enter), "half a name")
			spell("b")
			require.Equal(t, "web", v.Typed())
			require.Equal(t, c.want, v.Handle(keymap.Enter))
			require.Equal(t, plan.Cancelled, v.Handle(keymap.Cancel))
		})
	}
	blocked := protected
	blocked.Checks = append(blocked.Checks, rollout.Check{Name: "permitted", Detail: "no"})
	require.False(t, plan.New(blocked, "").Asks(), "what is refused is not typed")
}
