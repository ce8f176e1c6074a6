package keymap

// Scope is where a binding holds.
type Scope string

const (
	Global      Scope = "everywhere"
	List        Scope = "lists"
	Deployments Scope = "Deployments page"
	Rollout     Scope = "Rollout page"
	Journal     Scope = "Journal page"
	ChartPage   Scope = "chart"
	Viewer      Scope = "text"
	LogViewer   Scope = "logs"
	FilterInput Scope = "filter"
	PlanDialog  Scope = "plan"
	TypedPlan   Scope = "plan to be typed"
	FieldsInput Scope = "fields"
	HistoryPane Scope = "history"
	PromptInput Scope = "prompt"
	Picker      Scope = "picker"
	HelpScreen  Scope = "help"
	CommandLine Scope = "command line"
	ShiftDialog Scope = "shift"
	CourseView  Scope = "course"
	Unfinished  Scope = "unfinished courses"
)

// Closed says that a key which means nothing in this scope means nothing at
// all: the scope takes text or asks for a decision.
func (s Scope) Closed() bool {
	switch s {
	case FilterInput, PlanDialog, TypedPlan, FieldsInput, HistoryPane, PromptInput, Picker, HelpScreen, CommandLine,
		ShiftDialog, CourseView, Unfinished:
		return true
	}
	return false
}

// throughClosed is what still works inside a closed scope.
func throughClosed(a Action) bool { return a == Interrupt }
