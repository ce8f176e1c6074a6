package age

import (
	"strconv"
	"time"
)

// Unknown stands for the age of what has no moment.
const Unknown = "-"

const (
	day  = 24 * time.Hour
	year = 365 * day
)

// units from the largest. A unit is used from the length at which one of the
// next smaller no longer tells more than it.
var units = [...]struct {
	length time.Duration
	from   time.Duration
	sign   string
}{
	{year, 2 * year, "y"},
	{day, day, "d"},
	{time.Hour, time.Hour, "h"},
	{time.Minute, time.Minute, "m"},
}

// Short is a duration in one unit: "34s", "12m", "5h", "14d", "3y". Below zero
// (clocks differ) it is "0s".
func Short(d time.Duration) string {
	for _, u := range units {
		if d >= u.from {
			return strconv.FormatInt(int64(d/u.length), 10) + u.sign
		}
	}
	return seconds(d)
}

// Long is a duration in two units: "34s", "8m12s", "1h05m", "2d03h", "3y40d".
// Below zero it is "0s".
func Long(d time.Duration) string {
	for i, u := range units {
		if d < u.from {
			continue
		}
		head := strconv.FormatInt(int64(d/u.length), 10) + u.sign
		return head + rest(d%u.length, i)
	}
	return seconds(d)
}

// rest is what is left below units[i], in the next unit, always as wide.
func rest(d time.Duration, i int) string {
	if i+1 == len(units) {
		return twoDigits(int64(d/time.Second)) + "s"
	}
	next := units[i+1]
	return twoDigits(int64(d/next.length)) + next.sign
}

// Since is the Short age of t, Unknown where t or now is not known.
func Since(now, t time.Time) string {
	if now.IsZero() || t.IsZero() {
		return Unknown
	}
	return Short(now.Sub(t))
}

func seconds(d time.Duration) string {
	return strconv.FormatInt(int64(max(d, 0)/time.Second), 10) + "s"
}

func twoDigits(n int64) string {
	if n < 10 {
		return "0" + strconv.FormatInt(n, 10)
	}
	return strconv.FormatInt(n, 10)
}
