package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"fader/kube/rollout"
	"fader/views/age"

	"github.com/spf13/cobra"
)

// historyOptions are what `fader history` was asked.
type historyOptions struct {
	pastOptions
	revision string // of which the template is wanted, "" for the list
	now      func() time.Time
}

func newHistory(s streams, scope *scopeFlags) *cobra.Command {
	o := historyOptions{pastOptions: pastOptions{streams: s, scope: scope}, now: time.Now}
	cmd := &cobra.Command{
		Use:   "history TYPE/NAME",
		Short: "List the revisions of a Deployment",
		Long: "List the revisions of a Deployment, the newest first, or show the pod template of one.\n" +
			hiddenHelp + "\n\nExit status: 0 shown, 1 it could not be read, 2 usage.",
		Example: "  fader history deploy/web\n  fader history deploy/web --revision 3\n  fader history deploy/web -o json",
	}
	o.about(cmd, o.run)
	cmd.Flags().StringVar(&o.revision, "revision", "", "show the pod template of this revision")
	return cmd
}

func (o *historyOptions) run(ctx context.Context) error {
	var number int64
	if o.revision != "" {
		n, err := revision("--revision", o.revision)
		if err != nil {
			return err
		}
		number = n
	}
	h, err := o.read(ctx)
	if err != nil {
		return err
	}
	if o.revision == "" {
		return o.print(h)
	}
	one, err := numbered(h, number)
	if err != nil {
		return err
	}
	template, err := newHider().template(one.Template)
	if err != nil {
		return err
	}
	if o.output == "" {
		_, err := io.WriteString(o.out, template)
		return err
	}
	item := newRevisionItem(one)
	item.Template = template
	return writeAs(o.out, o.output, item)
}

// historyItem is a history on -o json and yaml.
type historyItem struct {
	Namespace string         `json:"namespace"`
	Name      string         `json:"name"`
	Paused    bool           `json:"paused"`
	ReadAt    time.Time      `json:"readAt"`
	Revisions []revisionItem `json:"revisions"` // newest first
}

// revisionItem is one revision. What is unknown is null.
type revisionItem struct {
	Revision    *int64    `json:"revision"`
	ReplicaSet  string    `json:"replicaSet"`
	New         bool      `json:"new"` // has the Deployment's template
	Created     time.Time `json:"created"`
	Desired     int32     `json:"desired"`
	Ready       int32     `json:"ready"`
	Images      []string  `json:"images"`
	ChangeCause string    `json:"changeCause,omitempty"`
	Changed     string    `json:"changed,omitempty"`  // against the revision before, images apart
	Template    string    `json:"template,omitempty"` // YAML
}

func newRevisionItem(p rollout.Past) revisionItem {
	item := revisionItem{
		ReplicaSet: p.ReplicaSet, New: p.New, Created: p.Created, Desired: p.Desired, Ready: p.Ready,
		Images: append([]string{}, p.Images...), ChangeCause: p.ChangeCause, Changed: p.Changed,
	}
	if p.Revision != 0 {
		item.Revision = &p.Revision
	}
	return item
}

func (o *historyOptions) print(h rollout.History) error {
	if o.output != "" {
		item := historyItem{Namespace: h.Target.Namespace, Name: h.Target.Name, Paused: h.Paused, ReadAt: h.ReadAt, Revisions: []revisionItem{}}
		for _, p := range h.Revisions {
			item.Revisions = append(item.Revisions, newRevisionItem(p))
		}
		return writeAs(o.out, o.output, item)
	}
	rows := [][]string{{"REVISION", "READY", "AGE", "IMAGES", "CHANGED", "CHANGE-CAUSE"}}
	for _, p := range h.Revisions {
		rows = append(rows, []string{
			nameOf(p) + newMark(p), fmt.Sprintf("%d/%d", p.Ready, p.Desired), age.Short(o.now().Sub(p.Created)),
			strings.Join(p.Images, ","), p.Changed, p.ChangeCause,
		})
	}
	return (&columns{}).rows(o.out, rows)
}

// nameOf a revision: its number, else its ReplicaSet.
func nameOf(p rollout.Past) string {
	if p.Revision == 0 {
		return p.ReplicaSet
	}
	return fmt.Sprint(p.Revision)
}

func newMark(p rollout.Past) string {
	if p.New {
		return " new"
	}
	return ""
}

// numbered finds a revision by its number; 0 is the one before the present.
func numbered(h rollout.History, n int64) (rollout.Past, error) {
	var has []string
	for _, p := range h.Revisions {
		if n == 0 && !p.New || n != 0 && p.Revision == n {
			return p, nil
		}
		has = append(has, nameOf(p))
	}
	if n == 0 {
		return rollout.Past{}, fmt.Errorf("%s has no revision before the present one", h.Target)
	}
	return rollout.Past{}, fmt.Errorf("%s has no revision %d: it has %s", h.Target, n, strings.Join(has, ", "))
}
