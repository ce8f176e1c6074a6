package watch

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"fader/kube"
)

// pendingError is what a request comes to that waits for a credential plugin.
type pendingError struct{}

func (pendingError) Error() string            { return "waiting for the credential plugin" }
func (pendingError) CredentialsPending() bool { return true }

// While a credential plugin runs the server is not asked: that is no loss of the
// connection, neither at the start nor later, and the reason is told.
func TestCredentialsArePending(t *testing.T) {
	inBubble(t, func(t *testing.T, ctx context.Context) {
		s := newServer(web()...)
		var pending atomic.Bool
		pending.Store(true)
		w := start(ctx, s, func(o *Options) {
			o.Ping = func(ctx context.Context) error {
				if !pending.Load() {
					return nil
				}
				<-ctx.Done()
				return pendingError{}
			}
			o.Read = o.Ping
		})
		time.Sleep(30 * time.Second)
		require.NotContains(t, []kube.State{kube.Disconnected, kube.NeedsLogin}, w.Health().State)
		pending.Store(false)
		until(t, w, 3*time.Second, "live", state(kube.Live))
		pending.Store(true)
		time.Sleep(30 * time.Second)
		require.Equal(t, kube.Live, w.Health().State)
	})
}
