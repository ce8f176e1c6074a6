package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"fader/kube"
	"fader/kube/gauge"
	"fader/views/age"
	"fader/views/box"

	"sigs.k8s.io/yaml"
)

// shown is what is printed at one moment; head asks for column titles where there
// are any.
type shown struct {
	rows    []row
	figures figures
	now     time.Time
	head    bool
}

// row is a rollout with what it is ranked by.
type row struct {
	*kube.Rollout
	standing kube.Standing
	impaired gauge.Impairment
}

// ranked are rollouts in the order of the board.
func ranked(rollouts []*kube.Rollout, g *gauge.Gauge, limits func(kube.Ref) gauge.Limits, now time.Time) []row {
	rows := make([]row, len(rollouts))
	for i, r := range rollouts {
		var l gauge.Limits
		if limits != nil {
			l = limits(r.Ref())
		}
		point := g.Now(r)
		impaired := g.Impaired(r, nil, point, l, gauge.Impairment{}, now)
		load := kube.Load{Impaired: impaired.Text != ""}
		if point.Requests.Known {
			load.Requests = point.Requests.V
		}
		rows[i] = row{r, kube.StandingOf(r, load, now), impaired}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return a.standing.Compare(b.standing) })
	return rows
}

// cause says why a row stands where it stands: what does not serve, or what metrics say,
// before its worst cause; "" for nothing. whole leaves nothing of the cause out, and no age
// is in it.
func (r row) cause(now time.Time, whole bool) string {
	worst, lead, text := r.Worst(), "", ""
	if worst != nil {
		told := *worst
		if r.standing.Rank == kube.RankOutage {
			told.Meanwhile = "" // the lead says it
		}
		switch {
		case whole:
			text = told.WholeSentence("", "·")
		case told.Since.IsZero():
			text = told.Sentence("", "·")
		default:
			text = told.Sentence(age.Since(now, told.Since), "·")
		}
	}
	switch {
	case r.standing.Rank == kube.RankOutage:
		if lead = "no pod ready"; r.standing.Service != "" {
			lead = "no endpoint"
		}
		if !r.standing.Since.IsZero() {
			lead += " for " + age.Since(now, r.standing.Since)
		}
	case r.standing.Rank == kube.RankReduced && (worst == nil || worst.Severity < kube.Attention):
		lead = fmt.Sprintf("%d of %d serve", r.standing.Serving, r.standing.Wanted)
	case r.standing.Rank == kube.RankImpaired:
		lead = r.impaired.Text
	}
	if lead == "" || text == "" {
		return lead + text
	}
	return lead + " · " + text
}

// form is a form of output.
type form struct {
	print   func(io.Writer, shown) error
	figures bool // they are to be read: it has some, or they rank its rows
	quiet   bool // it says nothing about figures that are missing
}

func statusForms() map[string]form {
	return map[string]form{
		"":     {print: (&columns{}).print, figures: true, quiet: true},
		"wide": {print: (&columns{wide: true}).print, figures: true},
		"name": {print: printNames},
		"json": {print: printJSON, figures: true},
		"yaml": {print: printYAML, figures: true},
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
	Rollout string     `json:"rollout"`
	Phase   kube.Phase `json:"phase"`
	// Rank is how much harm it does: outage, reduced, impaired, stalled, waiting, moving or quiet.
	Rank       string         `json:"rank"`
	Cause      *string        `json:"cause"`
	CauseSince *time.Time     `json:"causeSince"`
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

func newStatusItem(x row, s shown) statusItem {
	r, d := x.Rollout, x.Deployment
	item := statusItem{
		Namespace: d.Ref.Namespace, Name: d.Ref.Name, Rollout: rolloutWord(r), Phase: r.Phase, Rank: x.standing.Rank.String(),
		Paused: d.Paused, Images: append([]string{}, d.Images()...), AgeSeconds: int64(s.now.Sub(d.Created).Seconds()),
		Replicas: statusReplicas{
			Desired: d.Replicas.Desired, Current: d.Replicas.Current, Updated: d.Replicas.Updated,
			Ready: d.Replicas.Ready, Available: d.Replicas.Available, Terminating: d.Replicas.Terminating,
		},
		figureItem: newFigureItem(s.figures.gauge.Now(r)), Revisions: statusRevisions(r, s.figures.gauge),
	}
	if text := x.cause(s.now, true); text != "" {
		item.Cause = &text
	}
	if worst := r.Worst(); worst != nil && !worst.Since.IsZero() {
		item.CauseSince = &worst.Since
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
	items := make([]statusItem, 0, len(s.rows))
	for _, r := range s.rows {
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
	for _, r := range s.rows {
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
	for _, r := range s.rows {
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

func (c *columns) row(r row, s shown) []string {
	d := r.Deployment
	cells := []string{
		string(r.Phase), d.Ref.Namespace, d.Ref.Name, fmt.Sprint(d.Revision),
		fmt.Sprintf("%d/%d", d.Replicas.Ready, d.Replicas.Desired),
		fmt.Sprintf("%d/%d", d.Replicas.Updated, d.Replicas.Desired),
		age.Short(s.now.Sub(d.Created)),
	}
	if c.wide {
		cells = append(cells, fmt.Sprint(d.Replicas.Available))
		cells = append(append(cells, figureCells(r.Rollout, s.figures.gauge)...), strings.Join(d.Images(), ","))
	}
	return append(cells, r.cause(s.now, false))
}
