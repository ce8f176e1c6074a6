package main

import (
	"maps"
	"slices"
	"time"

	"fader/cmd/fader/config"

	"go.yaml.in/yaml/v3"
)

// prometheusNode is what is set of it in the form of the file: one word where that
// is all. Nothing of it is secret: passwords and tokens stand in files and in the
// environment, and the one of a URL is hidden.
func prometheusNode(p config.Prometheus) *yaml.Node {
	isSet := func(from string) bool { return from != "default" }
	word := textNode(p.Server.Is.Word(), p.Server.From)
	if p.Server.Is.Off {
		return word
	}
	if p.Server.Is.IsWord() && !isSet(p.ScrapeInterval.From) && !isSet(p.Timeout.From) && !isSet(p.Presets.From) {
		return word
	}
	doc := mappingNode()
	if isSet(p.Server.From) {
		putServer(doc, p.Server.Is, p.Server.From)
	}
	for _, d := range []struct {
		key string
		is  config.Value[time.Duration]
	}{{"scrapeInterval", p.ScrapeInterval}, {"timeout", p.Timeout}} {
		if isSet(d.is.From) {
			put(doc, d.key, textNode(d.is.Is.String(), d.is.From))
		}
	}
	if isSet(p.Presets.From) {
		presets := &yaml.Node{}
		if err := presets.Encode(p.Presets.Is); err == nil { // they were read from YAML
			presets.HeadComment = p.Presets.From
			put(doc, "presets", presets)
		}
	}
	return doc
}

func putServer(doc *yaml.Node, s config.Server, from string) {
	address, key := s.Word(), "url"
	if s.Service != (config.Service{}) {
		address, key = s.Service.String(), "service"
	}
	insecure := ""
	if s.TLS.Insecure {
		insecure = "true"
	}
	putTexts(doc, []keyed{
		{key, address},
		{"bearerTokenFile", s.BearerTokenFile},
		{"username", s.Username},
		{"passwordFile", s.PasswordFile},
	}, from)
	tls := mappingNode()
	putTexts(tls, []keyed{
		{"ca", s.TLS.CA},
		{"cert", s.TLS.Cert},
		{"key", s.TLS.Key},
		{"serverName", s.TLS.ServerName},
		{"insecure", insecure},
	}, from)
	headers := mappingNode()
	for _, name := range slices.Sorted(maps.Keys(s.Headers)) {
		putTexts(headers, []keyed{{name, s.Headers[name]}}, from)
	}
	if len(tls.Content) > 0 {
		put(doc, "tls", tls)
	}
	if len(headers.Content) > 0 {
		put(doc, "headers", headers)
	}
}

// keyed is a text with its key.
type keyed struct{ key, text string }

// putTexts puts those that are not empty.
func putTexts(mapping *yaml.Node, all []keyed, from string) {
	for _, k := range all {
		if k.text == "" {
			continue
		}
		node := textNode(k.text, from)
		if k.key == "insecure" {
			node.Tag = "!!bool"
		}
		put(mapping, k.key, node)
	}
}
