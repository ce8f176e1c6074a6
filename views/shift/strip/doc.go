// Package strip draws what a mixing desk has between two channels: a strip for
// each of two Deployments behind one Service, and the crossfader between them.
// The dialog of a shift and that of a course under way draw with it.
//
// It promises that both sides share one scale, that what is there, what comes and
// what goes differ in their sign and not only in colour, and that what is not
// known is said to be so.
package strip
