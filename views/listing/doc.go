// Package listing is what every page of rows is made of: a table with a cursor,
// marks, sorting and a filter, lines about the row under the cursor below it, and
// sentences in its place while there is nothing to show.
//
// A page says what it lists as data (Kind), embeds a Page and hands it rows with
// Show; tui talks to the embedded Page.
//
// Where Prometheus is configured, a page may show figures (Kind.Measured): it adds
// columns while there is a gauge, draws them with FigureCell, and keeps what it
// works out of them in a Memo. A figure is plain while all is well. It asks for a hand when one
// request in a hundred fails, and is broken when one in twenty does; a page may
// say that a latency does, because it rises or because of a new revision. What is
// not known is a dash, what was never asked for is blank, and what is old is dim.
//
// It promises that loading, empty, forbidden, stale and filtered to nothing each
// look different and say so in words; that a page depends on its own resource
// only and says of others what is missing without them; that the table never
// jumps because of what stands below it; and that columns of figures have the same
// width whatever the figures are.
package listing
