package services_test

import (
	"strings"
	"testing"

	"fader/views/fixture"
	"fader/views/golden"
	"fader/views/theme"

	"github.com/stretchr/testify/require"
)

func TestASelectorThatReachesNobodyIsLoudAndFirst(t *testing.T) {
	v := page(fixture.Full())
	frame := golden.Text(v, 160, 40)
	lines := strings.Split(frame, "\n")
	require.Contains(t, lines[1], "✖ no pod")
	require.Contains(t, lines[1], "old-promo")
	require.Contains(t, frame, "shop/old-promo: selector matches no pod: its clients get no answer")
	require.Contains(t, strings.Join(v.Render(160, 40), "\n"), theme.Dark(false).Broken.Paint("selector matches no pod"))
	require.Contains(t, lines[2], "‖ none ready")
}

func TestWhatIsSpecialIsSaid(t *testing.T) {
	for name, want := range map[string]string{
		"mail-relay":  "ExternalName, a DNS alias of smtp.example.net: it has no endpoints",
		"legacy-db":   "no selector: its endpoints are somebody else's; 1 ready, 1 serving, 0 terminating",
		"postgres":    "headless: clients see the pods' addresses; 1 ready",
		"gossip":      "publishes pods that are not ready; 0 ready, 0 serving, 0 terminating; its clients get no answer",
		"fraud-model": "fraud-model rev 8 x2 · rev 9 x1 of 2",
		"shop/web":    "ClusterIP · 10.96.3.24 · port 80 to 8080/TCP · selector app=web",
	} {
		v := page(fixture.Full())
		v.SetFilter(name)
		shown, _ := v.Counts()
		require.Equal(t, 1, shown, name)
		require.Contains(t, golden.Text(v, 160, 30), want, name)
	}
}

func TestUnknownIsNeverZero(t *testing.T) {
	s := fixture.Without("endpointslices")
	for _, b := range s.Backends {
		b.Endpoints, b.Backers, b.Ready, b.Serving, b.Terminating = nil, nil, 0, 0, 0
	}
	frame := golden.Text(page(s), 160, 40)
	require.Contains(t, frame, "endpointslices: forbidden, so endpoints are not complete")
	require.Regexp(t, `\? unknown +shop +web +ClusterIP +- +- +-`, frame)
	require.NotRegexp(t, `cart +ClusterIP +0`, frame)
}

func TestTheServiceUnderTheCursor(t *testing.T) {
	v := page(fixture.Full())
	b, ok := v.Backend()
	require.True(t, ok)
	require.Equal(t, "old-promo", b.Service.Ref.Name)
	ref, _ := v.Cursor()
	require.Equal(t, b.Service.Ref, ref)
}
