package config

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"time"

	"fader/metrics"
)

// Prometheus is where figures come from and how they are asked for. Each part
// comes from the first source that has it.
type Prometheus struct {
	Server         Value[Server]
	ScrapeInterval Value[time.Duration] // 0: found out
	Timeout        Value[time.Duration] // of one query; 0: that of metrics
	Presets        Value[[]metrics.Preset]
}

// Server is one Prometheus and how to be let in. What it has of credentials
// belongs to its address: they go from source to source together, so that no flag
// sends a token of the file to another server.
type Server struct {
	Off     bool   // there is none, and none is looked for
	URL     string // "" where it is Off or a Service
	Service Service

	BearerTokenFile        string
	Username, PasswordFile string
	TLS                    metrics.TLS
	Headers                map[string]string // each with its environment variable
}

// Service of the cluster that is reached through the API server.
type Service struct {
	Namespace, Name string
	Port            string // number or name; "": the one that Prometheus usually has
	TLS             bool   // the API server speaks TLS with it
}

// wrongServer is what to give instead of a word that is no server.
const wrongServer = "give a URL, such as http://prometheus.example:9090, service/NAMESPACE/NAME:PORT for one behind the API server, or none"

// NewServer reads one word: a URL, service/NAMESPACE/NAME[:PORT], or none. Where
// it is something else, wrong says what to give; the word may hold a password and
// is not in it.
func NewServer(word string) (s Server, wrong string) {
	service, isService := newService(word, "service/")
	switch {
	case word == "none":
		return Server{Off: true}, ""
	case isService:
		return Server{Service: service}, ""
	case isURL(word):
		return Server{URL: word}, ""
	}
	return Server{}, wrongServer
}

func isURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// newService reads NAMESPACE/[https:]NAME[:PORT] behind a prefix.
func newService(text, prefix string) (Service, bool) {
	const label = `[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?`
	form := regexp.MustCompile("^" + prefix + "(" + label + ")/(https:)?(" + label + ")(?::(" + label + "))?$")
	parts := form.FindStringSubmatch(text)
	if parts == nil {
		return Service{}, false
	}
	return Service{Namespace: parts[1], TLS: parts[2] != "", Name: parts[3], Port: parts[4]}, true
}

// String is the Service as the file has it.
func (s Service) String() string {
	if s == (Service{}) {
		return ""
	}
	name := s.Name
	if s.TLS {
		name = "https:" + name
	}
	if s.Port != "" {
		name += ":" + s.Port
	}
	return s.Namespace + "/" + name
}

// Word is the address as one word, without its password; "" where there is none.
func (s Server) Word() string {
	switch {
	case s.Off:
		return "none"
	case s.Service != (Service{}):
		return "service/" + s.Service.String()
	}
	return Hidden(s.URL)
}

// IsWord says that there is nothing to it but the address.
func (s Server) IsWord() bool {
	return cmp.Or(s.BearerTokenFile, s.Username, s.PasswordFile) == "" && s.TLS == metrics.TLS{} && len(s.Headers) == 0
}

// AllPresets are the user's presets and then fader's own. One of a user's with the
// name of one of fader's takes its place.
func (p Prometheus) AllPresets() []metrics.Preset {
	all := slices.Clone(p.Presets.Is)
	for _, own := range metrics.Presets() {
		if !slices.ContainsFunc(p.Presets.Is, func(u metrics.Preset) bool { return u.Name == own.Name }) {
			all = append(all, own)
		}
	}
	return all
}

// over takes each part from itself, else from what is weaker.
func (p Prometheus) over(weaker Prometheus) Prometheus {
	return Prometheus{
		Server: first(p.Server, weaker.Server), ScrapeInterval: first(p.ScrapeInterval, weaker.ScrapeInterval),
		Timeout: first(p.Timeout, weaker.Timeout), Presets: first(p.Presets, weaker.Presets),
	}
}

// nowhere is what holds where nobody has set anything.
func nowhere() Prometheus {
	return Prometheus{
		Server: Value[Server]{From: standard}, ScrapeInterval: Value[time.Duration]{From: standard},
		Timeout: Value[time.Duration]{From: standard}, Presets: Value[[]metrics.Preset]{From: standard},
	}
}
