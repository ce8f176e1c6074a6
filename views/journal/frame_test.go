package journal_test

import (
	"testing"

	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/journal"
)

var update = golden.Flag()

func page() *journal.View {
	v := golden.Open(journal.New(), fixture.Stale())
	v.SetReceipts(fixture.Receipts())
	return v
}

func pages() map[string]*journal.View {
	empty := golden.Open(journal.New(), nil)
	empty.SetReceipts(nil)
	damaged := page()
	damaged.SetDamaged(2)
	return map[string]*journal.View{"full": page(), "empty": empty, "reading": golden.Open(journal.New(), nil), "damaged": damaged}
}

func TestFrames(t *testing.T) { golden.Frames(t, *update, pages()) }

func TestASCIIThemeDrawsNothingElse(t *testing.T) { golden.ASCII(t, pages()) }

func TestFrameHasItsSizeWhateverTheNames(t *testing.T) { golden.AnySize(t, page) }

func TestContract(t *testing.T) { golden.Contract(t, page()) }
