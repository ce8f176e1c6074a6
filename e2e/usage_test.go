package e2e

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
)

// What the kernel counts for a program while it is resident, and at its peak.
const (
	resident = "VmRSS"
	peak     = "VmHWM"
)

// cpu that the program has used, in user and system.
func (x *terminal) cpu() time.Duration {
	x.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", x.cmd.Process.Pid))
	require.NoError(x.t, err)
	fields := strings.Fields(string(text[strings.LastIndex(string(text), ")"):]))
	var ticks int
	for _, f := range fields[12:14] { // utime and stime, counted behind the name
		n, err := strconv.Atoi(f)
		require.NoError(x.t, err)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond // of USER_HZ 100
}

// memory that the kernel counts for the program under a name of its status, in MiB.
func (x *terminal) memory(name string) int {
	x.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", x.cmd.Process.Pid))
	require.NoError(x.t, err)
	found := regexp.MustCompile(name + `:\s+(\d+) kB`).FindSubmatch(text)
	require.NotNil(x.t, found)
	kB, err := strconv.Atoi(string(found[1]))
	require.NoError(x.t, err)
	return kB / 1024
}
