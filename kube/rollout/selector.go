package rollout

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"fader/kube"

	"k8s.io/apimachinery/pkg/util/validation"
)

// selectorWith is the selector after a change written as "version=green,release-":
// keys that are set, and keys that are taken out.
func selectorWith(now map[string]string, change string) (map[string]string, error) {
	after := maps.Clone(now)
	if after == nil {
		after = map[string]string{}
	}
	for part := range strings.SplitSeq(change, ",") {
		key, value, remove, err := labelChange(part)
		if err != nil {
			return nil, err
		}
		if remove {
			delete(after, key)
		} else {
			after[key] = value
		}
	}
	return after, nil
}

// labelChange reads "status=enabled" or "status-", as kubectl label has them.
func labelChange(text string) (key, value string, remove bool, err error) {
	text = strings.TrimSpace(text)
	key, value, set := strings.Cut(text, "=")
	if !set {
		key, remove = strings.CutSuffix(text, "-")
		if !remove {
			return "", "", false, fmt.Errorf("%q changes no label: write key=value, or key- to remove it", kube.Clean(text))
		}
	}
	if wrong := validation.IsQualifiedName(key); len(wrong) > 0 {
		return "", "", false, fmt.Errorf("%q is no label key: %s", kube.Clean(key), wrong[0])
	}
	if wrong := validation.IsValidLabelValue(value); len(wrong) > 0 {
		return "", "", false, fmt.Errorf("%q is no label value: %s", kube.Clean(value), wrong[0])
	}
	return key, value, remove, nil
}

// changeBetween is the change that makes one selector of the other.
func changeBetween(from, to map[string]string) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(to)) {
		if value, had := from[key]; !had || value != to[key] {
			parts = append(parts, key+"="+to[key])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(from)) {
		if _, has := to[key]; !has {
			parts = append(parts, key+"-")
		}
	}
	return strings.Join(parts, ",")
}

// selectorText is a selector as kubectl writes it, keys in order.
func selectorText(selector map[string]string) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(selector)) {
		parts = append(parts, key+"="+selector[key])
	}
	return strings.Join(parts, ",")
}

// selects says that the labels have everything the selector asks for.
func selects(selector, labels map[string]string) bool {
	for key, value := range selector {
		if has, found := labels[key]; !found || has != value {
			return false
		}
	}
	return len(selector) > 0
}
