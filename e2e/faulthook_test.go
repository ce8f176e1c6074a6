package e2e

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"sync"

	"github.com/stretchr/testify/require"
	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
)

// webhook is an admission webhook that this test serves on loopback. It is asked
// about updates of what carries its label.
type webhook struct {
	mu     sync.Mutex
	answer func(*admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse
	asked  []bool // whether each question was a dry run
}

func (h *webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var review admissionv1.AdmissionReview
	if err := json.NewDecoder(r.Body).Decode(&review); err != nil || review.Request == nil {
		http.Error(w, "no review", http.StatusBadRequest)
		return
	}
	dryRun := review.Request.DryRun != nil && *review.Request.DryRun
	h.mu.Lock()
	h.asked = append(h.asked, dryRun)
	h.mu.Unlock()
	review.Response = h.answer(review.Request)
	if review.Response == nil { // it hangs, until the server gives up
		<-r.Context().Done()
		return
	}
	review.Response.UID = review.Request.UID
	_ = json.NewEncoder(w).Encode(review)
}

// questions asked so far: dry runs and others.
func (h *webhook) questions() (dry, real int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, dryRun := range h.asked {
		if dryRun {
			dry++
		} else {
			real++
		}
	}
	return dry, real
}

// hook is how a webhook is registered.
type hook struct {
	name     string
	mutating bool
	acts     bool // has side effects, and so cannot take part in dry runs
	answer   func(*admissionv1.AdmissionRequest) *admissionv1.AdmissionResponse
}

// register puts a webhook into force for what is labelled webhook=name.
func (s *site) register(o hook) *webhook {
	s.t.Helper()
	h := &webhook{answer: o.answer}
	server := httptest.NewTLSServer(h)
	s.t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	url, seconds, fail := server.URL, int32(1), admissionregistrationv1.Fail
	webhook := admissionregistrationv1.ValidatingWebhook{
		Name: o.name + ".faults.example",
		ClientConfig: admissionregistrationv1.WebhookClientConfig{
			URL: &url, CABundle: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}),
		},
		Rules: []admissionregistrationv1.RuleWithOperations{{
			Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Update},
			Rule:       admissionregistrationv1.Rule{APIGroups: []string{"apps", ""}, APIVersions: []string{"v1"}, Resources: []string{"deployments", "pods"}},
		}},
		ObjectSelector:          &metav1.LabelSelector{MatchLabels: map[string]string{"webhook": o.name}},
		AdmissionReviewVersions: []string{"v1"}, TimeoutSeconds: &seconds, FailurePolicy: &fail,
	}
	switch {
	case o.mutating:
		s.registerMutating(o, webhook)
	default:
		s.registerValidating(o, webhook)
	}
	s.inForce(o.name, h)
	return h
}

func (s *site) registerMutating(o hook, w admissionregistrationv1.ValidatingWebhook) {
	s.t.Helper()
	effects := o.effects()
	config := &admissionregistrationv1.MutatingWebhookConfiguration{
		TypeMeta:   metav1.TypeMeta{APIVersion: "admissionregistration.k8s.io/v1", Kind: "MutatingWebhookConfiguration"},
		ObjectMeta: metav1.ObjectMeta{Name: o.name},
		Webhooks: []admissionregistrationv1.MutatingWebhook{{
			Name: w.Name, ClientConfig: w.ClientConfig, Rules: w.Rules, ObjectSelector: w.ObjectSelector, SideEffects: &effects,
			AdmissionReviewVersions: w.AdmissionReviewVersions, TimeoutSeconds: w.TimeoutSeconds, FailurePolicy: w.FailurePolicy,
		}},
	}
	if o.acts {
		s.store("mutatingwebhookconfigurations/"+o.name, &config.ObjectMeta, config)
		return
	}
	_, err := s.client.AdmissionregistrationV1().MutatingWebhookConfigurations().Create(s.t.Context(), config, metav1.CreateOptions{})
	require.NoError(s.t, err)
}

func (s *site) registerValidating(o hook, w admissionregistrationv1.ValidatingWebhook) {
	s.t.Helper()
	effects := o.effects()
	w.SideEffects = &effects
	config := &admissionregistrationv1.ValidatingWebhookConfiguration{
		TypeMeta:   metav1.TypeMeta{APIVersion: "admissionregistration.k8s.io/v1", Kind: "ValidatingWebhookConfiguration"},
		ObjectMeta: metav1.ObjectMeta{Name: o.name},
		Webhooks:   []admissionregistrationv1.ValidatingWebhook{w},
	}
	if o.acts {
		s.store("validatingwebhookconfigurations/"+o.name, &config.ObjectMeta, config)
		return
	}
	_, err := s.client.AdmissionregistrationV1().ValidatingWebhookConfigurations().Create(s.t.Context(), config, metav1.CreateOptions{})
	require.NoError(s.t, err)
}

func (o hook) effects() admissionregistrationv1.SideEffectClass {
	if o.acts {
		return admissionregistrationv1.SideEffectClassSome
	}
	return admissionregistrationv1.SideEffectClassNone
}

// store puts an object into etcd behind the API server's back: one with side
// effects is no longer let in, but those from before Kubernetes 1.22 are still there.
func (s *site) store(key string, meta *metav1.ObjectMeta, object any) {
	s.t.Helper()
	meta.UID, meta.CreationTimestamp = uuid.NewUUID(), metav1.Now()
	value, err := json.Marshal(object)
	require.NoError(s.t, err)
	body, err := json.Marshal(map[string][]byte{"key": []byte("/registry/" + key), "value": value})
	require.NoError(s.t, err)
	pki := filepath.Join(s.dir, "pki")
	pair, err := tls.LoadX509KeyPair(filepath.Join(pki, "etcd-client.crt"), filepath.Join(pki, "etcd-client.key"))
	require.NoError(s.t, err)
	ca, err := os.ReadFile(filepath.Join(pki, "ca.crt"))
	require.NoError(s.t, err)
	pool := x509.NewCertPool()
	require.True(s.t, pool.AppendCertsFromPEM(ca))
	config, err := os.ReadFile(filepath.Join(s.dir, "config", "etcd.yaml"))
	require.NoError(s.t, err)
	address := regexp.MustCompile(`listen-client-urls: (https://127\.0\.0\.1:\d+)`).FindSubmatch(config)
	require.NotNil(s.t, address)
	etcd := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{pair}}}}
	defer etcd.CloseIdleConnections()
	answer, err := etcd.Post(string(address[1])+"/v3/kv/put", "application/json", bytes.NewReader(body))
	require.NoError(s.t, err)
	defer answer.Body.Close()
	require.Equal(s.t, http.StatusOK, answer.StatusCode)
}

// inForce waits until the API server asks the webhook, or says that it would have to.
func (s *site) inForce(name string, h *webhook) {
	s.t.Helper()
	s.create(deployment("probe-"+name, 0, labelled("webhook", name)))
	s.until(name+" in force", func() bool {
		_, err := s.client.AppsV1().Deployments(faults).Patch(s.t.Context(), "probe-"+name, types.MergePatchType,
			[]byte(`{"metadata":{"labels":{"probe":"x"}}}`), metav1.PatchOptions{DryRun: []string{metav1.DryRunAll}})
		dry, _ := h.questions()
		return err != nil || dry > 0
	})
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked = nil
}
