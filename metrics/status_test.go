package metrics

import (
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
)

// A request failed, was served, or the label does not say.
func TestWhatALabelSaysOfRequests(t *testing.T) {
	const failed, served, open = 1.0, 0.0, -1.0
	for value, want := range map[string]float64{
		"200": served, "2xx": served, "2XX": served, "302": served, "404 Not Found": served, "499": served, "101": served,
		"500": failed, "5xx": failed, "5XX": failed, "503": failed, "500 Internal Server Error": failed, "504: timeout": failed,
		"success": served, "OK": served, "Success": served, "succeeded": served, "CLIENT_ERROR": served, "client error": served,
		"error": failed, "ERROR": failed, "failed": failed, "failure": failed, "SERVER_ERROR": failed, "exception": failed,
		"Internal": failed, "INTERNAL": failed, "Unavailable": failed, "DeadlineExceeded": failed, "DEADLINE_EXCEEDED": failed,
		"Unknown": failed, "DataLoss": failed, "Unimplemented": failed,
		"NotFound": served, "NOT_FOUND": served, "Canceled": served, "CANCELLED": served, "InvalidArgument": served, "Unauthenticated": served,
		"0": served, "5": served, "16": served, "2": failed, "13": failed, "14": failed,
		"1": open, "17": open, "600": open, "5000": open, "50": open, "unknown": open, "UNKNOWN": open, "done?": open,
		"true": open, "no errors": open, "<none>": open, "\x1b[31merror": open,
	} {
		for _, label := range []string{"code", "status", "status_code", "http_response_status_code"} {
			series := stream(flat(2), mark, "0.2", "namespace", "shop", "pod", "a", label, value)
			p, in := merged(t, httpOnly(), model.Matrix{series})
			g := p.Of([]PodKey{{"shop", "a"}})
			require.Equal(t, HasTraffic, g.Now.Traffic)
			require.Equal(t, want != open, g.Now.Errors.Known, "%s=%q", label, value)
			require.Equal(t, want == open, g.Unread.Label != "", "%s=%q", label, value)
			require.Equal(t, want == open, len(in.remarks()) == 1, "%q", in.remarks())
			if want != open {
				require.InDelta(t, want, g.Now.Errors.V, 1e-6, "%s=%q", label, value)
			}
		}
	}
}

// What is not known of some requests makes the ratio of the others a lower bound, and
// nothing where none of the others failed.
func TestErrorsBesideWhatIsNotKnown(t *testing.T) {
	bare := func(v float64) *model.SampleStream {
		return stream(flat(v), mark, "0.2", "namespace", "shop", "pod", "a")
	}
	both := func(code, status string) *model.SampleStream {
		return stream(flat(10), mark, "0.2", "namespace", "shop", "pod", "a", "code", code, "status", status)
	}
	for name, c := range map[string]struct {
		answer model.Matrix
		want   Value
		unread string
	}{
		"all are known":                 {model.Matrix{coded(flat(9), "a", "200"), coded(flat(1), "a", "Internal")}, Value{V: 0.1, Known: true}, ""},
		"some failed, some may have":    {model.Matrix{coded(flat(8), "a", "200"), coded(flat(1), "a", "500"), coded(flat(1), "a", "odd")}, Value{V: 0.1, Known: true, AtLeast: true}, `code="odd"`},
		"none failed, some may have":    {model.Matrix{coded(flat(8), "a", "200"), coded(flat(1), "a", "odd")}, Value{}, `code="odd"`},
		"none that may have, any more":  {model.Matrix{coded(flat(8), "a", "200"), coded(flat(0), "a", "odd")}, Value{V: 0, Known: true}, ""},
		"some without a label":          {model.Matrix{coded(flat(8), "a", "200"), bare(2)}, Value{}, ""},
		"another label knows":           {model.Matrix{both("200", "processed")}, Value{V: 0, Known: true}, ""},
		"another label knows a failure": {model.Matrix{both("200", "error")}, Value{V: 1, Known: true}, ""},
		"neither label knows":           {model.Matrix{both("odd", "processed")}, Value{}, `code="odd"`},
		"the first of several":          {model.Matrix{coded(flat(1), "a", "odd"), coded(flat(1), "a", "even")}, Value{}, `code="even"`},
		"pods together":                 {model.Matrix{coded(flat(8), "a", "200"), coded(flat(8), "b", "odd")}, Value{}, `code="odd"`},
	} {
		t.Run(name, func(t *testing.T) {
			p, _ := merged(t, httpOnly(), c.answer)
			pods := []PodKey{{"shop", "a"}, {"shop", "b"}}
			g := p.Of(pods)
			require.Equal(t, c.want.Known, g.Now.Errors.Known)
			require.Equal(t, c.want.AtLeast, g.Now.Errors.AtLeast)
			require.InDelta(t, c.want.V, g.Now.Errors.V, 1e-6)
			require.Equal(t, c.unread, g.Unread.Label)
			if c.unread == "" {
				require.Empty(t, p.Doubts(pods))
				return
			}
			require.Len(t, p.Doubts(pods), 1)
			require.Equal(t, "http_request_duration_seconds_count has "+c.unread+": whether those requests failed is not known", p.Doubts(pods)[0].String())
		})
	}
}

// A user's preset says what a success is, or that all the rest are.
func TestWordsOfAUsersPreset(t *testing.T) {
	for success, known := range map[string]bool{"": true, "done|cached": true, "done": false} {
		mine := httpOnly()
		mine[0].Failures = []Failure{{"outcome", "error", success}}
		require.NoError(t, mine[0].Validate())
		p, _ := merged(t, mine, model.Matrix{stream(flat(2), mark, "0.2", "namespace", "shop", "pod", "a", "outcome", "cached")})
		require.Equal(t, known, p.Of([]PodKey{{"shop", "a"}}).Now.Errors.Known, success)
	}
	mine := httpOnly()[0]
	mine.Failures = []Failure{{"outcome", "error", "("}}
	require.EqualError(t, mine.Validate(), `the preset "http" has the success "(" for outcome, which is no regular expression`)
}

func TestGuardDoesNotPassWhereFailuresAreNotKnown(t *testing.T) {
	const reason = `it is not known which requests failed (http_request_duration_seconds_count has status="processed")`
	seen := func(series ...*model.SampleStream) Sight {
		p, _ := merged(t, httpOnly(), append(model.Matrix{bucket(flat(5), "a", "1"), bucket(flat(5), "a", "+Inf")}, series...))
		s := Sight{Picture: p, Group: p.Of([]PodKey{{"shop", "a"}})}
		s.Other, s.Now = s.Group, s.Group.Now.At
		return s
	}
	processed := stream(flat(5), mark, "0.2", "namespace", "shop", "pod", "a", "status", "processed")
	errors := Limits{MaxErrors: 0.01, Refreshes: 1}
	for name, c := range map[string]struct {
		limits Limits
		sight  Sight
		state  Breach
		says   string
	}{
		"nothing is known": {errors, seen(processed), NoData, reason},
		"some are known":   {errors, seen(processed, coded(flat(5), "a", "200")), NoData, reason},
		"few failed":       {Limits{MaxErrors: 0.2, Refreshes: 1}, seen(processed, coded(flat(1), "a", "500")), NoData, reason},
		"too many failed":  {errors, seen(processed, coded(flat(5), "a", "500")), Breached, "errors ≥ 50.0% are over the limit of 1.0%"},
		"all failed":       {errors, seen(stream(flat(5), mark, "0.2", "namespace", "shop", "pod", "a", "status", "error")), Breached, "errors 100.0% are over the limit of 1.0%"},
		"none failed":      {errors, seen(stream(flat(5), mark, "0.2", "namespace", "shop", "pod", "a", "status", "success")), WithinLimits, "within limits"},
		"no label at all":  {errors, seen(stream(flat(5), mark, "0.2", "namespace", "shop", "pod", "a")), NoData, "it is not known which requests failed"},
		"the p99 alone":    {Limits{MaxP99: 2 * time.Second, Refreshes: 1}, seen(processed), WithinLimits, "within limits"},
	} {
		t.Run(name, func(t *testing.T) {
			_, r := Guard{Limits: c.limits}.Observe(c.sight)
			require.Equal(t, c.state, r.State)
			require.Equal(t, c.says, r.Sentence)
		})
	}
}

// "Not worse" is also about errors.
func TestNotWorseNeedsErrors(t *testing.T) {
	w := newWorld(seeded(1), 240)
	service := service{pods: 3, rate: 40, median: 0.02, errors: 0.002}
	p, keys := simPicture([][][][]float64{w.run(service, 0), w.run(service, 0)}, 239)
	s := Sight{Picture: p, Group: p.Of(keys[0]), Other: p.Of(keys[1])}
	s.Now = s.Group.Now.At
	limits := Guard{Limits: Limits{NotWorse: true, Refreshes: 1}}
	_, r := limits.Observe(s)
	require.Equal(t, WithinLimits, r.State)
	for i := range s.Group.counts {
		s.Group.counts[i].labelled = 0
	}
	_, r = limits.Observe(s)
	require.Equal(t, Reading{State: NoData, Needed: 1, Sentence: "it is not known which requests failed"}, r)
}
