package watch

import "time"

// arrivals tell whether a resource's streams deliver. A stream that is opened, sends
// nothing and is closed before long looks like that of a quiet cluster. So where
// nothing came for a while, the resource is listed again; and where the list brings
// a change, the next stream starts before it and has to deliver it at once.
type arrivals struct {
	last   time.Time // when a stream or a complete list last brought something
	before string    // the version before a list that was asked for again; "": none was
	missed bool      // that list brought what no stream had delivered
	owed   time.Time // since when a stream is open that has to deliver; zero: none
}

// arrivalGrace is how long a stream may take to deliver what has happened already.
const arrivalGrace = 5 * time.Second

// arrived notes that a stream delivered something.
func (a *arrivals) arrived(now time.Time) { a.last, a.owed = now, time.Time{} }

// listed notes a complete list, and whether it brought a change.
func (a *arrivals) listed(now time.Time, changed bool) {
	a.last = now
	a.missed = a.before != "" && changed
	if !a.missed {
		a.before = ""
	}
}

// swallowed says that streams are opened and what they are sent does not arrive.
func (a *arrivals) swallowed(now time.Time) bool {
	return !a.owed.IsZero() && now.Sub(a.owed) > arrivalGrace
}

// carryOn returns the version from which a stream is to be opened, or that a list has
// to come first. Of a resource without bookmarks silence says nothing.
func (f *feed) carryOn(generation uint64, version string, silence time.Duration) (from string, again bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	a, now := &f.arrivals, f.clock()
	if f.generation != generation || !f.synced || f.resource.noBookmarks {
		return version, false
	}
	if a.missed {
		version, a.before, a.missed = a.before, "", false
		if a.owed.IsZero() {
			a.owed = now
		}
		return version, false
	}
	if a.swallowed(now) { // lists are all there is
		silence /= 5
	}
	if now.Sub(a.last) < silence {
		return version, false
	}
	a.before = version
	return version, true
}

// listsAgain says that the list under way is to find what streams did not deliver.
func (f *feed) listsAgain() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.arrivals.before != ""
}
