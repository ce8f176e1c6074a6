package course

import (
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/kube/fade"
)

// View is the dialog of one course.
type View struct {
	keys     keymap.Table
	progress fade.Progress
	snapshot *kube.Snapshot
	now      time.Time
	at, of   int // which of how many courses
	again    bool
}

// New shows a course of which nothing is known yet. keys are named where they are
// worth knowing.
func New(keys keymap.Table) *View { return &View{keys: keys, snapshot: &kube.Snapshot{}} }

func (v *View) key(a keymap.Action) string { return v.keys.Key(keymap.CourseView, a) }

// Set shows a course as it is now; it is number at of so many.
func (v *View) Set(p fade.Progress, at, of int) {
	if p.Course.ID != v.progress.Course.ID || p.Course.Return != v.progress.Course.Return {
		v.again = false
	}
	v.progress, v.at, v.of = p, at, of
}

// SetSnapshot lets it name images and revisions.
func (v *View) SetSnapshot(s *kube.Snapshot) { v.snapshot = s }

// SetNow tells it the time.
func (v *View) SetNow(now time.Time) { v.now = now }

// Ask says in the dialog what the same key does when pressed again.
func (v *View) Ask(again bool) { v.again = again }

// Asked says whether it does.
func (v *View) Asked() bool { return v.again }
