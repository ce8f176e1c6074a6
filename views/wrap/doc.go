// Package wrap says where one line of text is broken into rows of cells. It is a
// leaf called by the viewers of long texts and of logs, which keep lines as they
// are and break only what is seen.
package wrap
