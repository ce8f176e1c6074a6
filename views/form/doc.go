// Package form is a line of text that a person types, with the keys a shell has.
//
// It is the one view that knows Bubble Tea, because the text input of bubbles
// does the editing. tui hands it keys and pastes that no binding of the current
// scope wanted; it is used by the filter, by prompts and by pickers.
package form
