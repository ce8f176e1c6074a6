package config_test

import (
	"testing"
	"time"

	"fader/cmd/fader/config"
	"fader/keymap"
	"fader/metrics"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func loaded(t *testing.T, text string) config.Config {
	c, err := config.Load(written(t, text))
	require.NoError(t, err)
	return c
}

func TestNothingSet(t *testing.T) {
	s := config.Sources{}.For("")
	require.Equal(t, config.Settings{
		Limits: []config.Limits{{}},
		Theme:  value("auto", "default"), ASCII: value(false, "default"), ReadOnly: value(false, "default"),
		Protected: value(false, "default"), Prometheus: nothing(), Colour: value("", "default"), Keys: keymap.Default(),
		Notify: config.Notify{Bell: value(false, "default"), OSC9: value(false, "default"), Command: value([]string(nil), "default")},
	}, s)
}

// nothing is set of Prometheus.
func nothing() config.Prometheus {
	return config.Prometheus{
		Server: value(config.Server{}, "default"), ScrapeInterval: value(time.Duration(0), "default"),
		Timeout: value(time.Duration(0), "default"), Presets: value([]metrics.Preset(nil), "default"),
	}
}

func TestWhichSourceWins(t *testing.T) {
	file := loaded(t, `theme: dark
prometheus: http://top
contexts:
  "*": {prometheus: "http://all", colour: blue}
  prod-*: {prometheus: "http://prod"}
  prod-eu: {colour: red}
`)
	environment := config.Given{Theme: value("light", "FADER_THEME"), Prometheus: value(config.Server{URL: "http://env"}, "FADER_PROMETHEUS"), ASCII: value(true, "FADER_ASCII")}
	flags := config.Given{Theme: value("high-contrast", "--theme"), ASCII: value(false, "--ascii")}

	s := config.Sources{File: file}.For("prod-eu")
	require.Equal(t, value("dark", "config.yaml:1"), s.Theme)
	require.Equal(t, value(config.Server{URL: "http://prod"}, "config.yaml:5 (contexts.prod-*)"), s.Prometheus.Server, "a later pattern before an earlier one")
	require.Equal(t, value("red", "config.yaml:6 (contexts.prod-eu)"), s.Colour, "a name before patterns")
	s = config.Sources{File: file}.For("stage")
	require.Equal(t, value(config.Server{URL: "http://all"}, "config.yaml:4 (contexts.*)"), s.Prometheus.Server, "an entry before the top level")
	require.Equal(t, value("blue", "config.yaml:4 (contexts.*)"), s.Colour)

	s = config.Sources{File: file, Environment: environment}.For("prod-eu")
	require.Equal(t, value("light", "FADER_THEME"), s.Theme)
	require.Equal(t, value(config.Server{URL: "http://env"}, "FADER_PROMETHEUS"), s.Prometheus.Server, "the environment before an entry")
	require.Equal(t, value(true, "FADER_ASCII"), s.ASCII)

	s = config.Sources{File: file, Environment: environment, Flags: flags}.For("prod-eu")
	require.Equal(t, value("high-contrast", "--theme"), s.Theme, "a flag before the environment")
	require.Equal(t, value(false, "--ascii"), s.ASCII, "also where it says false")
}

func TestReadOnlyIsTakenBackByHandAlone(t *testing.T) {
	yes, no := value(true, "--readonly"), value(false, "--readonly")
	on, off := value(true, "FADER_READONLY"), value(false, "FADER_READONLY")
	for name, c := range map[string]struct {
		file      string
		env, flag config.Value[bool]
		want      config.Value[bool]
	}{
		"the top level":                             {file: "readonly: true", want: value(true, "config.yaml:1")},
		"a flag takes the top level back":           {file: "readonly: true", flag: no, want: no},
		"the environment does not":                  {file: "readonly: true", env: off, want: value(true, "config.yaml:1")},
		"nor does an entry":                         {file: "readonly: true\ncontexts: {prod: {readonly: false}}", want: value(true, "config.yaml:1")},
		"an entry":                                  {file: "contexts: {prod: {readonly: true}}", want: value(true, "config.yaml:1 (contexts.prod)")},
		"a pattern":                                 {file: "contexts: {\"*\": {readonly: true}}", want: value(true, "config.yaml:1 (contexts.*)")},
		"a flag does not take an entry back":        {file: "contexts: {prod: {readonly: true}}", flag: no, want: value(true, "config.yaml:1 (contexts.prod)")},
		"nor does a name take a pattern back":       {file: "contexts:\n  p*: {readonly: true}\n  prod: {readonly: false}", want: value(true, "config.yaml:2 (contexts.p*)")},
		"nor does the top level":                    {file: "readonly: false\ncontexts: {prod: {readonly: true}}", want: value(true, "config.yaml:2 (contexts.prod)")},
		"the environment":                           {env: on, want: on},
		"a flag takes the environment back":         {env: on, flag: no, want: no},
		"a flag":                                    {file: "readonly: false", env: off, flag: yes, want: yes},
		"an entry of another context says nothing":  {file: "contexts: {stage: {readonly: true}}", want: value(false, "default")},
		"false where nobody says true is who it is": {file: "contexts: {prod: {readonly: false}}", want: value(false, "config.yaml:1 (contexts.prod)")},
	} {
		t.Run(name, func(t *testing.T) {
			s := config.Sources{File: loaded(t, c.file), Environment: config.Given{ReadOnly: c.env}, Flags: config.Given{ReadOnly: c.flag}}.For("prod")
			require.Equal(t, c.want, s.ReadOnly)
		})
	}
}

// What guards a context is taken away by no entry that is added, and readonly by
// no source at all but the flag.
func TestNothingLoosens(t *testing.T) {
	entry := rapid.Custom(func(t *rapid.T) config.Context {
		guard := rapid.SampledFrom([]config.Value[bool]{{}, value(true, "x"), value(false, "x")})
		return config.Context{
			Name:     rapid.SampledFrom([]string{"prod", "p*", "*", "stage"}).Draw(t, "name"),
			ReadOnly: guard.Draw(t, "readonly"), Protected: guard.Draw(t, "protected"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		var before config.Sources
		before.File.Contexts = rapid.SliceOfN(entry, 0, 4).Draw(t, "entries")
		before.File.ReadOnly.Is = rapid.Bool().Draw(t, "top")
		after := before
		after.File.Contexts = append(rapid.SliceOfN(entry, 0, 3).Draw(t, "first"), before.File.Contexts...)
		after.File.Contexts = append(after.File.Contexts, rapid.SliceOfN(entry, 0, 3).Draw(t, "last")...)
		after.Environment.ReadOnly = value(rapid.Bool().Draw(t, "env"), "FADER_READONLY")
		was, is := before.For("prod"), after.For("prod")
		require.True(t, is.ReadOnly.Is || !was.ReadOnly.Is, "readonly")
		require.True(t, is.Protected.Is || !was.Protected.Is, "protected")
		after.Flags.ReadOnly = value(false, "--readonly")
		ruled := false
		for _, e := range after.File.Contexts {
			ruled = ruled || e.Matches("prod") && e.ReadOnly.Is
		}
		require.Equal(t, ruled, after.For("prod").ReadOnly.Is, "the flag takes back all but an entry")
	})
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"prod", "prod", true},
		{"prod", "prod-eu", false},
		{"prod-*", "prod-eu", true},
		{"*prod*", eks + "-prod", true},
		{"arn:*:cluster/old", eks, true},
		{"prod-e?", "prod-eu", true},
		{"prod-e?", "prod-e", false},
		{"prod.eu", "prod-eu", false},
		{"[p]rod", "prod", false},
		{"*", "", true},
		{"*", "a\nb", true},
	} {
		require.Equal(t, c.want, config.Context{Name: c.pattern}.Matches(c.name), "%s for %s", c.pattern, c.name)
	}
}

func TestEnvironment(t *testing.T) {
	for name, c := range map[string]struct {
		env  map[string]string
		want config.Given
		says string
	}{
		"nothing": {},
		"all": {env: map[string]string{"FADER_THEME": "light", "FADER_ASCII": "1", "FADER_READONLY": "true", "FADER_PROMETHEUS": "http://p:9090"}, want: config.Given{
			Theme: value("light", "FADER_THEME"), ASCII: value(true, "FADER_ASCII"),
			ReadOnly: value(true, "FADER_READONLY"), Prometheus: value(config.Server{URL: "http://p:9090"}, "FADER_PROMETHEUS"),
		}},
		"false is set": {env: map[string]string{"FADER_READONLY": "false"}, want: config.Given{ReadOnly: value(false, "FADER_READONLY")}},
		"no truth":     {env: map[string]string{"FADER_READONLY": "yes please"}, says: `FADER_READONLY is "yes please": give true or false`},
		"no theme":     {env: map[string]string{"FADER_THEME": "drak"}, says: `FADER_THEME cannot be used: did you mean "dark"?`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := config.Environment(func(name string) string { return c.env[name] })
			if c.says != "" {
				require.EqualError(t, err, c.says)
			} else {
				require.NoError(t, err)
			}
			require.Equal(t, c.want, got)
		})
	}
}
