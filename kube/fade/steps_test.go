package fade

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestSteps(t *testing.T) {
	usual := []int{10, 25, 50, 100}
	for _, c := range []struct {
		name            string
		total, from, to int32
		percents        []int
		want            []int32
	}{
		{"the usual way", 10, 0, 10, usual, []int32{1, 2, 5, 10}},
		{"what it has already is left out", 10, 1, 10, usual, []int32{2, 5, 10}},
		{"as far as is wanted", 10, 1, 5, usual, []int32{2, 5}},
		{"small ones meet", 3, 0, 3, usual, []int32{1, 3}},
		{"one pod", 1, 0, 1, usual, []int32{1}},
		{"the way back is walked backwards", 10, 10, 0, usual, []int32{5, 2, 1, 0}},
		{"at once", 10, 1, 10, nil, []int32{10}},
		{"in any order", 10, 0, 10, []int{100, 50, 50}, []int32{5, 10}},
		{"nowhere to go", 10, 4, 4, usual, nil},
		{"not beyond the total", 10, 0, 99, []int{300}, []int32{10}},
		{"not below nought", 10, 3, -5, []int{-1}, []int32{0}},
		{"a total of nought", 0, 0, 0, usual, nil},
		{"from outside", 10, 15, 10, usual, []int32{10}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, Steps(c.total, c.from, c.to, c.percents))
		})
	}
}

func TestStepsGoOneWayAndArrive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int32Min(0).Draw(t, "total")
		from, to := rapid.Int32Range(0, total).Draw(t, "from"), rapid.Int32Range(0, total).Draw(t, "to")
		steps := Steps(total, from, to, rapid.SliceOf(rapid.IntRange(-10, 200)).Draw(t, "percents"))
		way := append([]int32{from}, steps...)
		if to < from {
			slices.Reverse(way)
		}
		require.True(t, slices.IsSorted(way))
		require.Len(t, slices.Compact(slices.Clone(way)), len(way), "none twice")
		require.Equal(t, to, append([]int32{from}, steps...)[len(steps)])
	})
}

func TestPercentIsAtLeastOnePod(t *testing.T) {
	require.EqualValues(t, 1, Percent(10, 1))
	require.EqualValues(t, 2, Percent(10, 25), "no more than was asked for")
	require.EqualValues(t, 0, Percent(10, 0))
	require.EqualValues(t, 0, Percent(0, 50))
	require.EqualValues(t, 10, Percent(10, 1000))
	require.EqualValues(t, 1<<31-1, Percent(1<<31-1, 100))
}
