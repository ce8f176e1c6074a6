package theme

// palette is the colours of a theme, as #rrggbb.
type palette struct {
	text, strong, dim, faint                   string
	broken, waiting, good, accent, bar, cursor string
	added, gone                                string
	hues                                       []string
}

// Dark is for a dark background. ascii keeps to glyphs that every font has.
func Dark(ascii bool) Theme { return build("dark", ascii, dark()) }

// Light is for a light background.
func Light(ascii bool) Theme { return build("light", ascii, light()) }

func dark() palette {
	return palette{
		text: "#c8d0e0", strong: "#ffffff", dim: "#8b95a9", faint: "#525c70",
		broken: "#ff6b6b", waiting: "#f2c14e", good: "#7fd88f", accent: "#6cb6ff",
		bar: "#1c2230", cursor: "#26324a", added: "#7fd88f", gone: "#ff8f8f",
		hues: []string{"#4fc3d9", "#c39bff", "#8fd16a", "#ff9ecb", "#7aa8ff", "#e0b080", "#5fe0b7"},
	}
}

func light() palette {
	return palette{
		text: "#2b3240", strong: "#000000", dim: "#5d6778", faint: "#aab2c0",
		broken: "#c62222", waiting: "#8f6200", good: "#1f7a35", accent: "#0a5bd3",
		bar: "#e4e9f2", cursor: "#d3e2ff", added: "#1f7a35", gone: "#b3261e",
		hues: []string{"#007a91", "#7a3fd1", "#3d7d12", "#b8307d", "#2456c4", "#8a5a1f", "#0a7d5c"},
	}
}

// contrastDark keeps all text at seven to one on black: for beamers, sunlight and tired eyes.
func contrastDark() palette {
	return palette{
		text: "#ffffff", strong: "#ffffff", dim: "#d0d0d0", faint: "#9a9a9a",
		broken: "#ff9090", waiting: "#ffd75f", good: "#87ff87", accent: "#7fd4ff",
		bar: "#262626", cursor: "#00367a", added: "#87ff87", gone: "#ff9090",
		hues: []string{"#5fe3f7", "#d7b3ff", "#a8f07a", "#ffb3d9", "#a3c4ff", "#ffc98f", "#6ff5c8"},
	}
}

func contrastLight() palette {
	return palette{
		text: "#000000", strong: "#000000", dim: "#333333", faint: "#595959",
		broken: "#980000", waiting: "#5a3c00", good: "#004a18", accent: "#00368f",
		bar: "#e6e6e6", cursor: "#cfe0ff", added: "#004a18", gone: "#980000",
		hues: []string{"#004f5e", "#4f1f99", "#264f08", "#7d1452", "#123a94", "#5e3a08", "#004f39"},
	}
}

// safeDark keeps what is broken, what waits and what is good apart for every
// kind of colour blindness: by vermilion, yellow and blue, and by brightness. On
// white, where no yellow can be read, purple takes its place.
func safeDark() palette {
	return palette{
		text: "#c8d0e0", strong: "#ffffff", dim: "#8b95a9", faint: "#525c70",
		broken: "#e8702a", waiting: "#f0e442", good: "#56b4e9", accent: "#d99ad9",
		bar: "#1c2230", cursor: "#26324a", added: "#56b4e9", gone: "#e8702a",
		hues: []string{"#56b4e9", "#e69f00", "#2fc79a", "#f0e442", "#dd8ab8", "#d9d9d9", "#ff8a4c"},
	}
}

func safeLight() palette {
	return palette{
		text: "#2b3240", strong: "#000000", dim: "#5d6778", faint: "#aab2c0",
		broken: "#c04000", waiting: "#9a3d8a", good: "#0033cc", accent: "#006b5a",
		bar: "#e4e9f2", cursor: "#d3e2ff", added: "#0033cc", gone: "#c04000",
		hues: []string{"#0068a3", "#9a5200", "#006b4e", "#6b5900", "#a3487f", "#444444", "#c04000"},
	}
}
