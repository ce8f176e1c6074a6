package traffic

// The kinds of metrics.
const (
	counter  = "counter"
	gauge    = "gauge"
	buckets  = "histogram"
	bucketOf = "_bucket"
	sumOf    = "_sum"
	countOf  = "_count"
)

// Metric is a family of series.
type Metric struct{ Name, Kind, Help string }

// Label is one label of a series.
type Label struct{ Name, Value string }

// Sample is the value of one series at one time. Suffix is what its name has after the
// metric's: _bucket, _sum, _count or nothing.
type Sample struct {
	Metric Metric
	Suffix string
	Labels []Label
	Value  float64
}

// teller takes the samples of one pod or node, whose own labels it adds.
type teller func(m Metric, suffix string, value float64, labels ...Label)

// histogram tells all series of a classic histogram.
func (tell teller) histogram(m Metric, h *histogram, labels ...Label) {
	h.each(func(le string, n uint64) {
		tell(m, bucketOf, float64(n), append(labels[:len(labels):len(labels)], Label{"le", le})...)
	})
	tell(m, sumOf, h.sum, labels...)
	tell(m, countOf, float64(h.count()), labels...)
}

// collect gathers samples that all have the given labels.
func collect(into *[]Sample, own ...Label) teller {
	return func(m Metric, suffix string, value float64, labels ...Label) {
		all := make([]Label, 0, len(own)+len(labels))
		*into = append(*into, Sample{Metric: m, Suffix: suffix, Labels: append(append(all, own...), labels...), Value: value})
	}
}
