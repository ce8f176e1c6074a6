package tui

import (
	"time"

	"fader/views/chrome"
)

const (
	good = chrome.Good
	warn = chrome.Warning
	bad  = chrome.Bad
)

// toast is a sentence in the footer's place for a while.
type toast struct {
	text  string
	mood  chrome.Mood
	until time.Time
}

// stay is how long a toast is shown: what went wrong longer than what went well.
func stay(mood chrome.Mood) time.Duration {
	switch mood {
	case bad:
		return 20 * time.Second
	case warn:
		return 12 * time.Second
	}
	return 8 * time.Second
}

func (m *Model) say(mood chrome.Mood, text string) {
	m.toast = toast{text: text, mood: mood, until: m.now.Add(stay(mood))}
}

func (t *toast) expire(now time.Time) {
	if now.After(t.until) {
		*t = toast{}
	}
}
