// Package services is the page of Services: what each sends its traffic to, by
// Deployment and revision, and which send it nowhere.
//
// tui gives it snapshots, the clock, a theme and actions, draws what Render
// returns, and opens a Service's endpoints (package endpoints) from here.
//
// It promises that a Service without a ready pod is loud, that what is special
// about one is said in words, and that counts which cannot be known are no zeros.
package services
