package config

import (
	"fader/keymap"
)

// Value is a setting and where it comes from: "--readonly", "FADER_THEME",
// "config.yaml:7", "default"; "" where it is not set at all.
type Value[T any] struct {
	Is   T
	From string
}

// IsSet says that some source has it.
func (v Value[T]) IsSet() bool { return v.From != "" }

// first is the first of some values that is set.
func first[T any](values ...Value[T]) Value[T] {
	for _, v := range values {
		if v.IsSet() {
			return v
		}
	}
	return Value[T]{}
}

// Config is a configuration file, read and checked.
type Config struct {
	Path  string
	Found bool // false: there is no such file, and nothing is set

	Theme      Value[string]
	ASCII      Value[bool]
	ReadOnly   Value[bool]
	Prometheus Prometheus
	Limits     Limits
	// GPUResources are further resource names that count as GPUs; a trailing * stands for
	// any ending.
	GPUResources Value[[]string]
	Notify       Notify
	Keys         map[keymap.Action]Value[[]string]
	Contexts     []Context // in the order of the file
}

// Notify is how the end of a move, or what stalls it, reaches a person who is
// not looking.
type Notify struct {
	Bell    Value[bool]
	OSC9    Value[bool]
	Command Value[[]string] // run without a shell
}

// Context is an entry of contexts.
type Context struct {
	Name       string // of a context, or a pattern with * and ?
	From       string // the file's line
	ReadOnly   Value[bool]
	Protected  Value[bool]
	Prometheus Prometheus
	Limits     Limits
	Colour     Value[string] // as theme.Badge takes it
}

// Keymap is fader's table of keys with the file's keys.
func (c Config) Keymap() (keymap.Table, error) {
	wanted := map[keymap.Action][]string{}
	for a, keys := range c.Keys {
		wanted[a] = keys.Is
	}
	return keymap.Default().Override(wanted)
}
