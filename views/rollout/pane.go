package rollout

// pane is a rectangle of the page that can have the keyboard.
type pane int

const (
	paneRevisions pane = iota
	panePods
	paneTraffic
	paneCauses
	paneSetting
	paneEvents
	panes
)

// step goes round the panes.
func (p pane) step(n pane) pane { return (p + n + panes) % panes }

func (p pane) title() string {
	return [...]string{"Revisions", "Pods", "Endpoints", "Causes", "Setting", "Conditions and events"}[p]
}

// slot is where a pane is drawn.
type slot struct {
	pane       pane
	x, y, w, h int
	bare       bool // without border
}

func (s slot) border() int {
	if s.bare {
		return 0
	}
	return 1
}

// area is what the panes are laid out in: w×h cells, of which the first lines are
// the head's. Figures stand in more lines of the revisions.
type area struct {
	w, h, top int
	figured   bool
}

// more is a number of lines that figures take.
func (a area) more(lines int) int {
	if a.figured {
		return lines
	}
	return 0
}

// plan divides the page below its head into slots, by size alone: nothing moves
// when pods come and go. focus chooses what small screens show.
func plan(a area, focus pane) []slot {
	w, room, top := a.w, a.h-a.top, a.top
	switch {
	case room <= 0 || w <= 0:
		return nil
	case w < 24 || room < 8:
		return []slot{{pane: focus, y: top, w: w, h: room, bare: true}}
	case w >= 140 && room >= 16:
		return besides(a, focus)
	case room >= 15:
		return stacked(a, focus)
	}
	revisions := 2 + min(room/4, 3) + a.more(room/10)
	return []slot{
		{pane: paneRevisions, y: top, w: w, h: revisions},
		{pane: below(focus), y: top + revisions, w: w, h: room - revisions},
	}
}

// stacked is revisions over causes over pods, or what else has the keyboard; on
// high screens all panes are there.
func stacked(a area, focus pane) []slot {
	w, room, top := a.w, a.h-a.top, a.top
	revisions, causes := 5+a.more(1), 4
	if room >= 24 {
		revisions, causes = 7+a.more(2), 6
	}
	last := below(focus)
	if last == paneCauses {
		last = panePods
	}
	slots := []slot{
		{pane: paneRevisions, y: top, w: w, h: revisions},
		{pane: paneCauses, y: top + revisions, w: w, h: causes},
	}
	rest, y := room-revisions-causes, top+revisions+causes
	switch {
	case room < 29:
		return append(slots, slot{pane: last, y: y, w: w, h: rest})
	case w < 110 || room < 33:
		events := rest / 3
		return append(slots,
			slot{pane: panePods, y: y, w: w, h: rest - events},
			slot{pane: beside(focus, paneEvents), y: y + rest - events, w: w, h: events})
	}
	low := max(rest/4, 6)
	return append(slots, rows(w, y, rest-2*low, low, low)...)
}

// rows are pods beside traffic, then setting, then events.
func rows(w, y, pods, setting, events int) []slot {
	left := w * 11 / 20
	return []slot{
		{pane: panePods, y: y, w: left, h: pods},
		{pane: paneTraffic, x: left, y: y, w: w - left, h: pods},
		{pane: paneSetting, y: y + pods, w: w, h: setting},
		{pane: paneEvents, y: y + pods + setting, w: w, h: events},
	}
}

// besides is revisions over the whole width, pods and setting at the left of
// causes, traffic and events.
func besides(a area, focus pane) []slot {
	w, room, top := a.w, a.h-a.top, a.top
	revisions := min(2+room/6+a.more(2), 9)
	rest, left := room-revisions, w*9/20
	causes := max(rest/3, 5)
	y := top + revisions
	slots := []slot{
		{pane: paneRevisions, y: top, w: w, h: revisions},
		{pane: panePods, y: y, w: left, h: rest},
		{pane: paneCauses, x: left, y: y, w: w - left, h: causes},
	}
	low := rest - causes
	if room-min(2+room/6, 9) < 22 {
		return append(slots, slot{pane: beside(focus, paneEvents), x: left, y: y + causes, w: w - left, h: low})
	}
	traffic, setting := low/2, min(rest/3, 11)
	slots[1].h = rest - setting
	return append(slots,
		slot{pane: paneTraffic, x: left, y: y + causes, w: w - left, h: traffic},
		slot{pane: paneSetting, y: y + rest - setting, w: left, h: setting},
		slot{pane: paneEvents, x: left, y: y + causes + traffic, w: w - left, h: low - traffic})
}

// below is what stands under the revisions when there is room for one pane.
func below(focus pane) pane {
	if focus == paneRevisions {
		return panePods
	}
	return focus
}

// beside is what shares a place with another pane: it comes when it has the keyboard.
func beside(focus, other pane) pane {
	if focus == paneTraffic || focus == paneSetting {
		return focus
	}
	return other
}
