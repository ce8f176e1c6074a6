package config

import (
	"slices"
	"strings"

	"fader/keymap"
	"fader/keymap/nearest"
	"fader/views/theme"

	"go.yaml.in/yaml/v3"
)

// top are the keys of the file.
func (p *parser) top() map[string]set {
	c := &p.config
	return map[string]set{
		"theme":        p.word("theme", &c.Theme, wrongTheme),
		"ascii":        p.boolean("ascii", &c.ASCII),
		"readonly":     p.boolean("readonly", &c.ReadOnly),
		"prometheus":   p.prometheus(&c.Prometheus),
		"gpuResources": p.words("gpuResources", &c.GPUResources, `["habana.ai/gaudi"]`),
		"limits":       p.limits(&c.Limits),
		"notify":       func(n *yaml.Node, _ string) error { return p.fields(n, "notify", p.notify()) },
		"keys":         p.keys,
		"contexts":     p.contexts,
	}
}

func (p *parser) notify() map[string]set {
	c := &p.config.Notify
	return map[string]set{
		"bell":    p.boolean("bell", &c.Bell),
		"osc9":    p.boolean("osc9", &c.OSC9),
		"command": p.words("command", &c.Command, `["notify-send", "fader"]`),
	}
}

// keys reads the keys of actions. Which actions and keys there are is checked
// when all of them are known: two may change places.
func (p *parser) keys(n *yaml.Node, _ string) error {
	p.config.Keys = map[keymap.Action]Value[[]string]{}
	return p.each(n, "keys", "an action and its keys", func(key, value *yaml.Node) error {
		var keys Value[[]string]
		if err := p.words(key.Value, &keys, `["u"]`)(value, "keys"); err != nil {
			return err
		}
		keys.From = p.from(key, "keys")
		p.config.Keys[keymap.Action(key.Value)] = keys
		return nil
	})
}

func (p *parser) contexts(n *yaml.Node, _ string) error {
	return p.each(n, "contexts", "a context's name and its settings", func(key, value *yaml.Node) error {
		if key.Value == "" {
			return p.fail(key, "a context in contexts has no name: give one, or a pattern such as \"prod-*\"")
		}
		at := under("contexts", key.Value)
		entry := Context{Name: key.Value, From: p.from(key, at)}
		err := p.fields(value, at, map[string]set{
			"readonly":   p.boolean("readonly", &entry.ReadOnly),
			"protected":  p.boolean("protected", &entry.Protected),
			"prometheus": p.prometheus(&entry.Prometheus),
			"limits":     p.limits(&entry.Limits),
			"colour":     p.word("colour", &entry.Colour, wrongColour),
		})
		p.config.Contexts = append(p.config.Contexts, entry)
		return err
	})
}

// wrongTheme and wrongColour say what to give instead, "" where the
// value is right.
func wrongTheme(name string) string {
	switch known := theme.Names(); {
	case slices.Contains(known, name):
		return ""
	case nearest.To(name, known) != "":
		return nearest.Hint(name, known)
	default:
		return "give " + strings.Join(known, ", ")
	}
}

func wrongColour(colour string) string {
	if _, ok := theme.Badge(colour); ok {
		return ""
	}
	if near := nearest.To(colour, theme.Colours()); near != "" {
		return nearest.Hint(colour, theme.Colours())
	}
	return "give " + strings.Join(theme.Colours(), ", ") + ` or, in quotes, "#rrggbb"`
}
