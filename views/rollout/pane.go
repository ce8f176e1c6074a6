package rollout

// pane is a rectangle of the page that can have the keyboard.
type pane int

const (
	paneRevisions pane = iota
	panePods
	paneCauses
	paneEvents
	panes
)

// step goes round the panes.
func (p pane) step(n pane) pane { return (p + n + panes) % panes }

func (p pane) title() string {
	return [...]string{"Revisions", "Pods", "Causes", "Conditions and events"}[p]
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

// plan divides the page below its head into slots, by size alone: nothing moves
// when pods come and go. focus chooses what small screens show.
func plan(w, h, top int, focus pane) []slot {
	room := h - top
	switch {
	case room <= 0 || w <= 0:
		return nil
	case w < 24 || room < 8:
		return []slot{{pane: focus, y: top, w: w, h: room, bare: true}}
	case w >= 140 && room >= 16:
		return besides(w, room, top)
	case room >= 15:
		return stacked(w, room, top, focus)
	}
	revisions := 2 + min(room/4, 3)
	return []slot{
		{pane: paneRevisions, y: top, w: w, h: revisions},
		{pane: below(focus), y: top + revisions, w: w, h: room - revisions},
	}
}

// stacked is revisions over causes over pods, or what else has the keyboard.
func stacked(w, room, top int, focus pane) []slot {
	revisions, causes := 5, 4
	if room >= 24 {
		revisions, causes = 7, 6
	}
	last := below(focus)
	if last == paneCauses {
		last = panePods
	}
	slots := []slot{
		{pane: paneRevisions, y: top, w: w, h: revisions},
		{pane: paneCauses, y: top + revisions, w: w, h: causes},
	}
	rest := room - revisions - causes
	y := top + revisions + causes
	if rest < 16 {
		return append(slots, slot{pane: last, y: y, w: w, h: rest})
	}
	events := rest / 3
	return append(slots,
		slot{pane: panePods, y: y, w: w, h: rest - events},
		slot{pane: paneEvents, y: y + rest - events, w: w, h: events})
}

// besides is revisions over the whole width, pods at the left of causes and events.
func besides(w, room, top int) []slot {
	revisions := min(2+room/6, 9)
	rest, left := room-revisions, w*9/20
	causes := max(rest/3, 5)
	y := top + revisions
	return []slot{
		{pane: paneRevisions, y: top, w: w, h: revisions},
		{pane: panePods, y: y, w: left, h: rest},
		{pane: paneCauses, x: left, y: y, w: w - left, h: causes},
		{pane: paneEvents, x: left, y: y + causes, w: w - left, h: rest - causes},
	}
}

// below is what stands under the revisions when there is room for one pane.
func below(focus pane) pane {
	if focus == paneRevisions {
		return panePods
	}
	return focus
}
