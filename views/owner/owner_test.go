package owner_test

import (
	"testing"

	"fader/kube"
	"fader/views/fixture"
	"fader/views/owner"

	"github.com/stretchr/testify/require"
)

func TestOfFindsTheRevisionOfAPod(t *testing.T) {
	s := fixture.Full()
	owners := owner.Of(s)
	seen := map[int64]bool{}
	for _, p := range s.Pods {
		if o := owners[p.OwnerUID]; o.Deployment.Name == "web" {
			seen[o.Revision] = true
			require.Equal(t, o.Revision == 5, o.Current)
		}
	}
	require.Equal(t, map[int64]bool{4: true, 5: true}, seen)
}

func TestAnOrphanHasARevisionAndNoDeployment(t *testing.T) {
	s := &kube.Snapshot{ReplicaSets: []*kube.ReplicaSet{{Ref: kube.Ref{UID: "u"}, Revision: 3}}}
	require.Equal(t, owner.Owner{Revision: 3}, owner.Of(s)["u"])
	require.Zero(t, owner.Of(s)[""])
}
