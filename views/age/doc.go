// Package age puts durations into words: as short as a column needs (Short),
// exact enough for a countdown (Long). Every view that shows how old something
// is or how long it may still take calls it.
//
// It promises that a moment which is not known is "-" and never "0s", that a
// duration is never rounded up, and that words stay short: at most four cells
// for Short and seven for Long within the next thousand years.
package age
