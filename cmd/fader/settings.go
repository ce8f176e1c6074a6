package main

import (
	"os"
	"path/filepath"

	"fader/cmd/fader/config"
	"fader/tui"

	"github.com/adrg/xdg"
)

// configPath is where the configuration is, or would be; named says that the
// environment asks for this very file.
func configPath() (path string, named bool) {
	if path := os.Getenv(config.EnvFile); path != "" {
		return path, true
	}
	return filepath.Join(xdg.ConfigHome, "fader", "config.yaml"), false
}

// sources reads what settings come from. Whatever is wrong with them refuses the
// start: what cannot be understood could be what was to protect something.
func sources(flags config.Given) (config.Sources, error) {
	environment, err := config.Environment(os.Getenv)
	if err != nil {
		return config.Sources{}, usage("%w", err)
	}
	path, named := configPath()
	file, err := config.Load(path)
	if err != nil {
		return config.Sources{}, usage("%w", err)
	}
	if named && !file.Found {
		return config.Sources{}, usage("%s names %s, which does not exist", config.EnvFile, path)
	}
	return config.Sources{Flags: flags, Environment: environment, File: file}, nil
}

// notify is what tui needs to know of it.
func notify(n config.Notify) tui.Notify {
	return tui.Notify{Bell: n.Bell.Is, OSC9: n.OSC9.Is, Command: n.Command.Is}
}
