package watch

import (
	"errors"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"fader/kube"
)

// errSilent is a Ping that did not come back.
var errSilent = errors.New("no answer")

// misses in a row before the server is given up: one may be a hiccup.
const misses = 2

// Silence proves nothing at once: a server may be slow.
const (
	silenceLimit = 4 * time.Second  // since the server was last heard
	firstLimit   = 10 * time.Second // of a server that was never heard: it has to be dialled, and a plugin may run
	longestPing  = 10 * time.Second
	slow         = time.Second // an answer that takes so long is worth a warning
)

// pulse judges whether the server is alive, by Ping, and where that fails by Read
// and by what the watches deliver. Not safe for concurrent use; the clock is its
// caller's.
type pulse struct {
	state kube.State // Syncing before the server was heard, then Live, Disconnected or NeedsLogin
	begun time.Time  // when the first answer began to be waited for
	heard time.Time  // when it last answered; zero: never
	since time.Time  // of a state other than Live: heard, or the first miss
	err   error      // why it is not Live

	missed  int   // Pings in a row
	ping    error // the last Ping's, nil where it answered
	read    error // the last Read's since Ping began to fail
	reads   int   // that failed since Ping began to fail
	silent  bool  // it said nothing at all, so its watches may be intact
	warning error // why Ping fails though the server is alive
	latency time.Duration
}

// answered takes a good answer to Ping.
func (p *pulse) answered(now time.Time, took time.Duration) (changed bool) {
	p.measure(took)
	p.ping, p.warning = nil, nil
	return p.alive(now)
}

// wasRead takes a good answer to Read: the server is alive, whatever Ping says.
func (p *pulse) wasRead(now time.Time, took time.Duration) (changed bool) {
	p.measure(took)
	return p.alive(now)
}

// alive notes that the server did something for us.
func (p *pulse) alive(now time.Time) (changed bool) {
	if changed = p.state != kube.Live; !changed {
		p.warning = p.ping // of a server that is there
	}
	p.state, p.heard, p.err = kube.Live, now, nil
	p.missed, p.reads, p.read, p.silent = 0, 0, nil, false
	return changed
}

// measure keeps the longest of the latest answers. The first one needs a connection,
// which takes several round trips.
func (p *pulse) measure(took time.Duration) {
	if took > longestPing {
		return // that was no latency: a credential plugin ran
	}
	if p.heard.IsZero() {
		took /= 3
	}
	p.latency = max(took, p.latency*4/5)
}

// miss takes a failed Ping. proven is when a watch last delivered something, asked
// when Ping was sent.
func (p *pulse) miss(err error, asked, proven, now time.Time) (changed bool) {
	p.ping = err
	if p.healthy() && proven.After(asked) && isUndecided(err) && (p.read == nil || isSilence(p.read)) {
		return p.alive(proven)
	}
	if p.missed == 0 {
		p.silent = true
	}
	p.missed++
	return p.fail(err, now)
}

// unread takes a failed Read.
func (p *pulse) unread(err error, now time.Time) (changed bool) {
	if p.missed == 0 {
		return false // Ping was answered meanwhile
	}
	p.read = err
	p.reads++
	return p.fail(err, now)
}

// fail decides what failures mean.
func (p *pulse) fail(err error, now time.Time) (changed bool) {
	if p.missed == 1 && p.reads == 0 && p.healthy() {
		p.since = now
		if !p.heard.IsZero() {
			p.since = p.heard
		}
	}
	p.silent = p.silent && isSilence(err)
	p.err = p.reason()
	if p.missed < misses || !p.decided(now) {
		return false
	}
	before := p.state
	p.state, p.warning = kube.Disconnected, nil
	if needsLogin(p.ping) || needsLogin(p.read) && isUndecided(p.ping) {
		p.state = kube.NeedsLogin
	}
	return before != p.state
}

// reason is the failure that says more: silence says least.
func (p *pulse) reason() error {
	if p.read != nil && (p.ping == nil || isSilence(p.ping) || needsLogin(p.read) && isUndecided(p.ping)) {
		return p.read
	}
	return p.ping
}

// decided reports whether the failures so far prove that the server is not there for
// us: Ping and Read failed, or nothing came for too long.
func (p *pulse) decided(now time.Time) bool {
	switch {
	case !p.healthy(), isPlugin(p.ping):
		return true
	case p.reads > 0 && !isSilence(p.read):
		return true
	case p.heard.IsZero():
		return now.Sub(p.begun) >= firstLimit
	}
	return now.Sub(p.heard) >= max(silenceLimit, 3*p.latency)
}

// patience is how long Ping may take.
func (p *pulse) patience(least time.Duration) time.Duration {
	return min(max(least, 2*p.latency), longestPing)
}

// healthy is every state in which reflectors run.
func (p *pulse) healthy() bool { return p.state == kube.Live || p.state == kube.Syncing }

// forget makes the pulse wait for a new answer; when it was last heard stays known.
func (p *pulse) forget(now time.Time) {
	*p = pulse{state: kube.Syncing, begun: now, heard: p.heard, since: p.heard, latency: p.latency}
}

func isSilence(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(err, errSilent) || (errors.As(err, &timeout) && timeout.Timeout())
}

// isUndecided is a failed Ping that leaves open whether the server works: it was
// silent, or something answered that it is not well.
func isUndecided(err error) bool {
	var status apierrors.APIStatus
	return isSilence(err) || (errors.As(err, &status) && !apierrors.IsUnauthorized(err))
}

// needsLogin is a 401, or an error that says so of itself: a credential plugin
// failed.
func needsLogin(err error) bool { return apierrors.IsUnauthorized(err) || isPlugin(err) }

// isPlugin is a request that was never sent for want of credentials.
func isPlugin(err error) bool {
	var login interface{ NeedsLogin() bool }
	return errors.As(err, &login) && login.NeedsLogin()
}
