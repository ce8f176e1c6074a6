package fade

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"syscall"

	"fader/kube/rollout"
)

// self names this process.
func self() rollout.Process {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	_, started := statOf(os.Getpid())
	return rollout.Process{Host: host, PID: os.Getpid(), Started: started}
}

// lives says whether the process is still there. Of another host that cannot be
// told; it counts as gone, and whoever asks says where it ran.
func lives(p rollout.Process) bool {
	if p.Host != self().Host || p.PID <= 0 {
		return false
	}
	if state, started := statOf(p.PID); state != "" {
		return state != "Z" && (p.Started == "" || p.Started == started)
	}
	process, err := os.FindProcess(p.PID)
	if err != nil {
		return false
	}
	defer func() { _ = process.Release() }()
	err = process.Signal(syscall.Signal(0))
	return err == nil || os.IsPermission(err)
}

// statOf a process: its state (Z is one that ended and was not waited for) and
// when it started, in ticks since the machine did. Both "" where the system does
// not tell; with /proc that means that there is no such process, but so it may be
// without /proc.
func statOf(pid int) (state, started string) {
	content, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return "", ""
	}
	// The second field is the name, in brackets, and may hold anything.
	fields := strings.Fields(string(content[bytes.LastIndexByte(content, ')')+1:]))
	if len(fields) < 20 {
		return "", ""
	}
	return fields[0], fields[19]
}
