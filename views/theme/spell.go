package theme

import "strings"

// Spell a drawn screen in the signs that the theme has. What pages draw by
// themselves is spelled already; sentences that come from elsewhere have arrows and
// dots in them, which a terminal without Unicode would turn into rubbish. Every sign
// stays one cell wide, so that nothing moves.
func (g Glyphs) Spell(screen string) string {
	if g.Ellipsis == Unicode().Ellipsis {
		return screen
	}
	// Between two values an arrow must not be taken for "greater".
	screen = strings.ReplaceAll(screen, " →", "->")
	return strings.Map(plain, screen)
}

func plain(r rune) rune {
	switch r {
	case '→':
		return '>'
	case '←':
		return '<'
	case '·', '−', '–', '—':
		return '-'
	case '…':
		return '~'
	case '≥':
		return '>'
	case '≤':
		return '<'
	case '×':
		return 'x'
	}
	return r
}
