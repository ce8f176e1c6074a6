// Package filter is what an operator types to see fewer rows, and which rows that
// leaves. Every page reads filters with Parse and asks Match row by row.
//
// All words must be found in a row, upper and lower case being the same; a word
// behind "!" must not be. "-l key=value,key2" selects by labels, as kubectl
// writes it. Where no row has the words as they are written, Loose finds those
// whose name has their letters in this order.
//
// It promises that half-typed input never fails (an "!" or "-l" alone asks for
// nothing yet), and that what is no label selector is one sentence, not rows.
package filter
