//go:build !unix

package cluster

import "os/exec"

// ownProcess does nothing where processes have no sessions: the plugin alone is ended.
func ownProcess(*exec.Cmd, bool) {}
