package tui

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os/exec"

	"fader/kube/inspect"
	"fader/kube/rollout"

	tea "charm.land/bubbletea/v2"
)

// diffShownMsg: the operator's own program for differences has ended.
type diffShownMsg struct{ err error }

// externalDiff leaves the screen to the program named by KUBECTL_EXTERNAL_DIFF.
func (m *Model) externalDiff(from, to rollout.Past) tea.Cmd {
	command, remove, err := inspect.ExternalDiff(from.Template, to.Template)
	switch {
	case err != nil:
		m.say(bad, err.Error())
		return nil
	case command == nil:
		m.say(warn, "KUBECTL_EXTERNAL_DIFF names no program")
		return nil
	}
	return tea.Exec(&pausing{Cmd: command}, func(err error) tea.Msg {
		remove()
		return diffShownMsg{err}
	})
}

// pausing is a program after which a key is waited for: diff ends at once, and
// what it printed would be gone before anybody could read it.
type pausing struct{ *exec.Cmd }

func (p *pausing) SetStdin(r io.Reader)  { p.Stdin = r }
func (p *pausing) SetStdout(w io.Writer) { p.Stdout = w }
func (p *pausing) SetStderr(w io.Writer) { p.Stderr = w }

func (p *pausing) Run() error {
	err := p.Cmd.Run()
	fmt.Fprint(p.Stdout, "\nenter goes back to fader ")
	_, _ = bufio.NewReader(p.Stdin).ReadString('\n') // a closed terminal goes back as well
	return err
}

// takeDiff tells a program that could not be run. An exit status is no failure:
// diff's is 1 where there are differences.
func (m *Model) takeDiff(msg diffShownMsg) tea.Cmd {
	var exit *exec.ExitError
	if msg.err != nil && !errors.As(msg.err, &exit) {
		m.say(bad, "KUBECTL_EXTERNAL_DIFF: "+msg.err.Error())
	}
	return nil
}
