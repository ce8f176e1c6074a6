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
	SortReady  Action = "sort-ready"
	Namespaces Action = "namespaces"
	AllScope   Action = "all-namespaces"

	PageDeployments Action = "page-deployments"

	UndoMove  Action = "take-back"
	Undo      Action = "undo"
	History   Action = "history"
	Pause     Action = "pause-resume"
	Scale     Action = "scale"
	Restart   Action = "restart"
	Confirm   Action = "confirm"
	Cancel    Action = "cancel"
	Toggle    Action = "toggle"
	Nothing   Action = "nothing" // a key that other tools delete with: here it does nothing, on purpose
	EraseText Action = "erase"
)
