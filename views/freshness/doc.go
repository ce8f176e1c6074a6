// Package freshness keeps for a page how far its last picture can be trusted:
// whether anybody vouches for it, to which moment it is true, and the sentence
// that says so. Pages call Set with every snapshot.
//
// It promises that rows are old from the moment the server was last heard until
// everything has been read again, not only while it is unreachable; and that a
// page's clock stands still meanwhile, so that no countdown runs on guesses.
package freshness
