package keymap

// Action is what a key asks for.
type Action string

const (
	Quit      Action = "quit"
	Interrupt Action = "interrupt" // ctrl+c: quits from anywhere
	Help      Action = "help"
	Back      Action = "back"
	Enter     Action = "enter"

	Up         Action = "up"
	Down       Action = "down"
	Top        Action = "top"
	Bottom     Action = "bottom"
	PageUp     Action = "page-up"
	PageDown   Action = "page-down"
	Left       Action = "left"
	Right      Action = "right"
	NextPane   Action = "next-pane"
	PrevPane   Action = "previous-pane"
	Filter     Action = "filter"
	SortPhase  Action = "sort-phase"
	SortName   Action = "sort-name"
	SortAge    Action = "sort-age"
	SortFigure Action = "sort-figure"
	SortReady  Action = "sort-ready"
	Namespaces Action = "namespaces"
	AllScope   Action = "all-namespaces"

	PageDeployments Action = "page-deployments"
	PageReplicaSets Action = "page-replicasets"
	PagePods        Action = "page-pods"
	PageServices    Action = "page-endpoints"
	PageNodes       Action = "page-gpu-nodes"
	PageJournal     Action = "page-journal"
	Backward        Action = "backward"
	Forward         Action = "forward"
	Command         Action = "command"

	Mark        Action = "mark"
	SortColumn  Action = "sort-next"
	SortReverse Action = "sort-reverse"
	Copy        Action = "copy"
	YAML        Action = "yaml"
	Describe    Action = "describe"
	Logs        Action = "logs"
	PrevLogs    Action = "previous-logs"
	Events      Action = "events"
	Wrap        Action = "wrap"
	Timestamps  Action = "timestamps"
	Follow      Action = "follow"
	Find        Action = "find"
	NextMatch   Action = "next-match"
	PrevMatch   Action = "previous-match"
	ExternDiff  Action = "external-diff"

	UndoMove  Action = "take-back"
	UndoEntry Action = "undo-entry" // of the journal
	Receipt   Action = "receipt"
	Undo      Action = "undo"
	History   Action = "history"
	Pause     Action = "pause-resume"
	Scale     Action = "scale"
	Restart   Action = "restart"
	Image     Action = "image"
	Flip      Action = "flip"
	Strategy  Action = "strategy"
	Label     Action = "label"
	Why       Action = "change-cause"
	Confirm   Action = "confirm"
	Cancel    Action = "cancel"
	Toggle    Action = "toggle"

	Shift  Action = "shift"
	HoldAt Action = "hold"

	// Of figures.
	Guard   Action = "guard"
	Chart   Action = "chart"
	Figure  Action = "figure"
	ZoomIn  Action = "zoom-in"
	ZoomOut Action = "zoom-out"

	// Of shifts and courses.
	FarLeft    Action = "far-left" // ten percent at once
	FarRight   Action = "far-right"
	ShareNone  Action = "share-0"
	ShareTenth Action = "share-10"
	ShareQuart Action = "share-25"
	ShareHalf  Action = "share-50"
	ShareAll   Action = "share-100"
	Steps      Action = "steps"
	StepPause  Action = "step-pause"
	Promote    Action = "promote"
	Abort      Action = "abort"
	Continue   Action = "continue"
	StopCourse Action = "stop"
	Finish     Action = "finish"
	Leave      Action = "leave"

	Nothing Action = "nothing" // a key that other tools delete with: here it does nothing, on purpose
)
