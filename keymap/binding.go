package keymap

// Binding gives keys a meaning in a scope.
type Binding struct {
	Scope  Scope
	Action Action
	Keys   []string // as Bubble Tea spells them; the first is the one shown
	Help   string   // what it does, in a few words
	// Short is the word in the footer; "" keeps the binding out of it.
	Short string
}

// Table is the whole map, in the order in which help shows it.
type Table []Binding

// Default is the table fader comes with.
func Default() Table {
	return Table{
		{List, Enter, []string{"enter"}, "open what is under the cursor", "open"},
		{Journal, Receipt, []string{"enter"}, "the receipt in full", "receipt"},
		{Journal, UndoEntry, []string{"u"}, "take this move back, after a preview", "take back"},
		{Global, Undo, []string{"u"}, "undo: go back to the revision before, after a preview", "undo"},
		{Global, History, []string{"h"}, "history: revisions with template diff; undo to any of them", "history"},
		{Global, Pause, []string{"t"}, "pause or resume the rollout", "pause/resume"},
		{Global, Scale, []string{"s"}, "scale: set the number of replicas", "scale"},
		{Global, Restart, []string{"r"}, "restart: replace all pods by the strategy", "restart"},
		{Global, Shift, []string{"m"}, "shift canary replicas behind one Service; opens the course under way", "shift"},
		{Global, HoldAt, []string{"T"}, "hold at N: resume, let N updated pods become available, pause again", ""},
		{Global, Image, []string{"i"}, "image: set it per container, from those it had", "image"},
		{Global, Flip, []string{"b"}, "blue-green flip: give a Service another selector", "flip"},
		{Global, Strategy, []string{"S"}, "strategy: set maxSurge and maxUnavailable", ""},
		{Global, Label, []string{"L"}, "label: take pods out of a Service, or put them in", ""},
		{Global, UndoMove, []string{"U"}, "take back the last move", "take back"},
		{Global, Logs, []string{"l"}, "logs of a pod, of a revision's pods, or of the new revision", "logs"},
		{Global, PrevLogs, []string{"p"}, "logs of the containers before their last restart", ""},
		{Global, Guard, []string{"w"}, "guard: watch limits on latency and errors, and act when one is broken", "guard"},
		{Global, Chart, []string{"x"}, "chart: latency, errors and requests of each revision over time", "chart"},
		{Global, Figure, []string{"v"}, "figures: the next of p99, p95, p50, errors, requests, first token", ""},
		{Global, YAML, []string{"y"}, "YAML of the object under the cursor", ""},
		{Global, Describe, []string{"d"}, "describe the object under the cursor", ""},
		{Global, Events, []string{"e"}, "events of the object under the cursor and its children", ""},
		{Global, Copy, []string{"c"}, "copy the name under the cursor", ""},
		{List, Filter, []string{"/"}, "filter the rows: words, !without, -l label=value", "filter"},
		{Global, Command, []string{":"}, "command line: pages, names, namespaces, contexts", "command"},
		{Global, Namespaces, []string{"n"}, "choose a namespace", "namespace"},
		{Global, AllScope, []string{"0"}, "all namespaces", ""},
		{Global, PageDeployments, []string{"1"}, "Deployments page", ""},
		{Global, PageReplicaSets, []string{"2"}, "ReplicaSets page", ""},
		{Global, PagePods, []string{"3"}, "Pods page", ""},
		{Global, PageServices, []string{"4"}, "Services and their endpoints", ""},
		{Global, PageNodes, []string{"5"}, "GPU nodes page", ""},
		{Global, PageJournal, []string{"6"}, "Journal page", ""},
		{Global, Backward, []string{"["}, "back to the page before", ""},
		{Global, Forward, []string{"]"}, "forward again", ""},

		{List, Up, []string{"k", "up"}, "up", ""},
		{List, Down, []string{"j", "down"}, "down", ""},
		{List, Top, []string{"g", "home"}, "first row", ""},
		{List, Bottom, []string{"G", "end"}, "last row", ""},
		{List, PageUp, []string{"ctrl+b", "pgup"}, "page up", ""},
		{List, PageDown, []string{"ctrl+f", "pgdown"}, "page down", ""},
		{List, Mark, []string{"space"}, "mark the row", ""},
		{List, SortColumn, []string{"o"}, "sort by the next column", ""},
		{List, SortReverse, []string{"O"}, "sort the other way round", ""},
		{Rollout, NextPane, []string{"tab"}, "next pane", "next pane"},
		{Rollout, PrevPane, []string{"shift+tab"}, "previous pane", ""},
		{Deployments, SortPhase, []string{"P"}, "the most harmful first", ""},
		{Deployments, SortName, []string{"N"}, "sort by namespace and name", ""},
		{Deployments, SortReady, []string{"R"}, "sort by ready replicas missing", ""},
		{Deployments, SortAge, []string{"A"}, "sort by age, newest first", ""},
		{Deployments, SortFigure, []string{"V"}, "sort by the figure shown, highest first", ""},

		{ChartPage, ZoomIn, []string{"+", "="}, "a shorter time, down to 5 minutes", "shorter"},
		{ChartPage, ZoomOut, []string{"-"}, "a longer time, up to 24 hours", "longer"},

		{Viewer, Find, []string{"/"}, "find", "find"},
		{Viewer, NextMatch, []string{"n"}, "next match", ""},
		{Viewer, PrevMatch, []string{"N"}, "previous match", ""},
		{Viewer, Wrap, []string{"w"}, "wrap long lines, or not", "wrap"},
		{Viewer, Left, []string{"left"}, "scroll left", ""},
		{Viewer, Right, []string{"right"}, "scroll right", ""},
		{Viewer, Copy, []string{"c"}, "copy the whole text", "copy"},
		{LogViewer, Filter, []string{"/"}, "show only lines with these words; !word without", "filter"},
		{LogViewer, Follow, []string{"f"}, "follow the end, or stop", "follow"},
		{LogViewer, Wrap, []string{"w"}, "wrap long lines, or not", "wrap"},
		{LogViewer, Timestamps, []string{"T"}, "show the time of each line, or not", "times"},
		{LogViewer, Left, []string{"left"}, "scroll left", ""},
		{LogViewer, Right, []string{"right"}, "scroll right", ""},
		{Global, Help, []string{"?"}, "this help", "help"},
		{Global, Back, []string{"esc"}, "back; clears the filter first", ""},
		{Global, Quit, []string{"q"}, "quit", "quit"},
		{Global, Interrupt, []string{"ctrl+c"}, "quit at once, from anywhere", ""},
		{Global, Nothing, []string{"ctrl+d", "ctrl+k"}, "nothing: fader cannot delete", ""},

		{CommandLine, Enter, []string{"enter"}, "do it", "do it"},
		{CommandLine, NextPane, []string{"tab"}, "complete", "complete"},
		{CommandLine, Up, []string{"up", "ctrl+p"}, "suggestion above", ""},
		{CommandLine, Down, []string{"down", "ctrl+n"}, "suggestion below", ""},
		{CommandLine, Cancel, []string{"esc"}, "cancel", "cancel"},

		{FilterInput, Enter, []string{"enter"}, "keep the filter", "keep"},
		{FilterInput, Cancel, []string{"esc"}, "clear the filter", "clear"},

		{PlanDialog, Confirm, []string{"y"}, "do it", "do it"},
		{PlanDialog, Enter, []string{"enter"}, "press the marked button", ""},
		{PlanDialog, Toggle, []string{"tab", "left", "right", "shift+tab"}, "mark the other button", "other button"},
		{PlanDialog, Cancel, []string{"esc", "q", "n"}, "cancel: nothing is changed", "cancel"},
		{PlanDialog, Copy, []string{"c"}, "copy the kubectl line", "copy kubectl"},
		{PlanDialog, Up, []string{"k", "up"}, "scroll up", ""},
		{PlanDialog, Down, []string{"j", "down"}, "scroll down", ""},
		{PlanDialog, PageUp, []string{"ctrl+b", "pgup"}, "page up", ""},
		{PlanDialog, PageDown, []string{"ctrl+f", "pgdown"}, "page down", ""},

		{PlanDialog, Why, []string{"w"}, "why: word the change-cause", ""},

		{TypedPlan, Enter, []string{"enter"}, "do it, once the name is typed in full", "do it"},
		{TypedPlan, Cancel, []string{"esc"}, "cancel: nothing is changed", "cancel"},
		{TypedPlan, Up, []string{"up"}, "scroll up", ""},
		{TypedPlan, Down, []string{"down"}, "scroll down", ""},
		{TypedPlan, PageUp, []string{"ctrl+b", "pgup"}, "page up", ""},
		{TypedPlan, PageDown, []string{"ctrl+f", "pgdown"}, "page down", ""},

		{FieldsInput, Enter, []string{"enter"}, "go on to the preview", "preview"},
		{FieldsInput, NextPane, []string{"tab"}, "next field", "next field"},
		{FieldsInput, PrevPane, []string{"shift+tab"}, "previous field", ""},
		{FieldsInput, Up, []string{"up", "ctrl+p"}, "choice above", ""},
		{FieldsInput, Down, []string{"down", "ctrl+n"}, "choice below", "choose"},
		{FieldsInput, Cancel, []string{"esc"}, "cancel", "cancel"},

		{HistoryPane, Up, []string{"k", "up"}, "newer revision", ""},
		{HistoryPane, Down, []string{"j", "down"}, "older revision", ""},
		{HistoryPane, PageUp, []string{"ctrl+b", "pgup"}, "scroll the diff up", ""},
		{HistoryPane, PageDown, []string{"ctrl+f", "pgdown"}, "scroll the diff down", "scroll diff"},
		{HistoryPane, Mark, []string{"space"}, "compare with this revision instead of the present one", "compare"},
		{HistoryPane, ExternDiff, []string{"d"}, "show the diff with KUBECTL_EXTERNAL_DIFF", ""},
		{HistoryPane, Undo, []string{"enter", "u"}, "plan an undo to this revision", "undo to it"},
		{HistoryPane, Cancel, []string{"esc", "q", "h"}, "close", "close"},

		{PromptInput, Enter, []string{"enter"}, "go on to the preview", "preview"},
		{PromptInput, Cancel, []string{"esc"}, "cancel", "cancel"},
		{PromptInput, Up, []string{"up"}, "one more", "one more"},
		{PromptInput, Down, []string{"down"}, "one less", "one less"},

		{ShiftDialog, Left, []string{"left", "h"}, "one replica to the stable", ""},
		{ShiftDialog, Right, []string{"right", "l"}, "one replica to the canary", "replica"},
		{ShiftDialog, FarLeft, []string{"shift+left", "H"}, "ten percent of them to the stable", ""},
		{ShiftDialog, FarRight, []string{"shift+right", "L"}, "ten percent of them to the canary", ""},
		{ShiftDialog, ShareNone, []string{"0"}, "canary at 0 %", ""},
		{ShiftDialog, ShareTenth, []string{"1"}, "canary at 10 %", ""},
		{ShiftDialog, ShareQuart, []string{"2"}, "canary at 25 %", ""},
		{ShiftDialog, ShareHalf, []string{"3"}, "canary at 50 %", ""},
		{ShiftDialog, ShareAll, []string{"4"}, "canary at 100 %", ""},
		{ShiftDialog, Enter, []string{"enter"}, "go on to the preview", "preview"},
		{ShiftDialog, Steps, []string{"s"}, "in steps, or all at once", "steps"},
		{ShiftDialog, StepPause, []string{"w"}, "wait between steps: not, 30s, 2m, until told", "wait"},
		{ShiftDialog, Promote, []string{"p"}, "promote: the stable gets the canary's images, the replicas go home", "promote"},
		{ShiftDialog, Abort, []string{"a"}, "abort: all replicas to the stable, the canary to 0", "abort"},
		{ShiftDialog, NextPane, []string{"tab"}, "another pair, where several are possible", ""},
		{ShiftDialog, Cancel, []string{"esc", "q", "m"}, "close: nothing is changed", "close"},

		{CourseView, Continue, []string{"c"}, "go on now: end the wait between two steps", "continue"},
		{CourseView, StopCourse, []string{"s"}, "stop: leave it where it is", "stop"},
		{CourseView, UndoMove, []string{"U"}, "take it back to where it began, when pressed twice", "take back"},
		{CourseView, NextPane, []string{"tab"}, "the next course", ""},
		{CourseView, Cancel, []string{"esc", "q", "m"}, "hide: the course goes on", "hide"},

		{Unfinished, Up, []string{"k", "up"}, "up", ""},
		{Unfinished, Down, []string{"j", "down"}, "down", ""},
		{Unfinished, Finish, []string{"f", "enter"}, "finish it, after a preview", "finish"},
		{Unfinished, UndoMove, []string{"U"}, "take it back, after a preview", "take back"},
		{Unfinished, Leave, []string{"l"}, "leave it as it is, and do not ask again", "leave it"},
		{Unfinished, Cancel, []string{"esc", "q"}, "later: it is offered again", "later"},

		{Picker, Up, []string{"up", "ctrl+p"}, "up", ""},
		{Picker, Down, []string{"down", "ctrl+n"}, "down", ""},
		{Picker, Enter, []string{"enter"}, "choose", "choose"},
		{Picker, Cancel, []string{"esc"}, "cancel", "cancel"},

		{HelpScreen, Up, []string{"k", "up"}, "scroll up", ""},
		{HelpScreen, Down, []string{"j", "down"}, "scroll down", ""},
		{HelpScreen, PageUp, []string{"ctrl+b", "pgup"}, "page up", ""},
		{HelpScreen, PageDown, []string{"ctrl+f", "pgdown", "space"}, "page down", ""},
		{HelpScreen, Cancel, []string{"esc", "q", "?", "enter"}, "close", "close"},
	}
}

// Resolve finds the meaning of a key. scopes go from the innermost to the
// outermost; a closed scope ends the search but for what is always safe.
func (t Table) Resolve(key string, scopes ...Scope) (Action, bool) {
	open := true
	for _, scope := range append(scopes, Global) {
		if a, ok := t.in(scope, key); ok && (open || throughClosed(a)) {
			return a, true
		}
		open = open && !scope.Closed()
	}
	return "", false
}

func (t Table) in(scope Scope, key string) (Action, bool) {
	for _, b := range t {
		if b.Scope != scope {
			continue
		}
		for _, k := range b.Keys {
			if k == key {
				return b.Action, true
			}
		}
	}
	return "", false
}

// Key is the one shown for an action in a scope, "" where it has none.
func (t Table) Key(scope Scope, a Action) string {
	for _, b := range t {
		if b.Scope == scope && b.Action == a && len(b.Keys) > 0 {
			return b.Keys[0]
		}
	}
	return ""
}

// Of are the bindings of one scope, in table order.
func (t Table) Of(scope Scope) []Binding {
	var found []Binding
	for _, b := range t {
		if b.Scope == scope {
			found = append(found, b)
		}
	}
	return found
}

// Footer are the bindings worth a place in the footer within these scopes,
// innermost scope first hides what it shadows; table order.
func (t Table) Footer(scopes ...Scope) []Binding {
	var found []Binding
	for _, b := range t {
		if b.Short == "" {
			continue
		}
		if a, ok := t.Resolve(b.Keys[0], scopes...); ok && a == b.Action && t.reaches(b, scopes) {
			found = append(found, b)
		}
	}
	return found
}

func (t Table) reaches(b Binding, scopes []Scope) bool {
	for _, scope := range append(scopes, Global) {
		if scope == b.Scope {
			return true
		}
		if scope.Closed() {
			return false
		}
	}
	return false
}
