package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fader/cmd/fader/config"
	"fader/keymap"
	"fader/kube"
	"fader/kube/cluster"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"k8s.io/cli-runtime/pkg/genericclioptions"
)

const kubeconfigText = `apiVersion: v1
kind: Config
current-context: prod-eu
contexts: [{name: prod-eu, context: {cluster: c, user: u, namespace: shop}}, {name: stage, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "https://admin:hunter2@127.0.0.1:1"}}]
users: [{name: u, user: {token: hunter2}}]
`

// place is a machine with a kubeconfig, and this configuration where it is not "".
func place(t *testing.T, text string) (configuration string) {
	t.Cleanup(xdg.Reload) // when the environment is what it was
	dir := t.TempDir()
	kubeconfig := filepath.Join(dir, "kubeconfig")
	require.NoError(t, os.WriteFile(kubeconfig, []byte(kubeconfigText), 0o600))
	configuration = filepath.Join(dir, "fader", "config.yaml")
	if text != "" {
		require.NoError(t, os.MkdirAll(filepath.Dir(configuration), 0o700))
		require.NoError(t, os.WriteFile(configuration, []byte(text), 0o600))
	}
	for name, value := range map[string]string{
		"KUBECONFIG": kubeconfig, "XDG_CONFIG_HOME": dir, "XDG_STATE_HOME": dir,
		"FADER_CONFIG": "", "FADER_READONLY": "", "FADER_THEME": "", "FADER_ASCII": "", "FADER_PROMETHEUS": "",
	} {
		t.Setenv(name, value)
	}
	xdg.Reload()
	return configuration
}

// said is what a command line printed and its exit status.
func said(t *testing.T, args ...string) (out, errs string, status int) {
	var o, e bytes.Buffer
	status = execute(args, streams{in: os.Stdin, out: &o, err: &e})
	return o.String(), e.String(), status
}

func TestConfigView(t *testing.T) {
	path := place(t, `theme: light
prometheus: http://admin:hunter2@prom:9090
keys: {undo: [é], mark: ["#"]}
contexts:
  prod-*: {readonly: true, protected: true, colour: "#102030"}
  prod-ue: {readonly: true}
`)
	for name, c := range map[string]struct {
		env  map[string]string
		args []string
		want string
	}{
		"the context of the kubeconfig": {nil, nil, `# context prod-eu
# ` + path + `
theme: light # config.yaml:1
ascii: false # default
readonly: true # config.yaml:5 (contexts.prod-*)
protected: true # config.yaml:5 (contexts.prod-*)
prometheus: http://admin:xxxxx@prom:9090 # config.yaml:2
colour: '#102030' # config.yaml:5 (contexts.prod-*)
notify:
  bell: false # default
  osc9: false # default
  command: [] # default
keys:
…
  undo: [é] # config.yaml:3
…
  mark: ['#'] # config.yaml:3
…

# config.yaml:6 (contexts.prod-ue) is about no context of this kubeconfig
`},
		"another, with flags and the environment": {
			map[string]string{"FADER_READONLY": "true", "FADER_PROMETHEUS": "https://other", "FADER_THEME": "dark"},
			[]string{"--context", "stage", "--readonly=false"},
			`# context stage
# ` + path + `
theme: dark # FADER_THEME
ascii: false # default
readonly: false # --readonly
protected: false # default
prometheus: https://other # FADER_PROMETHEUS
colour: "" # default
notify:
  bell: false # default
  osc9: false # default
  command: [] # default
keys:
…
  undo: [é] # config.yaml:3
…
  mark: ['#'] # config.yaml:3
…

# config.yaml:6 (contexts.prod-ue) is about no context of this kubeconfig
`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			for name, value := range c.env {
				t.Setenv(name, value)
			}
			out, errs, status := said(t, append([]string{"config", "view"}, c.args...)...)
			require.Zero(t, status, errs)
			for _, part := range strings.Split(c.want, "…\n") {
				require.Contains(t, out, part)
			}
			require.True(t, strings.HasPrefix(out, "# context "), out)
		})
	}
	out, _, _ := said(t, "config", "path")
	require.Equal(t, path+"\n", out)
	t.Setenv("FADER_CONFIG", filepath.Join(t.TempDir(), "other.yaml"))
	out, _, _ = said(t, "config", "path")
	require.Contains(t, out, "other.yaml\n")
	_, errs, status := said(t, "config", "view")
	require.Equal(t, 2, status, "a file that was asked for by name has to be there")
	require.Contains(t, errs, "other.yaml, which does not exist")
}

func TestConfigViewWithoutAFile(t *testing.T) {
	path := place(t, "")
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	out, errs, status := said(t, "config", "view")
	require.Zero(t, status, errs)
	require.Contains(t, out, "# no context\n# there is no "+path+"\ntheme: auto # default\n")
	var shown struct{ Keys map[keymap.Action][]string }
	require.NoError(t, yaml.Unmarshal([]byte(out), &shown))
	require.Len(t, shown.Keys[keymap.Undo], 1)
	same, err := keymap.Default().Override(shown.Keys)
	require.NoError(t, err, "what is shown can be written into the file")
	require.Equal(t, keymap.Default(), same, "and changes nothing there")
}

// A configuration that cannot be read refuses whatever could change something or
// show a cluster; what is for finding out what is wrong works.
func TestABrokenConfigurationRefuses(t *testing.T) {
	path := place(t, "readnoly: true\n")
	for _, args := range [][]string{{"status"}, {"config", "view"}, {"restart", "deploy/x", "--yes"}, {"history", "deploy/x"}} {
		out, errs, status := said(t, args...)
		require.Equal(t, 2, status, args)
		require.Equal(t, "fader: "+path+":1: unknown key \"readnoly\": did you mean \"readonly\"?\n", errs)
		require.Empty(t, out)
	}
	out, _, status := said(t, "info")
	require.Zero(t, status)
	require.Contains(t, out, `did you mean "readonly"?`)
	out, _, status = said(t, "config", "path")
	require.Zero(t, status)
	require.Equal(t, path+"\n", out)
}

func TestInfo(t *testing.T) {
	path := place(t, "theme: dark\n")
	out, errs, status := said(t, "info", "-o", "json")
	require.Zero(t, status, errs)
	var got infoItem
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	require.Equal(t, infoFile{Path: path, Exists: true}, got.Config)
	require.Equal(t, infoFile{Path: os.Getenv("KUBECONFIG"), Exists: true}, got.Kubeconfig[0])
	require.False(t, got.Journal.Exists || got.Log.Exists, "nothing is made by looking")
	require.Equal(t, "prod-eu", *got.Context)
	require.NotContains(t, out, "hunter2")
	plain, _, _ := said(t, "info")
	require.NotContains(t, plain, "hunter2")
	require.Contains(t, plain, "(does not exist)")

	out, _, status = said(t, "info", "-o", "json", "--context", "nowhere")
	require.Zero(t, status, "it tells as much as it can")
	got = infoItem{}
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	require.Nil(t, got.Context)
	require.Contains(t, got.Problem, `no context "nowhere"`)
	_, _, status = said(t, "info", "-o", "xml")
	require.Equal(t, 2, status)
}

// A connection is as the configuration says for its context.
func TestConnectionsAreAsSet(t *testing.T) {
	place(t, "readonly: true\nkeys: {undo: [é]}\ncontexts: {stage: {protected: true, colour: red}}\n")
	scope := scopeOf(t, "--readonly=false")
	c, err := connect(scope, clusterOptions())
	require.NoError(t, err)
	require.Equal(t, config.Value[bool]{Is: false, From: "--readonly"}, c.settings.ReadOnly)
	s := c.session()
	require.False(t, s.ReadOnly || c.desk(false).ReadOnly || c.desk(false).Protected)
	require.True(t, c.desk(true).ReadOnly, "who asks for one that writes nothing gets it")
	require.Empty(t, s.Colour)

	other, err := connect(scope.in("stage"), clusterOptions())
	require.NoError(t, err)
	require.Equal(t, "red", other.session().Colour)
	require.True(t, other.desk(false).Protected)
	require.False(t, other.desk(false).ReadOnly, "a flag goes along into another context")

	c, err = connect(scopeOf(t), clusterOptions())
	require.NoError(t, err)
	s = c.session()
	require.True(t, s.ReadOnly && c.desk(false).ReadOnly)
	require.Equal(t, "config.yaml:1", s.ReadOnlyBy)
	require.Equal(t, "config.yaml:1", c.desk(false).ReadOnlyBy)
}

func TestCandidates(t *testing.T) {
	names := []string{"cart", "catalog", "web"}
	for _, c := range []struct {
		kind  kube.Kind
		typed string
		want  []string
	}{
		{kube.KindDeployment, "", []string{"deployment/cart", "deployment/catalog", "deployment/web"}},
		{kube.KindDeployment, "dep", []string{"deployment/cart", "deployment/catalog", "deployment/web"}},
		{kube.KindDeployment, "ca", []string{"cart", "catalog"}},
		{kube.KindDeployment, "deploy/ca", []string{"deploy/cart", "deploy/catalog"}},
		{kube.KindDeployment, "Deployments.apps/w", []string{"Deployments.apps/web"}},
		{kube.KindDeployment, "svc/w", nil},
		{kube.KindService, "svc/w", []string{"svc/web"}},
		{kube.KindPod, "po/", []string{"po/cart", "po/catalog", "po/web"}},
		{kube.KindDeployment, "x", nil},
	} {
		require.Equal(t, c.want, candidates(c.kind, c.typed, names), c.typed)
	}
	require.Equal(t, []string{"a"}, typeable([]string{"a", "", "b\x1b[2J", "c\n"}))
	require.Equal(t, []string{"json", "yaml", "wide", "name"}, forms("json, yaml, wide or name"))
}

func TestArguments(t *testing.T) {
	require.Equal(t, []string{"status", "-A"}, arguments([]string{"/usr/bin/fader", "status", "-A"}))
	require.Equal(t, []string{"status"}, arguments([]string{"kubectl-fader", "status"}))
	require.Equal(t, []string{cobra.ShellCompRequestCmd, "status", ""}, arguments([]string{"/x/kubectl_complete-fader", "status", ""}))
}

// Every command that takes an object or a form of output completes it, those
// that others add too; nothing that is asked of a dead server holds the shell up.
func TestCompletion(t *testing.T) {
	place(t, "nonsense: true\n") // of no importance here
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"status", "--context", "st"}, "stage\n:4\n"},
		{[]string{"status", "-o", "w"}, "wide\n:4\n"},
		{[]string{"info", "-o", ""}, "json\nyaml\n:4\n"},
		{[]string{"--theme", "colour"}, "colour-blind-safe\n:4\n"},
		{[]string{"undo", "--dry-run", "s"}, "server\n:4\n"},
		{[]string{"status", "deployment/"}, ":4\n"},
		{[]string{"-n", ""}, ":4\n"},
		{[]string{"history", "web", ""}, ":4\n"},
	} {
		out, _, status := said(t, append([]string{cobra.ShellCompRequestCmd}, c.args...)...)
		require.Zero(t, status)
		require.Equal(t, c.want, out, c.args)
	}
	everyCommand(newRoot(streams{}), func(cmd *cobra.Command) {
		if flag := cmd.LocalFlags().Lookup("output"); flag != nil {
			require.NotEmpty(t, forms(flag.Usage), "%s does not say what -o takes", cmd.Name())
		}
	})
}

// scopeOf are the flags of a command line as every command gets them.
func scopeOf(t *testing.T, args ...string) *scopeFlags {
	desk := deskFlags{}
	scope := &scopeFlags{config: genericclioptions.NewConfigFlags(true), given: desk.given}
	flags := pflag.NewFlagSet("fader", pflag.ContinueOnError)
	desk.add(flags, flags)
	require.NoError(t, flags.Parse(args))
	return scope
}

func clusterOptions() cluster.Options { return cluster.Options{Log: slog.New(slog.DiscardHandler)} }
