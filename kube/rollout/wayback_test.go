package rollout

import (
	"testing"
	"time"

	"fader/kube"

	"github.com/stretchr/testify/require"
)

func TestTheWayBackOfAnOldMove(t *testing.T) {
	here, there := Identity{Context: "prod", Server: "https://a"}, Identity{Context: "stage", Server: "https://b"}
	web := kube.Ref{Kind: kube.KindDeployment, Namespace: "shop", Name: "web", UID: "1"}
	other := web
	other.UID = "2"
	scale := func(target kube.Ref, to, was int32, minute int) Receipt {
		return Receipt{
			Plan:   Plan{Cluster: here, Intent: Intent{Verb: Scale, Target: target, Replicas: to}, Inverse: &Intent{Verb: Scale, Target: target, Replicas: was}},
			Result: Applied, Who: "ada", Started: noon().Add(time.Duration(minute) * time.Minute),
		}
	}
	move := scale(web, 6, 4, 0)
	change := func(f func(*Receipt)) Receipt {
		r := move
		f(&r)
		return r
	}
	for name, c := range map[string]struct {
		of    Receipt
		after []Receipt
		says  string // "" for a way back
	}{
		"plain":                     {move, nil, ""},
		"others since":              {move, []Receipt{scale(web, 8, 6, 1), scale(other, 4, 6, 2)}, ""},
		"taken back":                {move, []Receipt{scale(web, 8, 6, 1), scale(web, 4, 8, 2)}, "already taken back at " + noon().Add(2*time.Minute).Local().Format(time.DateTime) + " by ada"},
		"the same before":           {scale(web, 6, 4, 5), []Receipt{scale(web, 4, 6, 2)}, ""},
		"refused":                   {change(func(r *Receipt) { r.Result = Refused }), nil, "nothing was done"},
		"conflict":                  {change(func(r *Receipt) { r.Result = Conflict }), nil, "nothing was done"},
		"unclear":                   {change(func(r *Receipt) { r.Result = Unclear }), nil, "whether this was done is not known: look at shop/web first"},
		"another cluster":           {change(func(r *Receipt) { r.Plan.Cluster = there }), nil, "this was done on stage and here is prod"},
		"another server, same name": {change(func(r *Receipt) { r.Plan.Cluster.Server = "https://c" }), nil, "this was done on https://c, and prod is https://a here"},
		"a step":                    {change(func(r *Receipt) { r.Course = "c1" }), nil, "a step of a longer move"},
		"no inverse":                {change(func(r *Receipt) { r.Plan.Inverse = nil }), nil, "nothing takes this back"},
	} {
		t.Run(name, func(t *testing.T) {
			intent, err := Entries{Receipts: append([]Receipt{c.of}, c.after...)}.WayBack(c.of, here)
			if c.says != "" {
				require.ErrorContains(t, err, c.says)
				return
			}
			require.NoError(t, err)
			require.Equal(t, *move.Plan.Inverse, intent)
		})
	}
}
