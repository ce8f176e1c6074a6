// Package spark draws a series into the cells of one line, the newest at the
// right. Peaks are kept: a cell shows the highest of the steps it stands for. A
// gap is blank, because it is not 0. Series that are compared are drawn on one
// Scale. The pages call it.
package spark
