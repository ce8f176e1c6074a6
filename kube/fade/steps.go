package fade

import "slices"

// Steps are the canary's replicas on the way from what it has to what it shall
// have, by way of percentages of the total: 10 and 25 % of 10 are 1 and 2. What
// does not lie on the way is left out; the last step is `to`. Empty where there
// is no way to go.
func Steps(total, from, to int32, percents []int) []int32 {
	total = max(0, total)
	to = min(max(0, to), total)
	var steps []int32
	for _, p := range percents {
		if n := Percent(total, p); min(from, to) < n && n < max(from, to) {
			steps = append(steps, n)
		}
	}
	if from != to {
		steps = append(steps, to)
	}
	slices.Sort(steps)
	if to < from {
		slices.Reverse(steps)
	}
	return slices.Compact(steps)
}

// Percent of a total in replicas. It is rounded down, because a canary should get
// no more traffic than was asked for, but a percentage above 0 of anything is at
// least one.
func Percent(total int32, percent int) int32 {
	n := int64(total) * int64(min(max(percent, 0), 100)) / 100
	if n == 0 && percent > 0 && total > 0 {
		n = 1
	}
	return int32(n)
}
