package traffic

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"strings"
)

const (
	wholeGPU    = "nvidia.com/gpu"
	slicePrefix = "nvidia.com/mig-"
	// Memory of a device, in MiB, when its product's name does not say it; and what of it the
	// driver keeps, and a loaded model takes.
	usualMemory, driverShare, modelShare = 81920.0, 0.006, 0.82
	// A device is somewhat busy with every request, however few there are.
	utilisationFloor = 0.06
)

// slot is one device of a node, or one slice of a device.
type slot struct {
	device   int    // number of the device
	instance int    // number of the slice, from 1; 0 for a whole device
	resource string // by which name it is asked for
	holder   Pod    // ID "" when nobody holds it
}

// place keeps the devices of each node: who holds one keeps it until gone, and who is new
// gets the first that is free.
func (f *Fleet) place(nodes []Node, pods []Pod) {
	f.nodes = nodes
	on := map[string][]Pod{}
	for _, p := range pods {
		if p.Node != "" && len(p.Devices) > 0 {
			on[p.Node] = append(on[p.Node], p)
		}
	}
	slots := map[string][]slot{}
	for _, node := range nodes {
		slots[node.Name] = hold(slotsOf(node), f.slots[node.Name], on[node.Name])
	}
	f.slots = slots
}

// slotsOf numbers the devices of a node: the whole ones, then one for all slices.
func slotsOf(node Node) []slot {
	var all []slot
	for range node.Devices[wholeGPU] {
		all = append(all, slot{device: len(all), resource: wholeGPU})
	}
	device, instance := len(all), 0
	for _, resource := range slices.Sorted(maps.Keys(node.Devices)) {
		if strings.HasPrefix(resource, slicePrefix) {
			for range node.Devices[resource] {
				instance++
				all = append(all, slot{device: device, instance: instance, resource: resource})
			}
		}
	}
	return all
}

// hold gives the slots their holders: first those who held them before, then the others.
func hold(all, before []slot, pods []Pod) []slot {
	left := map[string]map[string]int{} // by pod, by resource: how many it still has to get
	byID := map[string]Pod{}
	slices.SortFunc(pods, func(a, b Pod) int { return strings.Compare(a.ID, b.ID) })
	for _, p := range pods {
		left[p.ID], byID[p.ID] = maps.Clone(p.Devices), p
	}
	for i := range all {
		if i < len(before) && before[i].resource == all[i].resource && left[before[i].holder.ID][all[i].resource] > 0 {
			all[i].holder = byID[before[i].holder.ID]
			left[all[i].holder.ID][all[i].resource]--
		}
	}
	for i := range all {
		for _, p := range pods {
			if all[i].holder.ID == "" && left[p.ID][all[i].resource] > 0 {
				all[i].holder = p
				left[p.ID][all[i].resource]--
			}
		}
	}
	return all
}

// tellHeld adds what the devices tell that a pod holds.
func (f *Fleet) tellHeld(p *pod, samples *[]Sample) {
	for _, node := range f.nodes {
		if node.Name != p.Node {
			continue
		}
		for _, s := range f.slots[node.Name] {
			if s.holder.ID == p.ID {
				s.tell(node, p, samples)
			}
		}
	}
}

// tell adds what NVIDIA's exporter tells about the device; p is the simulation of its holder,
// nil when that does not run or nobody holds it.
func (s slot) tell(node Node, p *pod, samples *[]Sample) {
	labels := []Label{
		{"gpu", strconv.Itoa(s.device)},
		{"UUID", deviceID(node.Name, s.device)},
		{"device", "nvidia" + strconv.Itoa(s.device)},
		{"modelName", strings.ReplaceAll(node.Product, "-", " ")},
		{"Hostname", node.Name},
	}
	memory := memoryOf(node.Product)
	if s.instance > 0 {
		profile := strings.TrimPrefix(s.resource, slicePrefix)
		labels = append(labels, Label{"GPU_I_PROFILE", profile}, Label{"GPU_I_ID", strconv.Itoa(s.instance)})
		memory = memoryOf(profile)
	}
	if s.holder.ID != "" {
		labels = append(labels, Label{"namespace", s.holder.Namespace}, Label{"pod", s.holder.Name}, Label{"container", s.holder.Container})
	}
	tell := collect(samples, labels...)
	busy, used := 0.0, driverShare
	if p != nil && p.Serves {
		used = modelShare
		if p.busy > 0 {
			busy = utilisationFloor + (1-utilisationFloor)*p.busy
		}
	}
	// A slice has no utilisation of its own, only the activity of its engines.
	if s.instance > 0 {
		tell(Metric{"DCGM_FI_PROF_GR_ENGINE_ACTIVE", gauge, "Ratio of time the graphics engine is active."}, "", busy)
	} else {
		tell(Metric{"DCGM_FI_DEV_GPU_UTIL", gauge, "GPU utilization (in %)."}, "", float64(int(100*busy+0.5)))
	}
	tell(Metric{"DCGM_FI_DEV_FB_USED", gauge, "Framebuffer memory used (in MiB)."}, "", float64(int(used*memory)))
	tell(Metric{"DCGM_FI_DEV_FB_FREE", gauge, "Framebuffer memory free (in MiB)."}, "", memory-float64(int(used*memory)))
	xid := 0.0
	if s.device == 0 {
		xid = node.XID
	}
	tell(Metric{"DCGM_FI_DEV_XID_ERRORS", gauge, "Value of the last XID error encountered."}, "", xid)
}

// memoryOf reads the memory from a name like NVIDIA-A100-SXM4-80GB or 1g.10gb, in MiB.
func memoryOf(name string) float64 {
	at := strings.LastIndexAny(name, "-.")
	var gigabytes float64
	if _, err := fmt.Sscanf(strings.ToLower(name[at+1:]), "%ggb", &gigabytes); err != nil || gigabytes <= 0 {
		return usualMemory
	}
	return gigabytes * 1024
}

func deviceID(node string, device int) string {
	hash := fnv.New128a()
	fmt.Fprintf(hash, "%s/%d", node, device)
	sum := hash.Sum(nil)
	return fmt.Sprintf("GPU-%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:])
}
