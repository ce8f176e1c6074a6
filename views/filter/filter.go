package filter

import (
	"fmt"
	"strings"

	"github.com/sahilm/fuzzy"
	"k8s.io/apimachinery/pkg/labels"
)

// Filter is parsed input. The zero Filter shows every row.
type Filter struct {
	words     []word
	selectors []labels.Selector
}

// word is one word, in lower case.
type word struct {
	text    string
	inverse bool
}

// Row is what a filter looks at.
type Row struct {
	// Name is "namespace/name": what Loose looks at.
	Name string
	// Texts are what words are looked for in, Name besides.
	Texts []string
	// Labels of the object.
	Labels map[string]string
}

// Parse reads input. The error is one sentence for the operator.
func Parse(input string) (Filter, error) {
	var f Filter
	tokens := strings.Fields(input)
	for len(tokens) > 0 {
		token := tokens[0]
		tokens = tokens[1:]
		rest, selects := strings.CutPrefix(token, "-l")
		if !selects {
			f.add(token)
			continue
		}
		var text string
		text, tokens = selectorText(strings.TrimPrefix(rest, "="), tokens)
		if text == "" {
			continue
		}
		selector, err := labels.Parse(text)
		if err != nil {
			return Filter{}, fmt.Errorf("%q is no label selector: write -l key=value,key2", text)
		}
		f.selectors = append(f.selectors, selector)
	}
	return f, nil
}

// selectorText takes the tokens of a selector: one, and more while it is plain
// that it goes on ("tier in (a, b)").
func selectorText(text string, tokens []string) (string, []string) {
	if text == "" && len(tokens) > 0 {
		text, tokens = tokens[0], tokens[1:]
	}
	for len(tokens) > 0 && goesOn(text, tokens[0]) {
		text, tokens = text+" "+tokens[0], tokens[1:]
	}
	return text, tokens
}

func goesOn(text, next string) bool {
	open := strings.Count(text, "(") > strings.Count(text, ")")
	for _, operator := range [...]string{"in", "notin"} {
		if next == operator || strings.HasPrefix(next, operator+"(") || strings.HasSuffix(text, " "+operator) {
			return true
		}
	}
	return open || strings.HasSuffix(text, ",")
}

func (f *Filter) add(token string) {
	text, inverse := strings.CutPrefix(strings.ToLower(token), "!")
	if text != "" {
		f.words = append(f.words, word{text, inverse})
	}
}

// Empty says that every row is shown.
func (f Filter) Empty() bool { return len(f.words) == 0 && len(f.selectors) == 0 }

// Selects says that labels are looked at.
func (f Filter) Selects() bool { return len(f.selectors) > 0 }

// Match says whether a row is shown.
func (f Filter) Match(r Row) bool {
	for _, w := range f.words {
		if r.has(w.text) == w.inverse {
			return false
		}
	}
	return f.selected(r)
}

// Loose says whether a row is shown where none matches: its name has the letters
// of every word in their order. Inverse words and labels count as ever.
func (f Filter) Loose(r Row) bool {
	for _, w := range f.words {
		switch {
		case w.inverse && r.has(w.text):
			return false
		case !w.inverse && !r.has(w.text) && len(fuzzy.FindNoSort(w.text, []string{r.Name})) == 0:
			return false
		}
	}
	return f.selected(r)
}

func (f Filter) selected(r Row) bool {
	for _, s := range f.selectors {
		if !s.Matches(labels.Set(r.Labels)) {
			return false
		}
	}
	return true
}

// has makes no copy of texts that are in lower case, as names and images are.
func (r Row) has(word string) bool {
	if strings.Contains(strings.ToLower(r.Name), word) {
		return true
	}
	for _, text := range r.Texts {
		if strings.Contains(strings.ToLower(text), word) {
			return true
		}
	}
	return false
}
