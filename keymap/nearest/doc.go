// Package nearest finds the known word that a mistyped one was meant to be, for
// the sentence that refuses it. It is called by keymap and by cmd/fader/config.
//
// It promises to guess nothing where no known word is close: a wrong guess costs
// more time than none.
package nearest
