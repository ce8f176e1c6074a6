package inspect

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func at(seconds int) time.Time { return time.Date(2026, 11, 21, 14, 0, seconds, 0, time.UTC) }

func drain(t *testing.T, r *ring) (lines []Line, dropped int) {
	t.Helper()
	r.close(io.EOF)
	for {
		batch, err := r.take(t.Context())
		if err != nil {
			require.ErrorIs(t, err, io.EOF)
			return lines, dropped
		}
		require.LessOrEqual(t, len(batch.Lines), batchLines+maxRemarks)
		lines, dropped = append(lines, batch.Lines...), dropped+batch.Dropped
	}
}

func TestRingDropsTheOldestAndSaysHowMany(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		total int
		keeps int
	}{
		"by number": {"x", 3*maxLines + 7, maxLines},
		"by size":   {strings.Repeat("x", 1<<20-lineCost), 40, 16},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRing()
			from := &Source{}
			r.remark(from, "said before")
			for i := range c.total {
				r.put([]Line{{Text: c.text, Time: at(i), From: from}})
			}
			require.LessOrEqual(t, r.bytes, maxBytes)
			require.LessOrEqual(t, cap(r.lines), 4*maxLines)
			lines, dropped := drain(t, r)
			require.Equal(t, c.total-c.keeps, dropped)
			require.Len(t, lines, c.keeps+1, "and a remark is not washed away")
			require.Equal(t, at(c.total-1), lines[len(lines)-1].Time)
			require.Zero(t, r.bytes)
		})
	}
}

func TestABatchIsInTheOrderOfTime(t *testing.T) {
	r := newRing()
	r.put([]Line{{Text: "a", Time: at(1)}, {Text: "b", Time: at(5)}})
	r.put([]Line{{Text: "c", Time: at(3)}, {Text: "d", Time: at(5)}})
	r.remark(nil, "e")
	lines, _ := drain(t, r)
	require.Equal(t, []string{"a", "c", "b", "d", "* e"}, texts(lines))
}

func TestBatchesKeepADistance(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, start := newRing(), time.Now()
		time.Sleep(time.Second)
		r.put([]Line{{Text: "first", Time: at(1)}})
		_, err := r.take(t.Context())
		require.NoError(t, err)
		require.Equal(t, time.Second, time.Since(start), "after silence at once")
		go func() {
			time.Sleep(gather / 5)
			r.put([]Line{{Text: "late", Time: at(3)}})
			time.Sleep(gather / 5)
			r.put([]Line{{Text: "early", Time: at(2)}})
		}()
		batch, err := r.take(t.Context())
		require.NoError(t, err)
		require.Equal(t, time.Second+gather, time.Since(start))
		require.Equal(t, []string{"early", "late"}, texts(batch.Lines))
		time.Sleep(time.Second) // the last timer ends within the bubble
	})
}

func TestTakeEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := newRing().take(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

func TestNewsOfTheStreamsAreABatch(t *testing.T) {
	r := newRing()
	left := []Source{{Container: "x"}}
	r.count(2, left)
	batch, err := r.take(t.Context())
	require.NoError(t, err)
	require.Equal(t, Batch{Following: 2, LeftOut: left, Lines: []Line{}}, batch)
	r.count(2, left)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = r.take(ctx)
	require.Error(t, err, "the same again is no news")
}

// rawLog is what n lines look like on the wire.
func rawLog(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "2026-11-21T14:00:%02d.%09dZ level=info msg=\"request served\" path=/v1/score n=%d\n", i/1000%60, i, i)
	}
	return b.String()
}

// readAll is a connection's way from bytes to lines that wait for a reader.
func readAll(f *follower, log string) {
	_ = f.consume(strings.NewReader(log))
}

func newFollower() *follower {
	return &follower{Stream: &Stream{options: LogOptions{}.withDefaults(), ring: newRing()}}
}

func BenchmarkRead10000Lines(b *testing.B) {
	log := rawLog(10_000)
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	for b.Loop() {
		f := newFollower()
		readAll(f, log)
		_, _ = f.ring.take(context.Background())
	}
}

// A line costs its text; everything else is shared by many.
func TestAllocationsOfALine(t *testing.T) {
	const lines = 10_000
	log := rawLog(lines)
	f := newFollower()
	readAll(f, log) // the ring has grown
	f.mark = mark{}
	allocations := testing.AllocsPerRun(3, func() {
		_, _ = f.ring.take(context.Background())
		f.mark = mark{}
		readAll(f, log)
	})
	require.LessOrEqual(t, allocations, 1.1*lines)
}
