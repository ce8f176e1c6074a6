package metrics

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Unit of a duration in a preset.
type Unit string

// The units.
const (
	Seconds      Unit = "s"
	Milliseconds Unit = "ms"
	Microseconds Unit = "us"
)

// seconds in one of the unit; "" is a second.
func (u Unit) seconds() float64 {
	switch u {
	case Milliseconds:
		return 1e-3
	case Microseconds:
		return 1e-6
	}
	return 1
}

// Labels are the names of the labels that say whose a series is. A series belongs
// to its pod; where it has none, to its workload; where it has neither, to its
// service. Those that are "" are not asked for.
type Labels struct {
	Namespace string `yaml:"namespace"`
	Pod       string `yaml:"pod,omitempty"`
	Workload  string `yaml:"workload,omitempty"` // a Deployment
	Service   string `yaml:"service,omitempty"`
	// Cluster is the label that names the cluster, where one Prometheus holds several;
	// "": the usual ones.
	Cluster string `yaml:"cluster,omitempty"`
}

// Failure is how a failed request is told from another: the label's value
// matches the pattern, as a whole.
type Failure struct {
	Label   string `yaml:"label"`
	Pattern string `yaml:"pattern"` // a regular expression
	// Success is what the other values match; "": anything. A value that matches neither
	// does not say whether the request failed.
	Success string `yaml:"success,omitempty"`
}

// Preset says how one kind of software counts requests and times them. It is
// data: fader's own are Presets(), a user's come from the configuration.
type Preset struct {
	Name string `yaml:"name"`

	// Latency is a classic histogram, without _bucket.
	Latency string `yaml:"latency,omitempty"`
	// Duration is a counter of time spent, where there is no histogram: then
	// only the mean is known, as Duration by Requests.
	Duration string `yaml:"duration,omitempty"`
	Unit     Unit   `yaml:"unit,omitempty"` // of Latency, Duration and FirstToken; s

	// Requests is a counter; "": Latency's _count.
	Requests string `yaml:"requests,omitempty"`
	// Failed is a counter of failed requests, which Requests does not count.
	Failed string `yaml:"failed,omitempty"`
	// Failures tell failed requests among Requests. A series that has none of
	// their labels, or only values that they do not know, does not say whether its
	// requests failed.
	Failures []Failure `yaml:"failures,omitempty"`

	Labels Labels            `yaml:"labels"`
	Match  map[string]string `yaml:"match,omitempty"` // label → value it must have

	// For servers of language models: a histogram of the time to the first
	// token, gauges of the requests that wait and of the use of the KV cache (a
	// ratio). Of each the first that has data counts.
	FirstToken string   `yaml:"firstToken,omitempty"`
	Waiting    []string `yaml:"waiting,omitempty"`
	CacheUse   []string `yaml:"cacheUse,omitempty"`
}

// requests is the counter of requests.
func (p Preset) requests() string {
	if p.Requests != "" {
		return p.Requests
	}
	return p.Latency + "_count"
}

// timed is the metric that shows whether anybody exports what the preset is for.
func (p Preset) timed() string {
	if p.Latency != "" {
		return p.Latency + "_count"
	}
	return p.Duration
}

// failureLabels are the labels that Failures look at, each once.
func (p Preset) failureLabels() []string {
	var labels []string
	for _, f := range p.Failures {
		if !slices.Contains(labels, f.Label) {
			labels = append(labels, f.Label)
		}
	}
	return labels
}

// Validate is nil for a preset of which queries can be made. The error is a
// sentence with the preset's name and what to write.
func (p Preset) Validate() error {
	switch {
	case p.Name == "":
		return fmt.Errorf("a preset has no name")
	case p.Latency == "" && p.Duration == "":
		return p.wrong("names neither latency (a histogram, without _bucket) nor duration (a counter of time)")
	case p.Latency != "" && p.Duration != "":
		return p.wrong("names both latency and duration: where there is a histogram, duration is not needed")
	case p.Latency == "" && p.Requests == "":
		return p.wrong("names no requests: with duration alone there is no mean")
	case p.Labels.Namespace == "":
		return p.wrong("does not say which label holds the namespace (labels.namespace)")
	case p.Labels.Pod == "" && p.Labels.Workload == "" && p.Labels.Service == "":
		return p.wrong("does not say which label holds the pod, the workload or the service (labels.pod, …)")
	}
	switch p.Unit {
	case "", Seconds, Milliseconds, Microseconds:
	default:
		return p.wrong(fmt.Sprintf("has the unit %q: it is s, ms or us", string(p.Unit)))
	}
	return p.validateNames()
}

func (p Preset) validateNames() error {
	names := append([]string{p.Latency, p.Duration, p.Requests, p.Failed, p.FirstToken}, p.Waiting...)
	for _, name := range append(names, p.CacheUse...) {
		if name != "" && !isMetric(name) {
			return p.wrong(fmt.Sprintf("names the metric %q, which is no name of a metric", name))
		}
	}
	if strings.HasSuffix(p.Latency, "_bucket") {
		return p.wrong(fmt.Sprintf("names the histogram %s: leave _bucket out", p.Latency))
	}
	labels := append(p.failureLabels(), p.Labels.all()...)
	for label := range p.Match {
		labels = append(labels, label)
	}
	for _, label := range labels {
		if !isLabel(label) {
			return p.wrong(fmt.Sprintf("names the label %q, which is no name of a label", label))
		}
	}
	for _, f := range p.Failures {
		if _, err := regexp.Compile(f.Pattern); err != nil || f.Pattern == "" {
			return p.wrong(fmt.Sprintf("has the pattern %q for %s, which is no regular expression", f.Pattern, f.Label))
		}
		if _, err := regexp.Compile(f.Success); err != nil {
			return p.wrong(fmt.Sprintf("has the success %q for %s, which is no regular expression", f.Success, f.Label))
		}
	}
	return nil
}

// all labels that are named.
func (l Labels) all() []string {
	var named []string
	for _, label := range []string{l.Namespace, l.Pod, l.Workload, l.Service} {
		if label != "" {
			named = append(named, label)
		}
	}
	return named
}

func (p Preset) wrong(what string) error {
	return fmt.Errorf("the preset %q %s", p.Name, what)
}

// isMetric: letters, digits, _ and :, not beginning with a digit.
func isMetric(s string) bool { return isWord(s, true) }

// isLabel is the same without colons.
func isLabel(s string) bool { return isWord(s, false) }

func isWord(s string, colons bool) bool {
	for i := range len(s) {
		c := s[i]
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == ':' && colons
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}
