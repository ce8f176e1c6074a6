package theme

// Glyphs are the signs fader draws, each one cell wide in every terminal. A sign has
// one meaning: those that share one are good (Complete, Yes), bad (Stalled, Degraded,
// Dead, No) or not there yet (Progressing, Waiting) alike.
type Glyphs struct {
	Complete, Progressing, Paused, Stalled, Degraded, ScaledDown, Unknown string
	// Warning asks for a hand: less than broken, and not paused.
	Warning             string
	Cursor, Marked, New string
	Live, Waiting, Dead string
	// Of a fader: ready, on the way up, of an older revision, nothing.
	Full, Rising, Old, Empty                string
	Ellipsis, Arrow, Dot, Yes, No, Up, Down string
	AtLeast                                 string
	// Spark: the levels of a sparkline, the lowest first.
	Spark [8]string
	// Border: horizontal, vertical, then the corners from the top left clockwise.
	Border [6]string
}

// Unicode is the usual set. Ambiguous-width and emoji characters are kept out.
func Unicode() Glyphs {
	return Glyphs{
		Complete: "✔", Progressing: "◌", Paused: "‖", Stalled: "✖", Degraded: "✖", ScaledDown: "◦", Unknown: "?",
		Warning: "!", Cursor: "›", Marked: "•", New: "◂",
		Live: "●", Waiting: "◌", Dead: "✖",
		Full: "█", Rising: "▒", Old: "▬", Empty: "░",
		Ellipsis: "…", Arrow: "→", Dot: "·", Yes: "✔", No: "✖", Up: "▲", Down: "▼",
		AtLeast: "≥", Spark: [8]string{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
		Border: [6]string{"─", "│", "┌", "┐", "┘", "└"},
	}
}

// ASCII is for fonts and logs that have nothing else.
func ASCII() Glyphs {
	return Glyphs{
		Complete: "+", Progressing: "@", Paused: "=", Stalled: "X", Degraded: "X", ScaledDown: ",", Unknown: "?",
		Warning: "!", Cursor: ">", Marked: "*", New: "<",
		Live: "O", Waiting: "@", Dead: "X",
		Full: "#", Rising: ":", Old: "o", Empty: ".",
		Ellipsis: "~", Arrow: "->", Dot: "-", Yes: "+", No: "X", Up: "^", Down: "v",
		AtLeast: ">", Spark: [8]string{".", ":", "-", "=", "+", "*", "%", "#"},
		Border: [6]string{"-", "|", "+", "+", "+", "+"},
	}
}
