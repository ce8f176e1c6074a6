package inspect

import (
	"fmt"
	"sort"
	"strings"
)

// fold puts what machines keep in an object into a line each.
func fold(object map[string]any) {
	metadata, _ := object["metadata"].(map[string]any)
	if metadata == nil {
		return
	}
	if entries, ok := metadata["managedFields"].([]any); ok {
		metadata["managedFields"] = managers(entries)
	}
	annotations, _ := metadata["annotations"].(map[string]any)
	for name, value := range annotations {
		if text, ok := value.(string); ok && isCopy(name) {
			annotations[name] = fmt.Sprintf("(folded, %s)", characters(text))
		}
	}
}

// isCopy is true for annotations in which tools keep a copy of the whole object,
// environment values included.
func isCopy(name string) bool {
	return strings.HasSuffix(name, "last-applied-configuration") || strings.HasSuffix(name, "/last-applied") ||
		strings.HasSuffix(name, "/applied")
}

// managers is one line: who wrote to the object, when last, and how often there
// is an entry of them.
func managers(entries []any) string {
	type manager struct {
		last  string // RFC 3339 in UTC, as the server writes it: sorts as text
		count int
	}
	by := map[string]*manager{}
	var names []string
	for _, entry := range entries {
		fields, _ := entry.(map[string]any)
		name, _ := fields["manager"].(string)
		when, _ := fields["time"].(string)
		if by[name] == nil {
			by[name] = &manager{}
			names = append(names, name)
		}
		by[name].count++
		by[name].last = max(by[name].last, when)
	}
	sort.SliceStable(names, func(i, j int) bool { return by[names[i]].last > by[names[j]].last })
	words := make([]string, len(names))
	for i, name := range names {
		words[i] = strings.TrimSpace(name + " " + by[name].last)
		if n := by[name].count; n > 1 {
			words[i] += fmt.Sprintf(" (%d entries)", n)
		}
	}
	return "(folded) " + strings.Join(words, ", ")
}
