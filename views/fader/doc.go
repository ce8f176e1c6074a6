// Package fader draws the bar after which the tool is named: how far a rollout
// has faded from its old revisions to the new one (Mix), and the level of a
// single revision (Level). The Deployments page and the Rollout page draw with
// it.
//
// It promises that rounding never lies: whatever is not zero has a cell, and a
// bar is full only when nothing is missing. New pods that serve, new pods that
// do not yet, old pods and missing ones differ in their sign, not only in colour.
package fader
