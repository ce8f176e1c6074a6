package rollout

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// fieldSet is a decoded FieldsV1: the fields that one field manager has set. Its
// keys are "f:name" for a changedField, "k:{…}" for an element of a list by its keys,
// "v:…" for a value of a set, "i:0" for a place, and "." for the parent itself.
type fieldSet map[string]any

// changedField is one field whose value differs between two states of an object, named
// as the API server names it in a conflict: .spec.replicas.
type changedField struct {
	path          string
	before, after any // nil where the field is absent
}

// fieldsOf decodes an entry; nil where it has no fields or they cannot be read.
func fieldsOf(e *metav1.ManagedFieldsEntry) fieldSet {
	var set fieldSet
	if e.FieldsV1 == nil || json.Unmarshal([]byte(e.FieldsV1.String()), &set) != nil {
		return nil
	}
	return set
}

// changed lists the fields of the set whose value differs between two states.
func (s fieldSet) changed(before, after any) []changedField {
	return s.appendChanged(nil, "", before, after)
}

func (s fieldSet) appendChanged(found []changedField, path string, before, after any) []changedField {
	for _, key := range slices.Sorted(maps.Keys(s)) {
		if key == "." {
			continue
		}
		child, _ := s[key].(map[string]any)
		name, was := elementAt(key, before)
		_, is := elementAt(key, after)
		switch {
		case len(child) > 0:
			found = fieldSet(child).appendChanged(found, path+name, was, is)
		case text(was) != text(is):
			found = append(found, changedField{path + name, was, is})
		}
	}
	return found
}

// without is a copy of the set that lacks these paths; empty where nothing is left.
func (s fieldSet) without(path string, gone []string) fieldSet {
	left := fieldSet{}
	for key, value := range s {
		name, _ := elementAt(key, nil)
		child, _ := value.(map[string]any)
		switch {
		case key == ".":
			left[key] = value
		case slices.Contains(gone, path+name):
		case len(child) == 0:
			left[key] = value
		default:
			if rest := fieldSet(child).without(path+name, gone); len(rest) > 0 {
				left[key] = map[string]any(rest)
			}
		}
	}
	if _, itself := left["."]; itself && len(left) == 1 && len(s) > 1 {
		return fieldSet{} // what is left is only that the parent exists
	}
	return left
}

// leaves are the paths of all fields of the set.
func (s fieldSet) leaves(path string) []string {
	var all []string
	for _, key := range slices.Sorted(maps.Keys(s)) {
		name, _ := elementAt(key, nil)
		child, _ := s[key].(map[string]any)
		switch {
		case key == ".":
		case len(child) == 0:
			all = append(all, path+name)
		default:
			all = append(all, fieldSet(child).leaves(path+name)...)
		}
	}
	return all
}

// elementAt is what a key of a set stands for: its name in a path, and its value
// in the parent, nil where it is absent.
func elementAt(key string, parent any) (name string, value any) {
	kind, content, _ := strings.Cut(key, ":")
	list, _ := parent.([]any)
	switch kind {
	case "f":
		fields, _ := parent.(map[string]any)
		return "." + content, fields[content]
	case "k":
		var keys map[string]any
		if json.Unmarshal([]byte(content), &keys) != nil {
			return "[" + content + "]", nil
		}
		return "[" + keysText(keys) + "]", elementWith(list, keys)
	case "v":
		for _, v := range list {
			if asJSON(v) == content {
				return "[=" + content + "]", v
			}
		}
		return "[=" + content + "]", nil
	}
	return "[" + content + "]", nil
}

// keysText is name="web", or containerPort=80,protocol="TCP".
func keysText(keys map[string]any) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		parts = append(parts, key+"="+asJSON(keys[key]))
	}
	return strings.Join(parts, ",")
}

// elementWith is the element of a list that has these keys, nil for none.
func elementWith(list []any, keys map[string]any) any {
	for _, v := range list {
		element, _ := v.(map[string]any)
		same := element != nil
		for key, value := range keys {
			same = same && asJSON(element[key]) == asJSON(value)
		}
		if same {
			return v
		}
	}
	return nil
}

func asJSON(v any) string {
	encoded, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(encoded)
}
