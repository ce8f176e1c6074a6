package config

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"fader/keymap"
	"fader/keymap/nearest"

	"go.yaml.in/yaml/v3"
)

// parser walks the nodes of a file into a Config: nodes know their line.
type parser struct {
	path   string
	config Config
}

// fail is an error about a node.
func (p *parser) fail(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", p.path, n.Line, fmt.Errorf(format, args...))
}

// from says where a node stands, for whoever asks where a setting comes from.
func (p *parser) from(n *yaml.Node, at string) string {
	place := filepath.Base(p.path) + ":" + strconv.Itoa(n.Line)
	if strings.HasPrefix(at, "contexts.") {
		return place + " (" + at + ")"
	}
	return place
}

// set reads a value of a key: at is where the key stands.
type set func(n *yaml.Node, at string) error

// fields reads a mapping whose keys are known.
func (p *parser) fields(n *yaml.Node, at string, known map[string]set) error {
	names := slices.Sorted(maps.Keys(known))
	return p.each(n, at, strings.Join(names, ", "), func(key, value *yaml.Node) error {
		read, ok := known[key.Value]
		if !ok {
			where := ""
			if at != "" {
				where = " in " + at
			}
			return p.fail(key, "unknown key %q%s: %s", key.Value, where, nearest.Hint(key.Value, names))
		}
		return read(value, at)
	})
}

// each calls back for every key of a mapping. Nothing at all is an empty one:
// what is in it may be commented out.
func (p *parser) each(n *yaml.Node, at, keys string, do func(key, value *yaml.Node) error) error {
	n = dereferenced(n)
	if isNull(n) {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		return p.fail(n, "%s is %s: give keys and values (%s)", named(at), form(n), keys)
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || isNull(key) {
			return p.fail(key, "a key in %s is %s: give a word", named(at), form(key))
		}
		if line, twice := seen[key.Value]; twice {
			return p.fail(key, "%q is given twice in %s: first in line %d", key.Value, named(at), line)
		}
		seen[key.Value] = key.Line
		if err := do(key, n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// named is a place in a sentence.
func named(at string) string {
	if at == "" {
		return "the configuration"
	}
	return at
}

func under(at, name string) string { return strings.TrimPrefix(at+"."+name, ".") }

func dereferenced(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// form says what a node is, for a sentence that wanted something else.
func form(n *yaml.Node) string {
	switch {
	case isNull(n):
		return "empty"
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	}
	return strconv.Quote(n.Value)
}

// boolean reads true or false.
func (p *parser) boolean(name string, to *Value[bool]) set {
	return func(n *yaml.Node, at string) error {
		line := n
		if n = dereferenced(n); n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
			return p.fail(line, "%s is %s: give true or false", under(at, name), form(n))
		}
		*to = Value[bool]{strings.EqualFold(n.Value, "true"), p.from(line, at)}
		return nil
	}
}

// word reads text that a check accepts; the check ends the sentence that refuses it.
func (p *parser) word(name string, to *Value[string], wrong func(string) string) set {
	return func(n *yaml.Node, at string) error {
		line := n
		n = dereferenced(n)
		text := n.Value
		if n.Kind != yaml.ScalarNode || isNull(n) {
			text = ""
		}
		if why := wrong(text); why != "" {
			return p.fail(line, "%s is %s: %s", under(at, name), shown(n), why)
		}
		*to = Value[string]{text, p.from(line, at)}
		return nil
	}
}

// shown is form, but for what may hold a password.
func shown(n *yaml.Node) string {
	if strings.Contains(n.Value, "@") {
		return "not right"
	}
	return form(n)
}

// words reads a list of text.
func (p *parser) words(name string, to *Value[[]string], example string) set {
	return func(n *yaml.Node, at string) error {
		line := n
		if n = dereferenced(n); n.Kind != yaml.SequenceNode {
			return p.fail(line, "%s is %s: give a list, such as %s", under(at, name), form(n), example)
		}
		list := make([]string, 0, len(n.Content))
		for _, element := range n.Content {
			e := dereferenced(element)
			if e.Kind != yaml.ScalarNode || isNull(e) || e.Value == "" {
				return p.fail(element, "%s has %s in its list: give words, such as %s", under(at, name), form(e), example)
			}
			list = append(list, e.Value)
		}
		*to = Value[[]string]{list, p.from(line, at)}
		return nil
	}
}

// checkKeys refuses keys that the table cannot take, at the line of the first to blame.
func (p *parser) checkKeys() error {
	_, err := p.config.Keymap()
	var refusal *keymap.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	place := p.config.Keys[refusal.Action].From
	return fmt.Errorf("%s: keys: %w", filepath.Join(filepath.Dir(p.path), place), err)
}
