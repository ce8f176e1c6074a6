package rollout

import (
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/views/box"
	"fader/views/theme"
)

// View is the page. Make it with New, then say of what with SetRef.
type View struct {
	theme    theme.Theme
	ref      kube.Ref
	snapshot *kube.Snapshot
	now      time.Time
}

// New is the page of nothing.
func New() *View { return &View{theme: theme.Dark(false)} }

// SetTheme changes how it looks.
func (v *View) SetTheme(t theme.Theme) { v.theme = t }

// SetNow moves the clock.
func (v *View) SetNow(now time.Time) { v.now = now }

// SetRef chooses the Deployment.
func (v *View) SetRef(ref kube.Ref) { v.ref = ref }

// Ref is the Deployment shown.
func (v *View) Ref() kube.Ref { return v.ref }

// SetSnapshot shows a snapshot.
func (v *View) SetSnapshot(s *kube.Snapshot) { v.snapshot = s }

// Handle does what an action asks for and says whether it was the page's.
func (v *View) Handle(keymap.Action) bool { return false }

// Click puts the cursor on what is drawn at (x, y).
func (v *View) Click(x, y int) bool { return false }

// Wheel moves the cursor by n rows.
func (v *View) Wheel(n int) bool { return false }

// Render returns exactly h lines of w cells.
func (v *View) Render(w, h int) []string { return box.Fill([]string{v.ref.String()}, w, h) }
