package listing

import (
	"fader/kube"
	"fader/kube/gauge"
	"fader/views/filter"
	"fader/views/freshness"
	"fader/views/table"
	"fader/views/theme"
)

// Kind says what a page lists. T is a row, K what it is known by.
type Kind[K comparable, T any] struct {
	Noun     string // "Pods"
	Resource string // plural name in kube.Health: "pods"; "" for what no watch brings
	Grant    string // what to ask for where it is forbidden: "pods", "deployments.apps"
	// Without says what still works while the resource is forbidden.
	Without string
	// Cluster says that the resource is of no namespace.
	Cluster bool
	// Before is said before the first rows; "" for the usual words.
	Before string
	// Needs are other resources, and what is missing without them.
	Needs []freshness.Need

	Key func(T) K
	// Ref of the object that a row stands for.
	Ref func(T) kube.Ref
	// Columns in the order they stand; namespaces says that rows have several.
	Columns func(namespaces bool) []table.Column[T]
	// Order is the page's own, Sorted the column it stands for.
	Order  func(a, b T) int
	Sorted table.Mark
	// Row is what a filter looks at; it may use the room of texts.
	Row func(row T, texts []string) filter.Row
	// Labelled says that Row knows labels.
	Labelled bool
	// About are lines about the row under the cursor, w cells wide, the most
	// important first; at most h are drawn.
	About func(row T, w, h int) []string
	// Measured is how many lines more about a row there are to be while figures
	// are shown; 0 for a page without figures.
	Measured int
	// Has says that there may be a row with a figure; nil where none can be chosen.
	Has func(gauge.Figure) bool
	// Caveat is what must be known to read the rows right; "" or nil for nothing.
	Caveat func() string
	// Empty says why there is nothing, where there is nothing; nil for the usual words.
	Empty func() []Sentence
}

// Sentence is one text in one style.
type Sentence struct {
	Text  string
	Style theme.Style
}
