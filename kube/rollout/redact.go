package rollout

import (
	"encoding/json"
	"regexp"
)

// changed stands for a value that is nobody's business outside the cluster.
const changed = "(changed)"

// private matches the fields in which secrets are written by hand: environment
// variables, command lines, and the headers and commands of probes.
func private(path string) bool {
	return regexp.MustCompile(`\.(env\[|env$|args|command|httpHeaders)`).MatchString(path)
}

// MarshalJSON writes the receipt for the journal: that a private value changed,
// but not from what to what.
func (r Receipt) MarshalJSON() ([]byte, error) {
	type plain Receipt
	out := plain(r)
	out.Plan.Changes = make([]Change, len(r.Plan.Changes))
	for i, c := range r.Plan.Changes {
		if private(c.Path) {
			c.Before, c.After = redacted(c.Before), redacted(c.After)
		}
		out.Plan.Changes[i] = c
	}
	return json.Marshal(out)
}

func redacted(value string) string {
	if value == "" {
		return ""
	}
	return changed
}
