package main

import (
	"fmt"
	"maps"
	"slices"

	"sigs.k8s.io/yaml"
)

const hiddenHelp = "Values of environment variables, command lines and probe headers are not shown, only whether they are the same."

// hider takes what may be a secret out of pod templates: what a command prints
// ends in logs. Equal values get equal names, so that a change still shows.
type hider struct{ names map[string]string }

func newHider() *hider { return &hider{map[string]string{}} }

// template is the YAML of a pod template without what may be a secret.
func (h *hider) template(text string) (string, error) {
	var fields any
	if err := yaml.Unmarshal([]byte(text), &fields); err != nil {
		return "", fmt.Errorf("read the pod template: %w", err)
	}
	h.walk(fields)
	out, err := yaml.Marshal(fields)
	if err != nil {
		return "", fmt.Errorf("write the pod template: %w", err)
	}
	return string(out), nil
}

// walk hides in the same places as the journal does.
func (h *hider) walk(value any) {
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			field := value[key]
			switch key {
			case "env", "httpHeaders":
				h.pairs(field)
			case "command", "args":
				h.words(field)
			default:
				h.walk(field)
			}
		}
	case []any:
		for _, item := range value {
			h.walk(item)
		}
	}
}

// pairs are {name, value}; one with a valueFrom is a reference and stays.
func (h *hider) pairs(list any) {
	items, _ := list.([]any)
	for _, item := range items {
		pair, _ := item.(map[string]any)
		if value, ok := pair["value"].(string); ok {
			pair["value"] = h.name(value)
		}
	}
}

func (h *hider) words(list any) {
	items, _ := list.([]any)
	for i := range items {
		if word, ok := items[i].(string); ok {
			items[i] = h.name(word)
		}
	}
}

func (h *hider) name(value string) string {
	if _, known := h.names[value]; !known {
		h.names[value] = fmt.Sprintf("(hidden %d)", len(h.names)+1)
	}
	return h.names[value]
}
