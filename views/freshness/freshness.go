package freshness

import (
	"strconv"
	"time"

	"fader/kube"
	"fader/views/age"
	"fader/views/theme"
)

// Freshness of what a page shows. The zero value is a page that has nothing yet.
type Freshness struct {
	health kube.Health
	rows   bool
	from   time.Time // the picture is true to this moment; zero while it is live
}

// Need is a resource that a page depends on besides its own rows.
type Need struct {
	Resource string // plural name, "pods"
	Lacks    string // what is missing without it, in the plural: "causes"
}

// Set takes a snapshot's health, for a page of rollouts.
func (f *Freshness) Set(s *kube.Snapshot) { f.Take(s.Health, len(s.Rollouts) > 0) }

// Take takes the health of what a page shows, and whether it has rows. Where the
// health does not say to which moment the rows are true, the first picture that
// nobody vouches for fixes it; only a live one releases it.
func (f *Freshness) Take(h kube.Health, rows bool) {
	if h.State == kube.Live {
		f.from = time.Time{}
	} else if !h.Heard.IsZero() {
		f.from = h.Heard
	} else if f.health.State == kube.Live || f.health.State == "" || f.from.IsZero() {
		f.from = h.Since
	}
	f.health, f.rows = h, rows
}

// Old says that rows are shown which nobody vouches for now.
func (f *Freshness) Old() bool { return f.rows && f.health.State != kube.Live }

// Clock is now while the picture is live, else the moment to which it is true.
func (f *Freshness) Clock(now time.Time) time.Time {
	if !f.Old() || f.from.IsZero() {
		return now
	}
	return f.from.In(now.Location())
}

// From is the moment to which what is shown, be it nothing, is true; zero while it is
// live.
func (f *Freshness) From(now time.Time) time.Time {
	if f.from.IsZero() {
		return f.from
	}
	return f.from.In(now.Location())
}

// Known says that a resource has been read to its end, now or before the
// connection was lost: what is not there is none.
func Known(h kube.Health, resource string) bool {
	r, ok := h.Resources[resource]
	return ok && !r.Unread &&
		(r.State == kube.Live || r.State == kube.Lagging || r.State == kube.Disconnected || r.State == kube.NeedsLogin)
}

// Banner says in a sentence that rows are not, or not all, the truth of now; ""
// where they are. resources are those the page depends on, besides its rows.
func (f *Freshness) Banner(t theme.Theme, now time.Time, resources ...string) (string, theme.Style) {
	needs := make([]Need, len(resources))
	for i, resource := range resources {
		needs[i] = Need{resource, "causes"}
	}
	return f.BannerOf(t, now, needs...)
}

// BannerOf is Banner for a page that lacks something else than causes.
func (f *Freshness) BannerOf(t theme.Theme, now time.Time, needs ...Need) (string, theme.Style) {
	if !f.Old() {
		if text, style := f.partial(t, needs); text != "" || f.health.Warning == "" {
			return text, style
		}
		return t.Glyphs.Up + " " + f.health.Warning, t.Waiting
	}
	g := t.Glyphs
	from := ""
	if !f.from.IsZero() {
		from = ": what you see is from " + f.Clock(now).Format("15:04:05")
	}
	switch f.health.State {
	case kube.Disconnected:
		return g.Dead + " not connected" + f.For(now) + from + tail(t, f.health.Message), t.Broken.Bold()
	case kube.Lagging:
		return g.Waiting + " lagging" + from + tail(t, f.health.Message), t.Waiting.Bold()
	case kube.NeedsLogin:
		return g.Waiting + " needs login" + from + tail(t, f.health.Message), t.Waiting.Bold()
	case kube.Forbidden:
		return g.No + " forbidden" + from + tail(t, f.health.Message), t.Broken.Bold()
	}
	return g.Waiting + " reading everything again" + from + tail(t, f.Delay(now)), t.Waiting.Bold()
}

// syncTime is how long a list may take, or fail, before it is worth a word.
const syncTime = 2 * time.Second

// Delay is why reading takes so long, "" where it has only begun.
func (f *Freshness) Delay(now time.Time) string {
	if f.health.State != kube.Syncing || now.Sub(f.health.Since) < syncTime {
		return ""
	}
	return f.health.Message
}

// Trouble is why nothing comes, for a page that has nothing to show: a sign, a
// sentence, a style; "" where it may still come by itself.
func (f *Freshness) Trouble(t theme.Theme, now time.Time) (sign, text string, style theme.Style) {
	g := t.Glyphs
	switch f.health.State {
	case kube.Disconnected:
		return g.Dead, "not connected" + f.For(now) + tail(t, f.health.Message), t.Broken
	case kube.NeedsLogin:
		return g.Waiting, "needs login: the server does not accept your credentials" + tail(t, f.health.Message), t.Waiting
	case kube.Forbidden:
		return g.No, "forbidden" + tail(t, f.health.Message), t.Broken
	case kube.Lagging:
		return g.Waiting, "lagging" + tail(t, f.health.Message), t.Waiting
	}
	if text := f.Delay(now); text != "" {
		return g.Waiting, "nothing has been read for " + age.Long(now.Sub(f.health.Since)) + tail(t, text), t.Waiting
	}
	return "", "", theme.Style{}
}

// For is " for 12s", how long the present state has lasted; "" where unknown.
func (f *Freshness) For(now time.Time) string {
	if f.health.Since.IsZero() || now.IsZero() {
		return ""
	}
	return " for " + age.Long(now.Sub(f.health.Since))
}

// partial names the first resource that is not live while the rows are.
func (f *Freshness) partial(t theme.Theme, needs []Need) (string, theme.Style) {
	g := t.Glyphs
	for _, need := range needs {
		name := need.Resource
		r, ok := f.health.Resources[name]
		switch {
		case !f.rows || !ok || r.State == kube.Live:
		case r.State == kube.Syncing:
			return g.Waiting + " reading " + name + " " + g.Ellipsis + " " + Thousands(r.Count) +
				" so far: " + need.Lacks + " are not complete yet", t.Waiting
		case r.State == kube.Lagging:
			return g.Waiting + " " + name + ": lagging, so " + need.Lacks + " may be old" + tail(t, r.Message), t.Waiting
		default:
			return g.No + " " + name + ": " + string(r.State) + ", so " + need.Lacks + " are not complete" + tail(t, r.Message), t.Waiting
		}
	}
	return "", theme.Style{}
}

func tail(t theme.Theme, message string) string {
	if message == "" {
		return ""
	}
	return " " + t.Glyphs.Dot + " " + message
}

// Thousands groups digits: "1 234".
func Thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}
