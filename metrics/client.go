package metrics

import (
	"context"
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

// instant asks for one moment, the server's now where at is zero. Warnings are
// what the server remarks about the answer, sanitised.
func (c *Client) instant(ctx context.Context, expr string, at time.Time) (model.Vector, []string, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	value, warnings, infos, err := c.api.Query(ctx, expr, at, promapi.WithTimeout(c.timeout))
	if err != nil {
		return nil, remarks(warnings, infos), c.door.faultOf(err, c.timeout)
	}
	vector, ok := value.(model.Vector)
	if !ok {
		return nil, remarks(warnings, infos), c.otherKind(value)
	}
	return vector, remarks(warnings, infos), nil
}

// ranged asks for a span.
func (c *Client) ranged(ctx context.Context, expr string, s span) (model.Matrix, []string, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	value, warnings, infos, err := c.api.QueryRange(ctx, expr, promapi.Range{Start: s.start, End: s.end, Step: s.step}, promapi.WithTimeout(c.timeout))
	if err != nil {
		return nil, remarks(warnings, infos), c.door.faultOf(err, c.timeout)
	}
	matrix, ok := value.(model.Matrix)
	if !ok {
		return nil, remarks(warnings, infos), c.otherKind(value)
	}
	return matrix, remarks(warnings, infos), nil
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

// remarks are the API's warnings and infos, each once.
func remarks(warnings promapi.Warnings, infos promapi.Infos) []string {
	var out []string
	for _, text := range append(append([]string{}, warnings...), infos...) {
		out = addRemark(out, text)
	}
	return out
}

// maxRemarks that are kept: a server that has more to say says the same.
const maxRemarks = 20

func addRemark(to []string, text string) []string {
	text = printable(text, maxMessage)
	if text == "" || len(to) >= maxRemarks {
		return to
	}
	for _, there := range to {
		if there == text {
			return to
		}
	}
	return append(to, text)
}
