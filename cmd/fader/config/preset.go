package config

import (
	"fmt"

	"fader/metrics"

	"go.yaml.in/yaml/v3"
)

// presets reads a list of them.
func (p *parser) presets(to *Value[[]metrics.Preset]) set {
	return func(n *yaml.Node, at string) error {
		list := []metrics.Preset{}
		seen := map[string]int{}
		err := p.elements(n, under(at, "presets"), "presets", func(element *yaml.Node, at string) error {
			preset, err := p.preset(element, at)
			if err != nil {
				return err
			}
			if line, twice := seen[preset.Name]; twice {
				return p.fail(element, "the preset %q is given twice: first in line %d", preset.Name, line)
			}
			seen[preset.Name] = element.Line
			list = append(list, preset)
			return nil
		})
		*to = Value[[]metrics.Preset]{list, p.from(n, at)}
		return err
	}
}

// preset reads one. Whether queries can be made of it is for metrics to say.
func (p *parser) preset(n *yaml.Node, at string) (preset metrics.Preset, err error) {
	metric := empty("the name of a metric")
	err = p.fields(n, at, map[string]set{
		"name":       p.text("name", &preset.Name, empty("a name")),
		"latency":    p.text("latency", &preset.Latency, metric),
		"duration":   p.text("duration", &preset.Duration, metric),
		"unit":       p.text("unit", (*string)(&preset.Unit), wrongUnit),
		"requests":   p.text("requests", &preset.Requests, metric),
		"failed":     p.text("failed", &preset.Failed, metric),
		"firstToken": p.text("firstToken", &preset.FirstToken, metric),
		"waiting":    p.names("waiting", &preset.Waiting),
		"cacheUse":   p.names("cacheUse", &preset.CacheUse),
		"failures":   p.failures(&preset.Failures),
		"labels":     p.labels(&preset.Labels),
		"match":      p.match(&preset.Match),
	})
	if err != nil {
		return metrics.Preset{}, err
	}
	if err := preset.Validate(); err != nil {
		return metrics.Preset{}, p.fail(n, "%s: %w", at, err)
	}
	return preset, nil
}

func (p *parser) labels(to *metrics.Labels) set {
	return func(n *yaml.Node, at string) error {
		label := empty("the name of a label")
		return p.fields(n, under(at, "labels"), map[string]set{
			"namespace": p.text("namespace", &to.Namespace, label),
			"pod":       p.text("pod", &to.Pod, label),
			"workload":  p.text("workload", &to.Workload, label),
			"service":   p.text("service", &to.Service, label),
		})
	}
}

func (p *parser) failures(to *[]metrics.Failure) set {
	return func(n *yaml.Node, at string) error {
		return p.elements(n, under(at, "failures"), "labels with patterns", func(element *yaml.Node, at string) error {
			var f metrics.Failure
			err := p.fields(element, at, map[string]set{
				"label":   p.text("label", &f.Label, empty("the name of a label")),
				"pattern": p.text("pattern", &f.Pattern, empty("a regular expression")),
				"success": p.text("success", &f.Success, empty("a regular expression")),
			})
			*to = append(*to, f)
			return err
		})
	}
}

func (p *parser) match(to *map[string]string) set {
	return func(n *yaml.Node, at string) error {
		at = under(at, "match")
		*to = map[string]string{}
		return p.each(n, at, "a label and the value it must have", func(key, value *yaml.Node) error {
			var text string
			err := p.text(key.Value, &text, empty("a value"))(value, at)
			(*to)[key.Value] = text
			return err
		})
	}
}

func (p *parser) names(name string, to *[]string) set {
	return func(n *yaml.Node, at string) error {
		var v Value[[]string]
		err := p.words(name, &v, `["vllm:num_requests_waiting"]`)(n, at)
		*to = v.Is
		return err
	}
}

// elements calls back for every element of a list, and says where it stands.
func (p *parser) elements(n *yaml.Node, at, what string, do func(element *yaml.Node, at string) error) error {
	line := n
	if n = dereferenced(n); n.Kind != yaml.SequenceNode {
		return p.fail(line, "%s is %s: give a list of %s", at, form(n), what)
	}
	for i, element := range n.Content {
		if err := do(element, fmt.Sprintf("%s[%d]", at, i)); err != nil {
			return err
		}
	}
	return nil
}

func wrongUnit(unit string) string {
	switch metrics.Unit(unit) {
	case metrics.Seconds, metrics.Milliseconds, metrics.Microseconds:
		return ""
	}
	return "give s, ms or us"
}
