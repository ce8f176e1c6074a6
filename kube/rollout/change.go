package rollout

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"fader/kube"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// longest value shown of a field, in characters.
const longest = 100

// changesBetween lists the fields in which two states of an object differ, by
// path. Lists are compared by their elements' names, so that a container put in
// front of another changes one line and not all. Metadata other than labels and
// annotations, and the status, are the server's and left out.
func changesBetween(before, after object) ([]Change, error) {
	was, err := written(before)
	if err != nil {
		return nil, err
	}
	is, err := written(after)
	if err != nil {
		return nil, err
	}
	d := &differ{}
	d.compare("", was, is)
	return d.changes, nil
}

// written is the part of an object that people write: of a pod its labels and
// annotations, of everything else the spec too.
func written(o object) (map[string]any, error) {
	annotations := maps.Clone(o.GetAnnotations())
	delete(annotations, revisionAnnotation)
	fields := map[string]any{
		"metadata": map[string]any{"labels": texts(o.GetLabels()), "annotations": texts(annotations)},
	}
	if _, isPod := o.(*corev1.Pod); isPod {
		return fields, nil
	}
	whole, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
	if err != nil {
		return nil, fmt.Errorf("read %s as fields: %w", o.GetName(), err)
	}
	spec, _ := whole["spec"].(map[string]any)
	if d, ok := o.(*appsv1.Deployment); ok {
		// Left out of the encoding, but not absent.
		spec["paused"], spec["replicas"] = d.Spec.Paused, int64(desired(d))
	}
	fields["spec"] = spec
	return fields, nil
}

func texts(m map[string]string) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		out[k] = v
	}
	return out
}

type differ struct{ changes []Change }

func (d *differ) compare(path string, before, after any) {
	beforeMap, wasMap := mapping(before)
	afterMap, isMap := mapping(after)
	if wasMap && isMap && len(beforeMap)+len(afterMap) > 0 {
		d.compareMaps(path, beforeMap, afterMap)
		return
	}
	beforeList, wasList := listing(before)
	afterList, isList := listing(after)
	if wasList && isList && (nested(beforeList) || nested(afterList)) {
		d.compareLists(path, beforeList, afterList)
		return
	}
	if was, is := text(before), text(after); was != is {
		d.add(path, was, is)
	}
}

// mapping and listing take an absent value for an empty one, so that what is
// added or removed as a whole is shown field by field too.
func mapping(v any) (map[string]any, bool) {
	m, ok := v.(map[string]any)
	return m, ok || v == nil
}

func listing(v any) ([]any, bool) {
	l, ok := v.([]any)
	return l, ok || v == nil
}

func nested(list []any) bool {
	for _, v := range list {
		if _, isMap := v.(map[string]any); isMap {
			return true
		}
	}
	return false
}

func (d *differ) compareMaps(path string, before, after map[string]any) {
	keys := slices.Concat(slices.Collect(maps.Keys(before)), slices.Collect(maps.Keys(after)))
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		d.compare(join(path, key), before[key], after[key])
	}
}

// join writes a key the way it can be read back: keys with dots or slashes, as
// labels and annotations have them, in brackets.
func join(path, key string) string {
	switch {
	case strings.ContainsAny(key, "./[] "):
		return path + "[" + key + "]"
	case path == "":
		return key
	default:
		return path + "." + key
	}
}

func (d *differ) compareLists(path string, before, after []any) {
	key, wasNames, isNames := names(before, after)
	was, is := map[string]any{}, map[string]any{}
	for i, name := range wasNames {
		was[name] = before[i]
	}
	for i, name := range isNames {
		is[name] = after[i]
	}
	for _, name := range merged(wasNames, isNames) {
		d.compare(path+"["+name+"]", nameless(was[name], key), nameless(is[name], key))
	}
	// The order matters: variables refer to earlier ones, init containers run in turn.
	wasOrder, isOrder := common(wasNames, isNames), common(isNames, wasNames)
	if !slices.Equal(wasOrder, isOrder) {
		d.add(path+" (order)", strings.Join(wasOrder, ", "), strings.Join(isOrder, ", "))
	}
}

// names gives every element of two lists its name: the value of the first key
// that all elements have and none share, else its place.
func names(before, after []any) (key string, was, is []string) {
	for _, key := range []string{"name", "mountPath", "devicePath", "containerPort", "key", "topologyKey", "ip"} {
		was, okWas := named(before, key)
		is, okIs := named(after, key)
		if okWas && okIs {
			return key, was, is
		}
	}
	return "", places(len(before)), places(len(after))
}

// nameless is the element without the field that its path says already, unless
// that is all there is of it.
func nameless(element any, key string) any {
	fields, isMap := element.(map[string]any)
	if !isMap || len(fields) < 2 {
		return element
	}
	fields = maps.Clone(fields)
	delete(fields, key)
	return fields
}

func named(list []any, key string) ([]string, bool) {
	var out []string
	for _, v := range list {
		element, isMap := v.(map[string]any)
		if !isMap || element[key] == nil || slices.Contains(out, text(element[key])) {
			return nil, false
		}
		out = append(out, text(element[key]))
	}
	return out, true
}

func places(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint(i)
	}
	return out
}

// merged are the names of both lists, in the order of the first, then of the second.
func merged(a, b []string) []string {
	out := slices.Clone(a)
	for _, name := range b {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

func common(list, with []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(name string) bool { return !slices.Contains(with, name) })
}

func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case map[string]any:
		if len(v) == 0 {
			return "{}"
		}
	}
	encoded, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(encoded)
}

func (d *differ) add(path, before, after string) {
	before, after = shortened(before, after)
	d.changes = append(d.changes, Change{Path: kube.Clean(path), Before: before, After: after})
}

// shortened makes both values safe to show and no longer than a line. Two values
// that differ never look the same: where they begin alike, the beginning is what
// goes, and where they differ in what cannot be printed, it is written as an escape.
func shortened(before, after string) (string, string) {
	was, is := windows([]rune(before), []rune(after))
	if was == is {
		return windows([]rune(strconv.QuoteToASCII(before)), []rune(strconv.QuoteToASCII(after)))
	}
	return was, is
}

func windows(was, is []rune) (string, string) {
	alike := 0
	for alike < min(len(was), len(is)) && was[alike] == is[alike] {
		alike++
	}
	from := 0
	if max(len(was), len(is)) > longest && alike > longest*3/4 {
		from = alike - longest/4
	}
	return window(was, from), window(is, from)
}

func window(value []rune, from int) string {
	if len(value) == 0 {
		return ""
	}
	head, tail := "", ""
	if from > 0 {
		head = "…"
	}
	if len(value) > from+longest {
		value, tail = value[:from+longest], "…"
	}
	return head + kube.Clean(string(value[min(from, len(value)):])) + tail
}
