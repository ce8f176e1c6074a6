package scenario

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// manifests reads the objects of one file of a scenario's folder.
func manifests(scenario, file string) ([]*unstructured.Unstructured, error) {
	data, err := files.ReadFile(path.Join("data", scenario, file))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	var objects []*unstructured.Unstructured
	documents := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), len(data))
	for {
		object := &unstructured.Unstructured{}
		if err := documents.Decode(&object.Object); errors.Is(err, io.EOF) {
			return objects, nil
		} else if err != nil {
			return nil, fmt.Errorf("parse %s: %w", file, err)
		}
		if len(object.Object) > 0 {
			objects = append(objects, object)
		}
	}
}

// resourceOf names the resource of the few kinds that scenarios are made of. Asking the
// server for them would make every start slower.
func resourceOf(object *unstructured.Unstructured) (schema.GroupVersionResource, error) {
	gvk := object.GroupVersionKind()
	switch gvk.Kind {
	case "Deployment", "Service", "EndpointSlice", "HorizontalPodAutoscaler", "PodDisruptionBudget", "ConfigMap", "ResourceQuota", "Node":
		return gvk.GroupVersion().WithResource(strings.ToLower(gvk.Kind) + "s"), nil
	default:
		return schema.GroupVersionResource{}, fmt.Errorf("no scenario can apply a %s", gvk.Kind)
	}
}
