package keymap

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"fader/keymap/nearest"
)

// named are the keys that type nothing and have a name.
func named() []string {
	names := []string{
		"enter", "tab", "backspace", "esc", "up", "down", "left", "right",
		"insert", "delete", "pgup", "pgdown", "home", "end",
	}
	for i := 1; i <= 20; i++ {
		names = append(names, fmt.Sprintf("f%d", i))
	}
	return names
}

// types says that a key puts a character into a text input.
func types(key string) bool {
	return key == "space" || utf8.RuneCountInString(key) == 1
}

const spelling = `keys are spelled "u", "U", "space", "ctrl+f", "alt+x", "shift+tab", "f5"`

// misspelt says what is wrong with the name of a key, "" where a terminal can
// send it and Bubble Tea calls it so.
func misspelt(key string) string {
	base, mods := key, []string{}
	for {
		mod, rest, found := strings.Cut(base, "+")
		if !found || mod == "" || rest == "" {
			break
		}
		base, mods = rest, append(mods, mod)
	}
	switch {
	case strings.ToLower(base) != base && utf8.RuneCountInString(base) > 1, !ordered(mods):
		return spelling
	case base == " ":
		return `the space key is spelled "space"`
	case slices.Contains(named(), base):
		return ""
	case base != "space" && !character(base):
		if near := nearest.To(base, append(named(), "space")); near != "" {
			return fmt.Sprintf("there is no such key: did you mean %q?", near)
		}
		return "there is no such key: " + spelling
	}
	return unsendable(base, mods)
}

// ordered says that modifiers are known, and in the order in which they are spelled.
func ordered(mods []string) bool {
	last := -1
	for _, mod := range mods {
		at := slices.Index([]string{"ctrl", "alt", "shift"}, mod)
		if at <= last {
			return false
		}
		last = at
	}
	return true
}

func character(base string) bool {
	r, size := utf8.DecodeRuneInString(base)
	return size == len(base) && r != utf8.RuneError && unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.IsMark(r)
}

// unsendable says why terminals do not send a character with these modifiers,
// or not as that.
func unsendable(base string, mods []string) string {
	twin := map[string]string{"i": "tab", "m": "enter", "[": "esc"}[base]
	ctrl := slices.Contains(mods, "ctrl")
	switch {
	case slices.Contains(mods, "shift"):
		return fmt.Sprintf("terminals send %q for shift and %s", strings.ToUpper(base), base)
	case ctrl && twin != "":
		return fmt.Sprintf("terminals send it as %q", twin)
	case ctrl && base != "space" && (base < "a" || base > "z" || len(base) > 1):
		return "terminals send ctrl with the letters a to z only"
	}
	return ""
}
