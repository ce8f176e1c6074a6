package story

import (
	"math/rand/v2"
	"sort"
	"strconv"
	"strings"
	"text/template"
	"time"
)

// Kept is how many lines of a log can still be read.
const Kept = 100_000

// maxRate bounds practice.fader/log-rate, in lines a second.
const maxRate = 100_000

// lag is how old a line is when it becomes visible. The dates in a pod's status are cut to
// a second: younger lines might turn out to be after the container's end.
const lag = time.Second

// Log is the log of one run of a container.
type Log struct {
	Instance
	story   *Story
	opening []time.Duration // when each opening line is said, after the start
	every   time.Duration   // between two lines of the body; 0 when there is none
	seed    uint64
}

// Log returns the log of one run.
func (l Library) Log(instance Instance) *Log {
	log := &Log{Instance: instance, story: l[instance.Story], seed: instance.seed()}
	var last time.Duration
	for _, line := range log.story.opening {
		at := line.after
		if line.loaded > 0 {
			at = time.Duration(line.loaded * float64(instance.Loads))
		}
		last = max(last, at) // a short load does not come before what takes a fixed time
		log.opening = append(log.opening, last)
	}
	log.every = log.story.every
	if instance.Rate > 0 && log.every > 0 {
		log.every = max(time.Duration(float64(time.Second)/instance.Rate), time.Second/maxRate)
	}
	return log
}

// Count returns how many lines the log has at now.
func (l *Log) Count(now time.Time) int {
	if !l.Ended.IsZero() {
		return l.Ending() + len(l.story.closing[l.Reason])
	}
	return l.countRunning(now.Add(-lag).Sub(l.Started))
}

// Ending returns the number of the first line about the end of a run that has ended.
func (l *Log) Ending() int { return l.countRunning(l.Ended.Sub(l.Started)) }

// countRunning counts the opening and body lines said until age.
func (l *Log) countRunning(age time.Duration) int {
	said := sort.Search(len(l.opening), func(i int) bool { return l.opening[i] > age })
	if l.every == 0 || said < len(l.opening) || age < 0 {
		return said
	}
	return said + int((age-l.bodyStart())/l.every)
}

func (l *Log) bodyStart() time.Duration { return l.opening[len(l.opening)-1] }

// First returns the number of the first line that is kept when there are count.
func First(count int) int { return max(0, count-Kept) }

// Since returns the number of the first of count lines that is at or after t.
func (l *Log) Since(t time.Time, count int) int {
	return sort.Search(count, func(n int) bool { return !l.Time(n).Before(t) })
}

// Time returns when line n was said.
func (l *Log) Time(n int) time.Time {
	if !l.Ended.IsZero() && n >= l.Ending() {
		return l.Ended
	}
	if n < len(l.opening) {
		return l.Started.Add(l.opening[n])
	}
	// The k-th line of the body comes somewhere in the k-th interval.
	k := n - len(l.opening)
	early := time.Duration(l.random(n).Float64() * float64(l.every) * 0.9)
	return l.Started.Add(l.bodyStart() + time.Duration(k+1)*l.every - early)
}

// Text returns line n without its newline.
func (l *Log) Text(n int) string {
	random := l.random(n)
	_ = random.Float64() // Time's
	var said strings.Builder
	// A template fails only on words that do not exist, and the tests say every line.
	_ = l.template(n, random).Execute(&said, words{Instance: l.Instance, random: random})
	return said.String()
}

func (l *Log) template(n int, random *rand.Rand) *template.Template {
	if !l.Ended.IsZero() {
		if at := n - l.Ending(); at >= 0 {
			return l.story.closing[l.Reason][at]
		}
	}
	if n < len(l.opening) {
		return l.story.opening[n].text
	}
	at := random.IntN(l.story.weights)
	for _, line := range l.story.body {
		if at -= line.weight; at < 0 {
			return line.text
		}
	}
	return l.story.body[0].text
}

// random is the chance in line n: the same whenever it is asked for.
func (l *Log) random(n int) *rand.Rand { return rand.New(rand.NewPCG(l.seed, uint64(n))) }

// words are what the templates of lines are written with.
type words struct {
	Instance
	random *rand.Rand
}

// Version is the tag of the image.
func (w words) Version() string {
	if at := strings.LastIndexByte(w.Image, ':'); at > strings.LastIndexByte(w.Image, '/') {
		return w.Image[at+1:]
	}
	return "latest"
}

// Pick picks one of its words.
func (w words) Pick(all ...string) string { return all[w.random.IntN(len(all))] }

// Int is a number from least to most.
func (w words) Int(least, most int) int { return least + w.random.IntN(most-least+1) }

// Hex is a number of n hexadecimal digits.
func (w words) Hex(n int) string {
	var digits strings.Builder
	for digits.Len() < n {
		digits.WriteString(strconv.FormatUint(w.random.Uint64()|1<<63, 16))
	}
	return digits.String()[:n]
}
