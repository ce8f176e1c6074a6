package cluster

import (
	"crypto/sha256"
	"encoding/json"
	"time"

	"k8s.io/cli-runtime/pkg/genericclioptions"
)

// rereadEvery bounds how often the kubeconfig is read again.
const rereadEvery = 2 * time.Second

// fingerprint tells two readings of a kubeconfig apart. It holds no secret.
type fingerprint struct {
	place, credentials [sha256.Size]byte
}

// fingerprintOf a choice: who and where it is, and what is used to log in, the
// contents of files included.
func fingerprintOf(c choice) fingerprint {
	r := c.config
	place := []any{c.context, c.user, r.Host, r.APIPath, r.ServerName, r.Impersonate, r.Insecure}
	credentials := []any{
		r.BearerToken, r.BearerTokenFile, r.Username, r.Password,
		orFile(r.CertData, r.CertFile), orFile(r.KeyData, r.KeyFile), orFile(r.CAData, r.CAFile), r.AuthProvider,
	}
	if e := r.ExecProvider; e != nil {
		credentials = append(credentials, e.Command, e.Args, e.Env, e.APIVersion, e.InteractiveMode, e.ProvideClusterInfo)
	}
	return fingerprint{digest(place), digest(credentials)}
}

func digest(of []any) [sha256.Size]byte {
	text, err := json.Marshal(of)
	if err != nil {
		return [sha256.Size]byte{} // never: it is plain data
	}
	return sha256.Sum256(text)
}

// reread reads the kubeconfig again where the server or the plugin gave no way in,
// and takes over credentials that have changed there. It reports whether it did.
// What names another server or user by now is left alone: that is another cluster
// to a person, and choosing it is theirs.
func (c *Cluster) reread() bool {
	c.rereading.Lock()
	defer c.rereading.Unlock()
	now := time.Now()
	if now.Sub(c.readAt) < rereadEvery {
		return false
	}
	c.readAt = now
	chosen, err := choose(sameFlags(c.options.Flags, c.Context))
	if err != nil {
		return false // being written, perhaps: the next time will tell
	}
	before, print := c.route.Load(), fingerprintOf(chosen)
	c.moved.Store(print.place != before.print.place)
	if c.moved.Load() || print == before.print {
		return false
	}
	next, err := newRoute(chosen, tuned(chosen.config, c.options, c.tracker), c.options, c.tracker.CloseAll)
	if err != nil {
		return false
	}
	c.route.Store(next)
	c.options.Log.Info("credentials of the kubeconfig have changed and are used from now on", "context", c.Context)
	go before.close()
	c.tracker.CloseAll() // a connection keeps the certificate that it was made with
	return true
}

// sameFlags are flags that read the kubeconfig anew, for the context that was chosen
// then, whatever its current one is now.
func sameFlags(f *genericclioptions.ConfigFlags, context string) *genericclioptions.ConfigFlags {
	other := genericclioptions.NewConfigFlags(false)
	other.CacheDir, other.KubeConfig = f.CacheDir, f.KubeConfig
	other.ClusterName, other.AuthInfoName, other.Namespace = f.ClusterName, f.AuthInfoName, f.Namespace
	other.APIServer, other.TLSServerName, other.Insecure = f.APIServer, f.TLSServerName, f.Insecure
	other.CertFile, other.KeyFile, other.CAFile, other.BearerToken = f.CertFile, f.KeyFile, f.CAFile, f.BearerToken
	other.Impersonate, other.ImpersonateUID = f.Impersonate, f.ImpersonateUID
	other.ImpersonateGroup, other.ImpersonateUserExtra = f.ImpersonateGroup, f.ImpersonateUserExtra
	other.Username, other.Password, other.Timeout = f.Username, f.Password, f.Timeout
	other.DisableCompression, other.ProxyURL, other.WrapConfigFn = f.DisableCompression, f.ProxyURL, f.WrapConfigFn
	other.Context = f.Context
	if context != "" {
		other.Context = &context
	}
	return other
}
