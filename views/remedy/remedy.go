// Package remedy says which key does what a cause advises. It is a leaf called by
// the pages that show causes.
package remedy

import (
	"fader/keymap"
	"fader/kube"
)

// moves that are the way out of a cause.
func moves() map[kube.CauseKind]keymap.Action {
	return map[kube.CauseKind]keymap.Action{
		kube.CauseSurgeDeadlock:  keymap.Strategy,
		kube.CauseVolumeDeadlock: keymap.Strategy,
		kube.CausePaused:         keymap.Pause,
	}
}

// Hint is the cause's advice and the key that follows it; "" where there is none.
func Hint(keys keymap.Table, c kube.Cause) string {
	action, known := moves()[c.Kind]
	if c.Hint == "" || !known {
		return c.Hint
	}
	for _, b := range keys.Of(keymap.Global) {
		if b.Action == action {
			return b.Keys[0] + ": " + c.Hint
		}
	}
	return c.Hint
}
