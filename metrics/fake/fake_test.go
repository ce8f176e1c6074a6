package fake_test

import (
	"testing"
	"time"

	"fader/metrics"
	"fader/metrics/fake"

	"github.com/stretchr/testify/require"
)

func TestWhatIsGivenIsRead(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 7, 0, time.UTC)
	p := &fake.Prometheus{
		Pods: []fake.Pod{
			{Namespace: "shop", Name: "web-5c8b-aaaaa", At: fake.Steady(fake.Load{Rate: 10, Errors: 0.02, Median: 0.05})},
			{
				Preset: "vllm", Namespace: "ml", Name: "llm-77d9-bbbbb", Born: now.Add(-10 * time.Minute),
				At: fake.Steady(fake.Load{Rate: 2, Median: 1, Waiting: 7, Cache: 0.5}),
			},
		},
		GPUs: []fake.GPU{{Node: "gpu-0", Index: 3, Namespace: "ml", Pod: "llm-77d9-bbbbb", Utilization: 0.9, UsedMiB: 1000, Xid: 79}},
	}
	picture := p.Picture(now, 30*time.Minute)
	require.Equal(t, metrics.Live, picture.State, picture.Err)
	web := picture.OfReplicaSet("shop", "web-5c8b").Now
	require.InDelta(t, 10, web.Requests.V, 1e-4)
	require.InDelta(t, 0.02, web.Errors.V, 1e-4)
	require.InDelta(t, 0.05, web.P50.V, 0.01)
	llm := []metrics.PodKey{{Namespace: "ml", Name: "llm-77d9-bbbbb"}}
	require.InDelta(t, 7, picture.Serving(llm).WaitingNow.V, 1e-4)
	require.True(t, picture.Serving(llm).P99Now.Known)
	group := picture.Of(llm)
	require.False(t, group.Requests.At(0).Known, "it was not born")
	gpu := picture.GPUs()[0]
	require.Equal(t, metrics.PodKey{Namespace: "ml", Name: "llm-77d9-bbbbb"}, gpu.Pod)
	require.InDelta(t, 0.9, gpu.UtilizationNow.V, 1e-4)
	require.InDelta(t, 79, gpu.Xid.V, 1e-4)
}
