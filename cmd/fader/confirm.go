package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"fader/kube/rollout"
)

// confirm lets pass what the command line confirms, and asks a person for the
// rest. It returns what was typed where the plan wants a word typed.
func (m *mover) confirm(ctx context.Context, batch rollout.Batch) (typed string, err error) {
	preview, word := batch.Preview(), batch.Word()
	strict := preview.Protected || slices.ContainsFunc(batch.Plans, func(p rollout.Plan) bool { return p.Intent.Unready })
	switch {
	case len(batch.Plans) == len(batch.Blocked()):
		return "", nil // nothing will be sent: the gateway says why
	case m.flags.confirm != "" && m.flags.confirm != word:
		return "", usage("--confirm %q is something else than what would be moved: give --confirm %q", excerpt(m.flags.confirm), word)
	case m.flags.confirm != "":
		return word, nil
	case strict && !m.interactive:
		return "", usage("%s: --yes is not enough, give --confirm %q", m.strictness(preview), word)
	case strict:
		return word, m.ask(ctx, m.strictness(preview), word)
	case m.flags.yes:
		return "", nil
	}
	return "", m.ask(ctx, "Nothing has been changed yet", "yes")
}

// strictness says why a word has to be typed.
func (m *mover) strictness(preview rollout.Plan) string {
	if preview.Protected {
		return preview.Cluster.String() + " is protected"
	}
	return "this goes on although fewer pods are ready than now"
}

var errCancelled = errors.New("cancelled: nothing was changed")

// typingTime is what nobody can type an answer in: what comes sooner was typed
// before the question was there, or pasted, and answers nothing.
const typingTime = 300 * time.Millisecond

// ask goes on only when exactly that word is typed.
func (m *mover) ask(ctx context.Context, why, word string) error {
	fmt.Fprintf(m.err, "%s. Type %s to go on: ", why, word)
	asked, lines := m.now(), linesOf(m.in)
	for {
		select {
		case <-ctx.Done():
			fmt.Fprintln(m.err)
			return errCancelled
		case line, open := <-lines:
			switch {
			case open && m.now().Sub(asked) < typingTime:
				fmt.Fprintf(m.err, "\nIgnored: it was typed before the question. Type %s to go on: ", word)
			case line != word:
				return errCancelled
			default:
				return nil
			}
		}
	}
}

// linesOf reads lines until there are no more, or the process ends.
func linesOf(r io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(r); scanner.Scan(); {
			lines <- strings.TrimSpace(scanner.Text())
		}
	}()
	return lines
}
