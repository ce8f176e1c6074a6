package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rule says which of fader's own packages a package may import, and which foreign
// ones it may not even reach. The first rule whose prefix fits a package counts.
type rule struct {
	of        string   // prefix of the package
	may       []string // prefixes of fader's packages that it may import
	mustNotBy []string // foreign prefixes that must not be among its dependencies
}

func rules() []rule {
	const (
		tea    = "charm.land/bubbletea/"
		client = "k8s.io/client-go/"
		prom   = "github.com/prometheus/client_golang/api"
	)
	return []rule{
		{"keymap", []string{"keymap/nearest"}, []string{tea, client, "k8s.io/", prom}},
		{"kube/cluster", []string{"kube"}, []string{tea, prom}},
		{"kube/watch", []string{"kube"}, []string{tea, prom}},
		{"kube/inspect", []string{"kube"}, []string{tea, prom}},
		{"kube/rollout", []string{"kube"}, []string{tea, prom}},
		{"kube/outcome", []string{"kube", "kube/rollout"}, []string{tea, prom}},
		{"kube/fade", []string{"kube", "kube/rollout"}, []string{tea, prom}},
		{"kube/gauge", []string{"kube", "metrics"}, []string{tea, client}},
		// A guard acts on what it measures, through the gateway.
		{"kube/guard", []string{"kube", "kube/gauge", "kube/rollout", "metrics"}, []string{tea}},
		{"kube", nil, []string{tea, client, prom}},
		{"metrics", nil, []string{tea, client, "k8s.io/"}},
		{"views/theme", nil, []string{tea, client, "k8s.io/"}},
		{"views/form", []string{"views/theme"}, []string{client, "k8s.io/"}},
		// the dialogs show plans and histories, whose types stand beside the gateway
		// The previews show plans and histories, whose types stand beside the gateway.
		{"views/journal", []string{"views/", "keymap", "kube", "kube/rollout"}, []string{tea}},
		// A plan may have to be typed, and fields are.
		{"views/plan", []string{"views/", "keymap", "kube", "kube/rollout"}, nil},
		{"views/fields", []string{"views/", "keymap"}, []string{client, "k8s.io/"}},
		{"views/history", []string{"views/", "keymap", "kube", "kube/rollout"}, []string{tea}},
		{"views/shift", []string{"views/", "keymap", "kube", "kube/fade"}, []string{tea}},
		{"views/course", []string{"views/", "keymap", "kube", "kube/rollout", "kube/fade"}, []string{tea}},
		{"views/guard", []string{"views/", "kube/guard"}, []string{tea}},
		{"views/picker", []string{"views/", "keymap"}, []string{client, "k8s.io/"}},
		{"views/", []string{"views/", "keymap", "kube", "kube/gauge", "metrics"}, []string{tea, client}},
		{"tui", []string{"views/", "keymap", "kube", "kube/watch", "kube/rollout", "kube/outcome", "kube/fade", "kube/inspect", "kube/gauge", "kube/guard", "metrics"}, nil},
		{"cmd/fader/config", []string{"keymap", "keymap/nearest", "metrics", "views/theme"}, []string{tea, client, "k8s.io/"}},
		{"cmd/", []string{"cmd/fader/config", "tui", "kube", "kube/", "metrics", "keymap", "views/theme", "views/age", "views/box", "views/figure"}, nil},
	}
}

func TestImportsGoTheWayTheyMay(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}|{{join .Imports " "}}|{{join .Deps " "}}`, "fader/...").Output()
	require.NoError(t, err)
	seen := 0
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		parts := strings.Split(line, "|")
		name := strings.TrimPrefix(parts[0], "fader/")
		rule, ruled := ruleOf(name)
		if name == "e2e" || name == "views/fixture" || name == "views/golden" || name == "metrics/fake" {
			continue // only tests use them
		}
		require.True(t, ruled, "no rule for package %s", name)
		seen++
		for _, imported := range strings.Fields(parts[1]) {
			if own, ok := strings.CutPrefix(imported, "fader/"); ok {
				require.True(t, permitted(rule, own), "%s must not import %s", name, own)
				require.False(t, strings.HasPrefix(name, "views/") && slices.Contains(pages(), own), "%s must not import the page %s", name, own)
			}
		}
		for _, dep := range strings.Fields(parts[2]) {
			for _, foreign := range rule.mustNotBy {
				require.False(t, strings.HasPrefix(dep, foreign), "%s must not depend on %s", name, dep)
			}
		}
	}
	require.Greater(t, seen, 10)
}

// pages fill the main area or take the keyboard: none knows another.
func pages() []string {
	return []string{
		"views/deployments", "views/rollout", "views/plan", "views/fields", "views/history", "views/picker", "views/help", "views/replicasets", "views/pods",
		"views/services", "views/endpoints", "views/nodes", "views/journal", "views/text", "views/logs", "views/shift", "views/course", "views/chart", "views/guard", "views/guard",
	}
}

func ruleOf(name string) (rule, bool) {
	for _, r := range rules() {
		if name == r.of || strings.HasPrefix(name, strings.TrimSuffix(r.of, "/")+"/") {
			return r, true
		}
	}
	return rule{}, false
}

func permitted(r rule, imported string) bool {
	for _, prefix := range r.may {
		if imported == prefix || strings.HasSuffix(prefix, "/") && strings.HasPrefix(imported, prefix) {
			return true
		}
	}
	return false
}

// The practice cluster's server code never enters fader's own go.mod.
func TestNoServerCodeInTheModule(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "fader/cmd/fader").Output()
	require.NoError(t, err)
	for _, foreign := range []string{"k8s.io/kubernetes", "go.etcd.io/etcd/server", "github.com/prometheus/prometheus", "sigs.k8s.io/kwok"} {
		require.NotContains(t, string(out), foreign+"/")
	}
}
