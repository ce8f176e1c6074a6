// Package history draws the revisions of a Deployment and, below them, what an
// undo to the one under the cursor would change in the pod template.
package history
