package deployments_test

import (
	"strings"
	"testing"
	"time"

	"fader/keymap"
	"fader/kube"
	"fader/views/deployments"
	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/theme"

	"github.com/stretchr/testify/require"
)

// names are the rows shown, from the top.
func names(v *deployments.View) []string {
	var got []string
	for _, line := range strings.Split(text(v.Render(120, 60)), "\n")[1:] {
		fields := strings.Fields(strings.Trim(line, "› "))
		if len(fields) < 4 {
			break
		}
		got = append(got, fields[3])
	}
	return got
}

func TestWorstFirst(t *testing.T) {
	require.Equal(t, []string{"embedder", "web", "payments-api", "llm-70b", "ranker", "just-made", "fraud-model"},
		names(page(fixture.Full()))[:7])
}

func TestSortAndBack(t *testing.T) {
	v := page(fixture.Full())
	for _, c := range []struct {
		action keymap.Action
		first  []string
	}{
		{keymap.SortName, []string{"backfill", "checkout", "feature-flags"}},
		{keymap.SortName, []string{"web", "scheduler-proxy", "payments-api"}},
		{keymap.SortReady, []string{"just-made", "web", "embedder"}},
		{keymap.SortAge, []string{"just-made", "cart", "embedder"}},
		{keymap.SortPhase, []string{"embedder", "web", "payments-api"}},
	} {
		require.True(t, v.Handle(c.action))
		require.Equal(t, c.first, names(v)[:3], string(c.action))
	}
	require.False(t, v.Handle(keymap.Quit))
}

func TestFilter(t *testing.T) {
	for _, c := range []struct {
		filter string
		want   []string
	}{
		{"stalled", []string{"web", "llm-70b"}},
		{"STALLED shop", []string{"web"}},
		{"ml/", []string{"embedder", "llm-70b", "ranker", "fraud-model", "ingest", "mailer", "thumbnailer", "webhooks"}},
		{"ml !complete", []string{"embedder", "llm-70b", "ranker", "fraud-model"}},
		{"fraud:v2.9", []string{"fraud-model"}},
		{"argo", []string{"payments-api"}},
		{"!", nil}, // an exclamation mark alone has no word to exclude yet
	} {
		v := page(fixture.Full())
		v.SetFilter(c.filter)
		require.Equal(t, c.filter, v.Filter())
		shown, total := v.Counts()
		require.Equal(t, 24, total)
		if c.want == nil {
			require.Equal(t, total, shown)
			continue
		}
		require.Equal(t, c.want, names(v), c.filter)
		require.Len(t, c.want, shown)
	}
}

func TestStatesSayWhatTheyAre(t *testing.T) {
	none := page(fixture.Full())
	none.SetFilter("no such thing")
	waiting := deployments.New()
	lost := fixture.Loading()
	lost.Health.State, lost.Health.Since, lost.Health.Message = kube.Disconnected, fixture.Now().Add(-12*time.Second), "connection refused"
	login := fixture.Loading()
	login.Health.State, login.Health.Message = kube.NeedsLogin, "token expired"
	for name, c := range map[string]struct {
		view *deployments.View
		says []string
	}{
		"before the first": {waiting, []string{"connecting"}},
		"loading":          {page(fixture.Loading()), []string{"reading Deployments", "1 234 pods so far"}},
		"empty":            {page(fixture.Empty()), []string{"no Deployments in namespace ml", "0 shows all namespaces"}},
		"filtered":         {none, []string{`none of 24 Deployments match "no such thing"`, "esc clears"}},
		"forbidden":        {page(fixture.Forbidden()), []string{"forbidden: you may not list Deployments", `User "dev"`}},
		"lost":             {page(lost), []string{"not connected for 12s: nothing has been read yet", "connection refused"}},
		"login":            {page(login), []string{"needs login", "token expired"}},
		"stale":            {page(fixture.Stale()), []string{"not connected for 12s: what you see is from 14:03:10", "llm-70b"}},
		"no pods":          {page(fixture.NoPods()), []string{"pods: forbidden, so causes are not complete", "llm-70b"}},
	} {
		frame := text(c.view.Render(120, 30))
		for _, words := range c.says {
			require.Contains(t, frame, words, name)
		}
		if name != "empty" {
			require.NotContains(t, frame, "no Deployments", name)
		}
	}
}

func TestNothingIsCountedBeforeItIsKnown(t *testing.T) {
	for _, c := range []struct {
		view *deployments.View
		want int
	}{
		{deployments.New(), -1},
		{page(fixture.Loading()), -1},
		{page(fixture.Forbidden()), -1},
		{page(fixture.Empty()), 0},
		{page(fixture.Full()), 24},
	} {
		_, total := c.view.Counts()
		require.Equal(t, c.want, total)
	}
}

func TestClockStopsWithTheConnection(t *testing.T) {
	v := page(fixture.Full())
	require.Contains(t, text(v.Render(120, 30)), "8m12s left")
	v.SetNow(fixture.Now().Add(2 * time.Second))
	require.Contains(t, text(v.Render(120, 30)), "8m10s left")
	v.SetSnapshot(fixture.Stale())
	v.SetNow(fixture.Now().Add(5 * time.Minute))
	require.Contains(t, text(v.Render(120, 30)), "8m24s left", "as it was at 14:03:10")

	back := fixture.Stale()
	back.Number, back.Health.State, back.Health.Since = 9, kube.Syncing, fixture.Now().Add(5*time.Minute)
	v.SetSnapshot(back)
	frame := text(v.Render(120, 30))
	require.Contains(t, frame, "reading everything again: what you see is from 14:03:10")
	require.Contains(t, frame, "8m24s left", "still nobody vouches for it")

	v.SetSnapshot(fixture.Full())
	frame = text(v.Render(120, 30))
	require.Contains(t, frame, "3m12s left")
	require.NotContains(t, frame, "what you see is from")
}

func TestCauseLineOfTheCursor(t *testing.T) {
	v := page(fixture.Full())
	v.Render(120, 30)
	v.Handle(keymap.Down)
	ref, ok := v.Cursor()
	require.True(t, ok)
	require.Equal(t, "shop/web", ref.String())
	frame := text(v.Render(120, 30))
	require.Contains(t, frame,
		`shop/web: 5 new pods cannot pull "that-image-does-not-exist" (ErrImagePull) for 12m · revision 4 still serves 8 of 10`)
	require.Contains(t, frame, "→ fix the image, or u goes back to revision 4")
	v.Handle(keymap.Bottom)
	require.Contains(t, text(v.Render(120, 30)), `shop/scheduler-proxy: deployment "scheduler-proxy" successfully rolled out`)
}

func TestNamespaceColumnOnlyWhereThereAreMany(t *testing.T) {
	s := fixture.Full()
	require.Contains(t, text(page(s).Render(120, 30)), "NAMESPACE")
	s.Scope.Namespace = "ml"
	require.NotContains(t, text(page(s).Render(120, 30)), "NAMESPACE")
}

func TestNewScopeStartsAnew(t *testing.T) {
	v := page(fixture.Full())
	v.Handle(keymap.Bottom)
	v.SetFilter("a")
	s := fixture.Full()
	s.Scope.Selector = "tier=front"
	v.SetSnapshot(s)
	require.Equal(t, "a", v.Filter(), "the filter is the operator's")
	ref, _ := v.Cursor()
	require.Equal(t, "ml/embedder", ref.String())
}

func TestRowsComingInKeepTheCursorOnTheWorst(t *testing.T) {
	s := fixture.Full()
	first := *s
	first.Rollouts = s.Rollouts[:3]
	first.Health.Resources = map[string]kube.ResourceHealth{"deployments": {State: kube.Syncing, Count: 3}}
	second := *s
	second.Health.Resources = first.Health.Resources
	v := page(&first)
	v.SetSnapshot(&second)
	ref, _ := v.Cursor()
	require.Equal(t, "ml/embedder", ref.String())

	v.Handle(keymap.Down)
	third := second
	v.SetSnapshot(&third)
	ref, _ = v.Cursor()
	require.Equal(t, "shop/web", ref.String(), "somebody has chosen a row")
}

func TestMouse(t *testing.T) {
	v := page(fixture.Full())
	v.Render(120, 30)
	require.True(t, v.Click(5, 2))
	ref, _ := v.Cursor()
	require.Equal(t, "shop/web", ref.String())
	require.False(t, v.Click(5, 0))
	require.False(t, v.Click(5, 28), "the cause is not a row")
	require.True(t, v.Wheel(1))
	ref, _ = v.Cursor()
	require.Equal(t, "shop/payments-api", ref.String())
}

func TestPausedAndCompleteIsSaid(t *testing.T) {
	s := fixture.Full()
	for _, r := range s.Rollouts {
		if r.Ref().Name == "cart" {
			r.Deployment.Paused = true
		}
	}
	v := page(s)
	v.SetFilter("cart")
	require.Regexp(t, `Complete .* cart .* paused`, text(v.Render(120, 30)))
}

func TestRenderIsKeptUntilSomethingChanges(t *testing.T) {
	v := page(fixture.Full())
	first := v.Render(120, 30)
	require.Same(t, &first[0], &v.Render(120, 30)[0])
	v.SetNow(fixture.Now().Add(300 * time.Millisecond))
	require.Same(t, &first[0], &v.Render(120, 30)[0], "the second is the same")
	v.SetNow(fixture.Now().Add(time.Second))
	require.NotSame(t, &first[0], &v.Render(120, 30)[0])
	second := v.Render(120, 30)
	v.SetTheme(theme.Light(false))
	require.NotSame(t, &second[0], &v.Render(120, 30)[0])
}

func BenchmarkTickOf10000(b *testing.B) { golden.Seconds(b, page(fixture.Big(10_000))) }

func BenchmarkSnapshotOf10000(b *testing.B) {
	pair := [2]*kube.Snapshot{fixture.Big(10_000), fixture.Big(10_000)}
	v := page(pair[0])
	v.SetFilter("service")
	golden.Snapshots(b, v, pair)
}
