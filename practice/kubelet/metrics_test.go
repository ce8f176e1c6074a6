package kubelet

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/metrics/pkg/apis/metrics/v1beta1"
)

// loaded returns n pods of app that ask for 100m and 100Mi each and share load.
func loaded(app, load string, n int) []*corev1.Pod {
	var all []*corev1.Pod
	for i := range n {
		pod := webPod()
		pod.Name = fmt.Sprintf("%s-%d", app, i)
		pod.Labels = map[string]string{"app": app}
		if load != "" {
			pod.Annotations = map[string]string{cpuLoad: load}
		}
		pod.Spec.Containers[0].Resources.Requests = corev1.ResourceList{
			corev1.ResourceCPU: resource.MustParse("100m"), corev1.ResourceMemory: resource.MustParse("100Mi"),
		}
		all = append(all, pod)
	}
	return all
}

func read(t *testing.T, url string, into any) {
	t.Helper()
	code, body := get(t, url)
	if code != http.StatusOK {
		t.Fatalf("%s: %d %s", url, code, body)
	}
	if err := json.Unmarshal([]byte(body), into); err != nil {
		t.Fatal(err)
	}
}

func TestPodMetrics(t *testing.T) {
	pods := append(loaded("offers", "572m", 5), loaded("cart", "", 2)...)
	pods[4].Status.Phase = corev1.PodPending
	server, _, _ := serve(t, pods...)
	api := server.URL + metricsPath
	var list v1beta1.PodMetricsList
	read(t, api+"/namespaces/shop/pods?labelSelector=app%3Doffers", &list)
	if len(list.Items) != 4 {
		t.Fatalf("%d pods, want the 4 that run", len(list.Items))
	}
	for _, pod := range list.Items {
		if cpu := pod.Containers[0].Usage.Cpu().MilliValue(); cpu != 143 || pod.Timestamp.IsZero() || pod.Window.Duration != window {
			t.Errorf("%s uses %dm, want a quarter of 572m: %+v", pod.Name, cpu, pod)
		}
	}
	var one v1beta1.PodMetrics
	read(t, api+"/namespaces/shop/pods/cart-1", &one)
	for resource, used := range one.Containers[0].Usage {
		share := used.Value()
		if resource == corev1.ResourceCPU {
			share = used.MilliValue()
		} else {
			share /= 1 << 20
		}
		if share < leastCalm-1 || share > mostCalm {
			t.Errorf("cart uses %d %% of its %s", share, resource)
		}
	}
	if code, body := get(t, api+"/namespaces/shop/pods/nobody"); code != http.StatusNotFound {
		t.Errorf("nobody: %d %s", code, body)
	}
}

func TestNodeMetricsAreTheSum(t *testing.T) {
	server, client, _ := serve(t, loaded("offers", "500m", 5)...)
	for _, name := range []string{"node-0", "node-1"} {
		if err := client.Tracker().Add(&corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name}}); err != nil {
			t.Fatal(err)
		}
	}
	var list v1beta1.NodeMetricsList
	read(t, server.URL+metricsPath+"/nodes", &list)
	if len(list.Items) != 2 || list.Items[0].Usage.Cpu().MilliValue() != 500 || list.Items[1].Usage.Cpu().MilliValue() != 0 {
		t.Errorf("nodes %+v", list.Items)
	}
}

func TestMetricsAreFound(t *testing.T) {
	server, _, _ := serve(t)
	var list metav1.APIResourceList
	read(t, server.URL+metricsPath, &list)
	if list.GroupVersion != "metrics.k8s.io/v1beta1" || len(list.APIResources) != 2 {
		t.Errorf("resources %+v", list)
	}
}
