package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"

	"fader/kube/inspect"
	"fader/kube/rollout"

	"github.com/aymanbagabas/go-udiff"
	"github.com/spf13/cobra"
)

// diffOptions are what `fader diff` was asked.
type diffOptions struct {
	pastOptions
	revisions []string // none: the one before and the present; one: it and the present
}

func newDiff(s streams, scope *scopeFlags) *cobra.Command {
	o := diffOptions{pastOptions: pastOptions{streams: s, scope: scope}}
	cmd := &cobra.Command{
		Use:   "diff TYPE/NAME",
		Short: "Compare the pod templates of two revisions",
		Long: "Compare the pod templates of two revisions of a Deployment: of the one before with the present one,\n" +
			"of --revision with the present one, or of the first --revision with the second.\n" + hiddenHelp + "\n\n" +
			"KUBECTL_EXTERNAL_DIFF names another program for it, as for kubectl diff.\n\n" +
			"Exit status: 0 compared, equal or not (unlike kubectl diff: -o json says which), 1 failed, 2 usage.",
		Example: "  fader diff deploy/web\n  fader diff deploy/web --revision 3\n  fader diff deploy/web --revision 3 --revision 5 -o json",
	}
	o.about(cmd, o.run)
	cmd.Flags().StringArrayVar(&o.revisions, "revision", nil, "a revision to compare; may be given twice")
	return cmd
}

func (o *diffOptions) run(ctx context.Context) error {
	if len(o.revisions) > 2 {
		return usage("two revisions can be compared, and --revision was given %d times", len(o.revisions))
	}
	var numbers []int64
	for _, text := range o.revisions {
		n, err := revision("--revision", text)
		if err != nil {
			return err
		}
		numbers = append(numbers, n)
	}
	h, err := o.read(ctx)
	if err != nil {
		return err
	}
	from, to, err := pair(h, numbers)
	if err != nil {
		return err
	}
	hider := newHider() // one for both: what is hidden can still be told apart
	if from.Template, err = hider.template(from.Template); err != nil {
		return err
	}
	if to.Template, err = hider.template(to.Template); err != nil {
		return err
	}
	return o.print(h, from, to)
}

// pair chooses what is compared with what.
func pair(h rollout.History, numbers []int64) (from, to rollout.Past, err error) {
	if len(numbers) == 0 {
		numbers = []int64{0}
	}
	if from, err = numbered(h, numbers[0]); err != nil {
		return from, to, err
	}
	if len(numbers) == 2 {
		to, err = numbered(h, numbers[1])
		return from, to, err
	}
	for _, p := range h.Revisions {
		if p.New {
			return from, p, nil
		}
	}
	return from, to, fmt.Errorf("the present template of %s has no revision yet: give two with --revision", h.Target)
}

// diffItem is a comparison on -o json and yaml.
type diffItem struct {
	From  revisionItem `json:"from"`
	To    revisionItem `json:"to"`
	Equal bool         `json:"equal"`
	Diff  string       `json:"diff"` // unified; "" where equal
}

func (o *diffOptions) print(h rollout.History, from, to rollout.Past) error {
	label := func(p rollout.Past) string { return h.Target.String() + " revision " + nameOf(p) }
	unified := udiff.Unified(label(from), label(to), from.Template, to.Template)
	if o.output != "" {
		return writeAs(o.out, o.output, diffItem{newRevisionItem(from), newRevisionItem(to), unified == "", unified})
	}
	command, remove, err := inspect.ExternalDiff(from.Template, to.Template)
	defer remove()
	if err != nil {
		return err
	}
	if command == nil {
		_, err = io.WriteString(o.out, unified)
		return err
	}
	return o.external(command)
}

// external runs the operator's own program. Exit status 1 is a difference.
func (o *diffOptions) external(command *exec.Cmd) error {
	command.Stdin, command.Stdout, command.Stderr = o.in, o.out, o.err
	err := command.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("run KUBECTL_EXTERNAL_DIFF: %w", err)
	}
	return nil
}
