package kube

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	resourcev1 "k8s.io/api/resource/v1"
)

// DynamicDevices stands as the resource of the devices that pods get by dynamic
// resource allocation (DRA): from resource claims, or from a DeviceClass that serves an
// extended resource. They are in no node's status and are not counted.
const DynamicDevices = "DRA devices"

// Kinds of resource.k8s.io.
const (
	KindDeviceClass   Kind = "DeviceClass"
	KindResourceSlice Kind = "ResourceSlice"
)

// DeviceClass is what fader reads of a resource.k8s.io/v1 DeviceClass. Immutable.
type DeviceClass struct {
	Ref Ref
	// Resource is the extended resource whose requests the class serves on nodes that
	// have none of it in their status; "" for none.
	Resource string
	// Drivers that its selectors name.
	Drivers []string
}

// ResourceSlice is what fader reads of a resource.k8s.io/v1 ResourceSlice. Immutable.
type ResourceSlice struct {
	Ref     Ref
	Node    string
	Driver  string
	Devices int
}

// NewDeviceClass reads a DeviceClass; nothing of the object is kept.
func NewDeviceClass(c *resourcev1.DeviceClass) *DeviceClass {
	class := &DeviceClass{Ref: refOf(KindDeviceClass, &c.ObjectMeta)}
	if c.Spec.ExtendedResourceName != nil {
		class.Resource = Clean(*c.Spec.ExtendedResourceName)
	}
	driver := regexp.MustCompile(`device\.driver\s*==\s*["']([^"']+)["']`)
	for _, s := range c.Spec.Selectors {
		if s.CEL == nil {
			continue
		}
		for _, found := range driver.FindAllStringSubmatch(s.CEL.Expression, -1) {
			class.Drivers = append(class.Drivers, Clean(found[1]))
		}
	}
	return class
}

// NewResourceSlice reads a ResourceSlice; nil for one whose devices belong to no
// single node.
func NewResourceSlice(s *resourcev1.ResourceSlice) *ResourceSlice {
	if s.Spec.NodeName == nil || *s.Spec.NodeName == "" {
		return nil
	}
	return &ResourceSlice{
		Ref: refOf(KindResourceSlice, &s.ObjectMeta), Node: Clean(*s.Spec.NodeName),
		Driver: Clean(s.Spec.Driver), Devices: len(s.Spec.Devices),
	}
}

// claimsOf a pod are the resource claims of its spec, by name; nil for none.
func claimsOf(spec *corev1.PodSpec) []string {
	var names []string
	for _, c := range spec.ResourceClaims {
		names = append(names, Clean(c.Name))
	}
	return names
}

// mappedOf a pod are the extended resources that the scheduler took from a
// DeviceClass; nil for none.
func mappedOf(status *corev1.PodStatus) []string {
	if status.ExtendedResourceClaimStatus == nil {
		return nil
	}
	var names []string
	for _, m := range status.ExtendedResourceClaimStatus.RequestMappings {
		if name := Clean(m.ResourceName); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// deviceSources says which GPU resources come from elsewhere than nodes' statuses. It
// keeps its pointer while nothing of it changes. The nil one knows of none.
type deviceSources struct {
	known   bool              // DeviceClasses are in sight, or the server has none
	classes map[string]string // DeviceClasses by the extended resource that they serve
	// elsewhere are resources that pods run with on nodes whose status does not have them.
	elsewhere map[string]bool
	inStatus  map[string]bool            // resources that some node's status has
	drivers   map[string][]DriverDevices // of GPUs, by node and name
}

// DriverDevices are the devices that a DRA driver offers on a node.
type DriverDevices struct {
	Driver  string
	Devices int // listed in ResourceSlices; with partitions more than can be had at once
}

func deviceSourcesOf(o Objects, previous *made) *deviceSources {
	if o.Nodes == nil {
		return nil
	}
	s := &deviceSources{known: o.DeviceClasses != nil}
	for _, c := range o.DeviceClasses {
		if c.Resource != "" {
			s.classes = set(s.classes, c.Resource, c.Ref.Name)
		}
	}
	for _, n := range o.Nodes {
		for _, a := range n.Accelerator {
			s.inStatus = set(s.inStatus, a.Resource, true)
		}
	}
	for _, p := range o.Pods {
		if p.Finished || p.Node == "" || p.GPUs == nil {
			continue
		}
		n := findNode(o.Nodes, p.Node)
		for name := range p.GPUs {
			if slices.Contains(p.Mapped, name) || n != nil && !n.hasInStatus(name) {
				s.elsewhere = set(s.elsewhere, name, true)
			}
		}
	}
	s.readSlices(o)
	if before := previous.devices; before != nil && reflect.DeepEqual(*s, *before) {
		return before
	}
	return s
}

func set[V any](m map[string]V, key string, value V) map[string]V {
	if m == nil {
		m = make(map[string]V)
	}
	m[key] = value
	return m
}

// readSlices finds the devices of GPU drivers.
func (s *deviceSources) readSlices(o Objects) {
	var named []string
	for _, c := range o.DeviceClasses {
		if c.Resource != "" && (IsGPU(c.Resource, o.GPUResources...) || s.inStatus[c.Resource] || s.elsewhere[c.Resource]) {
			named = append(named, c.Drivers...)
		}
	}
	for _, slice := range o.ResourceSlices {
		if !isGPUDriver(slice.Driver) && !slices.Contains(named, slice.Driver) {
			continue
		}
		list := s.drivers[slice.Node]
		at := slices.IndexFunc(list, func(d DriverDevices) bool { return d.Driver == slice.Driver })
		if at < 0 {
			at, list = len(list), append(list, DriverDevices{Driver: slice.Driver})
		}
		list[at].Devices += slice.Devices
		s.drivers = set(s.drivers, slice.Node, list)
	}
}

// driversOf GPUs that offer devices on a node; nil for none.
func (s *deviceSources) driversOf(n *Node) []DriverDevices {
	if s == nil {
		return nil
	}
	return s.drivers[n.Ref.Name]
}

// isGPUDriver reports whether a driver's name says that it serves GPUs, as
// "gpu.nvidia.com" does. Network cards are devices as well.
func isGPUDriver(name string) bool { return slices.Contains(strings.Split(name, "."), "gpu") }

// uncounted is where a resource may come from other than nodes' statuses, "" for a
// resource that only they have.
func (s *deviceSources) uncounted(resource string) string {
	switch {
	case s == nil:
		return ""
	case s.classes[resource] != "":
		return "DeviceClass " + s.classes[resource]
	case s.elsewhere[resource]:
		return "not in the status of nodes that run it"
	case !s.known && !s.inStatus[resource]:
		return "DeviceClasses are not in sight"
	}
	return ""
}

// uncountedText names those of some resources that may come from elsewhere, with
// where from: "nvidia.com/gpu (DeviceClass gpu.example)"; nil for none.
func (s *deviceSources) uncountedText(gpus map[string]int64) []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(gpus)) {
		if from := s.uncounted(name); from != "" {
			all = append(all, fmt.Sprintf("%s (%s)", name, from))
		}
	}
	return all
}

// isDynamic reports whether a pod on a node has a resource from a DeviceClass. The
// scheduler looks there where the node's status has none.
func (s *deviceSources) isDynamic(p *Pod, n *Node, resource string) bool {
	return slices.Contains(p.Mapped, resource) || s != nil && s.classes[resource] != "" && n.gives(resource) == 0
}

// hasInStatus reports whether the node's status names a resource, be it with 0.
func (n *Node) hasInStatus(resource string) bool {
	return slices.ContainsFunc(n.Accelerator, func(a Accelerator) bool { return a.Resource == resource })
}

// findNode by its name, nil where it is gone; nodes are in order.
func findNode(nodes []*Node, name string) *Node {
	at, found := slices.BinarySearchFunc(nodes, name, func(n *Node, name string) int { return strings.Compare(n.Ref.Name, name) })
	if !found {
		return nil
	}
	return nodes[at]
}
