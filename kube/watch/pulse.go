package watch

import (
	"errors"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"fader/kube"
)

// errSilent is a Ping that did not come back.
var errSilent = errors.New("no answer")

// pulse judges the answers to Ping. Not safe for concurrent use; the clock is
// its caller's.
type pulse struct {
	state  kube.State // Syncing before the first answer, then Live, Disconnected or NeedsLogin
	since  time.Time  // of a state other than Live: the first miss
	err    error      // why it is not Live
	missed int
	silent bool // it said nothing at all, so its watches may be intact
}

// misses in a row before the server is given up: one may be a hiccup.
const misses = 2

// beat takes one answer and says whether the state changed.
func (p *pulse) beat(err error, now time.Time) (changed bool) {
	before := p.state
	if err == nil {
		*p = pulse{state: kube.Live, since: now}
		return before != kube.Live
	}
	p.missed++
	if p.missed == 1 && p.healthy() {
		p.since, p.silent = now, true
	}
	p.err = err
	p.silent = p.silent && isSilence(err)
	if p.missed < misses {
		return false
	}
	p.state = kube.Disconnected
	if needsLogin(err) {
		p.state = kube.NeedsLogin
	}
	return before != p.state
}

// healthy is every state in which reflectors run.
func (p *pulse) healthy() bool { return p.state == kube.Live || p.state == kube.Syncing }

func isSilence(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(err, errSilent) || (errors.As(err, &timeout) && timeout.Timeout())
}

// needsLogin is a 401, or an error that says so of itself: a credential plugin
// failed.
func needsLogin(err error) bool {
	var login interface{ NeedsLogin() bool }
	return apierrors.IsUnauthorized(err) || (errors.As(err, &login) && login.NeedsLogin())
}
