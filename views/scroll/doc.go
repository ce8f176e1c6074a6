// Package scroll is a window on lines that are more than fit: the part of a
// dialog or pane that moves by keys and by the wheel.
package scroll
