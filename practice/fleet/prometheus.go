package fleet

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/golang/snappy"
	"github.com/prometheus/prometheus/prompb"

	"fader/practice/traffic"
)

const (
	writeTimeout = 30 * time.Second
	writeRetry   = 500 * time.Millisecond
	// batch is about how many points are sent at a time.
	batch = 100_000
	// maxAnswer is how much of an answer is read.
	maxAnswer = 4 << 10
)

// Prometheus is where history is written to.
type Prometheus struct {
	// URL is that of the server, Token lets one write there.
	URL, Token string
	// Labels are those that a scrape adds to every series.
	Labels []traffic.Label
}

// write sends series, and tries again for as long as nobody answers. Its error is that of
// the server, or that ctx was cancelled.
func (p Prometheus) write(ctx context.Context, series []traffic.Series) error {
	for len(series) > 0 {
		n, points := 0, 0
		for n < len(series) && (n == 0 || points < batch) {
			points += len(series[n].Points)
			n++
		}
		body, err := p.encode(series[:n])
		if err != nil {
			return err
		}
		if err := p.deliver(ctx, body); err != nil {
			return err
		}
		series = series[n:]
	}
	return nil
}

// encode makes the body of a remote write request.
func (p Prometheus) encode(series []traffic.Series) ([]byte, error) {
	request := prompb.WriteRequest{Timeseries: make([]prompb.TimeSeries, 0, len(series))}
	for _, s := range series {
		one := prompb.TimeSeries{Labels: []prompb.Label{{Name: "__name__", Value: s.Metric.Name + s.Suffix}}}
		for _, label := range slices.Concat(s.Labels, p.Labels) {
			one.Labels = append(one.Labels, prompb.Label{Name: label.Name, Value: label.Value})
		}
		slices.SortFunc(one.Labels, func(a, b prompb.Label) int { return strings.Compare(a.Name, b.Name) })
		one.Samples = make([]prompb.Sample, 0, len(s.Points))
		for _, point := range s.Points {
			one.Samples = append(one.Samples, prompb.Sample{Timestamp: point.Millis, Value: point.Value})
		}
		request.Timeseries = append(request.Timeseries, one)
	}
	data, err := request.Marshal()
	if err != nil {
		return nil, fmt.Errorf("encode the history: %w", err)
	}
	return snappy.Encode(nil, data), nil
}

// deliver posts a body until it is answered.
func (p Prometheus) deliver(ctx context.Context, body []byte) error {
	for {
		again, err := p.post(ctx, body)
		if !again {
			return err
		}
		select {
		case <-time.After(writeRetry):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// post posts a body once. again says that nobody was there to take it.
func (p Prometheus) post(ctx context.Context, body []byte) (again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL+"/api/v1/write", bytes.NewReader(body))
	if err != nil {
		return false, fmt.Errorf("write to prometheus: %w", err)
	}
	for name, value := range map[string]string{
		"Authorization": "Bearer " + p.Token, "Content-Encoding": "snappy", "Content-Type": "application/x-protobuf",
		"X-Prometheus-Remote-Write-Version": "0.1.0",
	} {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return true, err
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(response.Body, maxAnswer)) // what cannot be read is not needed
	switch {
	case response.StatusCode < http.StatusMultipleChoices:
		return false, nil
	case response.StatusCode >= http.StatusInternalServerError:
		return true, fmt.Errorf("write to prometheus: %s", response.Status)
	default:
		return false, fmt.Errorf("write to prometheus: %s: %s", response.Status, strings.TrimSpace(string(answer)))
	}
}
