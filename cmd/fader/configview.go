package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fader/cmd/fader/config"
	"fader/keymap"
	"fader/kube"
	"fader/kube/cluster"
	"fader/kube/guard"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"
)

func newConfig(s streams, scope *scopeFlags) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show the configuration",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return usage("there is no config %s: give view or path", strings.Join(args, " "))
		},
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "view",
		Short: "Print what is set for the current context, and where each setting comes from",
		Args:  noArguments,
		RunE:  func(*cobra.Command, []string) error { return viewConfig(s, scope) },
	}, &cobra.Command{
		Use:   "path",
		Short: "Print where the configuration file is, or would be",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			path, _ := configPath()
			_, err := fmt.Fprintln(s.out, path)
			return err
		},
	})
	return cmd
}

func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usage("%s is too much: nothing is to be given here", strings.Join(args, " "))
	}
	return nil
}

func viewConfig(s streams, scope *scopeFlags) error {
	set, err := scope.sources()
	if err != nil {
		return err
	}
	context := currentContext(scope)
	doc := settingsNode(set.For(context), set.File)
	doc.HeadComment = head(set.File, context)
	doc.FootComment = unmatched(set.File, scope)
	encoder := yaml.NewEncoder(s.out)
	encoder.SetIndent(2)
	if err := encoder.Encode(doc); err != nil {
		return fmt.Errorf("print the settings: %w", err)
	}
	return encoder.Close()
}

// currentContext is the name of the context that fader would open, "" where there
// is none. A kubeconfig that cannot be read has none: what is set can be shown
// all the same.
func currentContext(scope *scopeFlags) string {
	if scope.config.Context != nil && *scope.config.Context != "" {
		return *scope.config.Context
	}
	raw, err := scope.config.ToRawKubeConfigLoader().RawConfig()
	if err != nil {
		return ""
	}
	return raw.CurrentContext
}

func head(file config.Config, context string) string {
	lines := []string{"no context"}
	if context != "" {
		lines[0] = "context " + kube.Clean(context)
	}
	if !file.Found {
		return strings.Join(append(lines, "there is no "+file.Path), "\n")
	}
	return strings.Join(append(lines, file.Path), "\n")
}

// unmatched names the entries that are about no context of this kubeconfig: they
// may be meant for another one, or misspelt.
func unmatched(file config.Config, scope *scopeFlags) string {
	names, err := cluster.Contexts(scope.config)
	if err != nil {
		return ""
	}
	var lines []string
	for _, e := range file.Contexts {
		if !slices.ContainsFunc(names, e.Matches) {
			lines = append(lines, e.From+" is about no context of this kubeconfig")
		}
	}
	return strings.Join(lines, "\n")
}

// settingsNode is the settings in the form of the file, each with its origin.
func settingsNode(s config.Settings, file config.Config) *yaml.Node {
	doc := mappingNode()
	put(doc, "theme", textNode(s.Theme.Is, s.Theme.From))
	put(doc, "ascii", boolNode(s.ASCII))
	put(doc, "readonly", boolNode(s.ReadOnly))
	put(doc, "protected", boolNode(s.Protected))
	put(doc, "prometheus", prometheusNode(s.Prometheus))
	if limits := limitsNode(s.Limits); len(limits.Content) > 0 {
		put(doc, "limits", limits)
	}
	if s.GPUResources.IsSet() {
		put(doc, "gpuResources", listNode(s.GPUResources))
	}
	put(doc, "colour", textNode(s.Colour.Is, s.Colour.From))
	notify := mappingNode()
	put(notify, "bell", boolNode(s.Notify.Bell))
	put(notify, "osc9", boolNode(s.Notify.OSC9))
	put(notify, "command", listNode(s.Notify.Command))
	put(doc, "notify", notify)
	put(doc, "keys", keysNode(s.Keys, file))
	return doc
}

// limitsNode are the limits that hold in the context, the weakest first.
func limitsNode(all []config.Limits) *yaml.Node {
	var together config.Limits
	for _, l := range slices.Backward(all) {
		together.Limit = config.Limit{Errors: either(l.Errors, together.Errors), P99: either(l.P99, together.P99)}
		together.Namespaces = append(together.Namespaces, l.Namespaces...)
		together.Workloads = append(together.Workloads, l.Workloads...)
	}
	doc := limitNode(together.Limit)
	for _, of := range []struct {
		key string
		all []config.NamedLimit
	}{{"namespaces", together.Namespaces}, {"workloads", together.Workloads}} {
		if len(of.all) == 0 {
			continue
		}
		named := mappingNode()
		for _, n := range of.all {
			put(named, n.Name, limitNode(n.Limit))
		}
		put(doc, of.key, named)
	}
	return doc
}

func limitNode(l config.Limit) *yaml.Node {
	doc := mappingNode()
	if l.Errors.IsSet() {
		put(doc, "errors", textNode(guard.Ratio(l.Errors.Is), l.Errors.From))
	}
	if l.P99.IsSet() {
		put(doc, "p99", textNode(l.P99.Is.String(), l.P99.From))
	}
	if len(doc.Content) == 0 {
		doc.Style = yaml.FlowStyle
	}
	return doc
}

func either[T any](stronger, weaker config.Value[T]) config.Value[T] {
	if stronger.IsSet() {
		return stronger
	}
	return weaker
}

// keysNode is every action with its keys, as the file would give them: those
// that it has where the table names it first. What cannot be given is left out.
func keysNode(table keymap.Table, file config.Config) *yaml.Node {
	keys := mappingNode()
	seen := map[keymap.Action]bool{keymap.Interrupt: true, keymap.Nothing: true}
	for _, b := range table {
		if seen[b.Action] {
			continue
		}
		seen[b.Action] = true
		from := file.Keys[b.Action].From
		if from == "" {
			from = "default"
		}
		put(keys, string(b.Action), listNode(config.Value[[]string]{Is: b.Keys, From: from}))
	}
	return keys
}

func mappingNode() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode} }

func put(mapping *yaml.Node, key string, value *yaml.Node) {
	mapping.Content = append(mapping.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, value)
}

func textNode(text, from string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text, LineComment: from}
	if text == "" {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

func boolNode(v config.Value[bool]) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(v.Is), LineComment: v.From}
}

func listNode(v config.Value[[]string]) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, LineComment: v.From}
	for _, word := range v.Is {
		n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: word})
	}
	return n
}
