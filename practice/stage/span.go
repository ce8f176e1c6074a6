package stage

import "time"

// Span reads a duration from an annotation as the Stages do: 20s, 300ms, or a number of
// seconds, divided by speed. otherwise is what it is when the annotation cannot be read.
func Span(annotations map[string]string, annotation string, otherwise time.Duration, speed float64) time.Duration {
	text := annotations[annotation]
	d, err := time.ParseDuration(text)
	if err != nil {
		if d, err = time.ParseDuration(text + "s"); err != nil {
			d = otherwise
		}
	}
	return time.Duration(float64(d) / speed)
}
