package rollout

import (
	"testing"
	"time"

	"fader/kube"

	"github.com/stretchr/testify/require"
)

func TestTheGatewayRefusesWhateverTheCallerChecked(t *testing.T) {
	elsewhere := Identity{Context: "prod-us", Server: "https://127.0.0.2:6443"}
	stale := func(since time.Time, message string) func(*Options) {
		return func(o *Options) {
			o.Health = func() kube.Health {
				return kube.Health{State: kube.Disconnected, Since: since, Message: message}
			}
		}
	}
	since := time.Date(2026, 3, 4, 11, 58, 0, 0, time.Local)
	tests := map[string]struct {
		options func(*Options)
		plan    func(*Plan)
		typed   string
		want    string
	}{
		"read-only": {func(o *Options) { o.ReadOnly = true }, nil, "", readOnly},
		"read-only by the configuration": {
			func(o *Options) { o.ReadOnly, o.ReadOnlyBy = true, "config.yaml:7" }, nil, "",
			"fader runs read-only here: config.yaml:7 says so",
		},
		"stale": {
			stale(since, "connection refused"), nil, "",
			"what is shown is not live (disconnected since 11:58:00): moves wait until it is · connection refused",
		},
		"stale, not known since when": {
			stale(time.Time{}, ""), nil, "", "what is shown is not live (disconnected): moves wait until it is",
		},
		"another cluster": {
			func(o *Options) { o.Cluster = elsewhere }, nil, "",
			"the plan was made for prod-eu and this is prod-us: make it again here",
		},
		"protected, nothing typed": {func(o *Options) { o.Protected = true }, nil, "", "prod-eu is protected: type fraud to confirm"},
		"protected, mistyped":      {func(o *Options) { o.Protected = true }, nil, "Fraud", "prod-eu is protected: type fraud to confirm"},
		"a plan that says so":      {func(*Options) {}, func(p *Plan) { p.Protected = true }, "", "prod-eu is protected: type fraud to confirm"},
		"a check that failed": {
			func(*Options) {}, func(p *Plan) { p.Checks = []Check{{Name: "permitted", Detail: "you may not"}} }, "",
			"permitted: you may not",
		},
		"a plan from nowhere": {
			func(*Options) {}, func(p *Plan) { p.from = nil }, "", "this plan was not made from a live object: make it again",
		},
		"no journal": {func(o *Options) { o.Journal = nil }, nil, "", "there is no journal to write to: nothing was sent"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := wholeBench()
			p := planned(t, deskAt(t, b), intentOf(Pause))
			if test.plan != nil {
				test.plan(&p)
			}
			r := deskAt(t, b, test.options).Execute(t.Context(), p, Confirmation{Typed: test.typed})
			require.Equal(t, Refused, r.Result)
			require.Equal(t, test.want, r.Message)
			require.Zero(t, b.writes)
		})
	}
}

func TestProtectedIsConfirmedByTheName(t *testing.T) {
	b := wholeBench()
	d := deskAt(t, b, func(o *Options) { o.Protected = true })
	p := planned(t, d, intentOf(Pause))
	require.True(t, p.Protected)
	require.Equal(t, Applied, d.Execute(t.Context(), p, Confirmation{Typed: "fraud"}).Result)
}
