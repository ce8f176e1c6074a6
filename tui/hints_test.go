package tui

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The footer offers a page's own keys, the same for every row, and always the help.
func TestFooterIsThePages(t *testing.T) {
	d := drive(t)
	d.show(cluster("shop/cart"))
	for _, test := range []struct {
		page     string
		has, not []string
	}{
		{"1", []string{"u undo", "? help"}, nil},
		{"4", []string{"b flip", "m shift", "? help"}, []string{"u undo", "t pause", "i image"}},
		{"5", []string{"l logs", "/ filter", "? help"}, []string{"u undo", "b flip", "m shift"}},
		{"6", []string{"u take back", "? help"}, nil},
	} {
		d.press(test.page)
		lines := strings.Split(d.screen(), "\n")
		footer := lines[len(lines)-1]
		for _, key := range test.has {
			require.Contains(t, footer, key, "page %s", test.page)
		}
		for _, key := range test.not {
			require.NotContains(t, footer, key, "page %s", test.page)
		}
	}
}
