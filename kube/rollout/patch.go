package rollout

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// fieldManager is the name under which the server remembers what fader wrote.
const fieldManager = "fader"

const (
	pathUID             = "/metadata/uid"
	pathResourceVersion = "/metadata/resourceVersion"
)

// operation is one step of a JSON patch (RFC 6902).
type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}

// mergePatch sets these fields, guarded by uid and resourceVersion, which the
// server compares with the stored object: 409 when they differ.
func mergePatch(o metav1.Object, fields map[string]any) (types.PatchType, []byte, error) {
	guard, _ := fields["metadata"].(map[string]any)
	guard = maps.Clone(guard)
	if guard == nil {
		guard = map[string]any{}
	}
	guard["uid"], guard["resourceVersion"] = string(o.GetUID()), o.GetResourceVersion()
	fields = maps.Clone(fields)
	fields["metadata"] = guard
	body, err := json.Marshal(fields)
	if err != nil {
		return "", nil, fmt.Errorf("write merge patch: %w", err)
	}
	return types.MergePatchType, body, nil
}

// jsonPatch does the operations after testing uid and resourceVersion: 422 when
// a test fails, and none of the operations is done.
func jsonPatch(o metav1.Object, steps ...operation) (types.PatchType, []byte, error) {
	guarded := append([]operation{
		{Op: "test", Path: pathUID, Value: string(o.GetUID())},
		{Op: "test", Path: pathResourceVersion, Value: o.GetResourceVersion()},
	}, steps...)
	body, err := json.Marshal(guarded)
	if err != nil {
		return "", nil, fmt.Errorf("write JSON patch: %w", err)
	}
	return types.JSONPatchType, body, nil
}

// pointer escapes a key for a JSON pointer (RFC 6901).
func pointer(key string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}

// carryForward returns the patch guarded by another resourceVersion and nothing
// else changed.
func carryForward(kind types.PatchType, patch []byte, resourceVersion string) ([]byte, error) {
	if kind == types.JSONPatchType {
		return carryJSONPatch(patch, resourceVersion)
	}
	var body map[string]any
	if err := json.Unmarshal(patch, &body); err != nil {
		return nil, fmt.Errorf("read merge patch: %w", err)
	}
	meta, ok := body["metadata"].(map[string]any)
	if !ok || meta["resourceVersion"] == nil {
		return nil, fmt.Errorf("merge patch has no guard")
	}
	meta["resourceVersion"] = resourceVersion
	return json.Marshal(body)
}

func carryJSONPatch(patch []byte, resourceVersion string) ([]byte, error) {
	// The values stay as they are, byte for byte: a template must not be decoded
	// and written again on the way.
	var steps []struct {
		Op    string          `json:"op"`
		Path  string          `json:"path"`
		Value json.RawMessage `json:"value,omitempty"`
	}
	if err := json.Unmarshal(patch, &steps); err != nil {
		return nil, fmt.Errorf("read JSON patch: %w", err)
	}
	for i := range steps {
		if steps[i].Op == "test" && steps[i].Path == pathResourceVersion {
			value, err := json.Marshal(resourceVersion)
			if err != nil {
				return nil, fmt.Errorf("write JSON patch: %w", err)
			}
			steps[i].Value = value
			return json.Marshal(steps)
		}
	}
	return nil, fmt.Errorf("JSON patch has no guard")
}
