package kube

import (
	"fmt"
	"strconv"
	"strings"
)

// Count is the number of pods as a person is told: "12", "at most 12".
func (r *Room) Count() string {
	if r.Partial || len(r.Uncounted) > 0 {
		return fmt.Sprintf("at most %d", r.Pods)
	}
	return fmt.Sprint(r.Pods)
}

// Doubt is why there may be less room than Count says, "" where nothing is known
// that would make it less.
func (r *Room) Doubt() string {
	var parts []string
	if r.Partial {
		parts = append(parts, "other pods are not in sight")
	}
	if len(r.Uncounted) > 0 {
		parts = append(parts, strings.Join(r.Uncounted, " and ")+" not counted")
	}
	return strings.Join(parts, ", ")
}

// Short is what keeps so many pods from finding a place, "" where nothing that is
// counted does: "CPU needs 2, 0.4 free".
func (r *Room) Short(pods int64) string {
	if r.Pods >= pods {
		return ""
	}
	if r.Nodes == 0 {
		return "no node takes its pods"
	}
	for _, n := range r.Needs {
		if IsGPU(n.Resource) && n.Free == 0 && n.Elsewhere > 0 {
			return n.Text(pods) // what else is short there is no matter
		}
	}
	var short, all []string
	for _, n := range r.Needs {
		if n.Pods < pods {
			short = append(short, n.Text(pods))
		}
		if n.Resource != ResourcePods {
			all = append(all, n.noun())
		}
	}
	if len(short) == 0 {
		return strings.Join(all, " and ") + " are free, but not on the same nodes"
	}
	return strings.Join(short, " and ")
}

// Text is what so many pods need and what there is: "CPU needs 2, 6.5 free".
func (n Need) Text(pods int64) string {
	most := ""
	if n.AtMost {
		most = "at most "
	}
	if n.Resource == ResourcePods {
		return fmt.Sprintf("the nodes take %s%d more %s", most, n.Free, plural(int(n.Free), "pod"))
	}
	if IsGPU(n.Resource) && n.Free == 0 && n.Elsewhere > 0 {
		return fmt.Sprintf("%s needs %s, %s%s free, none on nodes these pods may use (%s)",
			n.noun(), n.amount(n.Each*pods), most, n.amount(n.Elsewhere), n.Refusal)
	}
	text := fmt.Sprintf("%s needs %s, %s%s free", n.noun(), n.amount(n.Each*pods), most, n.amount(n.Free))
	switch {
	case n.Pods >= pods || n.Free < n.Each*pods:
		return text
	case n.Most < n.Each:
		return text + fmt.Sprintf(", but not more than %s on a node", n.amount(n.Most))
	}
	return text + ", but spread over the nodes"
}

// Demand is what so many pods need where nothing is known of the nodes: "CPU 2".
func (n Need) Demand(pods int64) string { return n.noun() + " " + n.amount(n.Each*pods) }

func (n Need) noun() string {
	if n.Resource == ResourceCPU {
		return "CPU"
	}
	return n.Resource
}

func (n Need) amount(of int64) string {
	switch n.Resource {
	case ResourceCPU:
		return strconv.FormatFloat(float64(of)/1000, 'f', -1, 64)
	case ResourceMemory:
		return memoryText(of)
	}
	return fmt.Sprint(of)
}

// memoryText has three digits and Kubernetes' units: "1.5Gi", "512Mi", "23.9Gi".
func memoryText(bytes int64) string {
	units := [...]string{"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"}
	value, unit := float64(bytes), 0
	for value >= 1024 && unit < len(units)-1 {
		value /= 1024
		unit++
	}
	digits := 0
	for limit := 100.0; digits < 2 && value < limit; limit /= 10 {
		digits++
	}
	// What is cut off is cut off downwards: free memory is never told too large.
	scale := [...]float64{1, 10, 100}[digits]
	return strconv.FormatFloat(float64(int64(value*scale))/scale, 'f', -1, 64) + units[unit]
}
