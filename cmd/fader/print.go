package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"fader/kube"
	"fader/views/age"
	"fader/views/box"

	"sigs.k8s.io/yaml"
)

// shown is what is printed at one moment; head asks for column titles where there
// are any.
type shown struct {
	rollouts []*kube.Rollout
	figures  figures
	now      time.Time
	head     bool
}

// form is a form of output.
type form struct {
	print   func(io.Writer, shown) error
	figures bool // it has some, so they are to be read
}

func statusForms() map[string]form {
	return map[string]form{
		"":     {(&columns{}).print, false},
		"wide": {(&columns{wide: true}).print, true},
		"name": {printNames, false},
		"json": {printJSON, true},
		"yaml": {printYAML, true},
	}
}

// statusList is what -o json prints: one object.
type statusList struct {
	Items   []statusItem `json:"items"`
	Metrics metricsItem  `json:"metrics"`
}

// statusItem is one rollout. Numbers are numbers; what is unknown is null.
type statusItem struct {
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// Rollout is what `kubectl rollout status` makes of it: complete, progressing or failed.
	Rollout    string         `json:"rollout"`
	Phase      kube.Phase     `json:"phase"`
	Cause      *string        `json:"cause"`
	Revision   *int64         `json:"revision"`
	Paused     bool           `json:"paused"`
	Images     []string       `json:"images"`
	Replicas   statusReplicas `json:"replicas"`
	Deadline   *time.Time     `json:"deadline"` // when the progress deadline expires or expired
	AgeSeconds int64          `json:"ageSeconds"`
	figureItem
	// MetricsMissing is why latency, errors and requests are null.
	MetricsMissing *string          `json:"metricsMissing,omitempty"`
	Revisions      []statusRevision `json:"revisions"`
}

type statusReplicas struct {
	Desired     int32  `json:"desired"`
	Current     int32  `json:"current"`
	Updated     int32  `json:"updated"`
	Ready       int32  `json:"ready"`
	Available   int32  `json:"available"`
	Terminating *int32 `json:"terminating"`
}

func newStatusItem(r *kube.Rollout, s shown) statusItem {
	d := r.Deployment
	item := statusItem{
		Namespace: d.Ref.Namespace, Name: d.Ref.Name, Rollout: rolloutWord(r), Phase: r.Phase,
		Paused: d.Paused, Images: append([]string{}, d.Images()...), AgeSeconds: int64(s.now.Sub(d.Created).Seconds()),
		Replicas: statusReplicas{
			Desired: d.Replicas.Desired, Current: d.Replicas.Current, Updated: d.Replicas.Updated,
			Ready: d.Replicas.Ready, Available: d.Replicas.Available, Terminating: d.Replicas.Terminating,
		},
		figureItem: newFigureItem(s.figures.gauge.Now(r)), Revisions: statusRevisions(r, s.figures.gauge),
	}
	if len(r.Causes) > 0 {
		text := r.Causes[0].WholeSentence("", "·")
		item.Cause = &text
	}
	item.MetricsMissing = known(s.figures.gauge.Missing(r).String())
	if d.Revision != 0 {
		item.Revision = &d.Revision
	}
	if !r.Deadline.IsZero() {
		item.Deadline = &r.Deadline
	}
	return item
}

func rolloutWord(r *kube.Rollout) string {
	return map[kube.Verdict]string{
		kube.VerdictSuccess: "complete", kube.VerdictWaiting: "progressing", kube.VerdictFailed: "failed",
	}[r.Verdict()]
}

func causeText(r *kube.Rollout) string {
	if len(r.Causes) == 0 {
		return ""
	}
	return r.Causes[0].Sentence("", "·")
}

func (s shown) list() statusList {
	items := make([]statusItem, 0, len(s.rollouts))
	for _, r := range s.rollouts {
		items = append(items, newStatusItem(r, s))
	}
	return statusList{Items: items, Metrics: s.figures.item(s.now)}
}

func printJSON(w io.Writer, s shown) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(s.list())
}

func printYAML(w io.Writer, s shown) error {
	text, err := yaml.Marshal(s.list())
	if err != nil {
		return fmt.Errorf("write YAML: %w", err)
	}
	_, err = fmt.Fprintf(w, "---\n%s", text)
	return err
}

func printNames(w io.Writer, s shown) error {
	for _, r := range s.rollouts {
		if _, err := fmt.Fprintln(w, "deployment.apps/"+r.Ref().Name); err != nil {
			return err
		}
	}
	return nil
}

// columns prints rows under each other, also those that follow later: a column
// never gets narrower again.
type columns struct {
	wide   bool
	widths []int
}

func (c *columns) print(w io.Writer, s shown) error {
	var rows [][]string
	if s.head {
		rows = append(rows, c.titles())
	}
	for _, r := range s.rollouts {
		rows = append(rows, c.row(r, s))
	}
	return c.rows(w, rows)
}

func (c *columns) rows(w io.Writer, rows [][]string) error {
	for _, cells := range rows {
		for i, cell := range cells {
			if i == len(c.widths) {
				c.widths = append(c.widths, 0)
			}
			c.widths[i] = max(c.widths[i], box.Width(cell))
		}
	}
	for _, cells := range rows {
		var line strings.Builder
		for i, cell := range cells {
			line.WriteString(box.Fit(cell, c.widths[i]) + "  ")
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(line.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

func (c *columns) titles() []string {
	titles := []string{"PHASE", "NAMESPACE", "DEPLOYMENT", "REV", "READY", "UPDATED", "AGE"}
	if c.wide {
		titles = append(append(titles, "AVAILABLE"), append(figureTitles(), "IMAGES")...)
	}
	return append(titles, "CAUSE")
}

func (c *columns) row(r *kube.Rollout, s shown) []string {
	d := r.Deployment
	cells := []string{
		string(r.Phase), d.Ref.Namespace, d.Ref.Name, fmt.Sprint(d.Revision),
		fmt.Sprintf("%d/%d", d.Replicas.Ready, d.Replicas.Desired),
		fmt.Sprintf("%d/%d", d.Replicas.Updated, d.Replicas.Desired),
		age.Short(s.now.Sub(d.Created)),
	}
	if c.wide {
		cells = append(cells, fmt.Sprint(d.Replicas.Available))
		cells = append(append(cells, figureCells(r, s.figures.gauge)...), strings.Join(d.Images(), ","))
	}
	return append(cells, causeText(r))
}
