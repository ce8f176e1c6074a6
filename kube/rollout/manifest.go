package rollout

import (
	"encoding/json"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// longestManifest bounds the annotation that is read, in bytes. The API server
// keeps no more annotations than that on one object.
const longestManifest = 256 << 10

// manifest is what was applied last with client-side apply, as the object itself
// remembers it. An apply sets the fields of its manifest and takes away those that
// the last manifest had; it leaves all others alone.
type manifest map[string]any

// manifestOf reads the annotation. applied is true where there is one; the
// manifest is nil where it cannot be read.
func manifestOf(o metav1.Object) (m manifest, applied bool) {
	content, applied := o.GetAnnotations()[corev1.LastAppliedConfigAnnotation]
	if len(content) <= longestManifest && json.Unmarshal([]byte(content), &m) != nil {
		return nil, applied
	}
	return m, applied
}

// changed lists the fields of the manifest whose value differs between two states
// and is not the manifest's in the second: an apply of it sets them again. agrees
// is true where a field differs and becomes what the manifest has.
func (m manifest) changed(before, after any) (fields []changedField, agrees bool) {
	w := &manifestWalk{}
	w.visit("", map[string]any(m), before, after)
	return w.fields, w.agrees
}

type manifestWalk struct {
	fields []changedField
	agrees bool
}

func (w *manifestWalk) visit(path string, wanted, before, after any) {
	switch wanted := wanted.(type) {
	case map[string]any:
		was, _ := before.(map[string]any)
		is, _ := after.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(wanted)) {
			w.visit(path+"."+key, wanted[key], was[key], is[key])
		}
	case []any:
		w.visitList(path, wanted, before, after)
	default:
		w.compare(path, wanted, before, after)
	}
}

// visitList takes the elements of lists by their names where they have some, as
// apply does; a list without names is set as a whole.
func (w *manifestWalk) visitList(path string, wanted []any, before, after any) {
	was, _ := before.([]any)
	is, _ := after.([]any)
	key, names, _ := names(wanted, nil)
	if key == "" {
		w.compare(path, wanted, before, after)
		return
	}
	for i := range names {
		element, _ := wanted[i].(map[string]any)
		by := map[string]any{key: element[key]}
		w.visit(path+"["+keysText(by)+"]", element, elementWith(was, by), elementWith(is, by))
	}
}

func (w *manifestWalk) compare(path string, wanted, before, after any) {
	switch {
	case text(before) == text(after):
	case text(after) == text(wanted):
		w.agrees = true
	default:
		w.fields = append(w.fields, changedField{path, before, after})
	}
}
