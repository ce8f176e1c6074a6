// Package help draws the keys that work on the page below it, from the same
// table that dispatches them: what is not in the table does not work, and what
// works is in the table.
package help
