// Package inspect reads one object, or the logs of many containers, when
// somebody asks to look closer: YAML, describe, logs, and an operator's own
// program for differences.
//
//	YAML, Describe ── GET ──▶ masked ──▶ sanitised, bounded ──▶ one text
//	Follow ──▶ one follower per container ──▶ ring ──▶ Next: a Batch of Lines
//
// It is called by tui, which gives the texts and batches to the viewers. It
// knows kube and client-go, and no view.
//
// It promises:
//   - what is shown is read now, from the API server, not from a watch's store;
//   - no value that is a secret by its name or its place is in any text: Secrets
//     are not read at all, references to them stay references, and literals named
//     like a credential are told by their length;
//   - every text is fit for a terminal (kube.Clean), and bounded; what was cut
//     off is said in the text itself;
//   - logs never hold anything up: a reader that is slow or absent costs memory
//     up to a bound, then the oldest lines, and every Batch says how many;
//   - no line is delivered twice by a connection that broke and was made again,
//     and everything that happens to a stream is a line of its own in the log;
//   - everything started ends with its context.
package inspect
