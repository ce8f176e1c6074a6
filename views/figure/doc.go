// Package figure writes figures as people read them: "212ms", "3.4s", "0.4%",
// "12/s", always right-aligned where they stand in a column. What is not known is
// age.Unknown and never 0; a value that is only a lower bound, because the
// quantile lies beyond the histogram's last bucket, says so; a mean that stands in
// for a quantile says so too. The pages call it.
package figure
