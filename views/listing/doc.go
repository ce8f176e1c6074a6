// Package listing is what every page of rows is made of: a table with a cursor,
// marks, sorting and a filter, lines about the row under the cursor below it, and
// sentences in its place while there is nothing to show.
//
// A page says what it lists as data (Kind), embeds a Page and hands it rows with
// Show; tui talks to the embedded Page.
//
// It promises that loading, empty, forbidden, stale and filtered to nothing each
// look different and say so in words; that a page depends on its own resource
// only and says of others what is missing without them; and that the table never
// jumps because of what stands below it.
package listing
