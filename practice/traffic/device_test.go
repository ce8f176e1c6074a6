package traffic

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func gpuWorld() World {
	w := web(2, 200, "latency", "200ms p99", "workers", "16")
	w.Nodes = []Node{{
		Name: "gpu-0", Product: "NVIDIA-A100-SXM4-80GB", Devices: map[string]int{wholeGPU: 2, "nvidia.com/mig-2g.20gb": 1, "nvidia.com/mig-1g.10gb": 2}, XID: 79,
	}}
	for i := range w.Pods {
		w.Pods[i].Node, w.Pods[i].Devices = "gpu-0", map[string]int{wholeGPU: 1}
	}
	return w
}

// holders returns who holds each device, in their order.
func holders(f *Fleet) string {
	var all []string
	for _, s := range f.slots["gpu-0"] {
		all = append(all, s.holder.Name)
	}
	return strings.Join(all, ",")
}

func TestDevicesAreHeldUntilTheirPodIsGone(t *testing.T) {
	f, w := New(1, epoch()), gpuWorld()
	now := pass(f, w, epoch(), 10*time.Second)
	if got := holders(f); got != "web-0,web-1,,," {
		t.Errorf("at first %s", got)
	}
	next := w.Pods[0]
	next.ID, next.Name = "a first by its name", "web-2"
	next.Devices = map[string]int{wholeGPU: 1, "nvidia.com/mig-1g.10gb": 1}
	w.Pods = append(w.Pods, next)
	now = pass(f, w, now, time.Second)
	if got := holders(f); got != "web-0,web-1,web-2,," {
		t.Errorf("with a third one %s", got)
	}
	w.Pods = w.Pods[1:]
	pass(f, w, now, time.Second)
	if got := holders(f); got != "web-2,web-1,web-2,," {
		t.Errorf("when the first is gone %s", got)
	}
}

func TestWhatDevicesTell(t *testing.T) {
	f, w := New(1, epoch()), gpuWorld()
	w.Pods[1].Running = false // it holds one, and does nothing with it
	w.Services[0].Ready = w.Services[0].Ready[:1]
	pass(f, w, epoch(), 30*time.Second)
	samples := f.Gather()
	of := func(name string, labels ...Label) string {
		var all []string
		for _, s := range samples {
			if s.Metric.Name == name && has(s, labels...) {
				all = append(all, fmt.Sprint(s.Value))
			}
		}
		return strings.Join(all, " ")
	}
	busy := sum(samples, "DCGM_FI_DEV_GPU_UTIL", Label{"gpu", "0"}, Label{"pod", "web-0"}, Label{"Hostname", "gpu-0"})
	if busy < 60 || busy > 100 { // 200 requests a second of 0.072 s on 16 workers
		t.Errorf("the utilisation is %v %%, want about 90", busy)
	}
	for name, want := range map[string]string{
		of("DCGM_FI_DEV_GPU_UTIL", Label{"gpu", "1"}, Label{"pod", "web-1"}):                 "0",
		of("DCGM_FI_DEV_GPU_UTIL", Label{"gpu", "2"}):                                        "",
		of("DCGM_FI_PROF_GR_ENGINE_ACTIVE"):                                                  "0 0 0",
		of("DCGM_FI_DEV_FB_USED", Label{"gpu", "0"}):                                         "67174",
		of("DCGM_FI_DEV_FB_FREE", Label{"gpu", "0"}):                                         "14746",
		of("DCGM_FI_DEV_FB_USED", Label{"gpu", "1"}):                                         "491",
		of("DCGM_FI_DEV_FB_FREE", Label{"GPU_I_PROFILE", "1g.10gb"}, Label{"GPU_I_ID", "1"}): "10179",
		of("DCGM_FI_DEV_XID_ERRORS", Label{"device", "nvidia0"}):                             "79",
	} {
		if name != want {
			t.Errorf("got %q, want %q", name, want)
		}
	}
	id := ""
	for _, s := range samples {
		for _, label := range s.Labels {
			if label.Name == "UUID" && has(s, Label{"gpu", "0"}) {
				if id != "" && id != label.Value || len(label.Value) != len("GPU-6f1b0d0e-0c2b-5f0e-9f0a-6d1e1f0a0b0c") {
					t.Errorf("device 0 is %q and %q", id, label.Value)
				}
				id = label.Value
			}
		}
	}
}
