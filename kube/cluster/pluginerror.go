package cluster

import (
	"fmt"
	"time"
)

// PluginError is a credential plugin that gave no credentials: the request was
// never sent.
type PluginError struct {
	Plugin string
	Said   string // its last line on stderr
	kind   pluginFault
	detail string
}

// pluginFault is why a plugin gave no credentials.
type pluginFault int

const (
	pluginBroken  pluginFault = iota // could not be run; detail says why
	pluginMissing                    // is not installed; detail is the kubeconfig's hint
	pluginFailed                     // detail is its exit status
	pluginHung                       // detail is how long it had
	pluginAsks                       // wants the keyboard, which it cannot have
	pluginGarbles                    // detail says what is wrong with its answer
	pluginEnded                      // by fader
)

var pluginSentences = map[pluginFault]func(*PluginError) string{
	pluginBroken: func(e *PluginError) string { return "cannot be run: " + e.detail },
	pluginMissing: func(e *PluginError) string {
		return "is not installed: install it or put it on the PATH" + after(e.detail)
	},
	pluginFailed: func(e *PluginError) string {
		return "failed (exit status " + e.detail + ")" + quoted(e.Said) + ": log in with it in another terminal"
	},
	pluginHung: func(e *PluginError) string {
		return "gave no answer within " + e.detail + " and was ended" + quoted(e.Said) + ": run any kubectl command in another terminal to log in"
	},
	pluginAsks: func(*PluginError) string {
		return "wants to ask something and the terminal is taken: run any kubectl command once in another terminal to log in"
	},
	pluginGarbles: func(e *PluginError) string {
		return "gave no credentials: " + e.detail + quoted(e.Said) + "; log in with it in another terminal"
	},
	pluginEnded: func(*PluginError) string { return "was ended: nothing waits for it any more" },
}

func (e *PluginError) Error() string {
	return fmt.Sprintf("the credential plugin %s %s", e.Plugin, pluginSentences[e.kind](e))
}

// NeedsLogin tells kube/watch that the server is not to blame.
func (*PluginError) NeedsLogin() bool { return true }

// PluginWaiting is a request that was given up while a credential plugin ran: it
// says nothing of the server.
type PluginWaiting struct {
	Plugin string
	For    time.Duration
	Said   string // its last line on stderr
	err    error
}

func (w *PluginWaiting) Error() string {
	return fmt.Sprintf("waiting for the credential plugin %s, which has not answered for %s%s", w.Plugin, w.For.Round(time.Second), quoted(w.Said))
}

func (w *PluginWaiting) Unwrap() error { return w.err }

// CredentialsPending tells kube/watch that the request was never sent.
func (*PluginWaiting) CredentialsPending() bool { return true }

// quoted is what a plugin said last, for the middle of a sentence.
func quoted(said string) string {
	if said == "" {
		return ""
	}
	return ` (it says: ` + said + `)`
}

func after(hint string) string {
	if hint == "" {
		return ""
	}
	return "; " + hint
}
