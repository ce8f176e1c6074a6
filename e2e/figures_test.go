package e2e

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"fader/keymap"
	"fader/views/figure"

	"github.com/stretchr/testify/require"
)

// Rows of Deployments, pods and GPU nodes have figures: those that status prints,
// and what is wrong is said in words.
func TestFiguresOfRows(t *testing.T) {
	t.Parallel() // most of it is waiting for figures
	p := up(t, "latency-regression,steady,gpu-full")
	for _, c := range []struct {
		name string
		run  func(*practice)
	}{
		{"Deployments", figuresOfDeployments},
		{"the figure shown is sorted by", sortedByFigure},
		{"the slow pod", slowPod},
		{"GPUs", figuresOfGPUs},
		{"a Prometheus that is gone", figuresGrowOld},
		{"no Prometheus", noFigures},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(&practice{t, p.bin, p.dir}) })
	}
}

// quantile on a row, before its errors.
func quantile() *regexp.Regexp { return regexp.MustCompile(`([\d.]+m?s|no req|-) +(?:<?[\d.]+%|-)`) }

func figuresOfDeployments(p *practice) {
	desk := p.desk(140, 40, "-A", "--prometheus", p.prometheus())
	desk.see(`LAST 30m +p99 +ERR`)
	desk.press("/", "shipping", "enter")
	slower := regexp.MustCompile(`3 against 2: p\d\d \+\d+ ms \(95% CI \d+…\d+, [\d ]+ vs [\d ]+ requests\) · slower`)
	p.eventually("the new revision is called slower", func() bool { return slower.MatchString(desk.text()) }) // it has to serve for a while
	desk.see(`Paused +shop +shipping .* ▲ \d+ms .*slower than revision 2`)
	desk.see(`(?m)^ p50 \d+ms · p95 \d+ms · p99 \d+ms · \d+/s · errors `)
	for _, c := range []struct {
		title string
		of    func(figured) *float64
	}{
		{"p99", func(f figured) *float64 { return f.Latency.P99 }},
		{"p95", func(f figured) *float64 { return f.Latency.P95 }},
		{"p50", func(f figured) *float64 { return f.Latency.P50 }},
	} {
		desk.see(`LAST 30m +` + c.title + ` +ERR`)
		p.eventually("the "+c.title+" of shop/shipping is the one that status prints", func() bool {
			said, _ := figures(p.t, p.env(), "shipping", "--prometheus", p.prometheus())
			value := c.of(said.Items[0].figured)
			return value != nil && strings.Contains(desk.line("Paused", "shipping"), " "+figure.Latency(*value)+" ")
		})
		desk.press("v")
	}
	desk.see(`LAST 30m +ERR +p99`)
	desk.press("2", "/", "ctrl+u", "shipping", "enter")
	desk.see(`READY +ERR +p99`) // what was chosen there is chosen here
	desk.see(`new +shop +shipping-\S+ +3 .* <?[\d.]+% +(1[5-9]|2\d)\dms`)
	desk.see(`old +shop +shipping-\S+ +2 .* <?[\d.]+% +\d\dms`)
	desk.press("q")
	require.Zero(p.t, desk.ended())
}

func sortedByFigure(p *practice) {
	desk := p.desk(140, 40, "-A", "--prometheus", p.prometheus())
	desk.see(`Complete .*\d+ms +<?[\d.]+%`)
	desk.press("V")
	desk.see(`LAST 30m +p99▼`)
	desk.until("the slowest first", func(text string) bool { return falling(text) })
	desk.press("v")
	desk.see(`LAST 30m +p95▼`)
	desk.until("the slowest first", func(text string) bool { return falling(text) })
	desk.press("V")
	desk.see(`LAST 30m +p95▲`)
	desk.until("the slowest last", func(text string) bool { return !falling(text) })
	desk.press("q")
	require.Zero(p.t, desk.ended())
}

// falling says that the rows of a screen are sorted by their quantile, the highest
// first, and that there are some.
func falling(text string) bool {
	var values []time.Duration
	for _, line := range strings.Split(text, "\n") {
		if found := quantile().FindStringSubmatch(line); found != nil && regexp.MustCompile(`^[ ›•]+[✔◌‖✖·?] `).MatchString(line) {
			value, err := time.ParseDuration(found[1])
			if err != nil {
				value = -1 // not known: last of all
			}
			values = append(values, value)
		}
	}
	return len(values) > 5 && slices.IsSortedFunc(values, func(a, b time.Duration) int { return int(b - a) })
}

// A pod that answers much slower than the others of its revision is called so.
func slowPod(p *practice) {
	pods := strings.Fields(p.kubectl("-n", "shop", "get", "pods", "-l", "app=cart", "-o", "jsonpath={.items[*].metadata.name}"))
	require.Greater(p.t, len(pods), 2)
	slow, other := pods[0], pods[1]
	p.kubectl("-n", "shop", "annotate", "pod", slow, "--overwrite", "practice.fader/latency=900ms p99")
	desk := p.desk(160, 40, "-n", "shop", "--prometheus", p.prometheus())
	desk.see(`Complete +cart `)
	desk.press("3", "/", slow, "enter")
	desk.see(`Running +` + slow + ` .* slow \d+ms `)
	desk.see(`slower than the other pods of revision \d+: p95 \d+ms, median of the others \d+(\.\d)?ms`)
	desk.press("/", "ctrl+u", other, "enter")
	desk.see(`Running +` + other + ` .* \d+ms `)
	require.NotContains(p.t, desk.line("Running", other), "slow")
	desk.press("q")
	require.Zero(p.t, desk.ended())
}

// What GPUs do, that one has fallen off the bus, and that a pod which is not ready
// holds one for nothing.
func figuresOfGPUs(p *practice) {
	desk := p.desk(160, 40, "-A", "--prometheus", p.prometheus())
	desk.press("5")
	desk.see(`LAST 30m +UTIL +MEM +XID`)
	desk.see(`gpu-0 .* nvidia.com/gpu +2 +2 +2 +0 .* \d+% +\d+/160G +none`)
	p.kubectl("annotate", "node", "gpu-0", "practice.fader/xid=79")
	desk.see(`gpu-0 .* \d+% +\d+/160G +79`)
	desk.press("/", "gpu-0", "enter")
	desk.see(`(?m)^ GPU 0: Xid 79 \d+[sm] ago, the GPU has fallen off the bus; `)
	p.kubectl("annotate", "node", "gpu-0", "practice.fader/xid-")

	// The rollout that needs another GPU first now takes the one it has, and loads.
	p.kubectl("-n", "ml", "patch", "deployment", "ranker", "--type=merge", "-p",
		`{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}},"template":{"metadata":{"annotations":{"practice.fader/ready-after":"20m"}}}}}`)
	var name, node string
	p.eventually("the new pod has the GPU", func() bool {
		for _, line := range strings.Split(p.kubectl("-n", "ml", "get", "pods", "-l", "app=ranker", "-o", `jsonpath={range .items[*]}{.metadata.name} {.spec.nodeName} {.status.phase} {.status.containerStatuses[0].ready} {.metadata.deletionTimestamp}{"\n"}{end}`), "\n") {
			if f := strings.Fields(line); len(f) == 4 && f[2] == "Running" && f[3] == "false" {
				name, node = f[0], f[1]
			}
		}
		return name != ""
	})
	desk.press("/", "ctrl+u", node, "enter")
	desk.see(`1 GPU of ml/` + name + ` idle for \S+( or longer)?: the pod is not ready \(Running\)`)
	desk.see(`1 idle: not ready`)
	desk.press("q")
	require.Zero(p.t, desk.ended())
}

// Without answers the old figures stay, and the page says since when.
func figuresGrowOld(p *practice) {
	desk := p.desk(140, 40, "-n", "shop", "--prometheus", p.prometheus())
	desk.see(`Complete +cart .*\d+ms +<?[\d.]+%`)
	p.do("kill", "prometheus")
	desk.see(`◌ figures are from \d\d:\d\d:\d\d: Prometheus at `)
	require.Regexp(p.t, `Complete +cart .*\d+ms +<?[\d.]+%`, desk.text(), "they stay")
	p.do("start", "prometheus")
	desk.miss(`figures are from`)
	desk.press("q")
	require.Zero(p.t, desk.ended())
}

// Where there is no Prometheus there is no column and no room for one.
func noFigures(p *practice) {
	desk := p.desk(140, 40, "-A", "--prometheus", "none")
	text := desk.see(`Complete +shop +cart`)
	require.NotRegexp(p.t, `p99|LAST|ERR`, text)
	desk.press("q")
	require.Zero(p.t, desk.ended())
}

// Keys of figures on the list, on a desk that has them.
func figureSteps() []step {
	const g, d = keymap.Global, keymap.Deployments
	return []step{
		{d, keymap.SortFigure, keys("V"), `p99▼`, ""},
		{g, keymap.Figure, keys("v"), `p95▼`, ""},
		{d, keymap.SortFigure, keys("V"), `p95▲`, ""},
		{g, keymap.Quit, keys("q"), "", ""},
	}
}
