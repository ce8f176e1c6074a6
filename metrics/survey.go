package metrics

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/common/model"
)

const (
	// surveyAgain is the pause between surveys: what they find changes with deployments,
	// not with traffic.
	surveyAgain = 2 * time.Minute
	// surveyPatience is how long a refresh waits for a survey once it has all else.
	surveyPatience = time.Second
	// surveyMark is the label by which the parts of a joined query are told apart.
	surveyMark = "fader_survey"
	// resetsOver is the window in which resets of counters are counted.
	resetsOver = 5 * time.Minute
	// manyInFlight are requests under way in one pod at the same time that are beyond what
	// a server does: the rate or the unit is wrong.
	manyInFlight = 500
)

// survey is what Prometheus has of a scope besides what the presets read. It explains
// metrics that are missing and names those that are doubtful. The nil survey knows nothing.
type survey struct {
	targets  map[PodKey]bool // scraped pods, and whether the last scrape succeeded
	exports  map[PodKey]bool // pods with series that a preset reads
	absences map[Subject]Absence
	nobody   []Absence // series that name no pod by any label that is known
	doubts   []Doubt
}

// surveyPart is one question of a survey.
type surveyPart struct {
	expr string
	take func(*survey, model.Metric, float64)
}

// survey of the scope: three queries, and one for each histogram that may be a native one.
// Questions that fail stay without an answer: nothing is explained by them then.
func (a asker) survey(ctx context.Context, src source, found []int) *survey {
	queries := a.surveyQueries(found)
	answers := make([]model.Vector, len(queries))
	var asking sync.WaitGroup
	slots := make(chan struct{}, 4) // Prometheus answers a limited number of queries at a time
	for i, q := range queries {
		asking.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			answers[i], _, _ = src.instant(ctx, q.expr, time.Time{})
		})
	}
	asking.Wait()
	s := &survey{targets: map[PodKey]bool{}, exports: map[PodKey]bool{}, absences: map[Subject]Absence{}}
	for i, q := range queries {
		for _, sample := range answers[i] {
			if sample != nil {
				q.take(s, sample.Metric, float64(sample.Value))
			}
		}
	}
	return s
}

func (a asker) surveyQueries(found []int) []surveyPart {
	exports, odd, elsewhere := []surveyPart{a.targetsPart()}, []surveyPart{}, []surveyPart{}
	var native []surveyPart
	for i, p := range a.presets {
		read := slices.Contains(found, i)
		if read {
			exports = append(exports, a.exportsPart(p))
			odd = append(odd, a.twicePart(p), a.resetsPart(p))
			if p.Labels.Pod != "" {
				odd = append(odd, a.portsPart(p))
			}
		}
		switch {
		case p.Latency == "", p.Labels.Pod == exportedPod:
		case read:
			exports, odd = append(exports, a.bucketsPart(p)), append(odd, a.inFlightPart(p))
		default:
			native = append(native, a.nativePart(p))
		}
		if p.Labels.Pod != "" && p.Labels.Pod != exportedPod && p.Labels.Workload == "" {
			elsewhere = append(elsewhere, a.otherLabelsPart(p))
		}
		for label, value := range p.Match {
			elsewhere = append(elsewhere, a.otherMatchPart(p, label, value))
		}
	}
	for _, parts := range [][]surveyPart{exports, odd, elsewhere} {
		if len(parts) > 0 {
			native = append(native, joinParts(parts))
		}
	}
	return native
}

// joinParts makes one query of several, whose answers are told apart by their marks.
func joinParts(parts []surveyPart) surveyPart {
	exprs := make([]string, len(parts))
	for i, p := range parts {
		exprs[i] = fmt.Sprintf("label_replace(%s,%q,%q,%q,%q)", p.expr, surveyMark, strconv.Itoa(i), "", "")
	}
	return surveyPart{strings.Join(exprs, " or "), func(s *survey, m model.Metric, v float64) {
		if i, err := strconv.Atoi(string(m[surveyMark])); err == nil && i >= 0 && i < len(parts) {
			parts[i].take(s, m, v)
		}
	}}
}

// targetsPart asks which pods are scraped.
func (a asker) targetsPart() surveyPart {
	up := Preset{Labels: podLabels()}
	return surveyPart{"min by (namespace,pod)(" + a.selector(up, "up") + ")", func(s *survey, m model.Metric, v float64) {
		if pod, ok := podOf(up.Labels, m); ok {
			s.targets[pod] = v > 0
		}
	}}
}

// exportsPart asks which pods have series of a preset, be there a rate or not yet.
func (a asker) exportsPart(p Preset) surveyPart {
	return surveyPart{a.countBy(p, a.selector(p, p.timed())), func(s *survey, m model.Metric, _ float64) {
		if pod, ok := podOf(p.Labels, m); ok {
			s.exports[pod] = true
		}
	}}
}

// nativePart asks who exports the histogram as a native one. histogram_sum answers for
// native histograms alone.
func (a asker) nativePart(p Preset) surveyPart {
	return surveyPart{"histogram_sum(" + a.selector(p, p.Latency) + ")", func(s *survey, m model.Metric, _ float64) {
		s.absent(p, m, Absence{Kind: NativeHistogram, Metric: p.Latency})
	}}
}

// bucketsPart asks who counts and times requests without buckets: a summary.
func (a asker) bucketsPart(p Preset) surveyPart {
	by := " by (" + strings.Join(p.Labels.all(), ",") + ")("
	expr := "count" + by + a.selector(p, p.Latency+"_count") + ") unless count" + by + a.selector(p, p.Latency+"_bucket") + ")"
	return surveyPart{expr, func(s *survey, m model.Metric, _ float64) {
		s.absent(p, m, Absence{Kind: NoBuckets, Metric: p.Latency})
	}}
}

// otherMatchPart asks for series that a preset leaves out because a label has another value:
// the requests that a mesh reports from another place.
func (a asker) otherMatchPart(p Preset, label, value string) surveyPart {
	others := p
	others.Match = map[string]string{}
	for l, v := range p.Match {
		if l != label {
			others.Match[l] = v
		}
	}
	series := matching(a.selector(others, others.requests()), fmt.Sprintf("%s!=%q", label, value))
	expr := "count by (" + strings.Join(append(p.Labels.all(), label), ",") + ")(" + series + ")"
	return surveyPart{expr, func(s *survey, m model.Metric, _ float64) {
		found := Absence{
			Kind: OtherMatch, Metric: p.requests(),
			Has:   []string{label + "=" + printable(string(m[model.LabelName(label)]), maxName)},
			Wants: []string{label + "=" + value},
		}
		s.absent(p, m, found)
		if p.Labels.Workload == "" {
			return
		}
		// The pod of such a series may be the reporter's own.
		workload := Subject{Workload, string(m[model.LabelName(p.Labels.Namespace)]), string(m[model.LabelName(p.Labels.Workload)])}
		if isName(workload.Namespace) && isName(workload.Name) {
			s.absences[workload] = found
		}
	}}
}

// resetsPart asks for counters that begin anew all the time: an exporter that makes them
// for each scrape.
func (a asker) resetsPart(p Preset) surveyPart {
	series := a.selector(p, p.timed()) + "[" + promDuration(resetsOver) + "]"
	resets := "resets(" + series + ")"
	expr := "max by (" + strings.Join(p.Labels.all(), ",") + ")(" + resets + " >= 3 and " + resets + " >= 0.3 * (count_over_time(" + series + ") - 1))"
	return surveyPart{expr, func(s *survey, m model.Metric, v float64) {
		s.doubt(p, m, Doubt{Kind: CounterResets, Metric: p.timed(), Value: v})
	}}
}

// inFlightPart asks for pods in which more requests would be under way at once than a
// server can have: rate times time is what is in flight.
func (a asker) inFlightPart(p Preset) surveyPart {
	rate := a
	rate.rate = detectOver
	spent := rate.sumRate(p, p.Latency+"_sum")
	expr := fmt.Sprintf("(%s) * %g > %d", spent, p.Unit.seconds(), manyInFlight)
	return surveyPart{expr, func(s *survey, m model.Metric, v float64) {
		s.doubt(p, m, Doubt{Kind: WrongUnit, Metric: p.Latency, Unit: p.Unit, Value: v})
	}}
}

// matching adds a matcher to a selector.
func matching(selector, matcher string) string {
	if rest, some := strings.CutSuffix(selector, "}"); some {
		return rest + "," + matcher + "}"
	}
	return selector + "{" + matcher + "}"
}

// countBy subject of a preset.
func (a asker) countBy(p Preset, series string) string {
	return "count by (" + strings.Join(p.Labels.all(), ",") + ")(" + series + ")"
}

func (s *survey) absent(p Preset, m model.Metric, found Absence) {
	if subject, ok := p.Labels.subjectOf(m); ok {
		s.absences[subject] = found
	}
}

func (s *survey) doubt(p Preset, m model.Metric, d Doubt) {
	subject, ok := p.Labels.subjectOf(m)
	if !ok {
		return
	}
	d.Subject = subject
	s.doubts = append(s.doubts, d)
}

func podOf(l Labels, m model.Metric) (PodKey, bool) {
	subject, ok := l.subjectOf(m)
	return PodKey{subject.Namespace, subject.Name}, ok && subject.Kind == Pod
}
