package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"fader/kube"
	"fader/kube/fade"
	"fader/kube/rollout"
	"fader/views/age"

	"github.com/spf13/cobra"
)

// journalOptions are what `fader journal` was asked.
type journalOptions struct {
	streams
	scope  *scopeFlags
	output string
	since  time.Duration
	until  time.Duration
	events string
	object kube.Ref // only its moves; zero for all
	path   string
	now    func() time.Time
}

// eventsTime is how long the events of a timeline may take to be read.
const eventsTime = 10 * time.Second

func newJournal(s streams, scope *scopeFlags) *cobra.Command {
	o := journalOptions{streams: s, scope: scope, now: time.Now}
	cmd := &cobra.Command{
		Use:   "journal [TYPE/NAME]",
		Short: "List the moves made from this machine, or write an incident report",
		Long: "List the moves that were made with fader on this machine and what came of them, on every\n" +
			"cluster. TYPE/NAME, -n, --context, --since and --until narrow the list. It needs no cluster.\n\n" +
			"-o md writes a report for the review of an incident: a summary, the moves of each object\n" +
			"with latency and errors before and after, and a timeline with the warnings of the cluster,\n" +
			"as far as the cluster and Prometheus still have them.\n\n" +
			"Exit status: 0 written, 1 the journal could not be read, 2 usage.",
		Example: "  fader journal --since 2h\n  fader journal -n shop -o json\n" +
			"  fader journal deploy/web -n shop --since 2h --until 30m -o md > incident.md",
		Args: maximumOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.path = journalPath()
			if err := o.validate(args); err != nil {
				return err
			}
			return o.run(cmd.Context())
		},
	}
	cmd.Flags().StringVarP(&o.output, "output", "o", "", "json or md")
	cmd.Flags().DurationVar(&o.since, "since", 0, "only moves in the last duration, e.g. 2h; 0 = all")
	cmd.Flags().DurationVar(&o.until, "until", 0, "only moves up to that long ago, e.g. 30m; 0 = until now")
	cmd.Flags().StringVar(&o.events, "events", string(rollout.ShowWarnings), "events in the report: warnings, all or none")
	return cmd
}

func (o *journalOptions) validate(args []string) error {
	switch {
	case o.output != "" && o.output != "json" && o.output != "md":
		return usage("-o %q is unknown: give json or md", o.output)
	case o.since < 0:
		return usage("--since %s is below zero", o.since)
	case o.until < 0:
		return usage("--until %s is below zero", o.until)
	case o.since > 0 && o.until >= o.since:
		return usage("--until %s is not later than --since %s: nothing lies between", o.until, o.since)
	case o.events != "" && !slices.Contains([]rollout.ShownEvents{rollout.ShowWarnings, rollout.ShowAll, rollout.ShowNone}, rollout.ShownEvents(o.events)):
		return usage("--events %q is unknown: give warnings, all or none", o.events)
	case o.scope.selector != "":
		return usage("-l does not work here: the journal knows no labels")
	}
	if len(args) == 0 {
		return nil
	}
	kind, name, typed := strings.Cut(args[0], "/")
	o.object = kube.Ref{Kind: journalKinds()[strings.ToLower(kind)], Name: name}
	if !typed || name == "" || o.object.Kind == "" {
		return usage("%q is not TYPE/NAME: give deployment/NAME, service/NAME or pod/NAME", args[0])
	}
	return nil
}

// journalKinds are the kinds of objects that moves are about, by kubectl's names for them.
func journalKinds() map[string]kube.Kind {
	return map[string]kube.Kind{
		"deployment": kube.KindDeployment, "deployments": kube.KindDeployment, "deploy": kube.KindDeployment, "deployment.apps": kube.KindDeployment,
		"service": kube.KindService, "services": kube.KindService, "svc": kube.KindService,
		"pod": kube.KindPod, "pods": kube.KindPod, "po": kube.KindPod,
	}
}

func (o *journalOptions) run(ctx context.Context) error {
	entries, err := rollout.NewJournal(o.path).Read()
	if err != nil {
		return err
	}
	entries.Receipts = slices.DeleteFunc(entries.Receipts, func(r rollout.Receipt) bool {
		return !o.wants(r.Started, r.Plan.Cluster, r.Plan.Target())
	})
	courses := slices.DeleteFunc(courseItems(entries.Courses), func(c courseItem) bool {
		return !o.wants(c.Began, c.Cluster, kube.Ref{Kind: c.of, Namespace: c.Namespace, Name: c.Name})
	})
	switch o.output {
	case "json":
		return o.printJSON(entries, courses)
	case "md":
		return o.printTimeline(ctx, entries, courses)
	}
	return o.printTable(entries, courses)
}

// wants says that the flags do not leave it out. Without -n and --context it is
// every namespace of every cluster: a journal is of what was done, not of where
// one happens to be.
func (o *journalOptions) wants(at time.Time, cluster rollout.Identity, target kube.Ref) bool {
	given := func(flag *string) string {
		if flag == nil {
			return ""
		}
		return *flag
	}
	namespace, name := given(o.scope.config.Namespace), given(o.scope.config.Context)
	return (o.since == 0 || at.After(o.now().Add(-o.since))) &&
		!at.After(o.now().Add(-o.until)) &&
		(o.object.Name == "" || target.Kind == o.object.Kind && target.Name == o.object.Name) &&
		(name == "" || cluster.Context == name) &&
		(namespace == "" || o.scope.allNamespaces || target.Namespace == namespace)
}

// courseItem is a course as the journal knows it last.
type courseItem struct {
	ID        string              `json:"id"`
	Kind      fade.Kind           `json:"kind"`
	Title     string              `json:"title"`
	Cluster   rollout.Identity    `json:"cluster"`
	Namespace string              `json:"namespace"`
	Name      string              `json:"name"`
	Who       string              `json:"who"`
	Began     time.Time           `json:"began"`
	State     rollout.CourseState `json:"state"`
	Text      string              `json:"text"`
	At        time.Time           `json:"at"`

	of    kube.Kind
	lines []rollout.CourseLine // all of them, the oldest first
}

// courseItems are the courses that lines are about, in the order they began.
func courseItems(lines []rollout.CourseLine) []courseItem {
	var items []courseItem
	for _, line := range lines {
		var c fade.Course
		if json.Unmarshal(line.Course, &c) != nil || c.ID != line.ID {
			continue
		}
		at := slices.IndexFunc(items, func(i courseItem) bool { return i.ID == line.ID })
		if at < 0 {
			at = len(items)
			items = append(items, courseItem{})
		}
		items[at] = courseItem{
			ID: c.ID, Kind: c.Kind, Title: kube.Clean(c.Title()), Cluster: c.Cluster, Namespace: c.Subject().Namespace, Name: c.Subject().Name,
			Who: kube.Clean(c.Who), Began: c.Began, State: line.State, Text: kube.Clean(line.Text), At: line.At,
			of: c.Subject().Kind, lines: append(items[at].lines, line),
		}
	}
	return items
}

// journalItem is the journal on -o json.
type journalItem struct {
	Moves   []document   `json:"moves"` // the oldest first
	Courses []courseItem `json:"courses"`
	Damaged int          `json:"damaged"` // lines that cannot be read
}

func (o *journalOptions) printJSON(entries rollout.Entries, courses []courseItem) error {
	item := journalItem{Moves: []document{}, Courses: append([]courseItem{}, courses...), Damaged: entries.Damaged}
	for _, r := range entries.Receipts {
		p, err := redacted(r.Plan)
		if err != nil {
			return err
		}
		item.Moves = append(item.Moves, document{Plan: &p, Receipt: newReceiptItem(r), Outcome: newOutcomeItem(r.Outcome)})
	}
	return writeAs(o.out, "json", item)
}

// printTimeline writes what happened, with the events that the cluster still has.
func (o *journalOptions) printTimeline(ctx context.Context, entries rollout.Entries, courses []courseItem) error {
	t := rollout.Timeline{Receipts: entries.Receipts, Damaged: entries.Damaged, Shown: rollout.ShownEvents(o.events), Made: o.now()}
	for _, c := range courses {
		for _, line := range c.lines {
			t.More = append(t.More, rollout.Moment{
				At: line.At, What: "course", Object: c.Namespace + "/" + c.Name, Warning: line.State == rollout.CourseLeft,
				Text: c.Title + ": " + stateText(line),
			})
		}
	}
	if len(t.Receipts) > 0 {
		o.readCluster(ctx, &t)
	}
	_, err := io.WriteString(o.out, t.Markdown())
	return err
}

// stateText is where a course was: its state, and its text where that says more.
func stateText(line rollout.CourseLine) string {
	if line.Text == "" || line.Text == string(line.State) {
		return string(line.State)
	}
	return string(line.State) + ", " + strings.TrimPrefix(line.Text, string(line.State)+": ")
}

// readCluster adds what the cluster and its Prometheus know of the moves. Without them the
// report is written all the same, and says so.
func (o *journalOptions) readCluster(ctx context.Context, t *rollout.Timeline) {
	ctx, stop := interruptible(ctx)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, eventsTime)
	defer cancel()
	c, closeAll, err := attach(o.scope, streams{in: o.in, out: o.out, err: o.err})
	if err != nil {
		t.Unread = append(t.Unread, kube.Clean("No events: "+err.Error()))
		return
	}
	defer closeAll()
	if t.Shown != rollout.ShowNone {
		t.Events, t.Unread = rollout.ReadEvents(ctx, c.cluster.Client, c.identity().WithUID(c.clusterUID), t.Receipts)
	}
	var unread string
	t.Measured, unread = o.measured(ctx, c, t.Receipts)
	if unread != "" {
		t.Unread = append(t.Unread, kube.Clean(unread))
	}
}

// printTable prints the moves and courses, the oldest first.
func (o *journalOptions) printTable(entries rollout.Entries, courses []courseItem) error {
	type line struct {
		at    time.Time
		cells []string
	}
	var lines []line
	for _, r := range entries.Receipts {
		lines = append(lines, line{r.Started, o.moveCells(r)})
	}
	for _, c := range courses {
		lines = append(lines, line{c.Began, []string{
			o.clock(c.Began), string(c.State), c.Namespace + "/" + c.Name, c.Title, age.Unknown, age.Unknown, c.Who, c.Cluster.String(), c.Text,
		}})
	}
	slices.SortStableFunc(lines, func(a, b line) int { return a.at.Compare(b.at) })
	rows := [][]string{{"TIME", "RESULT", "OBJECT", "MOVE", "OUTCOME", "TOOK", "WHO", "CLUSTER", "CHANGE"}}
	for _, l := range lines {
		rows = append(rows, l.cells)
	}
	if entries.Damaged > 0 {
		fmt.Fprintf(o.err, "%s: %d lines of the journal cannot be read: moves are missing here\n", name(), entries.Damaged)
	}
	if len(lines) == 0 {
		fmt.Fprintln(o.err, "no move in the journal")
		return nil
	}
	return (&columns{}).rows(o.out, rows)
}

func (o *journalOptions) moveCells(r rollout.Receipt) []string {
	outcome, took := age.Unknown, age.Unknown
	if r.Outcome != nil {
		outcome, took = string(r.Outcome.State), strconv.FormatFloat(r.Outcome.Took.Seconds(), 'f', 1, 64)+"s"
	}
	change := ""
	if changes := r.Plan.Changes; len(changes) > 0 {
		change = fmt.Sprintf("%s %s → %s", changes[0].Path, orNone(changes[0].Before), orNone(changes[0].After))
		if more := len(changes) - 1; more > 0 {
			change += fmt.Sprintf(" +%d", more)
		}
	}
	return []string{
		o.clock(r.Started), string(r.Result), r.Plan.Target().String(), r.Plan.Title, outcome, took, r.Who, r.Plan.Cluster.String(), change,
	}
}

func (o *journalOptions) clock(at time.Time) string {
	return at.In(o.now().Location()).Format(time.DateTime)
}
