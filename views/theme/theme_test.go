package theme

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNames(t *testing.T) {
	require.Equal(t, []string{"auto", "dark", "light", "high-contrast", "colour-blind-safe"}, Names())
	for _, c := range []struct {
		name   string
		onDark bool
		want   string
		asks   bool
	}{
		{"auto", true, "auto dark", true},
		{"auto", false, "auto light", true},
		{"dark", false, "dark", false},
		{"light", true, "light", false},
		{"high-contrast", false, "high-contrast light", true},
		{"colour-blind-safe", true, "colour-blind-safe dark", true},
		{"no such theme", true, "auto dark", true},
	} {
		require.Equal(t, c.want, Named(c.name, c.onDark, false).Name)
		require.Equal(t, c.asks, Asks(c.name), c.name)
	}
	require.Equal(t, Dark(true).Broken, Named("dark", false, true).Broken)
	require.Equal(t, ASCII(), Named("light", true, true).Glyphs)
	require.NotEqual(t, Named("high-contrast", true, false).Broken, Named("high-contrast", false, false).Broken)
}

// read is what has to be read in a palette, faint things aside.
func (p palette) read() map[string]string {
	read := map[string]string{
		"text": p.text, "strong": p.strong, "dim": p.dim, "broken": p.broken, "waiting": p.waiting,
		"good": p.good, "accent": p.accent, "added": p.added, "gone": p.gone,
	}
	for i, hue := range p.hues {
		read["hue "+string(rune('0'+i))] = hue
	}
	return read
}

// What is read can be read: on the terminal's background, in the bars, under the cursor.
func TestContrast(t *testing.T) {
	for _, f := range families() {
		least, under := 4.5, 3.0
		if f.name == "high-contrast" {
			least, under = 7, 4.5
		}
		for _, c := range []struct {
			ground string
			p      palette
		}{{"#000000", f.dark}, {"#ffffff", f.light}} {
			if f.name == "light" || f.name == "dark" {
				continue // auto's
			}
			for what, colour := range c.p.read() {
				require.GreaterOrEqual(t, contrast(colour, c.ground), least, "%s: %s %s on %s", f.name, what, colour, c.ground)
				require.GreaterOrEqual(t, contrast(colour, c.p.bar), under, "%s: %s %s in the bar", f.name, what, colour)
				require.GreaterOrEqual(t, contrast(colour, c.p.cursor), under, "%s: %s %s under the cursor", f.name, what, colour)
			}
			require.Len(t, c.p.hues, 7)
		}
	}
}

// blindness turns linear light into what is left of it (Machado, Oliveira and
// Fernandes 2009, complete deficiency).
func blindness() map[string][3][3]float64 {
	return map[string][3][3]float64{
		"none":         {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
		"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
		"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
		"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
	}
}

// lab is a colour in CIELAB, where equal distances look equally different.
func lab(colour string, seen [3][3]float64) (out [3]float64) {
	light := linear(colour)
	var rgb [3]float64
	for i := range rgb {
		for j := range light {
			rgb[i] += seen[i][j] * light[j]
		}
		rgb[i] = math.Min(math.Max(rgb[i], 0), 1)
	}
	f := func(x float64) float64 {
		if x > 216.0/24389 {
			return math.Cbrt(x)
		}
		return (24389.0/27*x + 16) / 116
	}
	x := f((0.4124*rgb[0] + 0.3576*rgb[1] + 0.1805*rgb[2]) / 0.9505)
	y := f(0.2126*rgb[0] + 0.7152*rgb[1] + 0.0722*rgb[2])
	z := f((0.0193*rgb[0] + 0.1192*rgb[1] + 0.9505*rgb[2]) / 1.089)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

func apart(a, b string, seen [3][3]float64) float64 {
	la, lb := lab(a, seen), lab(b, seen)
	return math.Sqrt((la[0]-lb[0])*(la[0]-lb[0]) + (la[1]-lb[1])*(la[1]-lb[1]) + (la[2]-lb[2])*(la[2]-lb[2]))
}

// Broken, waiting and good are told apart with every kind of colour blindness.
func TestColourBlindSafe(t *testing.T) {
	const clearly = 25 // of CIELAB's units, of which 2.3 can just be seen
	for name, seen := range blindness() {
		for _, p := range []palette{safeDark(), safeLight()} {
			for _, pair := range [][2]string{
				{p.broken, p.waiting},
				{p.broken, p.good},
				{p.waiting, p.good},
				{p.added, p.gone},
				{p.accent, p.broken},
			} {
				require.Greater(t, apart(pair[0], pair[1], seen), float64(clearly), "%s: %v", name, pair)
			}
		}
	}
	worst := math.Inf(1)
	for _, seen := range blindness() {
		worst = math.Min(worst, apart(dark().broken, dark().good, seen))
	}
	require.Less(t, worst, float64(clearly), "the measure sees what the theme is for")
}

func TestBadge(t *testing.T) {
	for _, colour := range append(Colours(), "#000000", "#FFFFFF", "#808080", "#7f3f00") {
		style, ok := Badge(colour)
		require.True(t, ok, colour)
		require.NotEqual(t, "prod", style.Paint("prod"))
	}
	for _, colour := range []string{"", "rot", "#fff", "#12345g", "#1234567", "12", "red ", "#+12345", "#1_2345", "##12345", "1234567"} {
		_, ok := Badge(colour)
		require.False(t, ok, colour)
	}
	for _, b := range badges() {
		require.GreaterOrEqual(t, math.Max(contrast("#000000", b.colour), contrast("#ffffff", b.colour)), 4.5, b.name)
	}
}
