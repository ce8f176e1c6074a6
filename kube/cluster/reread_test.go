package cluster

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
)

// A login that is written into the kubeconfig is used without anybody asking for it;
// another server or user is not.
func TestChangedCredentialsAreTakenOver(t *testing.T) {
	good := atomic.Value{}
	good.Store("old")
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+good.Load().(string) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, "ok")
	}))
	defer server.Close()
	path := home(t) + "/k"
	is := func(text string) { write(t, path, text) }
	is(kubeconfig("prod", server.URL, `{token: old}`))
	c, err := Open(Options{Screen: true, Flags: flagsOf(func(f *genericclioptions.ConfigFlags) { *f.KubeConfig = path })})
	require.NoError(t, err)
	later := func() { c.readAt = time.Time{} }
	require.NoError(t, c.Ping(t.Context()))

	good.Store("new")
	require.Contains(t, c.Explain(c.Ping(t.Context())), "does not accept the credentials (401): log in again, and fader goes on by itself")
	is(kubeconfig("prod", server.URL, `{token: new}`))
	require.True(t, apierrors.IsUnauthorized(c.Ping(t.Context())), "not read again and again")
	later()
	require.NoError(t, c.Ping(t.Context()))
	_, err = c.Client.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{})
	require.False(t, apierrors.IsUnauthorized(err), "every request uses them")

	good.Store("newer")
	for name, text := range map[string]string{
		"another server":  kubeconfig("prod", "https://127.0.0.1:1", `{token: newer}`),
		"another user":    strings.NewReplacer("user: prod,", "user: eve,", "users: [{name: prod,", "users: [{name: eve,").Replace(kubeconfig("prod", server.URL, `{token: newer}`)),
		"another context": kubeconfig("stage", server.URL, `{token: newer}`),
		"half a file":     "apiVersion: v1\nusers: [",
	} {
		is(text)
		later()
		require.True(t, apierrors.IsUnauthorized(c.Ping(t.Context())), name)
	}
	is(kubeconfig("prod", "https://127.0.0.1:1", `{token: newer}`))
	later()
	require.Contains(t, c.Explain(c.Ping(t.Context())), "the kubeconfig names another server or user for this context by now; choose the context again with :ctx")

	// The current context of the file may be another one by then.
	is(strings.Replace(kubeconfig("prod", server.URL, `{token: newer}`), "current-context: prod", "current-context: stage", 1))
	later()
	require.NoError(t, c.Ping(t.Context()))
}

// A cluster that was made anew has another authority, or another port.
func TestClusterThatWasMadeAnew(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	dir := home(t)
	other, _ := pair(t, time.Now().Add(time.Hour))
	of := func(ca, address string) string {
		return strings.Replace(kubeconfig("prod", address, `{token: t}`), "insecure-skip-tls-verify: true", "certificate-authority: "+ca, 1)
	}
	right := write(t, dir+"/right", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	path := write(t, dir+"/k", of(write(t, dir+"/other", other), server.URL))
	c, err := Open(Options{Screen: true, Flags: flagsOf(func(f *genericclioptions.ConfigFlags) { *f.KubeConfig = path })})
	require.NoError(t, err)
	require.Contains(t, c.Explain(c.Ping(t.Context())), "an authority that the kubeconfig does not trust: check certificate-authority")
	write(t, path, of(right, server.URL))
	c.readAt = time.Time{}
	require.NoError(t, c.Ping(t.Context()), "the new authority is taken over")

	server.Close()
	require.Contains(t, c.Explain(c.Ping(t.Context())), "refuses connections: check that it runs")
	write(t, path, of(right, "https://127.0.0.1:1"))
	c.readAt = time.Time{}
	require.Contains(t, c.Explain(c.Ping(t.Context())), "refuses connections: the kubeconfig names another server or user for this context by now; choose the context again with :ctx")
}

// The sentence about a 401 says which credentials were not accepted.
func TestUnauthorizedSaysWith(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	defer server.Close()
	dir := home(t)
	certificate, key := pair(t, time.Now().Add(-time.Hour))
	write(t, dir+"/c.crt", certificate)
	write(t, dir+"/c.key", key)
	for _, c := range []struct{ user, says string }{
		{`{}`, "lets nobody in without credentials (401), and the kubeconfig gives none: log in, or add a user to the context"},
		{`{token: hunter2}`, "does not accept the credentials (401): log in again"},
		{`{username: ada, password: hunter2}`, "does not accept the credentials (401): log in again"},
		{`{client-certificate: ` + dir + `/c.crt, client-key: ` + dir + `/c.key}`, "does not accept the client certificate (401): it expired at "},
	} {
		path := write(t, dir+"/k", kubeconfig("prod", server.URL, c.user))
		cluster, err := Open(Options{Flags: flagsOf(func(f *genericclioptions.ConfigFlags) { *f.KubeConfig = path })})
		require.NoError(t, err)
		err = cluster.Ping(t.Context())
		require.True(t, apierrors.IsUnauthorized(err))
		require.Contains(t, cluster.Explain(err), c.says)
		require.NotContains(t, cluster.Explain(err), "hunter2")
	}
	anonymous := apierrors.NewForbidden(schema.GroupResource{Resource: "pods"}, "", nil)
	anonymous.ErrStatus.Message = `pods is forbidden: User "system:anonymous" cannot list`
	path := write(t, dir+"/k", kubeconfig("prod", server.URL, `{}`))
	cluster, err := Open(Options{Flags: flagsOf(func(f *genericclioptions.ConfigFlags) { *f.KubeConfig = path })})
	require.NoError(t, err)
	require.Contains(t, cluster.Explain(anonymous), "you came as system:anonymous, since the kubeconfig gives no credentials for this context")
}

// pair is a certificate of its own authority, and its key.
func pair(t *testing.T, until time.Time) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "ada"}, NotBefore: until.Add(-24 * time.Hour), NotAfter: until,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, IsCA: true, BasicConstraintsValid: true,
	}
	made, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	require.NoError(t, err)
	text, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: text}))
}

// A server that wants a client certificate, with TLS 1.2 and 1.3: none given, one
// that it does not know, one that has expired.
func TestClientCertificates(t *testing.T) {
	good, goodKey := pair(t, time.Now().Add(time.Hour))
	old, oldKey := pair(t, time.Now().Add(-time.Hour))
	other, otherKey := pair(t, time.Now().Add(time.Hour))
	known := x509.NewCertPool()
	known.AppendCertsFromPEM([]byte(good))
	known.AppendCertsFromPEM([]byte(old))
	for name, version := range map[string]uint16{"TLS 1.2": tls.VersionTLS12, "TLS 1.3": tls.VersionTLS13} {
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }))
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.TLS = &tls.Config{MaxVersion: version, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: known}
		server.StartTLS()
		defer server.Close()
		dir := home(t)
		for _, c := range []struct{ name, certificate, key, says string }{
			{"none", "", "", map[uint16]string{
				tls.VersionTLS12: "may want a client certificate, and none was given; log in, or add client-certificate to the kubeconfig's user",
				tls.VersionTLS13: "wants a client certificate and none was given: log in, or add client-certificate to the kubeconfig's user",
			}[version]},
			{"expired", old, oldKey, "does not accept the client certificate: it expired at " + time.Now().Add(-time.Hour).Format("2006-01-02")},
			{"good", good, goodKey, ""},
			{"unknown", other, otherKey, "client certificate"},
		} {
			user := `{}`
			if c.certificate != "" {
				user = `{client-certificate: ` + write(t, dir+"/"+c.name+".crt", c.certificate) + `, client-key: ` + write(t, dir+"/"+c.name+".key", c.key) + `}`
			}
			path := write(t, dir+"/k", kubeconfig("prod", server.URL, user))
			cluster, err := Open(Options{Flags: flagsOf(func(f *genericclioptions.ConfigFlags) { *f.KubeConfig = path })})
			require.NoError(t, err)
			says := cluster.Explain(cluster.Ping(t.Context()))
			if c.says == "" {
				require.Empty(t, says)
				continue
			}
			require.Contains(t, says, c.says, "%s, %s", name, c.name)
			require.NotContains(t, says, "BEGIN")
		}
	}
}

// A file that holds no certificate is named, and nothing of it is shown.
func TestRubbishCertificates(t *testing.T) {
	dir := home(t)
	good, goodKey := pair(t, time.Now().Add(time.Hour))
	other, _ := pair(t, time.Now().Add(time.Hour))
	rubbish := write(t, dir+"/rubbish.crt", "-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n")
	goodFile, keyFile, otherFile := write(t, dir+"/good.crt", good), write(t, dir+"/good.key", goodKey), write(t, dir+"/other.crt", other)
	for _, c := range []struct{ name, cluster, user, says string }{
		{"authority", "certificate-authority: " + rubbish, `{}`, "the certificate-authority " + rubbish + " of context \"prod\" holds no PEM certificate"},
		{"authority in the kubeconfig", "certificate-authority-data: aHVudGVyMg==", `{}`, `certificate-authority-data of context "prod" holds no PEM certificate`},
		{"client certificate", "insecure-skip-tls-verify: true", `{client-certificate: ` + rubbish + `, client-key: ` + keyFile + `}`, "the client-certificate " + rubbish + " and the client-key " + keyFile},
		{"another's key", "insecure-skip-tls-verify: true", `{client-certificate: ` + otherFile + `, client-key: ` + keyFile + `}`, "private key does not match public key"},
		{"good", "insecure-skip-tls-verify: true", `{client-certificate: ` + goodFile + `, client-key: ` + keyFile + `}`, ""},
	} {
		path := write(t, dir+"/k", strings.Replace(kubeconfig("prod", "https://prod.test", c.user), "insecure-skip-tls-verify: true", c.cluster, 1))
		_, err := Open(Options{Flags: flagsOf(func(f *genericclioptions.ConfigFlags) { *f.KubeConfig = path })})
		if c.says == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, c.says)
		require.NotContains(t, err.Error(), "hunter2")
		require.NotContains(t, err.Error(), "BEGIN")
	}
}

func TestUID(t *testing.T) {
	client := fake.NewSimpleClientset(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "kube-system", UID: "u-1"}})
	var fails error
	asked := 0
	client.PrependReactor("get", "namespaces", func(clienttesting.Action) (bool, runtime.Object, error) {
		asked++
		return fails != nil, nil, fails
	})
	c := &Cluster{Client: client}
	fails = context.DeadlineExceeded
	require.Empty(t, c.UID(t.Context()))
	fails = nil
	require.Empty(t, c.UID(t.Context()), "not asked again at once")
	c.uid.again = time.Time{}
	require.Equal(t, "u-1", c.UID(t.Context()))
	require.Equal(t, "u-1", c.UID(t.Context()))
	require.Equal(t, 2, asked)

	c, asked = &Cluster{Client: client}, 0
	fails = apierrors.NewForbidden(schema.GroupResource{Resource: "namespaces"}, "kube-system", nil)
	require.Empty(t, c.UID(t.Context()))
	require.Empty(t, c.UID(t.Context()))
	require.Equal(t, 1, asked, "who may not read it is not asked again")
}
