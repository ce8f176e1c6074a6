package chrome

import (
	"strconv"
	"strings"

	"fader/views/box"
	"fader/views/theme"
)

// Tab is a page that exists.
type Tab struct {
	Key  string // what opens it: "1"
	Name string
}

// Tabs is the second line: the pages, and how many rows the present one shows.
type Tabs struct {
	Tabs    []Tab
	Current int
	// Trail is what is open above the page, such as the name of a Deployment.
	Trail  string
	Filter string
	// Editing says that the filter is being typed.
	Editing bool
	Shown   int
	Total   int    // below zero while it is not known
	Noun    string // in the plural: "pods"
}

// Render draws it in exactly w cells.
func (b Tabs) Render(t theme.Theme, w int) string {
	var items []item
	for i, tab := range b.Tabs {
		key, name := t.Dim, t.Dim
		rank := 3
		if i == b.Current {
			key, name, rank = t.Accent, t.Strong, 1
		}
		full := []span{{tab.Key + " ", key}, {tab.Name, name}}
		if i == b.Current && b.Trail != "" {
			full = append(full, span{" " + t.Glyphs.Cursor + " ", t.Dim}, span{box.Names(b.Trail, max(w-40, 20), t.Glyphs.Ellipsis), t.Strong})
		}
		items = append(items, item{rank: rank, full: full})
	}
	if b.Filter != "" || b.Editing {
		items = append(items, item{rank: 0, right: true, full: b.filter(t)})
	}
	items = append(items, item{rank: 2, right: true, full: []span{{b.count(), t.Dim}}})
	return draw(t, theme.Style{}, items, w, 2)
}

func (b Tabs) filter(t theme.Theme) []span {
	spans := []span{{"filter ", t.Dim}, {b.Filter, t.Accent}}
	if b.Editing {
		spans = append(spans, span{"_", t.Accent})
	}
	return spans
}

func (b Tabs) count() string {
	switch {
	case b.Total < 0:
		return ""
	case b.Shown != b.Total:
		return strconv.Itoa(b.Shown) + " of " + strconv.Itoa(b.Total) + " " + b.Noun
	}
	noun := b.Noun
	if b.Total == 1 {
		noun = strings.TrimSuffix(noun, "s")
	}
	return strconv.Itoa(b.Total) + " " + noun
}
