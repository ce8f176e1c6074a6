package rollout

import (
	"fmt"
	"strings"
)

// pods is "1 pod", "3 pods".
func pods(n int32) string { return count(int64(n), "pod") }

func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// replacement says what happens to the pods when the rollout goes, or goes on, to
// the revision `to`: nil for one that is still to be made, numbered next.
func replacement(s *scene, book ledger, to *revision) []string {
	want := desired(s.deployment)
	if want == 0 && total(book) == 0 {
		return []string{"no pod runs (0 replicas): nothing changes until it is scaled up"}
	}
	var parts []string
	for _, r := range book {
		if r.pods() > 0 && (to == nil || r.set.UID != to.set.UID) {
			parts = append(parts, fmt.Sprintf("%s of %s %s", pods(r.pods()), r, goes(r.pods())))
		}
	}
	parts = append(parts, growth(book, to, want))
	return []string{strings.Join(parts, ", ") + "; " + availability(s)}
}

func goes(n int32) string {
	if n == 1 {
		return "goes"
	}
	return "go"
}

func growth(book ledger, to *revision, want int32) string {
	if to == nil {
		return fmt.Sprintf("a new revision %d grows 0 → %d", book.next(), want)
	}
	if to.pods() == want {
		return fmt.Sprintf("%s already has its %s", to, pods(want))
	}
	direction := "grows"
	if to.pods() > want {
		direction = "shrinks"
	}
	return fmt.Sprintf("%s %s %d → %d", to, direction, to.pods(), want)
}

// availability is what the strategy promises while pods are replaced. It does not
// promise more than there is now: the controller never brings back what is
// missing before it starts, it only takes no more away.
func availability(s *scene) string {
	d := s.domain()
	if d.Strategy.Type == "Recreate" {
		return "strategy Recreate: all old pods go before a new one starts"
	}
	if have := d.Replicas.Available; have < d.Strategy.AtLeast {
		return fmt.Sprintf("only %d of at least %d available now, and no available pod goes before there are more", have, d.Strategy.AtLeast)
	}
	if d.Strategy.AtLeast == 0 {
		return "there may be a moment with none available"
	}
	return fmt.Sprintf("never fewer than %d available", d.Strategy.AtLeast)
}

// recreateWarning is the outage that the strategy Recreate asks for.
func recreateWarning(s *scene) []string {
	if s.domain().Strategy.Type != "Recreate" || desired(s.deployment) == 0 {
		return nil
	}
	return []string{"strategy Recreate: nothing serves between the last old pod and the first ready new one"}
}

func total(book ledger) int32 {
	var sum int32
	for _, r := range book {
		sum += r.pods()
	}
	return sum
}

// standing describes the pods as they are: "revision 9 with 1 of 3 pods, revision 8 with 3".
func standing(s *scene, book ledger) string {
	var parts []string
	for _, r := range book {
		switch {
		case r.isNew:
			parts = append(parts, fmt.Sprintf("%s with %d of %s", r, r.pods(), pods(desired(s.deployment))))
		case r.pods() > 0:
			parts = append(parts, fmt.Sprintf("%s with %d", r, r.pods()))
		}
	}
	return strings.Join(parts, ", ")
}

// settled says that the rollout is through: every pod is of the current revision.
func settled(s *scene, book ledger) bool {
	current := book.current()
	return current != nil && current.pods() == total(book) && current.pods() == desired(s.deployment)
}
