package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fader/cmd/fader/config"
	"fader/keymap"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// written is the path of a configuration file with this text.
func written(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

const whole = `# what an operator has set
theme: high-contrast
ascii: true
readonly: false
prometheus: http://prometheus.example:9090
notify:
  bell: true
  osc9: false
  command: [notify-send, "fader says"]
keys:
  undo: [é, f5]
  "mark": ["ctrl+space"]
contexts:
  prod-*: &guarded
    readonly: true
    protected: true
    colour: red
  prod-eu: {prometheus: "https://eu.example/prom", colour: "#a01010"}
  arn:aws:eks:eu-west-1:1:cluster/old: *guarded
`

func TestLoad(t *testing.T) {
	path := written(t, whole)
	c, err := config.Load(path)
	require.NoError(t, err)
	require.Equal(t, config.Config{
		Path: path, Found: true,
		Theme: value("high-contrast", "config.yaml:2"), ASCII: value(true, "config.yaml:3"),
		ReadOnly: value(false, "config.yaml:4"), Prometheus: at("http://prometheus.example:9090", "config.yaml:5"),
		Notify: config.Notify{
			Bell: value(true, "config.yaml:7"), OSC9: value(false, "config.yaml:8"),
			Command: value([]string{"notify-send", "fader says"}, "config.yaml:9"),
		},
		Keys: map[keymap.Action]config.Value[[]string]{
			keymap.Undo: value([]string{"é", "f5"}, "config.yaml:11"), keymap.Mark: value([]string{"ctrl+space"}, "config.yaml:12"),
		},
		Contexts: []config.Context{
			{
				Name: "prod-*", From: "config.yaml:14 (contexts.prod-*)", ReadOnly: value(true, "config.yaml:15 (contexts.prod-*)"),
				Protected: value(true, "config.yaml:16 (contexts.prod-*)"), Colour: value("red", "config.yaml:17 (contexts.prod-*)"),
			},
			{
				Name: "prod-eu", From: "config.yaml:18 (contexts.prod-eu)", Colour: value("#a01010", "config.yaml:18 (contexts.prod-eu)"),
				Prometheus: at("https://eu.example/prom", "config.yaml:18 (contexts.prod-eu)"),
			},
			{
				Name: eks, From: "config.yaml:19 (contexts." + eks + ")", ReadOnly: value(true, "config.yaml:15 (contexts."+eks+")"),
				Protected: value(true, "config.yaml:16 (contexts."+eks+")"), Colour: value("red", "config.yaml:17 (contexts."+eks+")"),
			},
		},
	}, c)
	table, err := c.Keymap()
	require.NoError(t, err)
	action, _ := table.Resolve("f5")
	require.Equal(t, keymap.Undo, action)
}

const eks = "arn:aws:eks:eu-west-1:1:cluster/old"

// at is a Prometheus of which only the URL is set.
func at(url, from string) config.Prometheus {
	return config.Prometheus{Server: value(config.Server{URL: url}, from)}
}

func value[T any](is T, from string) config.Value[T] { return config.Value[T]{Is: is, From: from} }

func TestLoadWhatHoldsNothing(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none", "config.yaml")
	c, err := config.Load(missing)
	require.NoError(t, err)
	require.Equal(t, config.Config{Path: missing}, c)
	for name, text := range map[string]string{
		"empty": "", "a comment": "# theme: dark\n", "an empty mapping": "{}\n", "an empty document": "---\n",
		"keys whose values are commented out": "notify:\n#  bell: true\nkeys:\ncontexts:\n  prod:\n",
	} {
		_, err := config.Load(written(t, text))
		require.NoError(t, err, name)
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"an unknown key":              {"theme: dark\nread-only: true\n", `:2: unknown key "read-only": did you mean "readonly"?`},
		"an unknown key of a context": {"contexts:\n  prod-eu:\n    protcted: true\n", `:3: unknown key "protcted" in contexts.prod-eu: did you mean "protected"?`},
		"an unknown key, none near":   {"notify:\n  whistle: true\n", `:2: unknown key "whistle" in notify: known are bell, command, osc9`},
		"the other spelling":          {"contexts: {prod: {color: red}}\n", `:1: unknown key "color" in contexts.prod: did you mean "colour"?`},
		"a key given twice":           {"readonly: true\ntheme: dark\nreadonly: false\n", `:3: "readonly" is given twice in the configuration: first in line 1`},
		"a context given twice":       {"contexts:\n  a: {readonly: true}\n  a: {}\n", `:3: "a" is given twice in contexts: first in line 2`},
		"yes for true":                {"readonly: yes\n", `:1: readonly is "yes": give true or false`},
		"true in quotes":              {"readonly: \"true\"\n", `:1: readonly is "true": give true or false`},
		"nothing for true":            {"ascii:\n", `:1: ascii is empty: give true or false`},
		"a list for true":             {"contexts: {a: {protected: [true]}}\n", `:1: contexts.a.protected is a list: give true or false`},
		"a theme there is not":        {"theme: drak\n", `:1: theme is "drak": did you mean "dark"?`},
		"a theme nobody knows":        {"theme: solarized\n", `:1: theme is "solarized": give auto, dark, light, high-contrast, colour-blind-safe`},
		"a theme that is a mapping":   {"theme: {dark: true}\n", `:1: theme is a mapping: give auto`},
		"a colour there is not":       {"contexts: {a: {colour: rde}}\n", `:1: contexts.a.colour is "rde": did you mean "red"?`},
		"a colour that is a comment":  {"contexts:\n  a:\n    colour: #ff0000\n", `:3: contexts.a.colour is empty: give red, orange, yellow, green, cyan, blue, magenta, grey or, in quotes, "#rrggbb"`},
		"no URL":                      {"prometheus: prometheus:9090\n", `:1: prometheus is "prometheus:9090": give a URL, such as http://prometheus.example:9090`},
		"notify that is a word":       {"notify: bell\n", `:1: notify is "bell": give keys and values (bell, command, osc9)`},
		"a command that is a word":    {"notify: {command: beep}\n", `:1: notify.command is "beep": give a list, such as ["notify-send", "fader"]`},
		"a command with a hole":       {"notify:\n  command:\n  - beep\n  -\n", `:4: notify.command has empty in its list: give words, such as ["notify-send", "fader"]`},
		"keys that are a word":        {"keys: {undo: é}\n", `:1: keys.undo is "é": give a list, such as ["u"]`},
		"an action there is not":      {"keys:\n  quit: [Q]\n  unod: [é]\n", `:3: keys: there is no action "unod": did you mean "undo"?`},
		"a key with two meanings":     {"keys:\n  undo: [é]\n  restart: [é]\n", `:2: keys: é would mean both undo (everywhere) and restart (everywhere)`},
		"no way out":                  {"keys:\n\n  cancel: [x]\n", `:3: keys: esc is the way out (plan): cancel has to keep it`},
		"a context without a name":    {"contexts: {\"\": {readonly: true}}\n", `:1: a context in contexts has no name`},
		"a key that is no word":       {"contexts:\n  [a, b]: {readonly: true}\n", `:2: a key in contexts is a list: give a word`},
		"a merge key":                 {"contexts:\n  a: &a {readonly: true}\n  b: {<<: *a}\n", `:3: unknown key "<<" in contexts.b`},
		"a list":                      {"- theme\n", `:1: the configuration is a list: give keys and values (ascii, contexts,`},
		"a word":                      {"readonly\n", `:1: the configuration is "readonly": give keys and values`},
		"no YAML":                     {"theme: dark\n  readonly: true\n", `:2: this is no YAML: mapping values are not allowed`},
		"an unknown anchor":           {"contexts: {a: *b}\n", `:1: this is no YAML: unknown anchor 'b' referenced`},
		"a tab":                       {"contexts:\n\ta:\n", `: this is no YAML: found character that cannot start any token`},
		"no text":                     {"theme: \xff\xfe\n", `: this is no YAML: `},
		"two documents":               {"theme: dark\n---\nreadonly: true\n", `: a second document begins here: a configuration is one`},
		"far too much":                {strings.Repeat("# padding\n", 200_000), "is larger than 1048576 bytes: it cannot be meant"},
	} {
		t.Run(name, func(t *testing.T) {
			path := written(t, c.text)
			got, err := config.Load(path)
			require.ErrorContains(t, err, c.says)
			require.ErrorContains(t, err, path)
			require.NotContains(t, err.Error(), "\n", "one sentence")
			require.Equal(t, config.Config{}, got, "nothing of a broken file is used")
		})
	}
	dir := t.TempDir()
	_, err := config.Load(dir)
	require.EqualError(t, err, "the configuration "+dir+" is a directory: it has to be a file")
	_, err = config.Load(filepath.Join(written(t, ""), "below"))
	require.ErrorContains(t, err, "cannot be read: not a directory")
}

// A URL may hold a password: a sentence about it does not.
func TestNoPasswordInASentence(t *testing.T) {
	_, err := config.Load(written(t, "prometheus: ftp://admin:hunter2@prometheus.example\n"))
	require.ErrorContains(t, err, ":1: prometheus is not right: give a URL")
	require.NotContains(t, err.Error(), "hunter2")
	_, err = config.Environment(func(name string) string {
		return map[string]string{"FADER_PROMETHEUS": "admin:hunter2@prometheus.example"}[name]
	})
	require.EqualError(t, err, "FADER_PROMETHEUS cannot be used: give a URL, such as http://prometheus.example:9090, service/NAMESPACE/NAME:PORT for one behind the API server, or none")
	require.Equal(t, "https://admin:xxxxx@prometheus.example", config.Hidden("https://admin:hunter2@prometheus.example"))
}

// Whatever is in a file, reading it ends in settings or in one sentence.
func TestLoadAnything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	pieces := []string{
		"theme", "readonly", "contexts", "keys", "notify", ": ", "\n", "  ", "- ", "[", "]", "{", "}", "&a ", "*a", "!!bool ", "? ",
		"prometheus", "url", "service", "a/b", "http://h", "presets", "labels", "tls", "headers", "timeout", "3s", "true", "prod-*", "undo", "u", "|", ">", "'", "\"", "#", "\t", "<<", "~", "%", "\x00", "é", "---", "...",
	}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 30).Draw(t, "text"), "")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		c, err := config.Load(path)
		if err == nil {
			_ = config.Sources{File: c}.For("prod-eu")
			return
		}
		require.Contains(t, err.Error(), path)
		require.NotContains(t, err.Error(), "\n")
	})
}

func TestGPUResources(t *testing.T) {
	c, err := config.Load(written(t, "gpuResources: [habana.ai/gaudi, \"vgpu.example/*\"]\n"))
	require.NoError(t, err)
	require.Equal(t, value([]string{"habana.ai/gaudi", "vgpu.example/*"}, "config.yaml:1"), config.Sources{File: c}.For("any").GPUResources)
	_, err = config.Load(written(t, "gpuResources: habana.ai/gaudi\n"))
	require.ErrorContains(t, err, `gpuResources is "habana.ai/gaudi": give a list`)
}
