package metrics

import (
	"context"
	"slices"
	"time"

	promapi "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
)

// Client asks one Prometheus. It may be used by many goroutines.
type Client struct {
	door    *door
	api     promapi.API
	timeout time.Duration
}

// Open prepares a client; nothing is asked yet. The error is a sentence about the
// options.
func Open(o Options) (*Client, error) {
	o = o.withDefaults()
	d, err := newDoor(o)
	if err != nil {
		return nil, err
	}
	return &Client{door: d, api: promapi.NewAPI(d), timeout: o.Timeout}, nil
}

// Called is how sentences name the server: never with credentials.
func (c *Client) Called() string { return c.door.called() }

// span of a range query; both ends belong to it.
type span struct {
	start, end time.Time
	step       time.Duration
}

// remarks are what the server says about its answer, sanitised, each once:
// warnings (a part is missing, buckets are odd) and infos (how the query could be
// better).
type remarks struct{ warnings, infos []string }

// instant asks for one moment, the server's now where at is zero.
func (c *Client) instant(ctx context.Context, expr string, at time.Time) (model.Vector, remarks, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	value, warnings, infos, err := c.api.Query(ctx, expr, at, promapi.WithTimeout(c.timeout))
	if err != nil {
		return nil, remarksOf(warnings, infos), c.door.faultOf(err, c.timeout)
	}
	vector, ok := value.(model.Vector)
	if !ok {
		return nil, remarksOf(warnings, infos), c.otherKind(value)
	}
	return vector, remarksOf(warnings, infos), nil
}

// ranged asks for a span.
func (c *Client) ranged(ctx context.Context, expr string, s span) (model.Matrix, remarks, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	value, warnings, infos, err := c.api.QueryRange(ctx, expr, promapi.Range{Start: s.start, End: s.end, Step: s.step}, promapi.WithTimeout(c.timeout))
	if err != nil {
		return nil, remarksOf(warnings, infos), c.door.faultOf(err, c.timeout)
	}
	matrix, ok := value.(model.Matrix)
	if !ok {
		return nil, remarksOf(warnings, infos), c.otherKind(value)
	}
	return matrix, remarksOf(warnings, infos), nil
}

// skew is what the server's clock is ahead of ours, 0 while it is little.
func (c *Client) skew() time.Duration { return time.Duration(c.door.skew.Load()) }

func (c *Client) answerLimit() int64 { return c.door.most }

// otherKind: the server is no Prometheus in this respect.
func (c *Client) otherKind(value model.Value) error {
	kind := "nothing"
	if value != nil {
		kind = "a " + value.Type().String()
	}
	return &Fault{NotPrometheus, c.door.called() + " answers with " + kind + ", which was not asked for", nil}
}

func remarksOf(warnings promapi.Warnings, infos promapi.Infos) (r remarks) {
	for _, text := range warnings {
		r.warnings = addRemark(r.warnings, text)
	}
	for _, text := range infos {
		r.infos = addRemark(r.infos, text)
	}
	return r
}

// add what was remarked on another answer.
func (r *remarks) add(more remarks) {
	for _, text := range more.warnings {
		r.warnings = addRemark(r.warnings, text)
	}
	for _, text := range more.infos {
		r.infos = addRemark(r.infos, text)
	}
}

// maxRemarks that are kept: a server that has more to say says the same.
const maxRemarks = 20

func addRemark(to []string, text string) []string {
	text = printable(text, maxMessage)
	if text == "" || len(to) >= maxRemarks || slices.Contains(to, text) {
		return to
	}
	return append(to, text)
}
