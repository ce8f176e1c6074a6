package config

import (
	"fmt"
	"strconv"
)

// Names of the environment's variables. EnvFile names the file: who calls Load reads it.
const (
	EnvFile       = "FADER_CONFIG"
	envTheme      = "FADER_THEME"
	envASCII      = "FADER_ASCII"
	envReadOnly   = "FADER_READONLY"
	envPrometheus = "FADER_PROMETHEUS"
)

// Environment reads FADER_*; a variable that is empty is not set. The error is
// one sentence.
func Environment(lookup func(string) string) (given Given, err error) {
	if text := lookup(envTheme); text != "" {
		if why := wrongTheme(text); why != "" {
			return Given{}, fmt.Errorf("%s cannot be used: %s", envTheme, why)
		}
		given.Theme = Value[string]{text, envTheme}
	}
	if text := lookup(envPrometheus); text != "" {
		server, why := NewServer(text)
		if why != "" {
			return Given{}, fmt.Errorf("%s cannot be used: %s", envPrometheus, why)
		}
		given.Prometheus = Value[Server]{server, envPrometheus}
	}
	flags := []struct {
		name string
		to   *Value[bool]
	}{{envASCII, &given.ASCII}, {envReadOnly, &given.ReadOnly}}
	for _, f := range flags {
		text := lookup(f.name)
		if text == "" {
			continue
		}
		is, err := strconv.ParseBool(text)
		if err != nil {
			return Given{}, fmt.Errorf("%s is %q: give true or false", f.name, text)
		}
		*f.to = Value[bool]{is, f.name}
	}
	return given, nil
}
