package logs

import (
	"slices"
	"strconv"
	"strings"

	"fader/views/box"
)

// labels are what stands before the lines, so that one sees whose they are: the
// revision, what tells the pods apart, and the container where there are several.
type labels struct {
	sources    []*Source
	known      map[*Source]int // index of sources
	texts      []string
	width      int
	containers bool
}

// see takes a source in, and works the labels out anew if it is new.
func (l *labels) see(s *Source) {
	if s == nil {
		return
	}
	if _, ok := l.known[s]; ok {
		return
	}
	if l.known == nil {
		l.known = map[*Source]int{}
	}
	same := func(other *Source) bool { return *other == *s }
	if i := slices.IndexFunc(l.sources, same); i >= 0 {
		l.known[s] = i
		return
	}
	l.known[s] = len(l.sources)
	l.sources = append(l.sources, s)
	l.work()
}

func (l *labels) work() {
	first := l.sources[0]
	common := dashed(first.Pod)
	l.containers, l.width = false, 0
	for _, s := range l.sources {
		for !strings.HasPrefix(s.Pod, common) {
			common = dashed(strings.TrimSuffix(common, "-"))
		}
		l.containers = l.containers || s.Container != first.Container
	}
	l.texts = make([]string, len(l.sources))
	if len(l.sources) == 1 {
		return
	}
	for i, s := range l.sources {
		l.texts[i] = l.text(s, strings.TrimPrefix(s.Pod, common))
		l.width = max(l.width, box.Width(l.texts[i]))
	}
}

func (l *labels) text(s *Source, pod string) string {
	text := pod
	if s.Revision != 0 {
		text = strconv.FormatInt(s.Revision, 10) + " " + pod
	}
	if l.containers {
		text += "/" + s.Container
	}
	return text
}

// dashed is a name up to its last dash, that included; "" where there is none.
func dashed(name string) string { return name[:strings.LastIndexByte(name, '-')+1] }

// of a source, "" where there is only one, which need not be told.
func (l *labels) of(s *Source) string {
	if i, ok := l.known[s]; ok {
		return l.texts[i]
	}
	return ""
}
