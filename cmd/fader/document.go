package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"fader/kube/rollout"

	"sigs.k8s.io/yaml"
)

// document is one move on -o json and yaml. What did not come to be is null.
type document struct {
	DryRun  string           `json:"dryRun,omitempty"` // client or server
	Plan    *rollout.Plan    `json:"plan"`
	Receipt *receiptItem     `json:"receipt"`
	Outcome *outcomeItem     `json:"outcome"`
	Failed  *rollout.Failure `json:"failed,omitempty"` // no plan could be made
}

// receiptItem is a receipt without its plan, which stands beside it.
type receiptItem struct {
	Result          rollout.Result `json:"result"`
	Message         string         `json:"message"`
	Who             string         `json:"who"`
	Started         time.Time      `json:"started"`
	Finished        time.Time      `json:"finished"`
	ResourceVersion string         `json:"resourceVersion,omitempty"`
	Course          string         `json:"course,omitempty"`
	Why             string         `json:"why,omitempty"` // where a guard decided on it
}

// outcomeItem is what came of a move that was waited for.
type outcomeItem struct {
	State   rollout.State `json:"state"`
	Text    string        `json:"text"`
	Seconds float64       `json:"seconds"` // from the beginning of the move
	At      time.Time     `json:"at"`
}

// documents are the moves of a batch: those that were planned, then those that
// could not be. receipts are nil in a dry run.
func documents(batch rollout.Batch, receipts []rollout.Receipt, dryRun string) ([]document, error) {
	var out []document
	for i, p := range batch.Plans {
		p, err := redacted(p)
		if err != nil {
			return nil, err
		}
		d := document{DryRun: dryRun, Plan: &p}
		if receipts != nil {
			d.Receipt, d.Outcome = newReceiptItem(receipts[i]), newOutcomeItem(receipts[i].Outcome)
		}
		out = append(out, d)
	}
	for _, f := range batch.Failed {
		out = append(out, document{DryRun: dryRun, Failed: &f})
	}
	return out, nil
}

func newReceiptItem(r rollout.Receipt) *receiptItem {
	return &receiptItem{r.Result, r.Message, r.Who, r.Started, r.Finished, r.ResourceVersion, r.Course, r.Why}
}

func newOutcomeItem(o *rollout.Outcome) *outcomeItem {
	if o == nil {
		return nil
	}
	return &outcomeItem{o.State, o.Text, o.Took.Seconds(), o.At}
}

// redacted is the plan as the journal has it: values of variables and words of
// command lines are nobody's business, and what a command prints ends in logs.
func redacted(p rollout.Plan) (rollout.Plan, error) {
	text, err := json.Marshal(rollout.Receipt{Plan: p})
	var r rollout.Receipt
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		return rollout.Plan{}, fmt.Errorf("write the plan: %w", err)
	}
	return r.Plan, nil
}

// writeAs writes a value as JSON, one line, or YAML.
func writeAs(w io.Writer, output string, value any) error {
	if output == "json" {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(value)
	}
	text, err := yaml.Marshal(value)
	if err != nil {
		return fmt.Errorf("write YAML: %w", err)
	}
	_, err = w.Write(text)
	return err
}
