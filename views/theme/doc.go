// Package theme is every colour, glyph and border of fader: a leaf that views
// import and that imports no view.
//
// A Theme is a value made once (Dark or Light, with or without ASCII) and handed
// to views; nothing here is a variable that somebody could change. A Style is an
// SGR sequence worked out once, so that painting a cell costs two string writes.
// Colours are given in full; Bubble Tea brings them down to what the terminal
// can do, NO_COLOR included, which is why meaning is always also in a glyph or a
// word.
package theme
