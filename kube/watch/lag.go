package watch

import (
	"fmt"
	"time"
)

// lag is a stream that was found to hang.
type lag struct {
	from  time.Time // when it last delivered; zero: none hangs
	found time.Time
	// until when the resource counts as lagging; zero until a stream delivers again.
	until time.Time
}

// lagHold is how long a resource counts as lagging after a stream delivers again:
// by then the other streams that may hang have been checked.
const lagHold = 4 * time.Second

// lags reports whether the contents may be old.
func (l lag) lags(now time.Time) bool {
	return !l.from.IsZero() && (l.until.IsZero() || now.Before(l.until))
}

// describe says for how long what was shown may have been old.
func (l lag) describe(resource string) string {
	return fmt.Sprintf("the watch of %s hung for %s: it delivered nothing since %s",
		resource, l.found.Sub(l.from).Round(time.Second), l.from.Local().Format(time.TimeOnly))
}
