package nodes

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"fader/metrics"
	"fader/views/age"
)

// xid is what the number of a GPU error means. Broken ones are errors of the GPU,
// the others of what ran on it, or repaired already.
type xid struct {
	number  int
	broken  bool
	meaning string
	advice  string
}

// xids are the most common errors, in our words. Source: NVIDIA, "Analyzing Xid
// Errors with the Xid Catalog", docs.nvidia.com/deploy/xid-errors, the columns
// "Description" and "Resolution Bucket (Immediate Action)".
func xids() []xid {
	const restartPod, reset, drain = "restart the pod", "drain the node and reset the GPU", "drain the node and restart it"
	return []xid{
		{13, false, "the program made the graphics engine fail", restartPod},
		{31, false, "the program touched memory that is not its own", restartPod},
		{43, false, "the GPU gave up on the program, and is well", restartPod},
		{45, false, "work was cleaned away after another error", "look for the error before it"},
		{48, true, "a double bit ECC error in its memory", reset},
		{61, true, "its micro-controller reports a breakpoint", reset},
		{62, true, "its micro-controller has halted", reset},
		{63, false, "a bad row of its memory will be replaced", "reset the GPU when it is idle"},
		{64, true, "a bad row of its memory could not be replaced", reset},
		{74, true, "an NVLink connection fails", "drain the node and look at its links"},
		{79, true, "the GPU has fallen off the bus", drain},
		{94, false, "a memory error that hit only the program", restartPod},
		{95, true, "a memory error that may have spread", reset},
		{119, true, "its system processor does not answer", reset},
	}
}

// xidOf a number; one that is not in the table may be anything.
func xidOf(number int) xid {
	all := xids()
	if i := slices.IndexFunc(all, func(x xid) bool { return x.number == number }); i >= 0 {
		return all[i]
	}
	return xid{number: number, meaning: "an error that fader does not know", advice: "look it up in NVIDIA's Xid catalogue"}
}

// recentXid is how long an error counts as news.
const recentXid = 10 * time.Minute

// standing says what the last error of a GPU means now. DCGM's gauge keeps the number
// until the next error or a reset, so that alone it proves nothing.
type standing uint8

const (
	pastXid   standing = iota // the GPU has worked since, or the error was a program's and is no news
	openXid                   // not known whether it still matters
	newXid                    // it came a moment ago
	provenXid                 // the GPU broke and has done nothing since
)

// fault is an error and the GPUs that have it.
type fault struct {
	gpus     []metrics.GPU
	xid      xid
	standing standing
	ago      string // "4m", "30m or longer"; "" where its beginning is not known
	worked   bool   // since
}

// faultsOf GPUs, what proves most first. Known says that any of them tells.
func faultsOf(gpus []metrics.GPU) (faults []fault, known bool) {
	for _, g := range gpus {
		known = known || g.Xid.Known
		if !g.Xid.Known || g.Xid.V < 1 {
			continue
		}
		f := faultOf(g)
		i := slices.IndexFunc(faults, func(o fault) bool {
			return o.xid.number == f.xid.number && o.standing == f.standing && o.ago == f.ago && o.worked == f.worked
		})
		if i < 0 {
			i, faults = len(faults), append(faults, f)
		}
		faults[i].gpus = append(faults[i].gpus, g)
	}
	slices.SortStableFunc(faults, func(a, b fault) int { return cmp.Compare(b.weight(), a.weight()) })
	return faults, known
}

// weight orders faults: what is broken before what a program did.
func (f fault) weight() int {
	w := 2 * int(f.standing)
	if f.xid.broken {
		w++
	}
	return w
}

// faultOf a GPU weighs its last error against what the GPU has done since.
func faultOf(g metrics.GPU) fault {
	f := fault{xid: xidOf(int(g.Xid.V))}
	began, seen := onset(g.Xids, g.Xid.V)
	old := time.Duration(0)
	if began >= 0 {
		old = g.Xids.Time(g.Xids.Len() - 1).Sub(g.Xids.Time(began))
		if f.ago = age.Short(old); !seen {
			f.ago += " or longer"
		}
	}
	idle, dead := false, false
	f.worked, idle, dead = since(g, began, seen)
	recent := seen && old < recentXid
	switch {
	case recent && (f.worked || !f.xid.broken):
		f.standing = newXid
	case f.worked || !f.xid.broken:
		f.standing = pastXid
	case dead || recent || seen && idle:
		f.standing = provenXid
	default:
		f.standing = openXid
	}
	return f
}

// onset is the step at which a gauge took the value that it has, and whether the
// change was seen; -1 where nothing is known.
func onset(s metrics.Series, value float64) (began int, seen bool) {
	began = -1
	for i := s.Len() - 1; i >= 0; i-- {
		v := s.At(i)
		if v.Known && v.V != value {
			return began, began >= 0
		}
		if v.Known {
			began = i
		}
	}
	return began, false
}

// since a step, what a GPU did: it worked, it is known to have done nothing, or it
// fell silent, which it does where the driver cannot reach it.
func since(g metrics.GPU, began int, seen bool) (worked, idle, dead bool) {
	first := max(began, 0)
	if seen {
		first++ // the step itself may be of before
	}
	told := false
	for i := range g.Utilization.Len() {
		v := g.Utilization.At(i)
		told = told || v.Known
		worked = worked || v.Known && i >= first && v.V >= idleBelow
	}
	dead = told && !g.UtilizationNow.Known && !(g.UsedMiB.Known && g.FreeMiB.Known)
	return worked && !dead, g.UtilizationNow.Known && !worked, dead
}

// text is the fault in a sentence.
func (f fault) text() string {
	names := make([]string, len(f.gpus))
	for i, g := range f.gpus {
		names[i] = called(g)
	}
	number, ago := "Xid "+strconv.Itoa(f.xid.number), ""
	if f.ago != "" {
		ago = " " + f.ago + " ago"
		if older, cut := strings.CutSuffix(f.ago, " or longer"); cut {
			ago = " at least " + older + " ago"
		}
	}
	said := strings.Join(names, ", ") + ": "
	switch {
	case f.standing == pastXid && f.worked:
		return said + "last " + number + ago + ", working since"
	case f.standing == pastXid:
		return said + "last " + number + ago + ", " + f.xid.meaning
	case f.standing == openXid:
		return said + "last " + number + ago + ", " + f.xid.meaning + "; whether it works now is not known: check that it answers"
	case f.standing == newXid && f.xid.broken:
		return said + number + ago + ", " + f.xid.meaning + "; it has worked since: watch it"
	}
	return said + number + ago + ", " + f.xid.meaning + "; " + f.xid.advice
}

// called is a GPU by its number, and its part where it is cut.
func called(g metrics.GPU) string {
	if g.Instance == "" {
		return "GPU " + g.Index
	}
	return "GPU " + g.Index + " part " + g.Instance
}
