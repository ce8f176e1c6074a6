package kubelet

import (
	"net/http"
	"time"

	"fader/practice/story"
)

const (
	// stampFormat is a kubelet's: always nine digits after the second.
	stampFormat = "2006-01-02T15:04:05.000000000Z07:00"
	// burst is about how many bytes are written at a time.
	burst = 32 << 10
)

// reader writes the lines of a log to a response.
type reader struct {
	to      http.ResponseWriter
	options logOptions
	log     *story.Log
	next    int  // number of the next line
	left    int  // bytes that may still be written; negative: any
	gone    bool // nobody reads any more, or the limit is reached
}

// newReader stands at the first line that options ask for.
func newReader(to http.ResponseWriter, options logOptions, log *story.Log, now time.Time) *reader {
	count := log.Count(now)
	next := story.First(count)
	if !options.since.IsZero() {
		next = max(next, log.Since(options.since, count))
	}
	if options.tail >= 0 {
		next = max(next, count-options.tail)
	}
	return &reader{to: to, options: options, log: log, next: next, left: options.limit}
}

// upTo writes every line that is there at now.
func (r *reader) upTo(now time.Time) {
	count := r.log.Count(now)
	var buffer []byte
	for ; r.next < count && !r.gone; r.next++ {
		if r.options.timestamps {
			buffer = r.log.Time(r.next).UTC().AppendFormat(buffer, stampFormat)
			buffer = append(buffer, ' ')
		}
		buffer = append(append(buffer, r.log.Text(r.next)...), '\n')
		if len(buffer) > burst {
			r.write(buffer)
			buffer = buffer[:0]
		}
	}
	r.write(buffer)
	if f, is := r.to.(http.Flusher); is {
		f.Flush()
	}
}

// end writes what is left of a run that has ended; nil when that is not known.
func (r *reader) end(log *story.Log) {
	if log == nil {
		return
	}
	r.log = log
	// What was written by mistake after the end cannot be taken back.
	r.next = min(r.next, log.Ending())
	r.upTo(log.Ended)
}

func (r *reader) write(data []byte) {
	if r.gone || len(data) == 0 {
		return
	}
	if r.left >= 0 {
		data = data[:min(len(data), r.left)]
		r.left -= len(data)
		r.gone = r.left == 0
	}
	if _, err := r.to.Write(data); err != nil {
		r.gone = true
	}
}
