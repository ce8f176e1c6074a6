// Package golden compares frames with files under testdata, and checks that a
// frame has the size that was asked for. Only tests use it: run them with
// -update to write the files anew, then look at the difference.
package golden
