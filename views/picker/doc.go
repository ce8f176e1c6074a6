// Package picker lets a person choose one of some names by typing a part of it.
// tui uses it for namespaces.
package picker
