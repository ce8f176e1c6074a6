package metrics

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Scope is what figures are asked for. A query does not grow with the rows that
// are on the screen: it asks for the scope as a whole.
type Scope struct {
	Namespaces []string // none: all
	// Pods, where a detail is asked for (a longer window of one Deployment);
	// none: all of the namespaces.
	Pods []string
}

// Equal is true for scopes that ask for the same.
func (s Scope) Equal(o Scope) bool {
	return slices.Equal(s.Namespaces, o.Namespaces) && slices.Equal(s.Pods, o.Pods)
}

// normal has every name once, in order.
func (s Scope) normal() Scope {
	return Scope{Namespaces: unique(s.Namespaces), Pods: unique(s.Pods)}
}

func unique(names []string) []string {
	if len(names) == 0 {
		return nil
	}
	names = slices.Clone(names)
	slices.Sort(names)
	return slices.Compact(names)
}

// matcher of one label: equal to the only value, or to one of several.
func matcher(label string, values []string) string {
	if len(values) == 1 {
		return label + "=" + strconv.Quote(values[0])
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = regexp.QuoteMeta(v)
	}
	return label + "=~" + strconv.Quote(strings.Join(quoted, "|"))
}
