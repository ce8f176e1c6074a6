package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// configure writes fader's configuration for this cluster.
func (p *practice) configure(text string) {
	p.t.Helper()
	dir := filepath.Join(p.dir, "config", "fader")
	require.NoError(p.t, os.MkdirAll(dir, 0o700))
	require.NoError(p.t, os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(text), 0o600))
}

// alias is an environment in which the cluster has further contexts.
func (p *practice) alias(names ...string) []string {
	p.t.Helper()
	read := func(path string) string {
		return p.kubectl("config", "view", "--minify", "-o", "jsonpath={.contexts[0]."+path+"}")
	}
	contexts := []string{}
	for _, name := range names {
		contexts = append(contexts, "{name: "+name+", context: {cluster: "+read("context.cluster")+", user: "+read("context.user")+", namespace: shop}}")
	}
	path := filepath.Join(p.dir, "aliases")
	require.NoError(p.t, os.WriteFile(path, []byte("apiVersion: v1\nkind: Config\ncontexts: ["+strings.Join(contexts, ", ")+"]\n"), 0o600))
	return append(p.env(), "KUBECONFIG="+p.kubeconfig()+string(os.PathListSeparator)+path)
}

// A configuration that fader does not understand could be the line that was to
// protect something: it refuses to start, in one sentence.
func TestABrokenConfigurationRefuses(t *testing.T) {
	fader, _ := binaries(t)
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "fader"), 0o700))
	path := filepath.Join(dir, "fader", "config.yaml")
	require.NoError(t, os.WriteFile(path, []byte("theme: dark\ncontexts:\n  here:\n    protcted: true\n"), 0o600))
	kubeconfig := filepath.Join(dir, "kubeconfig")
	require.NoError(t, os.WriteFile(kubeconfig, []byte(refusedConfig), 0o600))
	env := []string{"KUBECONFIG=" + kubeconfig, "HOME=" + dir, "XDG_STATE_HOME=" + dir, "XDG_CONFIG_HOME=" + dir}
	const says = `config.yaml:4: unknown key "protcted" in contexts.here: did you mean "protected"?`

	for _, args := range [][]string{{"status"}, {"config", "view"}, {"restart", "deploy/x", "--yes"}, {"history", "deploy/x"}} {
		r := run(t, env, args...)
		require.Equal(t, 2, r.status, args)
		require.Equal(t, "fader: "+filepath.Dir(path)+"/"+says+"\n", r.err)
		require.Empty(t, r.out)
	}
	desk := open(t, 120, 20, env, fader)
	require.Equal(t, 2, desk.ended())
	desk.until("the sentence", func(text string) bool {
		return strings.Contains(strings.ReplaceAll(text, "\n", ""), "unknown key") && strings.Contains(text, "protcted")
	})

	require.Equal(t, path+"\n", run(t, env, "config", "path").out)
	require.Contains(t, run(t, env, "info").out, `unknown key "protcted"`, "what is for finding out works all the same")
	for variable, says := range map[string]string{
		"FADER_READONLY=perhaps":             `FADER_READONLY is "perhaps": give true or false`,
		"FADER_CONFIG=" + dir + "/none.yaml": "FADER_CONFIG names " + dir + "/none.yaml, which does not exist",
	} {
		r := run(t, append(env, "XDG_CONFIG_HOME="+t.TempDir(), variable), "status")
		require.Equal(t, 2, r.status)
		require.Equal(t, "fader: "+says+"\n", r.err)
	}
}

const operators = `theme: high-contrast
notify:
  bell: true
keys:
  restart: [Z]
  mark: [f5]
contexts:
  guard*:
    readonly: true
    colour: red
  careful:
    protected: true
  elsewhere:
    readonly: true
`

func TestConfiguration(t *testing.T) {
	p := up(t, "steady")
	p.configure(operators)
	env := p.alias("guarded", "careful")
	fader, _ := binaries(t)
	home := p.kubectl("config", "current-context")
	restarted := func() string {
		return p.field("shop", "cart", ".spec.template.metadata.annotations.kubectl\\.kubernetes\\.io/restartedAt")
	}

	t.Run("a context is read-only, with its colour, until it is left", func(t *testing.T) {
		desk := open(t, 140, 36, env, fader, "-n", "shop")
		desk.line("Complete", "cart", "4/4")
		desk.see(`WRITE`)
		desk.press(":ctx guarded", "enter")
		desk.see(` guarded .*READ-ONLY`)
		desk.line("Complete", "cart", "4/4")
		desk.mu.Lock()
		cells := desk.screen.Render()
		desk.mu.Unlock()
		require.Contains(t, cells, "48;2;198;34;34", "the context's colour is behind its name")
		for _, key := range []string{"Z", "u", "t", "s"} {
			desk.press(key)
			desk.see(`read-only: config\.yaml:9 \(contexts\.guard\*\) says so`)
			desk.miss(`\[ Cancel \]`)
		}
		desk.press(":ctx "+home, "enter")
		desk.see(`this is ` + home + ` now`)
		desk.see(`WRITE`)
		require.Empty(t, restarted())
	})
	t.Run("and so it is without a terminal", func(t *testing.T) {
		for _, args := range [][]string{{}, {"--readonly=false"}} {
			r := run(t, append(env, "FADER_READONLY=false"), append(args, "--context", "guarded", "restart", "deploy/cart", "--yes")...)
			require.Equal(t, 1, r.status, r.err)
			require.Contains(t, r.err, "config.yaml:9 (contexts.guard*) says so")
		}
		require.Empty(t, restarted())
	})
	t.Run("a context is protected", func(t *testing.T) {
		r := run(t, env, "--context", "careful", "restart", "deploy/cart", "--yes")
		require.Equal(t, 2, r.status, r.err)
		require.Contains(t, r.err, "careful is protected")
		require.Empty(t, restarted())
		r = run(t, env, "--context", "careful", "restart", "deploy/cart", "--confirm", "cart")
		require.Equal(t, 0, r.status, r.err)
		require.NotEmpty(t, restarted())
	})
	t.Run("a key of the operator's works and is shown", func(t *testing.T) {
		desk := open(t, 140, 36, env, fader, "-n", "shop")
		desk.line("Complete", "cart", "4/4")
		desk.see(`Z restart`)
		desk.press("?")
		desk.see(`Z +restart: replace all pods`)
		desk.press("esc")
		desk.miss(`Keys`)
		desk.press("g", "Z")
		desk.see(`\[ Restart \]`)
		desk.press("esc")
		desk.miss(`\[ Restart \]`)
		desk.press("space", "r", "\x1b[15~") // the old keys mean nothing, f5 marks
		desk.see(`•`)
		desk.press("q")
		require.Zero(t, desk.ended())
	})
	t.Run("config view", func(t *testing.T) {
		r := run(t, env, "config", "view", "--context", "guarded")
		require.Equal(t, 0, r.status, r.err)
		for _, line := range []string{
			"# context guarded", "theme: high-contrast # config.yaml:1", "ascii: false # default",
			"readonly: true # config.yaml:9 (contexts.guard*)", "protected: false # default",
			"colour: red # config.yaml:10 (contexts.guard*)", "  bell: true # config.yaml:3", "  restart: [Z] # config.yaml:5",
			"# config.yaml:13 (contexts.elsewhere) is about no context of this kubeconfig",
		} {
			require.Contains(t, r.out, line+"\n")
		}
		r = run(t, append(env, "FADER_ASCII=true", "FADER_READONLY=true"), "config", "view", "--readonly=false")
		require.Contains(t, r.out, "ascii: true # FADER_ASCII\nreadonly: false # --readonly\n")
	})
	t.Run("info", func(t *testing.T) {
		r := run(t, env, "info", "-o", "json")
		var got struct {
			Version, Go, ClientGo, Context, Server string
			Kubeconfig                             []struct {
				Path   string
				Exists bool
			}
			Config, Journal struct {
				Path   string
				Exists bool
			}
		}
		require.NoError(t, json.Unmarshal([]byte(r.out), &got), r.out)
		require.Equal(t, home, got.Context)
		require.Equal(t, p.kubectl("config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}"), got.Server)
		require.True(t, strings.HasPrefix(got.Go, "go1.") && strings.HasPrefix(got.ClientGo, "v0."), r.out)
		require.Len(t, got.Kubeconfig, 2)
		require.True(t, got.Kubeconfig[0].Exists && got.Config.Exists && got.Journal.Exists, r.out)
		require.Equal(t, filepath.Join(p.dir, "state", "fader", "journal.jsonl"), got.Journal.Path)
		for _, field := range []string{"token", "client-key-data", "client-certificate-data", "password"} {
			secret := p.kubectl("config", "view", "--raw", "-o", "jsonpath={.users[0].user."+field+"}")
			require.False(t, secret != "" && strings.Contains(r.out, secret), "%s is shown", field)
		}
	})
	t.Run("completion", func(t *testing.T) { testCompletion(t, p, env) })
}

func testCompletion(t *testing.T, p *practice, env []string) {
	fader, _ := binaries(t)
	bin := t.TempDir()
	for _, name := range []string{"fader", "kubectl-fader", "kubectl_complete-fader"} {
		require.NoError(t, os.Symlink(fader, filepath.Join(bin, name)))
	}
	env = append(env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	// offered is what a program answers: the candidates, then the directive.
	offered := func(program string, args ...string) string {
		t.Helper()
		cmd := exec.Command(program, args...)
		cmd.Env = append(os.Environ(), env...)
		out, err := cmd.Output()
		require.NoError(t, err)
		return string(out)
	}
	plugin := filepath.Join(bin, "kubectl_complete-fader")
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-n", "shop", "status", "deployment/car"}, "deployment/cart\n:4\n"},
		{[]string{"-n", "shop", "undo", "deploy/car"}, "deploy/cart\n:4\n"},
		{[]string{"-n", "shop", "status", "car"}, "cart\n:4\n"},
		{[]string{"-n", "shop", "flip", "svc/car"}, "svc/cart\n:4\n"},
		{[]string{"-n", "shop", "status", "secret/"}, ":4\n"},
		{[]string{"status", "-n", "sho"}, "shop\n:4\n"},
		{[]string{"status", "--context", "care"}, "careful\n:4\n"},
		{[]string{"status", "-o", "js"}, "json\n:4\n"},
		{[]string{"--theme", "high"}, "high-contrast\n:4\n"},
	} {
		require.Equal(t, c.want, offered(fader, append([]string{"__complete"}, c.args...)...), c.args)
		require.Equal(t, c.want, offered(plugin, c.args...), c.args)
	}
	env = append(env, "PRACTICE_DIR="+p.dir)
	_, kubectl := binaries(t)
	require.Equal(t, "deployment/cart\n:4\n", offered(kubectl, "kubectl", "__complete", "fader", "status", "-n", "shop", "deployment/car"), "kubectl asks the plugin")
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		require.Contains(t, offered(fader, "completion", shell), "fader")
	}
	require.Contains(t, offered(filepath.Join(bin, "kubectl-fader"), "completion", "bash"), "kubectl-fader")

	p.do("freeze", "kube-apiserver")
	defer p.do("thaw", "kube-apiserver")
	start := time.Now()
	require.Equal(t, ":4\n", offered(fader, "__complete", "-n", "shop", "status", "deployment/car"), "a server that hangs offers nothing")
	t.Log("a server that hangs took", time.Since(start))
}
