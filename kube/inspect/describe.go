package inspect

import (
	"bytes"
	"context"
	stdjson "encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/rest"
	"k8s.io/kubectl/pkg/describe"

	"fader/kube"
)

const (
	// maxAnswer bounds one answer of the API server, in bytes: the pods of a full
	// node are a few megabytes.
	maxAnswer = 64 << 20
	// chunk is how many objects of a list are read at a time, as kubectl does.
	chunk = 500
)

// Describe is what `kubectl describe` prints, events included, by kubectl's own
// code. Credentials are masked before that code sees them.
func (i *Inspector) Describe(ctx context.Context, ref kube.Ref) (string, error) {
	where, client, err := i.find(ref)
	if err != nil {
		return "", err
	}
	// kubectl's describers make their own client from a configuration and ask
	// without a context. So they get one whose requests pass through ours.
	config := &rest.Config{
		Host:      client.Get().AbsPath("/").URL().String(),
		Transport: masked{ctx: ctx, next: transport(client)},
		QPS:       -1,
	}
	describer, ok := describe.DescriberFor(where.groupKind(ref.Kind), config)
	if !ok {
		return "", fmt.Errorf("describe %s: kubectl has no words for a %s", ref, ref.Kind)
	}
	text, err := describeSafely(describer, ref)
	if err != nil {
		return "", fmt.Errorf("describe %s: %w", ref, err)
	}
	return bounded(text, maxText), nil
}

// describeSafely calls code that dereferences what the API calls optional.
func describeSafely(d describe.ResourceDescriber, ref kube.Ref) (text string, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("kubectl's describe cannot read this object: %v", r)
		}
	}()
	return d.Describe(ref.Namespace, ref.Name, describe.DescriberSettings{ShowEvents: true, ChunkSize: chunk})
}

func transport(client *rest.RESTClient) http.RoundTripper {
	if client.Client != nil && client.Client.Transport != nil {
		return client.Client.Transport
	}
	return http.DefaultTransport
}

// masked is the way to the API server for code that must not see credentials and
// that has to end when ctx does. It lives as long as one call of Describe, which
// is why it may hold a context.
type masked struct {
	ctx  context.Context
	next http.RoundTripper
}

func (m masked) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(m.ctx)
	request.Header.Set("Accept", "application/json")
	response, err := m.next.RoundTrip(request)
	if err != nil || response.StatusCode != http.StatusOK || !isJSON(response) {
		return response, err
	}
	defer response.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxAnswer {
		return nil, fmt.Errorf("the answer is longer than %d bytes", maxAnswer)
	}
	var object any
	if err := json.Unmarshal(raw, &object); err != nil {
		return nil, fmt.Errorf("decode the answer: %w", err)
	}
	mask(object)
	if raw, err = stdjson.Marshal(object); err != nil {
		return nil, fmt.Errorf("encode the masked answer: %w", err)
	}
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
	response.Header.Del("Content-Length")
	return response, nil
}

func isJSON(r *http.Response) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/json")
}
