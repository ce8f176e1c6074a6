package deployments

import (
	"strings"

	"fader/kube"
)

// word is one word of a filter, in lower case.
type word struct {
	text    string
	inverse bool
}

// matcher says which rows a filter shows; nil is all.
func matcher(filter string) func(*kube.Rollout) bool {
	words := parse(filter)
	if len(words) == 0 {
		return nil
	}
	return func(r *kube.Rollout) bool {
		for _, w := range words {
			if w.in(r) == w.inverse {
				return false
			}
		}
		return true
	}
}

func parse(filter string) []word {
	var words []word
	for _, text := range strings.Fields(strings.ToLower(filter)) {
		text, inverse := strings.CutPrefix(text, "!")
		if text != "" {
			words = append(words, word{text, inverse})
		}
	}
	return words
}

func (w word) in(r *kube.Rollout) bool {
	d := r.Deployment
	if w.within(d.Ref.Namespace) || w.within(d.Ref.Name) || w.within(string(r.Phase)) ||
		w.within(d.Manager.Tool) || w.within(d.Manager.Name) {
		return true
	}
	if strings.Contains(w.text, "/") && w.within(d.Ref.String()) {
		return true
	}
	for _, c := range d.Containers {
		if !c.Init && w.within(c.Image) {
			return true
		}
	}
	return false
}

// within ignores case; names and images are in lower case already, so that this
// makes no copy of them.
func (w word) within(text string) bool { return strings.Contains(strings.ToLower(text), w.text) }
