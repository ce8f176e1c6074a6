package nodes

import (
	"math"
	"slices"
	"strings"
	"time"

	"fader/kube"
	"fader/metrics"
)

// idleBelow is the utilisation under which a GPU does nothing.
const idleBelow = 0.01

// measured is what Prometheus says of the GPUs of a row.
type measured struct {
	gpus        []metrics.GPU
	utilization metrics.Series // mean of those known
	now         metrics.Value
	used, total metrics.Value // MiB, of all together
	faults      []fault
	faultsKnown bool
	idle        []idle
}

// idle are GPUs that do nothing for a pod that is not ready.
type idle struct {
	pod  *kube.Pod
	gpus int
	of   time.Duration
	most bool // as far back as figures go
}

// measure is worked out once for a row of a picture.
func (v *View) measure(r row) measured {
	return v.memo.Of(v.Edition(), key{r.node.Node.Ref, r.use.Resource}, func() measured {
		return measuredOf(devices(v.Gauge().GPUs(r.node.Node.Ref.Name, v.Snapshot()), r), r.node.Holders)
	})
}

// devices are those of a node's GPUs that a row is about: whole ones, or parts of
// one size. A GPU that is cut is no whole one. Where nothing is asked for by the
// size of a part, parts are asked for as if they were whole.
func devices(all []metrics.GPU, r row) []metrics.GPU {
	if r.use.Resource == kube.DynamicDevices {
		if slices.ContainsFunc(r.node.Resources, func(u kube.GPUUse) bool { return strings.HasPrefix(u.Resource, "nvidia.com/") }) {
			return nil // which of them are whose is not known
		}
		return all
	}
	profile, parts := strings.CutPrefix(r.use.Resource, "nvidia.com/mig-")
	if !parts && r.use.Resource != "nvidia.com/gpu" {
		return nil
	}
	named := slices.ContainsFunc(r.node.Resources, func(u kube.GPUUse) bool { return strings.HasPrefix(u.Resource, "nvidia.com/mig-") })
	cut := map[string]bool{}
	for _, g := range all {
		cut[g.Index] = cut[g.Index] || g.Instance != ""
	}
	var own []metrics.GPU
	for _, g := range all {
		switch {
		case g.Instance == "" && !cut[g.Index] && !parts,
			g.Instance != "" && parts && strings.ReplaceAll(g.Profile, "+", ".") == profile,
			g.Instance != "" && !parts && !named:
			own = append(own, g)
		}
	}
	return own
}

func measuredOf(gpus []metrics.GPU, holders []kube.Holder) measured {
	m := measured{gpus: gpus, utilization: mean(gpus)}
	m.faults, m.faultsKnown = faultsOf(gpus)
	busy, known := 0.0, 0
	for _, g := range gpus {
		if g.UtilizationNow.Known {
			busy, known = busy+g.UtilizationNow.V, known+1
		}
		if g.UsedMiB.Known && g.FreeMiB.Known {
			m.used = metrics.Value{V: m.used.V + g.UsedMiB.V, Known: true}
			m.total = metrics.Value{V: m.total.V + g.UsedMiB.V + g.FreeMiB.V, Known: true}
		}
	}
	if known > 0 {
		m.now = metrics.Value{V: busy / float64(known), Known: true}
	}
	m.idle = idleOf(gpus, holders)
	return m
}

// mean utilisation of GPUs, of those known at each step.
func mean(gpus []metrics.GPU) metrics.Series {
	if len(gpus) == 0 {
		return metrics.Series{}
	}
	s := metrics.Series{Start: gpus[0].Utilization.Start, Step: gpus[0].Utilization.Step, Values: make([]float64, gpus[0].Utilization.Len())}
	for i := range s.Values {
		sum, known := 0.0, 0.0
		for _, g := range gpus {
			if v := g.Utilization.At(i); v.Known {
				sum, known = sum+v.V, known+1
			}
		}
		if s.Values[i] = math.NaN(); known > 0 {
			s.Values[i] = sum / known
		}
	}
	return s
}

// idleOf are the GPUs that wait for pods which are not ready, by pod.
func idleOf(gpus []metrics.GPU, holders []kube.Holder) []idle {
	var all []idle
	for _, h := range holders {
		own := idle{pod: h.Pod}
		for _, g := range gpus {
			since, most := idleFor(g)
			if h.Pod.IsReady || g.Pod != (metrics.PodKey{Namespace: h.Pod.Ref.Namespace, Name: h.Pod.Ref.Name}) || since == 0 {
				continue
			}
			if own.gpus == 0 || since < own.of {
				own.of, own.most = since, most
			}
			own.gpus++
		}
		if own.gpus > 0 {
			all = append(all, own)
		}
	}
	return all
}

// idleFor is how long a GPU has done nothing, 0 where it does something or that is
// not known; most says that it may be longer than figures go back.
func idleFor(g metrics.GPU) (since time.Duration, most bool) {
	if !g.UtilizationNow.Known || g.UtilizationNow.V >= idleBelow {
		return 0, false
	}
	steps, first := 0, 0
	for i := g.Utilization.Len() - 1; i >= 0; i-- {
		v := g.Utilization.At(i)
		if v.Known && v.V >= idleBelow {
			return max(time.Duration(steps), 1) * g.Utilization.Step, false
		}
		if steps++; v.Known {
			first = steps
		}
	}
	return time.Duration(first) * g.Utilization.Step, true
}
