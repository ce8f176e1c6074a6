package config

import (
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// serverReader reads a mapping into a Server, and keeps what it is to be blamed
// with: the nodes of its keys.
type serverReader struct {
	*parser
	to    Server
	nodes map[string]*yaml.Node
}

// prometheus reads one word, or a mapping.
func (p *parser) prometheus(to *Prometheus) set {
	return func(n *yaml.Node, at string) error {
		if dereferenced(n).Kind == yaml.MappingNode {
			return p.prometheusMapping(n, under(at, "prometheus"), to)
		}
		var word Value[string]
		wrong := func(text string) string { _, wrong := NewServer(text); return wrong }
		if err := p.word("prometheus", &word, wrong)(n, at); err != nil {
			return err
		}
		server, _ := NewServer(word.Is)
		to.Server = Value[Server]{server, word.From}
		return nil
	}
}

func (p *parser) prometheusMapping(n *yaml.Node, at string, to *Prometheus) error {
	r := &serverReader{parser: p, nodes: map[string]*yaml.Node{}}
	known := r.server()
	known["scrapeInterval"] = p.duration("scrapeInterval", &to.ScrapeInterval)
	known["timeout"] = p.duration("timeout", &to.Timeout)
	known["presets"] = p.presets(&to.Presets)
	if err := p.fields(n, at, known); err != nil {
		return err
	}
	if err := r.check(at); err != nil {
		return err
	}
	if address := r.address(); address != nil {
		to.Server = Value[Server]{r.to, p.from(address, at)}
	}
	return nil
}

// server are the keys that say where it is and how to be let in.
func (r *serverReader) server() map[string]set {
	s := &r.to
	known := map[string]set{
		"url":             r.text("url", &s.URL, wrongURL),
		"service":         r.service,
		"bearerTokenFile": r.file("bearerTokenFile", &s.BearerTokenFile),
		"username":        r.text("username", &s.Username, empty("a name")),
		"passwordFile":    r.file("passwordFile", &s.PasswordFile),
		"headers":         r.headers,
		"tls": func(n *yaml.Node, at string) error {
			return r.fields(n, under(at, "tls"), map[string]set{
				"ca":         r.file("ca", &s.TLS.CA),
				"cert":       r.file("cert", &s.TLS.Cert),
				"key":        r.file("key", &s.TLS.Key),
				"serverName": r.text("serverName", &s.TLS.ServerName, empty("the name in the certificate")),
				"insecure":   r.truth("insecure", &s.TLS.Insecure),
			})
		},
	}
	for name, read := range known {
		known[name] = func(n *yaml.Node, at string) error {
			r.nodes[name] = n
			return read(n, at)
		}
	}
	return known
}

// address is the node that says where it is, nil where none does.
func (r *serverReader) address() *yaml.Node {
	if n := r.nodes["url"]; n != nil {
		return n
	}
	return r.nodes["service"]
}

func (r *serverReader) service(n *yaml.Node, at string) error {
	var text string
	wrong := func(text string) string {
		if _, ok := newService(text, ""); !ok {
			return "give NAMESPACE/NAME:PORT, such as monitoring/prometheus-k8s:9090"
		}
		return ""
	}
	if err := r.text("service", &text, wrong)(n, at); err != nil {
		return err
	}
	r.to.Service, _ = newService(text, "")
	return nil
}

// headers are names, each with the environment variable that holds the value: a
// value itself would be a secret in a file that is shown around.
func (r *serverReader) headers(n *yaml.Node, at string) error {
	at = under(at, "headers")
	r.to.Headers = map[string]string{}
	return r.each(n, at, "a header's name and an environment variable", func(key, value *yaml.Node) error {
		if name := textproto.TrimString(key.Value); name == "" || strings.ContainsAny(key.Value, " \t\r\n:") {
			return r.fail(key, "%s has %q, which is no name of a header", at, key.Value)
		}
		var variable string
		if err := r.text(key.Value, &variable, wrongVariable)(value, at); err != nil {
			return err
		}
		r.to.Headers[http.CanonicalHeaderKey(key.Value)] = variable
		return nil
	})
}

// check refuses what does not go together, at the line of what has to go.
func (r *serverReader) check(at string) error {
	for _, rule := range r.rules() {
		node := r.nodes[rule.key]
		if node != nil && rule.broken {
			return r.fail(node, "%s %s", under(at, rule.key), rule.why)
		}
	}
	return nil
}

// ruling is what must not be, and why.
type ruling struct {
	key    string
	broken bool
	why    string
}

func (r *serverReader) rules() []ruling {
	const toServer = "would be shown to the API server, through which a service is reached: leave it out"
	_, url := r.nodes["url"]
	_, service := r.nodes["service"]
	rules := []ruling{{"service", url, "is given besides url: one of them has to go"}}
	for _, key := range []string{"bearerTokenFile", "username", "passwordFile", "tls", "headers"} {
		rules = append(rules, ruling{key, !url && !service, "belongs to an address: give url beside it"})
	}
	for _, key := range []string{"bearerTokenFile", "username", "passwordFile", "tls"} {
		rules = append(rules, ruling{key, service, toServer})
	}
	inURL := strings.Contains(r.to.URL, "@") && hasUser(r.to.URL)
	return append(rules,
		ruling{"headers", service && r.forServer(), toServer},
		ruling{"bearerTokenFile", inURL, "is given besides a user in url: one of them has to go"},
		ruling{"username", inURL, "is given besides a user in url: one of them has to go"},
		ruling{"username", r.to.BearerTokenFile != "", "is given besides bearerTokenFile: one of them has to go"},
		ruling{"passwordFile", r.to.Username == "", "belongs to a user: give username beside it"},
		ruling{"tls", url && strings.HasPrefix(r.to.URL, "http:"), "is for https, and url is http"},
		ruling{"tls", (r.to.TLS.Cert == "") != (r.to.TLS.Key == ""), "has one of cert and key: give both"},
	)
}

// forServer says that there are headers which the API server would take as its own.
func (r *serverReader) forServer() bool {
	for name := range r.to.Headers {
		if name == "Authorization" || strings.HasPrefix(name, "Impersonate-") {
			return true
		}
	}
	return false
}

// hasUser says that credentials stand in a URL.
func hasUser(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.User != nil
}

// text reads a word into plain text.
func (p *parser) text(name string, to *string, wrong func(string) string) set {
	return func(n *yaml.Node, at string) error {
		var v Value[string]
		err := p.word(name, &v, wrong)(n, at)
		*to = v.Is
		return err
	}
}

// truth reads true or false into a plain bool.
func (p *parser) truth(name string, to *bool) set {
	return func(n *yaml.Node, at string) error {
		var v Value[bool]
		err := p.boolean(name, &v)(n, at)
		*to = v.Is
		return err
	}
}

// file reads a path. As in a kubeconfig it is one from where the file is.
func (p *parser) file(name string, to *string) set {
	return func(n *yaml.Node, at string) error {
		err := p.text(name, to, empty("the path of a file"))(n, at)
		if err == nil && !filepath.IsAbs(*to) {
			*to = filepath.Join(filepath.Dir(p.path), *to)
		}
		return err
	}
}

// duration reads one above zero.
func (p *parser) duration(name string, to *Value[time.Duration]) set {
	return func(n *yaml.Node, at string) error {
		var v Value[string]
		err := p.word(name, &v, func(text string) string {
			if d, err := time.ParseDuration(text); err != nil || d <= 0 {
				return "give a time, such as 15s"
			}
			return ""
		})(n, at)
		if err != nil {
			return err
		}
		d, err := time.ParseDuration(v.Is)
		*to = Value[time.Duration]{d, v.From}
		return err
	}
}

// empty refuses no text at all.
func empty(give string) func(string) string {
	return func(text string) string {
		if text == "" {
			return "give " + give
		}
		return ""
	}
}

func wrongURL(text string) string {
	if !isURL(text) {
		return "give a URL, such as http://prometheus.example:9090"
	}
	return ""
}

func wrongVariable(text string) string {
	if text == "" || strings.ContainsAny(text, "= \t\r\n\x00") {
		return fmt.Sprintf("give the name of an environment variable, such as %s", "PROMETHEUS_TENANT")
	}
	return ""
}
