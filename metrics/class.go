package metrics

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
)

// class of requests: those with the same values of the labels that tell failures.
type class struct {
	name   string
	known  bool // the labels say whether it failed
	failed bool
}

// unread is a label and its value that do not say whether requests failed; "" where the
// class is known, or has no such label.
func (c class) unread() string {
	if c.known || c.name == "" {
		return ""
	}
	first, _, _ := strings.Cut(c.name, "\x00")
	label, value, _ := strings.Cut(first, "=")
	return label + "=" + strconv.Quote(printable(value, maxName))
}

// rule of a Preset's Failures, compiled.
type rule struct {
	label   model.LabelName
	failure *regexp.Regexp
	success *regexp.Regexp // nil: whatever is no failure
}

// compile the failures of presets that are valid.
func compile(presets []Preset) [][]rule {
	rules := make([][]rule, len(presets))
	for i, p := range presets {
		for _, f := range p.Failures {
			r := rule{label: model.LabelName(f.Label), failure: whole(f.Pattern)}
			if f.Success != "" {
				r.success = whole(f.Success)
			}
			rules[i] = append(rules[i], r)
		}
	}
	return rules
}

// whole is the pattern of a whole value.
func whole(pattern string) *regexp.Regexp { return regexp.MustCompile("^(?:" + pattern + ")$") }

// told is a value of the label of a rule.
type told struct {
	rule  *rule
	value string
}

// verdict is what a rule makes of a value.
type verdict struct{ known, failed bool }

func (r *rule) judge(value string) verdict {
	failed := r.failure.MatchString(value)
	return verdict{failed || r.success == nil || r.success.MatchString(value), failed}
}

// classOf a series of a counter of requests.
func (in *ingest) classOf(preset int, m model.Metric) class {
	var c class
	for i := range in.rules[preset] {
		rule := &in.rules[preset][i]
		value := string(m[rule.label])
		if value == "" {
			continue
		}
		v := in.judged(rule, value)
		c.known, c.failed = c.known || v.known, c.failed || v.failed
		c.name += string(rule.label) + "=" + value + "\x00"
	}
	return c
}

// judged once for all series that have the value.
func (in *ingest) judged(r *rule, value string) verdict {
	v, ok := in.read[told{r, value}]
	if !ok {
		v = r.judge(value)
		in.read[told{r, strings.Clone(value)}] = v
	}
	return v
}

// noteUnread requests that there are: it is not known whether they failed.
func (in *ingest) noteUnread(preset int, c class, points []model.SamplePair) {
	label := c.unread()
	if label == "" || in.unread[preset] != "" && in.unread[preset] <= label {
		return
	}
	if slices.ContainsFunc(points, func(p model.SamplePair) bool { return p.Value > 0 }) {
		in.unread[preset] = label
	}
}

// unreadOf members at a step: the first label, with its value, that does not say whether
// the requests that there were failed.
func (p *Picture) unreadOf(members []picked, step int) Doubt {
	if step < 0 || step >= len(p.sheet.columns) {
		return Doubt{}
	}
	var found Doubt
	for i := range members {
		r := members[i][requests]
		if r == nil || r.preset >= len(p.presets) {
			continue
		}
		for n, c := range r.classes {
			label := c.unread()
			if label != "" && at(p.sheet.columns[step], r.slots[n]) > 0 && (found.Label == "" || label < found.Label) {
				found = Doubt{Kind: UnknownStatus, Subject: r.subject, Metric: p.presets[r.preset].requests(), Label: label}
			}
		}
	}
	return found
}
