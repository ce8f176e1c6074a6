package e2e

import (
	"testing"

	"fader/keymap"

	"github.com/stretchr/testify/require"
)

// measuredDesk opens fader on the cluster with its Prometheus.
func (p *practice) measuredDesk(columns, rows int, args ...string) *terminal {
	p.t.Helper()
	return p.desk(columns, rows, append(args, "--prometheus", p.prometheus())...)
}

// A slower revision is called slower on the desk and below its chart; what is no
// slower is not.
func TestFiguresOfRevisions(t *testing.T) {
	t.Parallel() // most of it is waiting for figures
	p := up(t, "latency-regression,canary,steady")
	t.Run("the slower revision", func(t *testing.T) { slowerRevision(&practice{t, p.bin, p.dir}) })
	t.Run("those that are not", func(t *testing.T) { notSlower(&practice{t, p.bin, p.dir}) })
	t.Run("a Prometheus that stops answering", func(t *testing.T) { chartWithoutAnswers(&practice{t, p.bin, p.dir}) })
}

func slowerRevision(p *practice) {
	desk := p.measuredDesk(120, 36, "-n", "shop", "deploy/shipping")
	desk.see(`Revisions · p99 0 to \d+ms · last 30m`)
	desk.see(`3 against 2: p\d\d \+\d+ ms \(95% CI \d+…\d+, [\d ]+ vs [\d ]+ requests\) · slower`)
	desk.see(`(?m)^│›? +3 .* (1[89]|2[0-4])\dms +err +\S+ +\S+/s│$`)
	desk.see(`● \d\d:\d\d first ready of 3`)
	desk.press("v")
	desk.see(`Revisions · p95 0 to`)
	desk.press("x")
	desk.see(`chart of shop/shipping`)
	desk.see(`p95 latency`)
	desk.see(`3 against 2: p\d\d .* slower`)
	desk.press("-")
	desk.see(`last 1h · a point every 1m`)
	desk.press("+", "+")
	desk.see(`last 15m · a point every 10s`)
	desk.press("q")
	require.Zero(p.t, desk.ended())
}

// A canary that is as fast as its stable is not called slower, nor are Deployments
// that nothing happens to.
func notSlower(p *practice) {
	desk := p.measuredDesk(120, 36, "-n", "shop", "deploy/checkout-canary")
	text := desk.see(`checkout-canary against checkout-stable: .*(no difference|not enough data)`)
	require.NotRegexp(p.t, `slower|more errors`, text)
	desk.press("x")
	desk.see(`chart of shop/checkout-canary`)
	text = desk.see(`checkout-canary against checkout-stable: `)
	require.Regexp(p.t, `── checkout-stable +p99 +\d+ms`, text)
	desk.press("q")
	require.Zero(p.t, desk.ended())
	for _, name := range []string{"cart", "catalog", "pricing"} {
		desk := p.measuredDesk(120, 36, "-n", "shop", "deploy/"+name)
		text := desk.see(`(?m)^│›? +\d+ ◂new.* [\d.]+ms +err +\S+ +\S+/s│$`)
		require.NotRegexp(p.t, `slower|more errors`, text)
		desk.press("q")
		require.Zero(p.t, desk.ended())
	}
}

// While a window is read keys work; when it cannot be read the old chart stays and
// says so; when it can be again it comes by itself.
func chartWithoutAnswers(p *practice) {
	desk := p.measuredDesk(120, 36, "-n", "shop", "deploy/shipping")
	desk.see(`3 against 2: .* slower`)
	desk.press("x")
	desk.see(`last 30m`)
	p.do("freeze", "prometheus")
	desk.press("-")
	desk.see(`reading 1h`)
	desk.press("v")
	desk.see(`p95 latency`)
	text := desk.see(`1h cannot be read since \d\d:\d\d:\d\d: `)
	require.Regexp(p.t, `last 30m`, text, "the old chart stays")
	require.Contains(p.t, text, "── 3 ◂new")
	desk.see(`✖ stale`)
	p.do("thaw", "prometheus")
	desk.see(`last 1h · a point every 1m`)
	desk.miss(`cannot be read`)
	desk.press("q")
	require.Zero(p.t, desk.ended())
}

// Keys of figures, on a desk that has them.
func chartSteps() []step {
	const g, c, l = keymap.Global, keymap.ChartPage, keymap.List
	return []step{
		{l, keymap.Filter, keys("/", "shop/cart", "enter"), `(?m)^ shop/cart:`, ""},
		{g, keymap.Chart, keys("x"), `chart of shop/cart`, ""},
		{c, keymap.ZoomOut, keys("-"), `last 1h`, ""},
		{c, keymap.ZoomIn, keys("+"), `last 30m`, ""},
		{g, keymap.Figure, keys("v"), `p95 latency`, ""},
		{g, keymap.Back, keys("esc"), "", `p95 latency`},
		{g, keymap.Guard, keys("w"), `Guard shop/cart`, ""},
		{keymap.FieldsInput, keymap.Cancel, keys("esc"), "", `Guard shop/cart`},
		{g, keymap.Quit, keys("q"), "", ""},
	}
}
