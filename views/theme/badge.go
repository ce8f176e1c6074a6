package theme

import (
	"math"
	"strconv"
	"strings"

	"charm.land/lipgloss/v2"
)

// badge is a colour by name.
type badge struct{ name, colour string }

func badges() []badge {
	return []badge{
		{"red", "#c62222"},
		{"orange", "#d97706"},
		{"yellow", "#f2c14e"},
		{"green", "#1f7a35"},
		{"cyan", "#4fc3d9"},
		{"blue", "#2456c4"},
		{"magenta", "#b8307d"},
		{"grey", "#6b7280"},
	}
}

// Colours are the names that Badge knows; it knows "#rrggbb" too.
func Colours() []string {
	var names []string
	for _, b := range badges() {
		names = append(names, b.name)
	}
	return names
}

// Badge is bold text on a ground of that colour, black or white, whichever reads
// better; ok is false where the colour is none.
func Badge(colour string) (style Style, ok bool) {
	for _, b := range badges() {
		if b.name == colour {
			colour = b.colour
		}
	}
	if _, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 32); err != nil || len(colour) != 7 || colour[0] != '#' {
		return Style{}, false
	}
	text := "#ffffff"
	if contrast("#000000", colour) > contrast("#ffffff", colour) {
		text = "#000000"
	}
	return NewStyle(lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Color(text)).Background(lipgloss.Color(colour))), true
}

// contrast of two colours as WCAG 2 has it: 1 for none, 21 for black on white.
func contrast(a, b string) float64 {
	la, lb := luminance(a), luminance(b)
	return (math.Max(la, lb) + 0.05) / (math.Min(la, lb) + 0.05)
}

func luminance(colour string) float64 {
	c := linear(colour)
	return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2]
}

// linear are the parts of #rrggbb as amounts of light, each from 0 to 1.
func linear(colour string) (rgb [3]float64) {
	for i := range rgb {
		n, _ := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		v := float64(n) / 255
		if rgb[i] = v / 12.92; v > 0.04045 {
			rgb[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return rgb
}
