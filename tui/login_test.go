package tui

import (
	"strings"
	"testing"
	"time"

	"fader/kube"
	"fader/kube/fade"

	"github.com/stretchr/testify/require"
)

// What a credential plugin says is on the screen while it runs, links whole, and
// does not take the page away.
func TestPluginIsHeardOnTheScreen(t *testing.T) {
	d := drive(t)
	d.show(checkout(9, 1))
	link := "https://login.example/" + strings.Repeat("path/", 40) + "?user_code=H7K2-QPZX"
	says := func(context string, running bool, lines ...string) {
		d.send(loginMsg{Login{Context: context, Plugin: "aws sso", Began: d.now.Add(-3 * time.Second), Lines: lines, Running: running}})
	}
	says("prod", true)
	d.sees("the credential plugin aws sso has run for 3s and says nothing", "checkout")
	says("prod", true, "To sign in, open "+link)
	d.sees("the credential plugin aws sso has run for 3s and says", "checkout")
	screen := strings.Join(d.m.screen(), "")
	require.Contains(t, strings.ReplaceAll(screen, " ", ""), strings.ReplaceAll(link, " ", ""), "the link is whole")
	says("stage", true, "another context's")
	require.NotContains(t, strings.Join(d.m.screen(), ""), "another context's")
	require.NotEmpty(t, d.m.loginLines())
	says("stage", false)
	require.NotEmpty(t, d.m.loginLines())
	says("prod", false, "To sign in, open "+link)
	require.Empty(t, d.m.loginLines())

	long := make([]string, 40)
	for i := range long {
		long[i] = "line"
	}
	says("prod", true, append(long, "the last")...)
	require.LessOrEqual(t, len(d.m.loginLines()), d.m.h/2+1)
	d.sees("the last")
}

// A cluster tells which one it is once it is live, and what was left half-way is
// looked for then.
func TestClusterTellsWhichOneItIs(t *testing.T) {
	asked := 0
	d := drive(t, func(o *Options) {
		o.ClusterUID = func() string { asked++; return map[bool]string{true: "u-1"}[asked > 1] }
	})
	d.fleet.left = []fade.Leftover{}
	d.show(checkout(9, 4))
	require.Equal(t, 1, asked)
	require.Empty(t, d.m.opts.Cluster.UID)
	d.show(checkout(9, 5))
	require.Equal(t, 1, asked, "not again at once")
	d.fleet.left = leftovers(1)
	d.m.now = d.m.now.Add(time.Minute)
	d.show(checkout(9, 6))
	require.Equal(t, "u-1", d.m.opts.Cluster.UID)
	d.sees("Left half-way")
	require.Equal(t, kube.Live, d.m.snapshot.Health.State)
}
