package config

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"fader/keymap"
)

// Given is what was given for this run: by flags, or by the environment.
type Given struct {
	Theme      Value[string]
	Prometheus Value[Server]
	ASCII      Value[bool]
	ReadOnly   Value[bool]
}

// Sources are all that settings come from, the strongest first. See the package
// comment for what "strongest" means for readonly and protected.
type Sources struct {
	Flags       Given
	Environment Given
	File        Config
}

// Settings are what holds in one context.
type Settings struct {
	Theme      Value[string] // one of theme.Names
	ASCII      Value[bool]
	ReadOnly   Value[bool]
	Protected  Value[bool]
	Prometheus Prometheus
	Limits     []Limits // see LimitsFor
	// GPUResources are further resource names that count as GPUs.
	GPUResources Value[[]string]
	Colour       Value[string] // as theme.Badge takes it, "" for none
	Notify       Notify
	Keys         keymap.Table
}

// standard is where a setting comes from that nobody has set.
const standard = "default"

// For are the settings of the context of that name, "" where there is none.
func (s Sources) For(context string) Settings {
	entries := s.File.entries(context)
	prometheus := Prometheus{Server: first(s.Flags.Prometheus, s.Environment.Prometheus)}
	var colours []Value[string]
	var protections []Value[bool]
	var limits []Limits
	for _, e := range entries {
		limits = append(limits, e.Limits)
		prometheus = prometheus.over(e.Prometheus)
		colours = append(colours, e.Colour)
		protections = append(protections, e.Protected)
	}
	keys, _ := s.File.Keymap() // Load has refused what cannot be
	no := Value[bool]{false, standard}
	return Settings{
		Theme:        first(s.Flags.Theme, s.Environment.Theme, s.File.Theme, Value[string]{"auto", standard}),
		ASCII:        first(s.Flags.ASCII, s.Environment.ASCII, s.File.ASCII, no),
		ReadOnly:     s.readOnly(entries),
		Protected:    strictest(append(protections, no)...),
		Prometheus:   prometheus.over(s.File.Prometheus).over(nowhere()),
		Limits:       append(limits, s.File.Limits),
		GPUResources: s.File.GPUResources,
		Colour:       first(append(colours, Value[string]{"", standard})...),
		Notify: Notify{
			Bell: first(s.File.Notify.Bell, no), OSC9: first(s.File.Notify.OSC9, no),
			Command: first(s.File.Notify.Command, Value[[]string]{nil, standard}),
		},
		Keys: keys,
	}
}

// readOnly: whoever says so; only a flag takes it back, and not from an entry.
func (s Sources) readOnly(entries []Context) Value[bool] {
	said := []Value[bool]{}
	for _, e := range entries {
		said = append(said, e.ReadOnly)
	}
	if rule := strictest(said...); rule.Is {
		return rule
	}
	if s.Flags.ReadOnly.IsSet() {
		return s.Flags.ReadOnly
	}
	return strictest(append(said, s.Environment.ReadOnly, s.File.ReadOnly, Value[bool]{false, standard})...)
}

// strictest is the first that is true, else the first that is set.
func strictest(values ...Value[bool]) Value[bool] {
	for _, v := range values {
		if v.Is {
			return v
		}
	}
	return first(values...)
}

// entries that match a context, the strongest first.
func (c Config) entries(context string) []Context {
	var exact, patterns []Context
	for _, e := range slices.Backward(c.Contexts) {
		switch {
		case e.Name == context:
			exact = append(exact, e)
		case e.Matches(context):
			patterns = append(patterns, e)
		}
	}
	return append(exact, patterns...)
}

// Matches says that an entry is about a context. A pattern's * crosses slashes
// too: clouds put those into the names of contexts.
func (c Context) Matches(context string) bool {
	pattern := regexp.QuoteMeta(c.Name)
	pattern = strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(pattern)
	return regexp.MustCompile(`(?s)^` + pattern + `$`).MatchString(context)
}

// Hidden is a URL without its password.
func Hidden(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Redacted()
}
