package theme

// family is a theme by its name: one palette for each background.
type family struct {
	name        string
	dark, light palette
	asks        bool // the terminal for its background
}

func families() []family {
	return []family{
		{"auto", dark(), light(), true},
		{"dark", dark(), dark(), false},
		{"light", light(), light(), false},
		{"high-contrast", contrastDark(), contrastLight(), true},
		{"colour-blind-safe", safeDark(), safeLight(), true},
	}
}

// Names are the themes that can be chosen, the default first.
func Names() []string {
	var names []string
	for _, f := range families() {
		names = append(names, f.name)
	}
	return names
}

// Named is the theme of that name on a dark or a light background, where it has
// both; the default for a name that is none.
func Named(name string, onDark, ascii bool) Theme {
	f := familyOf(name)
	p, suffix := f.light, " light"
	if onDark {
		p, suffix = f.dark, " dark"
	}
	if !f.asks {
		suffix = ""
	}
	return build(f.name+suffix, ascii, p)
}

// Asks says that the theme of that name wants to know the terminal's background.
func Asks(name string) bool { return familyOf(name).asks }

func familyOf(name string) family {
	all := families()
	for _, f := range all {
		if f.name == name {
			return f
		}
	}
	return all[0]
}
