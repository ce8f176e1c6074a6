package nodes

import (
	"slices"
	"strconv"
	"strings"

	"fader/metrics"
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

// fault is an error and the GPUs that have it.
type fault struct {
	gpus []metrics.GPU
	xid  xid
}

// faultsOf GPUs, the broken ones first. Known says that any of them tells.
func faultsOf(gpus []metrics.GPU) (faults []fault, known bool) {
	for _, g := range gpus {
		known = known || g.Xid.Known
		if !g.Xid.Known || g.Xid.V < 1 {
			continue
		}
		x := xidOf(int(g.Xid.V))
		i := slices.IndexFunc(faults, func(f fault) bool { return f.xid.number == x.number })
		if i < 0 {
			i, faults = len(faults), append(faults, fault{xid: x})
		}
		faults[i].gpus = append(faults[i].gpus, g)
	}
	slices.SortStableFunc(faults, func(a, b fault) int {
		switch {
		case a.xid.broken == b.xid.broken:
			return 0
		case a.xid.broken:
			return -1
		}
		return 1
	})
	return faults, known
}

// text is the fault in a sentence.
func (f fault) text() string {
	names := make([]string, len(f.gpus))
	for i, g := range f.gpus {
		names[i] = called(g)
	}
	return strings.Join(names, ", ") + ": Xid " + strconv.Itoa(f.xid.number) + ", " + f.xid.meaning + "; " + f.xid.advice
}

// called is a GPU by its number, and its part where it is cut.
func called(g metrics.GPU) string {
	if g.Instance == "" {
		return "GPU " + g.Index
	}
	return "GPU " + g.Index + " part " + g.Instance
}
