package config

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Limit are what a workload's metrics have to keep; what is not set is not limited.
type Limit struct {
	Errors Value[float64] // ratio of failed requests
	P99    Value[time.Duration]
}

// over takes each part from itself, else from what is weaker.
func (l Limit) over(weaker Limit) Limit {
	return Limit{Errors: first(l.Errors, weaker.Errors), P99: first(l.P99, weaker.P99)}
}

// Limits are the limits of one place in the file: for everything, for namespaces and
// for workloads.
type Limits struct {
	Limit
	Namespaces []NamedLimit
	Workloads  []NamedLimit // named namespace/name
}

// NamedLimit is the limit of those whose name matches; * and ? stand for anything.
type NamedLimit struct {
	Name string
	Limit
}

// LimitsFor is the limit of one workload: what is said of workloads is stronger than
// what is said of namespaces, and that than what is said of all; in each an entry of
// contexts is stronger than the top level. all are those entries, the strongest first.
func LimitsFor(all []Limits, namespace, name string) Limit {
	var limit Limit
	for _, l := range all {
		limit = limit.over(matching(l.Workloads, namespace+"/"+name))
	}
	for _, l := range all {
		limit = limit.over(matching(l.Namespaces, namespace))
	}
	for _, l := range all {
		limit = limit.over(l.Limit)
	}
	return limit
}

// matching are the limits for a name: the name itself before patterns, and a later
// pattern before an earlier one.
func matching(all []NamedLimit, name string) Limit {
	var exact, patterns Limit
	for _, n := range slices.Backward(all) {
		switch {
		case n.Name == name:
			exact = exact.over(n.Limit)
		case matches(n.Name, name):
			patterns = patterns.over(n.Limit)
		}
	}
	return exact.over(patterns)
}

// matches compares a name with a pattern in which * does not cross a slash.
func matches(pattern, name string) bool {
	if !strings.ContainsAny(pattern, "*?") {
		return pattern == name
	}
	quoted := strings.NewReplacer(`\*`, `[^/]*`, `\?`, `[^/]`).Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile(`^` + quoted + `$`).MatchString(name)
}

// limits reads the limits of the top level or of an entry of contexts.
func (p *parser) limits(to *Limits) set {
	return func(n *yaml.Node, at string) error {
		at = under(at, "limits")
		known := p.limit(&to.Limit)
		known["namespaces"] = p.named("namespaces", "a namespace and its limits", &to.Namespaces, func(name string) bool {
			return name != "" && !strings.Contains(name, "/")
		})
		known["workloads"] = p.named("workloads", "NAMESPACE/NAME and its limits", &to.Workloads, func(name string) bool {
			namespace, workload, slash := strings.Cut(name, "/")
			return slash && namespace != "" && workload != "" && !strings.Contains(workload, "/")
		})
		return p.fields(n, at, known)
	}
}

func (p *parser) limit(to *Limit) map[string]set {
	return map[string]set{
		"errors": parsed(p, "errors", &to.Errors, "give a part of the requests, such as 1%", parseRatio),
		"p99":    parsed(p, "p99", &to.P99, "give a latency, such as 500ms", parseLatency),
	}
}

// parsed reads a word that is a number with a unit.
func parsed[T comparable](p *parser, name string, to *Value[T], give string, parse func(string) (T, error)) set {
	return func(n *yaml.Node, at string) error {
		var word Value[string]
		var none, value T
		err := p.word(name, &word, func(text string) string {
			var err error
			if value, err = parse(text); err != nil || value == none {
				return give
			}
			return ""
		})(n, at)
		*to = Value[T]{value, word.From}
		return err
	}
}

// named reads limits under names, of which right says whether they are such.
func (p *parser) named(key, keys string, to *[]NamedLimit, right func(string) bool) set {
	return func(n *yaml.Node, at string) error {
		at = under(at, key)
		return p.each(n, at, keys, func(name, value *yaml.Node) error {
			if !right(name.Value) {
				return p.fail(name, "%q in %s is none: give %s", name.Value, at, keys)
			}
			entry := NamedLimit{Name: name.Value}
			err := p.fields(value, under(at, name.Value), p.limit(&entry.Limit))
			*to = append(*to, entry)
			return err
		})
	}
}

// parseRatio reads "1%" or "0.01", above 0 and below 1.
func parseRatio(text string) (float64, error) {
	number, percentage := strings.CutSuffix(text, "%")
	v, err := strconv.ParseFloat(number, 64)
	if percentage {
		v /= 100
	}
	if err != nil || !(v > 0 && v < 1) || strings.ContainsAny(number, "xX_") {
		return 0, errors.New("no limit")
	}
	return v, nil
}

// parseLatency reads "500ms" or "1.2s", above 0.
func parseLatency(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, errors.New("no limit")
	}
	return d, nil
}
