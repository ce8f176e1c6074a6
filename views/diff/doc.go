// Package diff draws the difference between two texts as a unified diff, in
// colours and with signs. It is a leaf called by the history dialog.
package diff
